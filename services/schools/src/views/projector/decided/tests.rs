//! Decisions that are counted while a line grows are those of the whole line, in a real file.

use super::*;
use crate::{
    domain::LineEvent,
    quality::{Counts, Period, days::day_of},
    views::{View, projector::Prepared, projector::rows},
    wire::stored as s,
};
use jiff::Timestamp;
use journal::{
    CommandId, EventHash, NewEvent, Position, Recorded, Stored, StreamName, decider::EventSet,
};
use proptest::prelude::*;
use proto::{police::v1::SealedChild, schools::v1::Desk};

const LINE: [u8; 16] = [3; 16];
const DAY_MS: i64 = 86_400_000;
/// A Wednesday at noon.
const NOON_MS: i64 = 1_790_164_800_000;

fn any_event() -> impl Strategy<Value = LineEvent> {
    let alert = prop::sample::select(vec!["a1", "a2"]);
    (0..11u8, alert, 1..4i32).prop_map(|(which, alert, identity)| {
        let alert_id = alert.to_owned();
        match which {
            0 | 1 => LineEvent::Matched(s::MatchDecided {
                identity,
                model_version: "standard-2".to_owned(),
                weights: vec![s::CandidateWeights {
                    total: 0.0,
                    fields: vec![s::FieldVerdict {
                        field: "postcode".to_owned(),
                        agreement: "missing".to_owned(),
                        weight: 0.0,
                    }],
                }],
                ..s::MatchDecided::default()
            }),
            2 | 3 => LineEvent::AlertRaised(s::LineAlertRaised {
                alert_id,
                ..s::LineAlertRaised::default()
            }),
            4 => LineEvent::AlertDisowned(s::LineAlertDisowned {
                alert_id,
                left: identity == 1,
                ..s::LineAlertDisowned::default()
            }),
            5 => LineEvent::AlertRestored(s::LineAlertRestored {
                alert_id,
                ..s::LineAlertRestored::default()
            }),
            6 => LineEvent::EnquiryRaised(s::EnquiryRaised {
                enquiry_id: "q1".to_owned(),
                ..s::EnquiryRaised::default()
            }),
            7 => LineEvent::EnquiryAnswered(s::EnquiryAnswered {
                enquiry_id: "q1".to_owned(),
                on_roll: identity == 1,
                ..s::EnquiryAnswered::default()
            }),
            8 => LineEvent::Resolved(s::LineResolved::default()),
            9 => LineEvent::Placed(s::LinePlaced {
                desk: Desk::Council.into(),
                ..s::LinePlaced::default()
            }),
            _ => LineEvent::LocationHidden(s::LocationHidden::default()),
        }
    })
}

fn received() -> LineEvent {
    LineEvent::Received(s::LineReceived {
        line_id: "l1".to_owned(),
        child: Some(SealedChild {
            owner_force: "43".to_owned(),
            ..SealedChild::default()
        }),
        ..s::LineReceived::default()
    })
}

/// The line's events as a journal has them, the next one a day later.
fn recorded(events: &[LineEvent]) -> Vec<Recorded> {
    let stream = StreamName::of("line", LINE);
    let of = |(revision, event): (u64, &LineEvent)| {
        let command = CommandId::derive(&[&revision.to_be_bytes()]);
        let (kind, version) = event.kind();
        let stored = NewEvent {
            id: command.event(0),
            kind,
            version,
            public_as: None,
            occurred_at: Timestamp::UNIX_EPOCH,
            actor: String::new(),
            causation: *command.as_bytes(),
            correlation: [0; 16],
            traceparent: String::new(),
            payload: event.encode(),
        };
        let days = i64::try_from(revision).unwrap();
        let at = Timestamp::from_millisecond(NOON_MS + days * DAY_MS).unwrap();
        let stored = Stored::encode(&stream, revision, EventHash::ZERO, at, stored);
        Recorded::decode(Position(revision + 1), &stored.frame, stored.hash).unwrap()
    };
    (0..).zip(events).map(of).collect()
}

fn prepared(facts: LineFacts, key_stands: bool, before: Option<rows::Rows>) -> Prepared {
    let choice = |decided: &Decided| match decided.chosen {
        Some(Chosen::School(_)) => key_stands.then_some(Choice::Other),
        Some(Chosen::NoSchool) => Some(Choice::NoSchool),
        None => None,
    };
    let is_told = key_stands && !facts.line.hidden;
    let tags = Tags {
        residence: is_told.then(|| "council".to_owned()),
        choices: facts.decisions.made().iter().map(choice).collect(),
        ..Tags::default()
    };
    Prepared {
        position: Position(1),
        stream: StreamName::of("line", LINE),
        rows: rows::Rows::of(&facts, &tags),
        before,
        facts,
        tags,
    }
}

