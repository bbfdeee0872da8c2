//! Contacts: read here, named to the hub one by one.

use super::upload::FILE;
use crate::{client::Hub, error::CommandError};
use host::problem::{Code, Problem};
use proto::{
    access::v1::{SetContactRequest, access_service_client::AccessServiceClient},
    schools::v1::{ImportReport, RefusedRow},
};
use std::path::Path;

/// Reads the file and names each contact to the hub. A contact that the hub refuses costs no other.
pub(super) async fn import(file: &Path, hub: Hub) -> Result<ImportReport, CommandError> {
    let text = std::fs::read(file).map_err(CommandError::no_input(FILE))?;
    let read = match directory::contacts::read(&text) {
        Ok(read) => read,
        Err(error) => return Ok(whole_file_refused(&error)),
    };
    let mut report = ImportReport::from(read.report);
    let mut access = AccessServiceClient::new(hub);
    for (contact, line) in read.contacts.into_iter().zip(read.lines) {
        let request = SetContactRequest {
            contact: Some(contact),
        };
        if let Err(status) = access.set_contact(request).await {
            let problem = Problem::from_status(&status);
            if stops(problem.code()) {
                return Err(CommandError::Refused(problem));
            }
            report.rows_taken = report.rows_taken.saturating_sub(1);
            report.refused.extend(refusals(line, &problem));
        }
    }
    report.refused.sort_by_key(|refused| refused.line);
    Ok(report)
}

fn whole_file_refused(error: &directory::Error) -> ImportReport {
    let refused = RefusedRow {
        line: 1,
        field: String::new(),
        reason: error.to_string(),
        remedy: error.remedy().to_owned(),
    };
    ImportReport {
        refused: vec![refused],
        ..ImportReport::default()
    }
}

/// Whether the next contact would fare no better.
fn stops(code: Code) -> bool {
    matches!(
        code,
        Code::Unauthenticated | Code::Unavailable | Code::NoSpace | Code::Timeout | Code::Internal
    )
}

fn refusals(line: u64, problem: &Problem) -> Vec<RefusedRow> {
    let refuse = |field: &str, reason: &str, remedy: &str| RefusedRow {
        line,
        field: field.strip_prefix("contact.").unwrap_or(field).to_owned(),
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
    };
    if problem.fields().is_empty() {
        let remedy = "mend the row and import the file again";
        return vec![refuse("", problem.message(), remedy)];
    }
    let fields = problem.fields().iter();
    let refused = fields.map(|field| refuse(&field.path, &field.reason, &field.remedy));
    refused.collect()
}
