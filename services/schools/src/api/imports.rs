//! Takes files of schools, links, calendars and rolls; good rows are kept, bad ones named.

mod upload;

use super::{Desk, allow, internal, unrecorded};
use crate::{
    records::Import,
    reference::{FileKind, Mode, ReferenceError},
    wire::stored::{ImportKind, ImportedMode},
};
use calendar::{ParsedCalendar, Scope};
use host::problem::{Code, Problem};
use jiff::civil::Date;
use matching::{RollError, RollRow, Urn};
use policy::{Action, Object, OrganisationKind, Principal};
use proto::schools::v1::{ImportHeader, ImportMode, ImportReport, RefusedRow, SkippedRows};
use std::collections::BTreeSet;
use upload::{ImportRequest, receive};

impl Desk {
    pub(super) async fn import_schools(
        &self,
        request: ImportRequest,
    ) -> Result<ImportReport, Problem> {
        let principal = self.caller(&request, Action::DirectoryImport)?;
        let upload = receive(request).await?;
        let (upload, extract) = upload.read(directory::schools::read).await?;
        let extract = extract.map_err(unreadable)?;
        let report = ImportReport::from(extract.report.clone());
        let _turn = self.records.turn_of_imports().await;
        let import = whole(ImportKind::Schools, &extract.report);
        self.record(&principal, &import, &["schools".to_owned()])
            .await?;
        self.reference
            .keep(FileKind::Schools, &upload.data)
            .map_err(|error| internal(&error))?;
        self.reference.directory_mut().take_schools(extract);
        Ok(report)
    }

    pub(super) async fn import_links(
        &self,
        request: ImportRequest,
    ) -> Result<ImportReport, Problem> {
        let principal = self.caller(&request, Action::DirectoryImport)?;
        let upload = receive(request).await?;
        let (upload, links) = upload.read(directory::links::read).await?;
        let links = links.map_err(unreadable)?;
        let mut report = ImportReport::from(links.report.clone());
        let _turn = self.records.turn_of_imports().await;
        let import = whole(ImportKind::Links, &links.report);
        self.record(&principal, &import, &["links".to_owned()])
            .await?;
        self.reference
            .keep(FileKind::Links, &upload.data)
            .map_err(|error| internal(&error))?;
        let successors: Vec<_> = links.links.iter().map(|link| link.to).collect();
        self.reference.directory_mut().take_links(links);
        let today = self.router.today();
        let missing = self.reference.directory().missing_successors(today);
        pass_over(&mut report, &successors, &missing);
        Ok(report)
    }

    pub(super) async fn import_calendar(
        &self,
        request: ImportRequest,
    ) -> Result<ImportReport, Problem> {
        let principal = self.caller(&request, Action::CalendarImport)?;
        let upload = receive(request).await?;
        let (upload, parsed) = upload.read(calendar::parse_calendar).await?;
        for calendar in &parsed.calendars {
            self.allow_calendar(&principal, calendar)?;
        }
        let version = directory::version_of(&upload.data);
        let report = ImportReport {
            rows_read: parsed.rows_read as u64,
            rows_taken: parsed.rows_taken as u64,
            skipped: held_back(parsed.rows_held_back),
            refused: parsed.refused.iter().map(refused_row).collect(),
            version: version.clone(),
        };
        if !parsed.calendars.is_empty() {
            let _turn = self.records.turn_of_imports().await;
            let import = Import {
                kind: ImportKind::Calendar,
                mode: ImportedMode::Whole,
                as_at: None,
                version: &version,
                rows_read: report.rows_read,
                rows_taken: report.rows_taken,
                rows_refused: parsed.refused.len() as u64,
            };
            let places: Vec<_> = parsed.calendars.iter().map(calendar_place).collect();
            self.record(&principal, &import, &places).await?;
            self.reference
                .keep(FileKind::Calendar, &upload.data)
                .map_err(|error| internal(&error))?;
            self.reference
                .calendars_mut()
                .take(parsed.calendars, &version);
        }
        Ok(report)
    }

    pub(super) async fn import_roll(
        &self,
        request: ImportRequest,
    ) -> Result<ImportReport, Problem> {
        let principal = self.caller(&request, Action::RollImport)?;
        let upload = receive(request).await?;
        let as_at = self.as_at(&upload.header.as_at)?;
        let mode = match upload.header.mode() {
            ImportMode::Delta => Mode::Delta,
            ImportMode::Whole | ImportMode::Unspecified => Mode::Whole,
        };
        let read = move |data: &[u8]| directory::roll::read(data, as_at);
        let (upload, read) = upload.read(read).await?;
        let read = read.map_err(unreadable)?;
        let covered = covered(&upload.header)?;
        let named = read.schools.keys().copied();
        for urn in named.chain(covered.iter().copied()) {
            self.allow_school(&principal, Action::RollImport, &urn.to_string())?;
        }
        let _turn = self.records.turn_of_imports().await;
        let taken = read.schools.keys().chain(&covered);
        self.none_is_newer(taken, as_at)?;
        let import = Import {
            kind: ImportKind::Roll,
            mode: match mode {
                Mode::Whole => ImportedMode::Whole,
                Mode::Delta => ImportedMode::Delta,
            },
            as_at: Some(as_at),
            ..whole(ImportKind::Roll, &read.report)
        };
        let taken = read.schools.keys().chain(&covered);
        let places: Vec<_> = taken.map(|urn| self.reference.roll_place(*urn)).collect();
        self.record(&principal, &import, &places).await?;
        let report = ImportReport::from(read.report);
        for (urn, rows) in &read.schools {
            self.take_rows(*urn, as_at, mode, rows).await?;
        }
        // A whole roll that covers a school and names no pupil of it leaves that roll empty.
        for urn in covered.iter().filter(|urn| !read.schools.contains_key(urn)) {
            if mode == Mode::Whole {
                self.take_rows(*urn, as_at, mode, &[]).await?;
            }
        }
        Ok(report)
    }

