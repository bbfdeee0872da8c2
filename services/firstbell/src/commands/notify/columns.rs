//! The columns of a CSV file: each the name of one field of the contract.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use std::sync::LazyLock;

const NOTIFICATION: &str = "firstbell.police.v1.Notification";
const CHILD: &str = "children[].";

/// Columns without which a file is refused as a whole.
pub(super) const REQUIRED: [&str; 5] = ["force", "reference", "occurred_at", "forename", "surname"];

/// Every column and its path in the notification, in the order of the template.
#[rustfmt::skip]
const COLUMNS: [(&str, &str); 60] = [
    ("force", "force"),
    ("reference", "reference"),
    ("occurred_at", "occurred_at"),
    ("known_at", "known_at"),
    ("place", "place"),
    ("urgent", "urgent"),
    ("risk_grade", "risk_grade"),
    ("risk_tool", "risk_tool"),
    ("previous_incidents", "previous_incidents"),
    ("referral_sent", "referral.sent"),
    ("referral_reference", "referral.reference"),
    ("police_actions", "police_actions"),
    ("party1_role", "parties[0].role"),
    ("party1_forename", "parties[0].forename"),
    ("party1_surname", "parties[0].surname"),
    ("party1_date_of_birth", "parties[0].date_of_birth"),
    ("party1_phone", "parties[0].phone"),
    ("party1_address", "parties[0].address"),
    ("party1_workplace", "parties[0].workplace"),
    ("party1_position_of_trust", "parties[0].position_of_trust"),
    ("party2_role", "parties[1].role"),
    ("party2_forename", "parties[1].forename"),
    ("party2_surname", "parties[1].surname"),
    ("party2_date_of_birth", "parties[1].date_of_birth"),
    ("party2_phone", "parties[1].phone"),
    ("party2_address", "parties[1].address"),
    ("party2_workplace", "parties[1].workplace"),
    ("party2_position_of_trust", "parties[1].position_of_trust"),
    ("line", "children[].line"),
    ("forename", "children[].identity.forename"),
    ("middle_names", "children[].identity.middle_names"),
    ("surname", "children[].identity.surname"),
    ("known_as", "children[].identity.known_as"),
    ("date_of_birth", "children[].identity.date_of_birth"),
    ("age", "children[].identity.age"),
    ("sex", "children[].identity.sex"),
    ("address", "children[].identity.address"),
    ("postcode", "children[].identity.postcode"),
    ("upn", "children[].identity.upn"),
    ("nhs_number", "children[].identity.nhs_number"),
    ("stated_school", "children[].identity.stated_school"),
    ("residence_force", "children[].residence_force"),
    ("residence_council", "children[].residence_council"),
    ("responsible_council", "children[].responsible_council"),
    ("hidden_location", "children[].hidden_location"),
    ("presence", "children[].content.presence"),
    ("whereabouts", "children[].content.whereabouts"),
    ("circumstances", "children[].content.circumstances"),
    ("spoken_to", "children[].content.voice.spoken_to"),
    ("words", "children[].content.voice.words"),
    ("in_earshot", "children[].content.voice.in_earshot"),
    ("relationship1", "children[].content.relationships[0]"),
    ("relationship2", "children[].content.relationships[1]"),
    ("parents_may_be_told", "children[].content.handling.parents_may_be_told"),
    ("may_be_told", "children[].content.handling.may_be_told"),
    ("may_not_collect", "children[].content.handling.may_not_collect"),
    ("collection_risk", "children[].content.handling.collection_risk"),
    ("conditions", "children[].content.handling.conditions"),
    ("handling_note", "children[].content.handling.note"),
    ("release_text", "children[].release_text"),
];

/// One column.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: &'static str,
    path: &'static str,
    steps: Vec<Step>,
    /// The field that the cell is written into.
    pub(super) field: FieldDescriptor,
    /// The cell holds several values with `;` between them.
    pub(super) is_list: bool,
    /// Of one child, not of the whole notification.
    pub(super) of_child: bool,
}

/// One step of a path.
#[derive(Clone)]
struct Step {
    field: FieldDescriptor,
    element: Option<usize>,
}

static ALL: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let resolved = COLUMNS
        .iter()
        .filter_map(|(name, path)| Column::resolve(name, path));
    resolved.collect()
});

/// Every column, in the order of the template.
pub(super) fn all() -> &'static [Column] {
    &ALL
}

/// The descriptor of the message that columns are of: the notification, or one child.
pub(super) fn descriptor(of_child: bool) -> Option<MessageDescriptor> {
    let notification = proto::descriptors().get_message_by_name(NOTIFICATION)?;
    if !of_child {
        return Some(notification);
    }
    let children = notification.get_field_by_name("children")?;
    children.kind().as_message().cloned()
}

