//! Audits journals wherever the configuration has them.

use super::{Journals, JournalsError};
use crate::{broker, hub::Folders};
use clock::SystemClock;
use host::config::{Config, JournalKind};
use journal::{
    audit::{AuditReport, audit, audit_open},
    checkpoint::VerifyingKey,
    embedded::JournalFile,
};
use std::sync::Arc;

/// Audits the journal of a service: in the data folder by its file alone, whether or not a hub runs;
/// elsewhere once no hub of this data folder has it open. `keys` may have signed checkpoints.
pub async fn audited(
    config: &Config,
    service: &'static str,
    keys: &[VerifyingKey],
) -> Result<AuditReport, JournalsError> {
    if config.journals.kind == JournalKind::Embedded {
        let path = Folders::below(&config.data).journal(service);
        let file = JournalFile::open(&path);
        let file = file.map_err(|error| JournalsError::Embedded(service, error))?;
        return Ok(audit(&file, keys, None));
    }
    let name = broker::name(&config.nats);
    let journals = Journals::new(config, name, Arc::new(SystemClock)).await?;
    let opened = journals.open_there(service).await?;
    let report = audit_open(&*opened.shared(), keys).await;
    opened.close().await;
    report.map_err(|error| JournalsError::Read(service, error))
}