    async fn take_rows(
        &self,
        urn: Urn,
        as_at: Date,
        mode: Mode,
        rows: &[RollRow],
    ) -> Result<(), Problem> {
        let taken = self.reference.take_roll(urn, as_at, mode, rows).await;
        taken.map_err(|error| match error {
            ReferenceError::Roll(RollError::Older) => older(),
            error => internal(&error),
        })
    }

    /// Asked before anything is recorded, so that what is recorded is taken.
    fn none_is_newer<'a>(
        &self,
        mut schools: impl Iterator<Item = &'a Urn>,
        as_at: Date,
    ) -> Result<(), Problem> {
        let roll = self.reference.roll();
        let newer = |urn: &Urn| roll.as_at(*urn).is_some_and(|present| as_at < present);
        if schools.any(newer) {
            return Err(older());
        }
        Ok(())
    }

    /// Each import that takes the place of another has its own record, and one that is sent again
    /// before another came has the one that it had.
    async fn record(
        &self,
        principal: &Principal,
        import: &Import<'_>,
        places: &[String],
    ) -> Result<(), Problem> {
        let id = self
            .records
            .import_id(principal, self.router.today(), import);
        let times = self.records.times_imported(id).await.map_err(unrecorded)?;
        let number = self
            .reference
            .begin_import(places, id, times)
            .map_err(|error| internal(&error))?;
        let recorded = self.records.import(principal, import, id, number).await;
        recorded.map(drop).map_err(unrecorded)
    }

    fn as_at(&self, text: &str) -> Result<Date, Problem> {
        let today = self.router.today();
        text.parse()
            .ok()
            .filter(|date| *date <= today)
            .ok_or_else(|| {
                Problem::invalid_field(
                    "header.as_at",
                    "is missing, no date, or in the future",
                    "send the date the roll was true on, as YYYY-MM-DD",
                )
            })
    }

    fn allow_calendar(
        &self,
        principal: &Principal,
        calendar: &ParsedCalendar,
    ) -> Result<(), Problem> {
        let code = calendar.code.as_str();
        let organisation = |kind| Object::Organisation { kind, code };
        match calendar.scope {
            Scope::School => self.allow_school(principal, Action::CalendarImport, code),
            Scope::Trust => allow(
                principal,
                Action::CalendarImport,
                &organisation(OrganisationKind::Trust),
            ),
            Scope::Council => allow(principal, Action::CalendarImport, &Object::Council(code)),
        }
    }
}

fn calendar_place(calendar: &ParsedCalendar) -> String {
    format!("calendar {:?} {}", calendar.scope, calendar.code)
}

/// A file that replaces what was there.
fn whole(kind: ImportKind, report: &directory::Report) -> Import<'_> {
    Import {
        kind,
        mode: ImportedMode::Whole,
        as_at: None,
        version: &report.version,
        rows_read: report.rows_read,
        rows_taken: report.rows_taken,
        rows_refused: report.rows_refused,
    }
}

fn older() -> Problem {
    Problem::invalid_field(
        "header.as_at",
        "is older than the roll that is there",
        "send the roll with the date it was true on",
    )
}

fn covered(header: &ImportHeader) -> Result<BTreeSet<Urn>, Problem> {
    header
        .schools
        .iter()
        .map(|urn| {
            urn.parse().map_err(|_| {
                Problem::invalid_field("header.schools", "holds no URN", "send URNs of six digits")
            })
        })
        .collect()
}

fn unreadable(error: directory::Error) -> Problem {
    Problem::new(Code::Malformed, format!("{error}. {}", error.remedy()))
}

fn refused_row(row: &calendar::RefusedRow) -> RefusedRow {
    RefusedRow {
        line: row.line,
        field: row.field.clone(),
        reason: row.reason.to_owned(),
        remedy: row.remedy.to_owned(),
    }
}

/// Rows whose successor is missing count once: as passed over, not as taken.
fn pass_over(report: &mut ImportReport, successors: &[Urn], missing: &[(Urn, Urn)]) {
    let missing: BTreeSet<_> = missing.iter().map(|(_, successor)| successor).collect();
    let rows = successors.iter().filter(|to| missing.contains(to)).count() as u64;
    if rows > 0 {
        report.rows_taken = report.rows_taken.saturating_sub(rows);
        report.skipped.push(SkippedRows {
            reason: "successor absent from the directory: the old school is kept".to_owned(),
            rows,
        });
    }
}

fn held_back(rows: usize) -> Vec<SkippedRows> {
    if rows == 0 {
        return Vec::new();
    }
    vec![SkippedRows {
        reason: "another row of the same calendar was refused".to_owned(),
        rows: rows as u64,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_of_links_is_counted_once() {
        let urn = |text: &str| text.parse::<Urn>().unwrap();
        let (old, older, gone, there) =
            (urn("900001"), urn("900002"), urn("900003"), urn("900004"));
        let mut report = ImportReport {
            rows_read: 3,
            rows_taken: 3,
            ..ImportReport::default()
        };
        pass_over(
            &mut report,
            &[old, gone, there],
            &[(old, gone), (older, gone)],
        );
        let passed_over: u64 = report.skipped.iter().map(|skipped| skipped.rows).sum();
        assert_eq!((report.rows_taken, passed_over), (2, 1));
    }
}
