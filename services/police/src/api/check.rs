//! Checks a notification field by field, so that a sender can mend everything that is wrong at once.
//!
//! In reading order: [`path`] names a field, [`texts`] checks lengths and signs, [`dates`] checks
//! dates and times, [`child`] checks one child line and what a force may say about it.
//!
//! Three choices. A known-at time long past is taken, up to a year: late is still better than never,
//! and the alert shows as late on arrival. An identifier whose check digit is wrong is refused, for
//! it would find another child; left empty, the child is found by name. A child of whom only a name
//! is known is taken: a coordinator looks.

mod child;
mod dates;
mod path;
mod texts;

use self::{
    dates::{Moments, Today},
    path::Path,
    texts::Fields,
};
use crate::domain::{decide::MOST_CHILDREN, forces};
use host::problem::{Code, Problem};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use prost::Message;
use proto::police::v1::{ChildContent, Notification, Party, PartyRole, RiskGrade, RiskTool};
use std::collections::BTreeSet;

/// Largest request, in encoded bytes.
pub(crate) const MOST_BYTES: usize = 1024 * 1024;

const MOST_PARTIES: usize = 10;
const MOST_ACTIONS: usize = 20;

/// Limits that may differ from hub to hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How far a sender's clock may be ahead of ours.
    pub skew: SignedDuration,
    /// How long ago police may have known.
    pub oldest_known: SignedDuration,
}

/// What a request is, for the few fields that differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A new notification: every child of it, numbered or not.
    Submission,
    /// A correction: any number of children, each named by its line.
    Correction,
}

/// A notification that may be accepted: every line numbered and in order, `known_at` and residence
/// forces filled in.
pub(crate) struct Checked {
    /// The notification in its canonical form.
    pub(crate) notification: Notification,
    /// When it happened.
    pub(crate) occurred_at: Timestamp,
    /// When police first knew.
    pub(crate) known_at: Timestamp,
    /// For each child, its place in the request.
    pub(crate) places: Vec<usize>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            skew: SignedDuration::from_mins(5),
            oldest_known: SignedDuration::from_hours(24 * 366),
        }
    }
}

/// Checks `notification` as it is seen at `now`.
pub(crate) fn check(
    notification: Notification,
    kind: Kind,
    rules: &Rules,
    london: &TimeZone,
    now: Timestamp,
) -> Result<Checked, Problem> {
    if notification.encoded_len() > MOST_BYTES {
        return Err(Problem::new(
            Code::TooLarge,
            "A notification may be 1 MiB. Shorten its texts or send its children in two.",
        ));
    }
    let mut fields = Fields::default();
    let moments = Moments::check(&notification, rules, now, &mut fields);
    let today = Today {
        now: date_in(london, now),
        incident: moments.as_ref().map(|m| date_in(london, m.occurred_at)),
    };
    shared(&notification, today.now, &mut fields);
    children(&notification, kind, today, &mut fields);
    fields.into_result()?;
    let Some(moments) = moments else {
        return Err(Problem::of(Code::Internal));
    };
    Ok(canonical(notification, &moments))
}

/// Checks a child's text alone, as it is released.
pub(crate) fn check_content(content: &ChildContent) -> Result<(), Problem> {
    let mut fields = Fields::default();
    child::content(
        content,
        usize::MAX,
        Path::ROOT.field("content"),
        &mut fields,
    );
    fields.into_result()
}

fn date_in(zone: &TimeZone, at: Timestamp) -> Date {
    zone.to_datetime(at).date()
}

