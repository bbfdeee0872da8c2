//! JSON-lines: each line one notification in the proto3 JSON mapping of the contract.

use super::unit::{Content, LONGEST, Refusal, SHORTEN, TOO_LONG, Unit};
use host::{json, problem::Problem};
use proto::police::v1::Notification;
use std::io::{self, BufRead};
use textfile::{Line, Lines};

const NOTIFICATION: &str = "firstbell.police.v1.Notification";

/// Reads notifications, one a line. Empty lines are passed over.
pub(super) struct JsonLines<R> {
    lines: Lines<R>,
    is_empty: bool,
}

// === impl JsonLines ===

impl<R: BufRead> JsonLines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader, LONGEST),
            is_empty: true,
        }
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = io::Result<Unit>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.lines.next_line() {
                Ok(None) if std::mem::take(&mut self.is_empty) => {
                    return Some(Ok(Unit::refused(0, Refusal::empty_file())));
                }
                Ok(None) => return None,
                Ok(Some(line)) => {
                    self.is_empty = false;
                    if let Some(unit) = unit(line) {
                        return Some(Ok(unit));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn unit(line: Line) -> Option<Unit> {
    let Some(bytes) = &line.bytes else {
        let refusal = Refusal::new(line.number, "", TOO_LONG, SHORTEN);
        return Some(Unit::refused(line.end, refusal));
    };
    let text = bytes.trim_ascii();
    if text.is_empty() {
        return None;
    }
    let content = match json::read_as::<Notification>(NOTIFICATION, text) {
        Ok(notification) => Content::Ready(Box::new(notification)),
        Err(problem) => Content::Refused(refusals(line.number, &problem)),
    };
    Some(Unit {
        lines: vec![line.number],
        end: line.end,
        content,
    })
}

/// What the line is refused for, by the paths of the contract.
pub(super) fn refusals(line: u64, problem: &Problem) -> Vec<Refusal> {
    if problem.fields().is_empty() {
        let remedy = "write one whole notification as JSON in UTF-8 on this line";
        return vec![Refusal::new(line, "", problem.message(), remedy)];
    }
    let fields = problem.fields().iter();
    fields.map(|field| Refusal::of_field(line, field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(file: &[u8]) -> Vec<Unit> {
        JsonLines::new(file).map(Result::unwrap).collect()
    }

    fn only_refusal(file: &[u8]) -> Refusal {
        match read(file).pop().unwrap().content {
            Content::Refused(mut refusals) => refusals.remove(0),
            Content::Ready(_) => panic!("was read"),
        }
    }

    #[test]
    fn good_lines_are_read_whatever_stands_between_them() {
        let file = b"{\"force\":\"43\"}\n\n{\"force\":\n\xff\n\0\n{\"force\":\"44\"}";
        let units = read(file);
        let ready: Vec<_> = units
            .iter()
            .filter(|unit| matches!(unit.content, Content::Ready(_)))
            .map(Unit::line)
            .collect();
        assert_eq!(ready, [1, 6]);
        assert_eq!(units.len(), 5);
    }

    #[test]
    fn a_wrong_value_is_named_by_line_and_path() {
        let refusal = only_refusal(b"\n{\"children\":[{\"line\":\"Testy\"}]}\n");
        assert_eq!(
            (refusal.line, refusal.field.as_str()),
            (2, "children[0].line")
        );
        assert!(!format!("{refusal:?}").contains("Testy"));
    }

    #[test]
    fn a_file_with_nothing_in_it_is_refused() {
        assert_eq!(only_refusal(b""), Refusal::empty_file());
    }

    #[test]
    fn a_truncated_last_line_is_refused() {
        assert!(
            only_refusal(b"{\"force\":\"4")
                .reason
                .contains("ends too early")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_repeat_a_value(
            noise in prop::collection::vec(any::<u8>(), 0..200),
            field in "[a-z]{1,9}",
        ) {
            let mut file = format!("{{\"{field}\":\"CANARY\",\"force\":\"CANARY\n").into_bytes();
            file.extend(&noise);
            file.extend(b"\"CANARY\"}");
            for unit in read(&file) {
                if let Content::Refused(refusals) = unit.content {
                    let said = format!("{refusals:?}");
                    prop_assert!(!said.contains("CANARY"));
                }
            }
        }
    }
}
