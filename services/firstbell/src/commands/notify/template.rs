//! The template of a file, with made-up people, and the help for its columns.

use super::{Format, columns};
use crate::{error::CommandError, exit::Exit, output::Output};

const CSV: &str = include_str!("template.csv");
const JSONL: &str = include_str!("template.jsonl");

/// Prints a file that can be filled in.
pub(in crate::commands) fn print_template(
    format: Format,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let template = match format {
        Format::Csv => CSV,
        Format::Jsonl => JSONL,
    };
    output.line(template.trim_end())?;
    Ok(Exit::Done)
}

/// One line for each column: its name and what may stand in it.
pub(super) fn columns_help() -> String {
    let line = |column: &columns::Column| {
        let required = if columns::REQUIRED.contains(&column.name) {
            " (required)"
        } else {
            ""
        };
        format!("  {:<26}{}{required}", column.name, column.expects())
    };
    let lines: Vec<_> = columns::all().iter().map(line).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::notify::{read, unit::Content};
    use proto::police::v1::{Earshot, Notification, ParentsMayBeTold, PartyRole, RiskGrade};

    fn notifications(format: Format, template: &'static str) -> Vec<Notification> {
        let ready =
            read::units(template.as_bytes(), format).map(|unit| match unit.unwrap().content {
                Content::Ready(notification) => *notification,
                Content::Refused(refusals) => panic!("{refusals:?}"),
            });
        ready.collect()
    }

    #[test]
    fn the_template_has_every_column_in_order() {
        let names: Vec<_> = columns::all().iter().map(|column| column.name).collect();
        assert_eq!(CSV.lines().next().unwrap(), names.join(","));
    }

    #[test]
    fn the_template_reads_as_two_notifications_with_three_children() {
        let read = notifications(Format::Csv, CSV);
        let children: Vec<_> = read
            .iter()
            .map(|notification| notification.children.len())
            .collect();
        assert_eq!(children, [2, 1]);
        let first = &read[0];
        assert_eq!(first.risk_grade(), RiskGrade::Medium);
        assert_eq!(first.police_actions, ["arrest", "bail conditions"]);
        assert_eq!(first.parties[1].role(), PartyRole::AllegedPerpetrator);
        let content = first.children[0].content.as_ref().unwrap();
        assert_eq!(content.relationships, ["daughter", "daughter"]);
        let voice = content.voice.as_ref().unwrap();
        assert_eq!(voice.in_earshot(), Earshot::OfficerOnly);
        let handling = content.handling.as_ref().unwrap();
        assert_eq!(
            handling.parents_may_be_told(),
            ParentsMayBeTold::NonAbusingOnly
        );
        assert_eq!(read[1].children[0].identity.as_ref().unwrap().age, Some(5));
    }

    #[test]
    fn both_templates_say_the_same_of_the_first_child() {
        let csv = notifications(Format::Csv, CSV).remove(0);
        let json = notifications(Format::Jsonl, JSONL).remove(0);
        assert!(csv.children[0] == json.children[0]);
        assert!(csv.parties == json.parties);
        assert_eq!(csv.known_at, json.known_at);
    }

    #[test]
    fn every_hidden_child_of_a_template_has_the_council_without_which_it_would_be_refused() {
        for (format, template) in [(Format::Csv, CSV), (Format::Jsonl, JSONL)] {
            let read = notifications(format, template);
            let children = read.iter().flat_map(|notification| &notification.children);
            let hidden: Vec<_> = children.filter(|child| child.hidden_location).collect();
            assert!(!hidden.is_empty());
            assert!(
                hidden
                    .iter()
                    .all(|child| !child.residence_council.is_empty())
            );
        }
    }

    #[test]
    fn the_help_says_what_each_word_may_be() {
        let help = columns_help();
        assert!(help.contains("standard, medium, high"));
        assert!(help.contains("alleged victim, alleged perpetrator, both, other"));
    }
}
