//! The rows of a line go when its key goes, and those of the parties with the notification's.
//!
//! Destructions are forgotten as they are heard; the ledger of destroyed keys says what was missed.

use super::{Known, Prepared, ProjectError, Projector, Rows, Tags};
use crate::views::{LineFacts, View, ViewError};
use host::report::report;
use journal::{
    Position, ReadError, StreamName,
    id::{hex, unhex16},
};
use keys::{KeyId, KeyKind};
use std::{collections::HashSet, sync::Arc};
use tokio::sync::broadcast::error::RecvError;

/// Whether every destruction is heard of.
pub(super) enum Heard {
    /// None was lost.
    All,
    /// There were too many at once.
    Some,
}

/// What rows show by each kind of key: the key's own id, and the line.
const SHOWN_BY: [(KeyKind, &str); 3] = [
    (
        KeyKind::ChildLine,
        "SELECT line_id, line_id FROM alert UNION SELECT line_id, line_id FROM enquiry
         UNION SELECT line_id, line_id FROM decision WHERE chosen IN (1, 2, 3)",
    ),
    (
        KeyKind::Area,
        "SELECT line_id, line_id FROM line WHERE council_tag IS NOT NULL
         UNION SELECT line_id, line_id FROM alert WHERE council_tag IS NOT NULL
         UNION SELECT line_id, line_id FROM decision WHERE council_tag IS NOT NULL",
    ),
    (
        KeyKind::Notification,
        "SELECT DISTINCT notification_id, line_id FROM party JOIN line USING(line_id)",
    ),
];

// === impl Projector ===

impl Projector {
    /// Forgets what one destroyed key showed.
    pub(super) async fn forget_heard(
        &self,
        heard: Result<KeyId, RecvError>,
        known: &mut Known,
    ) -> Result<Heard, ProjectError> {
        let key = match heard {
            Ok(key) => key,
            Err(RecvError::Lagged(_)) => return Ok(Heard::Some),
            Err(RecvError::Closed) => return Err(ProjectError::Deaf),
        };
        let lines = match key.kind() {
            KeyKind::ChildLine | KeyKind::Area => vec![hex(&key.thing())],
            KeyKind::Notification => self.view.lines_of_notification(&hex(&key.thing()))?,
            _ => Vec::new(),
        };
        self.forget(&lines, known).await?;
        Ok(Heard::All)
    }

    /// Forgets what is still shown though its key was destroyed: while the hub was down, or unheard.
    /// False where something is left. What cannot be forgotten now keeps nothing else waiting.
    pub(super) async fn forget_missed(&self, known: &mut Known) -> bool {
        let lines = match self.missed().await {
            Ok(lines) => lines,
            Err(error) => return waits(&error),
        };
        let mut done = true;
        for line in lines {
            if let Err(error) = self.forget(&[line], known).await {
                done = waits(&error);
            }
        }
        done
    }

    async fn missed(&self) -> Result<Vec<String>, ProjectError> {
        let destroyed = self.seals.sealer().keys().all_destroyed().await?;
        let destroyed: HashSet<_> = destroyed.into_iter().collect();
        if destroyed.is_empty() {
            return Ok(Vec::new());
        }
        let view = Arc::clone(&self.view);
        let work = move || view.lines_shown_by(&destroyed);
        Ok(tokio::task::spawn_blocking(work).await??)
    }

    /// Shows these lines by the keys that are left.
    async fn forget(&self, lines: &[String], known: &mut Known) -> Result<(), ProjectError> {
        let shown = *self.view.shown().borrow();
        let mut prepared = Vec::with_capacity(lines.len());
        for line in lines {
            let Some(stream) = unhex16(line).map(|id| StreamName::of("line", id)) else {
                continue;
            };
            known.forget(stream.as_str());
            let history = self.journal.read(&stream).await;
            prepared.push(match history.and_then(|all| LineFacts::fold(&all)) {
                Ok(facts) => self.prepare(stream, shown, facts, None).await?,
                Err(error @ ReadError::Corrupt(_)) => {
                    tracing::error!(%error, %stream, "a line cannot be shown");
                    unshown(line, stream, shown)
                }
                Err(error) => return Err(error.into()),
            });
        }
        if !prepared.is_empty() {
            self.write(shown, prepared).await?;
        }
        Ok(())
    }
}

/// False: it is not done.
fn waits(error: &ProjectError) -> bool {
    tracing::warn!(error = %report(error), "what a destroyed key showed is still in the schools view");
    false
}

/// No rows at all: what cannot be read must not stay because of that.
fn unshown(line: &str, stream: StreamName, position: Position) -> Prepared {
    let mut facts = LineFacts::default();
    let tags = Tags::default();
    let rows = Rows::of(&facts, &tags);
    line.clone_into(&mut facts.line.line_id);
    Prepared {
        position,
        stream,
        facts,
        tags,
        rows,
        before: None,
    }
}

// === impl View ===

impl View {
    /// Lines with rows that only one of these keys could have shown.
    pub fn lines_shown_by(&self, destroyed: &HashSet<KeyId>) -> Result<Vec<String>, ViewError> {
        let mut lines = HashSet::new();
        // Only the projector writes, which waits for this; readers go on meanwhile.
        let file = self.writer();
        for (kind, shown) in SHOWN_BY {
            let mut query = file.prepare(shown)?;
            let mut rows = query.query(())?;
            while let Some(row) = rows.next()? {
                let id = unhex16(row.get_ref(0)?.as_str().unwrap_or_default());
                if id.is_some_and(|id| destroyed.contains(&KeyId::of(kind, id))) {
                    lines.insert(row.get(1)?);
                }
            }
        }
        Ok(lines.into_iter().collect())
    }
}
