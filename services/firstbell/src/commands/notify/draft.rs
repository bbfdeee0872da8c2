//! One notification out of the CSV rows that make it.

use super::{
    columns::{self, Column},
    header::Header,
    rows::Row,
    unit::{Content, Refusal, with_siblings},
    values,
};
use csv::ByteRecord;
use prost_reflect::{DynamicMessage, Value};

/// The most children that one notification has.
pub(super) const MOST_CHILDREN: usize = 30;

const ENCODING_REMEDY: &str = "save the file as CSV in UTF-8";

/// The notification of these rows, the first of which has what concerns all; or every reason why
/// it is refused as a whole. Half a notification is never made: a child left out of one could later
/// only be added by a correction, and would be looked after by nobody until then.
pub(super) fn draft(header: &Header, rows: &[Row]) -> Content {
    let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
    let mut draft = Draft {
        header,
        refusals: Vec::new(),
    };
    let notification = draft.notification(rows);
    if let Some(notification) = notification.filter(|_| draft.refusals.is_empty()) {
        return Content::Ready(Box::new(notification));
    }
    if draft.refusals.is_empty() {
        let line = lines.first().copied().unwrap_or_default();
        draft.refusals.push(Refusal::new(
            line,
            "",
            "cannot be read",
            "compare it with the template",
        ));
    }
    Content::Refused(with_siblings(&lines, draft.refusals))
}

struct Draft<'a> {
    header: &'a Header,
    refusals: Vec<Refusal>,
}

// === impl Draft ===

impl Draft<'_> {
    fn notification(&mut self, rows: &[Row]) -> Option<proto::police::v1::Notification> {
        let records: Vec<_> = rows.iter().filter_map(|row| self.record(row)).collect();
        let (line, first) = *records.first()?;
        if rows.len() > MOST_CHILDREN {
            let reason = "is the first of more than 30 children of one notification";
            let remedy = "check the reference; each incident has one of its own";
            self.refusals
                .push(Refusal::new(line, "reference", reason, remedy));
            return None;
        }
        let mut whole = self.message(line, first, false)?;
        self.check_parties(line, first);
        let mut children = Vec::new();
        for &(line, record) in &records {
            self.check_same(line, record, rows.first()?.line, first);
            children.push(Value::Message(self.message(line, record, true)?));
        }
        whole.set_field_by_name("children", Value::List(children));
        whole.transcode_to().ok()
    }

    fn record<'r>(&mut self, row: &'r Row) -> Option<(u64, &'r ByteRecord)> {
        match &row.cells {
            Ok(record) => Some((row.line, record)),
            Err(refusal) => {
                self.refusals.push(refusal.clone());
                None
            }
        }
    }

    /// The cells of the whole notification, or those of the child.
    fn message(
        &mut self,
        line: u64,
        record: &ByteRecord,
        of_child: bool,
    ) -> Option<DynamicMessage> {
        let mut message = DynamicMessage::new(columns::descriptor(of_child)?);
        for (column, cell) in self.header.columns().iter().zip(record) {
            if column.of_child != of_child || cell.trim_ascii().is_empty() {
                continue;
            }
            match text(cell).and_then(|text| values::read(column, text)) {
                Ok(value) => column.write(&mut message, value),
                Err(flaw) => {
                    self.refusals
                        .push(Refusal::new(line, column.name, flaw.reason, flaw.remedy));
                }
            }
        }
        Some(message)
    }

    /// What concerns the whole notification may be repeated or left empty, not contradicted.
    fn check_same(&mut self, line: u64, record: &ByteRecord, first_line: u64, first: &ByteRecord) {
        for ((column, cell), same) in self.header.columns().iter().zip(record).zip(first) {
            let cell = cell.trim_ascii();
            if !column.of_child && !cell.is_empty() && cell != same.trim_ascii() {
                let reason = "differs from the first row of this notification";
                let remedy = format!("write it as in line {first_line}, or leave it empty");
                self.refusals
                    .push(Refusal::new(line, column.name, reason, remedy));
            }
        }
    }

    fn check_parties(&mut self, line: u64, record: &ByteRecord) {
        let given = |party: usize| {
            let columns = self.header.columns().iter().zip(record);
            let is_given = |(column, cell): (&&Column, &[u8])| {
                column.party() == Some(party) && !cell.trim_ascii().is_empty()
            };
            columns.into_iter().any(is_given)
        };
        if given(1) && !given(0) {
            let remedy = "write the only party into the columns of the first";
            let reason = "is empty although there is a second party";
            self.refusals
                .push(Refusal::new(line, "party1_role", reason, remedy));
        }
    }
}

fn text(cell: &[u8]) -> Result<&str, values::Flaw> {
    std::str::from_utf8(cell)
        .map(str::trim)
        .map_err(|_| values::Flaw {
            reason: "is not UTF-8",
            remedy: ENCODING_REMEDY.to_owned(),
        })
}
