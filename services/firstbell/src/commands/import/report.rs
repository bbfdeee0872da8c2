//! What became of an import, as a table or as JSON.

use crate::{error::CommandError, output::Output};
use proto::schools::v1::{ImportReport, RefusedRow};
use serde_json::json;

/// Prints what was refused, then what was passed over, then the numbers.
pub(super) fn show(report: &ImportReport, output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        return show_json(report, output);
    }
    if !report.refused.is_empty() {
        let head = ["line", "field", "reason", "remedy"];
        output.table(&head, report.refused.iter().map(row))?;
    }
    if !report.skipped.is_empty() {
        let skipped = report.skipped.iter();
        let rows = skipped.map(|skipped| vec![skipped.rows.to_string(), skipped.reason.clone()]);
        output.table(&["rows", "passed over because"], rows)?;
    }
    let skipped = skipped_rows(report);
    let left = report
        .rows_read
        .saturating_sub(report.rows_taken)
        .saturating_sub(skipped);
    output.line(&format!(
        "{} rows read: {} taken, {skipped} passed over, {left} refused{}.",
        report.rows_read,
        report.rows_taken,
        if report.version.is_empty() {
            String::new()
        } else {
            format!("; version {}", report.version)
        }
    ))
}

fn show_json(report: &ImportReport, output: &mut Output) -> Result<(), CommandError> {
    for refused in &report.refused {
        output.object(&json!({
            "kind": "refused", "line": refused.line, "field": refused.field,
            "reason": refused.reason, "remedy": refused.remedy,
        }))?;
    }
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| json!({"reason": skipped.reason, "rows": skipped.rows}))
        .collect();
    output.object(&json!({
        "kind": "summary", "rows_read": report.rows_read, "rows_taken": report.rows_taken,
        "skipped": skipped, "refused": report.refused.len(), "version": report.version,
    }))
}

fn skipped_rows(report: &ImportReport) -> u64 {
    let rows = report.skipped.iter().map(|skipped| skipped.rows);
    rows.fold(0, u64::saturating_add)
}

fn row(refused: &RefusedRow) -> Vec<String> {
    vec![
        refused.line.to_string(),
        refused.field.clone(),
        refused.reason.clone(),
        refused.remedy.clone(),
    ]
}
