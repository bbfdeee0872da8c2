//! Rows that grow with a line are those of the whole line, in a real file.

use super::*;
use crate::{domain::LineEvent, views::View, wire::stored as s};
use journal::{Position, StreamName};
use proptest::prelude::*;

const LINE: [u8; 16] = [3; 16];

fn any_event() -> impl Strategy<Value = LineEvent> {
    let subject = prop::sample::select(vec!["a1", "a2", "q1"]);
    (0..9u8, subject, 0..4i64).prop_map(|(which, subject, due_ms)| {
        let id = subject.to_owned();
        let rung = Rung::KeyAdults.into();
        match which {
            0 => LineEvent::AlertRaised(s::LineAlertRaised {
                alert_id: id,
                deadline: Some(s::Deadline::default()),
                rungs: vec![s::PlannedRung { rung, due_ms }],
                ..s::LineAlertRaised::default()
            }),
            1 => LineEvent::AlertConfirmed(s::LineAlertConfirmed {
                alert_id: id,
                ..s::LineAlertConfirmed::default()
            }),
            2 => LineEvent::AlertWithdrawn(s::LineAlertWithdrawn { alert_id: id }),
            3 => LineEvent::EnquiryRaised(s::EnquiryRaised {
                enquiry_id: id,
                until_ms: due_ms,
                ..s::EnquiryRaised::default()
            }),
            4 => LineEvent::EnquiryLapsed(s::EnquiryLapsed { enquiry_id: id }),
            5 => LineEvent::RungCalled(s::RungCalled {
                subject_id: id,
                rung,
                due_ms,
            }),
            6 => LineEvent::RungConcluded(s::RungConcluded {
                subject_id: id,
                rung,
                due_ms,
                ..s::RungConcluded::default()
            }),
            7 => LineEvent::LocationHidden(s::LocationHidden::default()),
            _ => LineEvent::Closed(s::LineClosed::default()),
        }
    })
}

/// Events that come together, and whether the line's key still stands by then.
fn any_history() -> impl Strategy<Value = Vec<(Vec<LineEvent>, bool)>> {
    let together = prop::collection::vec(any_event(), 0..4);
    prop::collection::vec((together, any::<bool>()), 1..8)
}

fn received() -> LineEvent {
    LineEvent::Received(s::LineReceived {
        line_id: "l1".to_owned(),
        ..s::LineReceived::default()
    })
}

fn line(facts: LineFacts, key_stands: bool, before: Option<Rows>) -> Prepared {
    let mut tags = Tags::default();
    if key_stands {
        tags.parties.insert("party".to_owned());
        for id in ["a1", "a2", "q1"] {
            tags.schools
                .insert(id.to_owned(), format!("school of {id}"));
        }
    }
    Prepared {
        position: Position(1),
        stream: StreamName::of("line", LINE),
        rows: Rows::of(&facts, &tags),
        before,
        facts,
        tags,
    }
}

fn write(view: &View, line: &Prepared) {
    let mut file = view.writer();
    let change = file.transaction().unwrap();
    replace(&change, line).unwrap();
    change.commit().unwrap();
}

/// Everything that a view shows, in the order of its tables.
fn shown(view: &View) -> Vec<Vec<Row>> {
    let file = view.reader();
    let all = |table| {
        let mut query = file
            .prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))
            .unwrap();
        let columns = query.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|n| row.get(n)).collect();
        let rows = query.query_map([], row).unwrap();
        rows.collect::<Result<Vec<Row>, _>>().unwrap()
    };
    let tables = [
        "line", "alert", "decision", "enquiry", "timer", "step", "party",
    ];
    tables.into_iter().map(all).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_line_written_as_it_grows_has_the_rows_of_the_whole(history in any_history()) {
        let folder = tempfile::tempdir().unwrap();
        let grown = View::open(&folder.path().join("grown.sqlite3")).unwrap();
        let mut facts = LineFacts::default();
        facts.line = facts.line.evolve(&received());
        let (mut before, mut key_stands) = (None, true);
        for (events, stands) in history {
            facts.line = events.iter().fold(facts.line, Line::evolve);
            key_stands = stands;
            let now = line(facts, key_stands, before.take());
            write(&grown, &now);
            (facts, before) = (now.facts, Some(now.rows));
        }
        let whole = View::open(&folder.path().join("whole.sqlite3")).unwrap();
        write(&whole, &line(facts, key_stands, None));
        prop_assert_eq!(shown(&grown), shown(&whole));
    }
}

fn rung(concluded: bool) -> LineEvent {
    let (subject_id, rung, due_ms) = ("a1".to_owned(), Rung::KeyAdults.into(), 1);
    if concluded {
        return LineEvent::RungConcluded(s::RungConcluded {
            subject_id,
            rung,
            due_ms,
            ..s::RungConcluded::default()
        });
    }
    LineEvent::RungCalled(s::RungCalled {
        subject_id,
        rung,
        due_ms,
    })
}

fn raised() -> LineEvent {
    LineEvent::AlertRaised(s::LineAlertRaised {
        alert_id: "a1".to_owned(),
        deadline: Some(s::Deadline::default()),
        ..s::LineAlertRaised::default()
    })
}

fn confirmed() -> LineEvent {
    LineEvent::AlertConfirmed(s::LineAlertConfirmed {
        alert_id: "a1".to_owned(),
        ..s::LineAlertConfirmed::default()
    })
}

/// Where the school of `a1` has changes, after each of these events was written by itself.
fn changes(events: &[LineEvent], is_remembered: bool) -> Vec<u64> {
    let folder = tempfile::tempdir().unwrap();
    let view = View::open(&folder.path().join("view.sqlite3")).unwrap();
    let mut facts = LineFacts::default();
    facts.line = facts.line.evolve(&received());
    let mut before = None;
    for (position, event) in (1..).zip(events) {
        facts.line = facts.line.evolve(event);
        let mut now = line(facts, true, before.take());
        now.position = Position(position);
        write(&view, &now);
        (facts, before) = (now.facts, is_remembered.then_some(now.rows));
    }
    let changes = view.changes("school of a1", Position::START).unwrap();
    changes.iter().map(|change| change.position.0).collect()
}

#[test]
fn only_what_a_card_shows_is_a_change_of_it() {
    for is_remembered in [true, false] {
        let events = [raised(), rung(false), rung(true), confirmed(), rung(false)];
        assert_eq!(changes(&events, is_remembered), [1, 4]);
    }
}

#[test]
fn a_card_changes_for_its_school_where_the_parties_do() {
    let folder = tempfile::tempdir().unwrap();
    let view = View::open(&folder.path().join("view.sqlite3")).unwrap();
    let mut facts = LineFacts::default();
    facts.line = facts.line.evolve(&received()).evolve(&raised());
    let before = line(facts, true, None);
    write(&view, &before);
    let mut now = line(before.facts, true, Some(before.rows));
    now.position = Position(2);
    now.tags.parties.clear();
    now.rows = Rows::of(&now.facts, &now.tags);
    write(&view, &now);
    let changes = view.changes("school of a1", Position(1)).unwrap();
    assert_eq!(changes.len(), 1);
}