fn shared(notification: &Notification, today: Date, fields: &mut Fields) {
    let n = notification;
    let root = Path::ROOT;
    if !forces::is_force(&n.force) {
        fields.add(
            root.field("force"),
            "is not the code of a force in England or Wales",
            "write the two digits of the Home Office code, e.g. 43",
        );
    }
    fields.line(root.field("reference"), &n.reference, 64);
    if n.reference.trim().is_empty() {
        fields.add(
            root.field("reference"),
            "is empty",
            "give the force's own reference of the occurrence",
        );
    }
    fields.text(root.field("place"), &n.place, 300);
    fields.listed(
        root.field("risk_grade"),
        RiskGrade::try_from(n.risk_grade).is_ok(),
    );
    fields.listed(
        root.field("risk_tool"),
        RiskTool::try_from(n.risk_tool).is_ok(),
    );
    if let Some(referral) = &n.referral {
        let at = root.field("referral");
        fields.line(at.field("reference"), &referral.reference, 64);
    }
    fields.count(
        root.field("police_actions"),
        n.police_actions.len(),
        MOST_ACTIONS,
    );
    for (index, action) in n.police_actions.iter().enumerate().take(MOST_ACTIONS) {
        fields.text(root.item("police_actions", index), action, 300);
    }
    fields.count(root.field("parties"), n.parties.len(), MOST_PARTIES);
    for (index, one) in n.parties.iter().enumerate().take(MOST_PARTIES) {
        party(one, today, root.item("parties", index), fields);
    }
}

fn party(party: &Party, today: Date, at: Path<'_>, fields: &mut Fields) {
    let role = PartyRole::try_from(party.role);
    fields.listed(at.field("role"), role.is_ok());
    if role == Ok(PartyRole::Unspecified) {
        fields.add(
            at.field("role"),
            "is missing",
            "say whether this adult is the alleged victim, the alleged perpetrator, both or another",
        );
    }
    fields.line(at.field("forename"), &party.forename, 100);
    fields.line(at.field("surname"), &party.surname, 100);
    fields.line(at.field("phone"), &party.phone, 40);
    fields.text(at.field("address"), &party.address, 300);
    fields.line(at.field("workplace"), &party.workplace, 200);
    dates::birth(
        &party.date_of_birth,
        today,
        at.field("date_of_birth"),
        fields,
    );
}

fn children(notification: &Notification, kind: Kind, today: Today, fields: &mut Fields) {
    let children = &notification.children;
    let at = Path::ROOT.field("children");
    if children.is_empty() && kind == Kind::Submission {
        fields.add(at, "is empty", "name at least one child");
    }
    fields.count(at, children.len(), MOST_CHILDREN);
    let mut lines = BTreeSet::new();
    for (index, child) in children.iter().enumerate().take(MOST_CHILDREN) {
        let at = Path::ROOT.item("children", index);
        if child.line == 0 && kind == Kind::Correction {
            fields.add(
                at.field("line"),
                "is missing",
                "give the line number of the child that is corrected, or a new one to add a child",
            );
        } else if !lines.insert(line_number(child.line, index)) {
            fields.add(
                at.field("line"),
                "is the number of another child of this notification",
                "give every child a line number of its own, or none a number",
            );
        }
        child::child(child, notification.parties.len(), today, at, fields);
    }
}

/// A line without a number has that of its place in the list, from 1.
fn line_number(given: u32, index: usize) -> u32 {
    if given == 0 {
        u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1))
    } else {
        given
    }
}

fn canonical(mut notification: Notification, moments: &Moments) -> Checked {
    if notification.known_at.is_none() {
        notification.known_at = notification.occurred_at;
    }
    let mut numbered: Vec<_> = std::mem::take(&mut notification.children)
        .into_iter()
        .enumerate()
        .collect();
    for (index, child) in &mut numbered {
        child.line = line_number(child.line, *index);
        if child.residence_force.is_empty() {
            child.residence_force.clone_from(&notification.force);
        }
    }
    numbered.sort_by_key(|(_, child)| child.line);
    let (places, children) = numbered.into_iter().unzip();
    notification.children = children;
    Checked {
        notification,
        occurred_at: moments.occurred_at,
        known_at: moments.known_at,
        places,
    }
}

#[cfg(test)]
mod tests;