fn write(view: &View, line: &Prepared) {
    let mut file = view.writer();
    let change = file.transaction().unwrap();
    rows::replace(&change, line).unwrap();
    change.commit().unwrap();
}

/// Everything that is counted, week by week.
fn shown(view: &View) -> Vec<(String, Option<String>, bool, i64, Counts)> {
    let last = NOON_MS + 100 * DAY_MS;
    let day = day_of(Timestamp::from_millisecond(last).unwrap());
    let rows = view.decisions(&Period::ending_with(day, 52)).unwrap();
    let row = |row: crate::views::DecisionRow| {
        (row.force, row.council_tag, row.hidden, row.week, row.counts)
    };
    rows.into_iter().map(row).collect()
}

fn total(view: &View) -> Counts {
    let mut total = Counts::default();
    for (.., counts) in shown(view) {
        total.add(&counts);
    }
    total
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Pages come in order, as big or small as they like, and again with what they had before.
    #[test]
    fn decisions_counted_as_a_line_grows_are_those_of_the_whole(
        events in prop::collection::vec(any_event(), 1..24),
        pages in prop::collection::vec((0..6usize, 0..3usize, any::<bool>()), 1..12),
    ) {
        let history: Vec<_> = [received()].into_iter().chain(events).collect();
        let all = recorded(&history);
        let folder = tempfile::tempdir().unwrap();
        let grown = View::open(&folder.path().join("grown.sqlite3")).unwrap();
        let mut facts = LineFacts::default();
        let (mut before, mut read, mut key_stands) = (None, 1, true);
        facts.go_on(&all[..1]).unwrap();
        for (more, again, stands) in pages {
            let from = read - again.min(read);
            read = (read + more).min(all.len());
            facts.go_on(&all[from..read]).unwrap();
            key_stands = stands;
            let now = prepared(facts, key_stands, before.take());
            write(&grown, &now);
            (facts, before) = (now.facts, Some(now.rows));
        }
        let whole = View::open(&folder.path().join("whole.sqlite3")).unwrap();
        let facts = LineFacts::fold(&all[..read]).unwrap();
        write(&whole, &prepared(facts, key_stands, None));
        prop_assert_eq!(shown(&grown), shown(&whole));

        let counted = total(&grown);
        let matched = |wanted: Option<i32>| {
            let events = history[..read].iter();
            let is = |event: &&LineEvent| match event {
                LineEvent::Matched(e) => wanted.is_none_or(|identity| e.identity == identity),
                _ => false,
            };
            u32::try_from(events.filter(is).count()).unwrap()
        };
        prop_assert_eq!(counted.decisions, matched(None));
        prop_assert_eq!(
            [counted.sure, counted.unsure, counted.none],
            [matched(Some(1)), matched(Some(2)), matched(Some(3))]
        );
        prop_assert_eq!(counted.missing[7], counted.decisions);
        prop_assert!(counted.overturned + counted.restored <= 2 * counted.sure);
        prop_assert!(counted.overturned_left <= counted.overturned);
        prop_assert!(counted.asked_no <= counted.asked);
    }
}

#[test]
fn a_decision_is_counted_in_its_week_with_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let view = View::open(&folder.path().join("view.sqlite3")).unwrap();
    let sure = LineEvent::Matched(s::MatchDecided {
        identity: s::Identity::Sure.into(),
        ..s::MatchDecided::default()
    });
    let raised = LineEvent::AlertRaised(s::LineAlertRaised {
        alert_id: "a1".to_owned(),
        ..s::LineAlertRaised::default()
    });
    let disowned = LineEvent::AlertDisowned(s::LineAlertDisowned {
        alert_id: "a1".to_owned(),
        left: true,
        misdirected: true,
        ..s::LineAlertDisowned::default()
    });
    let history = recorded(&[received(), sure, raised, disowned]);
    let facts = LineFacts::fold(&history).unwrap();
    write(&view, &prepared(facts, true, None));
    let expected = Counts {
        decisions: 1,
        sure: 1,
        overturned: 1,
        overturned_left: 1,
        misdirected: 1,
        ..Counts::default()
    };
    let day = day_of(Timestamp::from_millisecond(NOON_MS + DAY_MS).unwrap());
    for (period, week) in [
        (Period::ending_with(day, 1), 1),
        (Period::ending_with(day + 7, 1), 0),
    ] {
        let rows = view.decisions(&period).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].week, &rows[0].counts), (week, &expected));
        assert_eq!(rows[0].council_tag.as_deref(), Some("council"));
        assert_eq!(rows[0].force, "43");
    }
    assert!(
        view.decisions(&Period::ending_with(day - 1, 1))
            .unwrap()
            .is_empty()
    );
}