/// The place of a path of the contract in a CSV file: the child's number from 0 where it is about
/// one, and the column, or the path itself where no column stands for it.
pub(super) fn place(path: &str) -> (Option<usize>, String) {
    let (child, general) = match path
        .strip_prefix("children[")
        .and_then(|p| p.split_once(']'))
    {
        Some((index, rest)) => (index.parse().ok(), format!("children[]{rest}")),
        None => (None, path.to_owned()),
    };
    let column = COLUMNS.iter().find(|(_, path)| {
        let element = || {
            general
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('['))
        };
        *path == general || element()
    });
    let name = column.map_or_else(|| path.to_owned(), |(name, _)| (*name).to_owned());
    (child, name)
}

// === impl Column ===

impl Column {
    fn resolve(name: &'static str, path: &'static str) -> Option<Self> {
        let of_child = path.starts_with(CHILD);
        let mut message = descriptor(of_child);
        let mut steps = Vec::new();
        for part in path.strip_prefix(CHILD).unwrap_or(path).split('.') {
            let (field, element) = match part.split_once('[') {
                Some((field, index)) => (field, Some(index.trim_end_matches(']').parse().ok()?)),
                None => (part, None),
            };
            let field = message.as_ref()?.get_field_by_name(field)?;
            message = field.kind().as_message().cloned();
            steps.push(Step { field, element });
        }
        let last = steps.last()?;
        Some(Self {
            name,
            path,
            field: last.field.clone(),
            is_list: last.field.is_list() && last.element.is_none(),
            of_child,
            steps,
        })
    }

    /// The number of the party, from 0, that this column is about.
    pub(super) fn party(&self) -> Option<usize> {
        let first = self
            .steps
            .first()
            .filter(|_| self.path.starts_with("parties["))?;
        first.element
    }

    /// Writes a value into the notification or child. Lists grow as needed.
    pub(super) fn write(&self, into: &mut DynamicMessage, value: Value) {
        write(into, &self.steps, value);
    }

    /// What may stand in a cell, for the help.
    pub(super) fn expects(&self) -> String {
        if self.is_list {
            return "several, with ; between them".to_owned();
        }
        match self.field.kind() {
            Kind::Bool => "yes or no".to_owned(),
            Kind::Uint32 => "a whole number".to_owned(),
            Kind::Enum(_) => super::values::words(&self.field.kind()).join(", "),
            Kind::Message(_) => {
                "2026-11-20T22:15:00Z, or London time as 2026-11-20 22:15".to_owned()
            }
            _ if self.name.ends_with("date_of_birth") => "2017-03-09".to_owned(),
            _ => "text".to_owned(),
        }
    }
}

fn write(into: &mut DynamicMessage, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        return;
    };
    if rest.is_empty() && step.element.is_none() {
        into.set_field(&step.field, value);
        return;
    }
    let mut slot = into.get_field_mut(&step.field);
    if let Some(index) = step.element {
        let Some(element) = slot.as_list_mut().and_then(|list| {
            while list.len() <= index {
                list.push(Value::default_value(&step.field.kind()));
            }
            list.get_mut(index)
        }) else {
            return;
        };
        slot = element;
    }
    match slot.as_message_mut() {
        Some(message) => write(message, rest, value),
        None => *slot = value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_column_is_a_field_of_the_contract() {
        let resolved: Vec<_> = all().iter().map(|column| column.name).collect();
        let named: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(resolved, named);
    }

    #[test]
    fn every_field_of_the_contract_has_a_column() {
        let columns: HashSet<_> = COLUMNS.iter().map(|(_, path)| (*path).to_owned()).collect();
        let mut fields = Vec::new();
        leaves(&descriptor(false).unwrap(), "", &mut fields);
        for field in fields {
            let general = field.replace("parties[]", "parties[0]");
            let listed = format!("{general}[0]");
            assert!(
                columns.contains(&general) || columns.contains(&listed),
                "{field}"
            );
        }
    }

    fn leaves(message: &MessageDescriptor, before: &str, found: &mut Vec<String>) {
        for field in message.fields() {
            let path = format!("{before}{}", field.name());
            match field.kind() {
                Kind::Message(inner) if inner.full_name().starts_with("firstbell.") => {
                    let list = if field.is_list() { "[]" } else { "" };
                    leaves(&inner, &format!("{path}{list}."), found);
                }
                _ => found.push(path),
            }
        }
    }

    #[test]
    fn a_path_of_the_hub_is_found_in_the_file() {
        for (path, child, column) in [
            (
                "children[2].identity.date_of_birth",
                Some(2),
                "date_of_birth",
            ),
            (
                "children[0].content.handling.may_be_told[3]",
                Some(0),
                "may_be_told",
            ),
            ("parties[1].role", None, "party2_role"),
            ("children", None, "children"),
            ("children[0].identity", Some(0), "children[0].identity"),
        ] {
            assert_eq!(place(path), (child, column.to_owned()));
        }
    }
}
