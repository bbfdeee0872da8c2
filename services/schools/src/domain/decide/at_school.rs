//! What the people of a school do with their copy.

use super::{Decision, ladder::call, place::place};
use crate::{
    domain::{Alert, AlertStatus, Command, Line, LineEvent, Refusal},
    wire::stored as s,
};
use proto::{schools::v1::Rung, sealing::Sealed};

const MS_PER_MINUTE: i64 = 60_000;

pub(super) fn open(line: &Line, alert_id: &str, by: &Sealed) -> Decision {
    let alert = held(line, alert_id)?;
    if alert.opened {
        return Ok(Vec::new());
    }
    Ok(vec![LineEvent::AlertOpened(s::LineAlertOpened {
        alert_id: alert.id.clone(),
        by: Some(by.clone()),
    })])
}

pub(super) fn confirm(line: &Line, command: &Command) -> Decision {
    let Command::Confirm {
        alert_id,
        seen,
        by,
        now_ms,
    } = command
    else {
        return Ok(Vec::new());
    };
    let alert = held(line, alert_id)?;
    if !alert.waits() {
        return Ok(Vec::new());
    }
    current(line, *seen)?;
    let left_ms = alert.deadline.at_ms.saturating_sub(*now_ms);
    Ok(vec![LineEvent::AlertConfirmed(s::LineAlertConfirmed {
        alert_id: alert.id.clone(),
        by: Some(by.clone()),
        version: *seen,
        minutes_before_deadline: left_ms.div_euclid(MS_PER_MINUTE),
    })])
}

pub(super) fn pass(line: &Line, alert_id: &str, by: &Sealed, to: &Sealed, now_ms: i64) -> Decision {
    let alert = held(line, alert_id)?;
    let passed = LineEvent::AlertPassed(s::LineAlertPassed {
        alert_id: alert.id.clone(),
        by: Some(by.clone()),
        to: Some(to.clone()),
    });
    Ok(vec![passed, call(&alert.id, Rung::Telling, now_ms)])
}

pub(super) fn tell_again(line: &Line, alert_id: &str, now_ms: i64) -> Decision {
    let alert = held(line, alert_id)?;
    if !alert.waits() {
        return Ok(Vec::new());
    }
    Ok(vec![call(&alert.id, Rung::Telling, now_ms)])
}

pub(super) fn disown(line: &Line, command: &Command) -> Decision {
    let Command::Disown {
        alert_id,
        seen,
        by,
        left,
        until_ms,
        routing,
        now_ms,
    } = command
    else {
        return Ok(Vec::new());
    };
    let alert = line.alert(alert_id).ok_or(Refusal::NotFound)?;
    if matches!(alert.status, AlertStatus::NotOurs { .. }) {
        return Ok(Vec::new());
    }
    let alert = held(line, alert_id)?;
    current(line, *seen)?;
    let disowned = LineEvent::AlertDisowned(s::LineAlertDisowned {
        alert_id: alert.id.clone(),
        by: Some(by.clone()),
        left: *left,
        misdirected: alert.ever_opened,
        restorable_until_ms: *until_ms,
    });
    let after = line.clone().evolve(&disowned);
    let still_held = after.live_alerts().next().is_some();
    let mut events = vec![disowned];
    events.extend(place(&after, routing, still_held, *now_ms));
    Ok(events)
}

pub(super) fn restore(line: &Line, alert_id: &str, by: &Sealed, now_ms: i64) -> Decision {
    let alert = line.alert(alert_id).ok_or(Refusal::NotFound)?;
    match alert.status {
        _ if line.closed.is_some() => Err(Refusal::NoLongerHeld),
        AlertStatus::NotOurs { until_ms, .. } if now_ms <= until_ms => {
            let restored = LineEvent::AlertRestored(s::LineAlertRestored {
                alert_id: alert.id.clone(),
                by: Some(by.clone()),
            });
            Ok([restored]
                .into_iter()
                .chain(outdated(line, alert))
                .collect())
        }
        AlertStatus::NotOurs { .. } => Err(Refusal::TooLateToRestore),
        AlertStatus::Withdrawn => Err(Refusal::NoLongerHeld),
        AlertStatus::Unconfirmed | AlertStatus::Reopened | AlertStatus::Confirmed => Ok(Vec::new()),
    }
}

/// Confirmed before a correction that this school has not seen: it is asked again.
fn outdated(line: &Line, alert: &Alert) -> Option<LineEvent> {
    let AlertStatus::NotOurs { was_confirmed, .. } = alert.status else {
        return None;
    };
    (alert.ever_confirmed && !was_confirmed).then(|| {
        LineEvent::AlertReopened(s::LineAlertReopened {
            alert_id: alert.id.clone(),
            // Whoever saw this one may confirm, and must not be taken for one who saw less.
            version: line.material_version,
            deadline: Some(alert.deadline.clone()),
            rungs: alert.rungs.clone(),
        })
    })
}

pub(super) fn answer(line: &Line, command: &Command) -> Decision {
    let Command::AnswerEnquiry {
        enquiry_id,
        on_roll,
        by,
        routing,
        now_ms,
    } = command
    else {
        return Ok(Vec::new());
    };
    let enquiry = line.enquiry(enquiry_id).ok_or(Refusal::NotFound)?;
    if !enquiry.open || line.closed.is_some() {
        return Err(Refusal::EnquiryClosed);
    }
    let answered = LineEvent::EnquiryAnswered(s::EnquiryAnswered {
        enquiry_id: enquiry.id.clone(),
        on_roll: *on_roll,
        by: Some(by.clone()),
    });
    let still_held = line.live_alerts().next().is_some();
    let mut events = vec![answered];
    events.extend(place(line, routing, still_held, *now_ms));
    Ok(events)
}

/// Nobody decides on what they have not seen.
pub(super) fn current(line: &Line, seen: u32) -> Result<(), Refusal> {
    if line.may_decide(seen) {
        Ok(())
    } else {
        Err(Refusal::OtherVersion)
    }
}

fn held<'a>(line: &'a Line, alert_id: &str) -> Result<&'a Alert, Refusal> {
    let alert = line.alert(alert_id).ok_or(Refusal::NotFound)?;
    if alert.is_live() {
        Ok(alert)
    } else {
        Err(Refusal::NoLongerHeld)
    }
}
