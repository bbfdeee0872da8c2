//! What a push prints: each refused line, each held text, and a summary at the end.

use super::{
    Format,
    columns::place,
    jsonl,
    progress::Counts,
    unit::{Refusal, with_siblings},
};
use crate::{error::CommandError, output::Output};
use host::problem::Problem;
use proto::police::v1::SubmitNotificationResponse;
use serde_json::json;

/// Prints while the push goes on.
pub(super) struct Report<'a> {
    output: &'a mut Output,
    format: Format,
    head_shown: bool,
    refused: u64,
}

/// How a push ended.
pub(super) struct Summary {
    pub(super) refused: u64,
    pub(super) complete: bool,
    pub(super) counts: Counts,
}

// === impl Report ===

impl<'a> Report<'a> {
    pub(super) fn new(output: &'a mut Output, format: Format) -> Self {
        Self {
            output,
            format,
            head_shown: false,
            refused: 0,
        }
    }

    /// Notifications refused so far.
    pub(super) fn refused_count(&self) -> u64 {
        self.refused
    }

    /// A notification that was taken, and which of its texts are held. Answers how many.
    pub(super) fn accepted(
        &mut self,
        lines: &[u64],
        answer: &SubmitNotificationResponse,
    ) -> Result<u64, CommandError> {
        let first = lines.first().copied().unwrap_or_default();
        if self.output.is_json() {
            self.output.object(&json!({
                "kind": "accepted", "line": first, "notification_id": answer.notification_id,
                "already_known": answer.already_known,
                "line_ids": answer.children.iter().map(|child| &child.line_id).collect::<Vec<_>>(),
            }))?;
        }
        let mut held = 0;
        for (index, child) in answer.children.iter().enumerate() {
            let line = lines.get(index).copied().unwrap_or(first);
            for problem in &child.held {
                held += 1;
                let mut entry = Refusal::of_field(line, problem);
                entry.field = self.field(&problem.path).1;
                self.entry("held", &entry, Some(&answer.notification_id))?;
            }
        }
        Ok(held)
    }

    /// A notification that the hub refused.
    pub(super) fn refused_by_hub(
        &mut self,
        lines: &[u64],
        problem: &Problem,
    ) -> Result<(), CommandError> {
        let first = lines.first().copied().unwrap_or_default();
        let refusals = if problem.fields().is_empty() {
            let remedy = match self.format {
                Format::Csv => "mend the row and send the file again",
                Format::Jsonl => "mend the line and send the file again",
            };
            vec![Refusal::new(first, "", problem.message(), remedy)]
        } else {
            let placed = problem.fields().iter().zip(jsonl::refusals(first, problem));
            let placed = placed.map(|(field, mut refusal)| {
                let (child, name) = self.field(&field.path);
                refusal.line = child
                    .and_then(|child| lines.get(child))
                    .copied()
                    .unwrap_or(first);
                refusal.field = name;
                refusal
            });
            placed.collect()
        };
        self.refused(&with_siblings(lines, refusals))
    }

    /// A notification, or a line that is none, that was refused before it was sent.
    pub(super) fn refused(&mut self, refusals: &[Refusal]) -> Result<(), CommandError> {
        self.refused = self.refused.saturating_add(1);
        refusals
            .iter()
            .try_for_each(|refusal| self.entry("refused", refusal, None))
    }

    /// The last words.
    pub(super) fn summary(&mut self, summary: &Summary) -> Result<(), CommandError> {
        let Counts {
            accepted,
            already_known,
            held,
        } = summary.counts;
        let refused = summary.refused;
        let read = accepted
            .saturating_add(already_known)
            .saturating_add(refused);
        if self.output.is_json() {
            return self.output.object(&json!({
                "kind": "summary", "read": read, "accepted": accepted,
                "already_known": already_known, "refused": refused, "held": held,
                "complete": summary.complete,
            }));
        }
        self.output.line(&format!(
            "{read} notifications read: {accepted} accepted, {already_known} already known, \
             {refused} refused; {held} texts held."
        ))
    }

    /// The child's number and the name of a field as the file has them.
    fn field(&self, path: &str) -> (Option<usize>, String) {
        let path = path.strip_prefix("notification.").unwrap_or(path);
        match self.format {
            Format::Csv => place(path),
            Format::Jsonl => (None, path.to_owned()),
        }
    }

    fn entry(
        &mut self,
        kind: &str,
        entry: &Refusal,
        notification_id: Option<&str>,
    ) -> Result<(), CommandError> {
        let Refusal {
            line,
            field,
            reason,
            remedy,
        } = entry;
        if self.output.is_json() {
            let mut object = json!({
                "kind": kind, "line": line, "field": field, "reason": reason, "remedy": remedy,
            });
            if let (Some(id), Some(object)) = (notification_id, object.as_object_mut()) {
                object.insert("notification_id".to_owned(), id.into());
            }
            return self.output.object(&object);
        }
        if !self.head_shown {
            self.head_shown = true;
            self.output
                .line(&row("line", "", "field", "reason; remedy"))?;
        }
        let words = format!("{reason}; {remedy}");
        self.output
            .line(&row(&line.to_string(), kind, field, &words))
    }
}

fn row(line: &str, kind: &str, field: &str, words: &str) -> String {
    format!("{line:>8}  {kind:<7}  {field:<24}  {words}")
}
