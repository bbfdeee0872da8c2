//! `firstbell audit`: proves from the journals alone that history is whole and the promises were kept.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hub::{Folders, Promises, master_key, restore},
    journals::audited,
    output::Output,
};
use clock::SystemClock;
use journal::checkpoint::VerifyingKey;
use keys::{KeyStore, Purpose};
use serde_json::json;
use std::sync::Arc;

/// What `audit` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell audit\n\nReads the journals of a hub that is not running: \
    every hash, every checkpoint's signature, and who answers for each accepted child. Ends with \
    code 2 if anything is found."
)]
pub struct AuditArgs {
    #[command(flatten)]
    hub: HubArgs,
}

pub(super) async fn run(args: &AuditArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    let folders = Folders::below(&config.data);
    restore::check_finished(&folders).map_err(CommandError::hub)?;
    let master = master_key(&config, &folders).map_err(CommandError::hub)?;
    let keys =
        KeyStore::open(&folders.keys, &master, Arc::new(SystemClock)).map_err(CommandError::hub)?;
    let mut sound = true;
    let mut rows = Vec::new();
    for service in crate::hub::JOURNALS {
        let report = audited(&config, service, &checkpoint_keys(&keys, service)).await;
        let report = report.map_err(CommandError::hub)?;
        sound &= report.is_sound();
        if output.is_json() {
            output.object(&json!({
                "journal": service, "events": report.events, "streams": report.streams,
                "checkpoints": report.checkpoints,
                "faults": report.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            }))?;
        }
        for fault in &report.faults {
            rows.push(vec![service.to_owned(), fault.to_string()]);
        }
        rows.push(vec![
            service.to_owned(),
            format!(
                "{} events in {} streams, {} checkpoints, {} faults",
                report.events,
                report.streams,
                report.checkpoints,
                report.faults.len()
            ),
        ]);
    }
    let promises = Promises::check(&config).await.map_err(CommandError::hub)?;
    sound &= promises.is_kept();
    if output.is_json() {
        output.object(&promises.to_json())?;
    } else {
        rows.extend(promises.rows());
        output.table(&["journal", "found"], rows)?;
    }
    Ok(if sound { Exit::Done } else { Exit::Listed })
}

/// Those that may have signed for the journal of this service.
fn checkpoint_keys(keys: &KeyStore, service: &str) -> Vec<VerifyingKey> {
    let signs = |purpose| matches!(purpose, Purpose::Checkpoints(own) if own.name() == service);
    keys.verifying_keys()
        .into_iter()
        .filter(|key| signs(key.purpose))
        .filter_map(|key| <[u8; 32]>::try_from(key.public.as_slice()).ok())
        .map(VerifyingKey::from_bytes)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keys::{MadeFor, MasterKey, Service};

    #[test]
    fn a_journal_is_held_against_the_key_of_its_own_service_alone() {
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::generate_file(&folder.path().join("master.key")).unwrap();
        KeyStore::init(folder.path(), &master, MadeFor::Tests).unwrap();
        let keys = KeyStore::open(folder.path(), &master, Arc::new(SystemClock)).unwrap();
        let own = [Service::Schools, Service::Police, Service::Access];
        for (journal, service) in crate::hub::JOURNALS.into_iter().zip(own) {
            let own = keys.signing_key(Purpose::Checkpoints(service)).verifying();
            let believed = checkpoint_keys(&keys, journal);
            let believed: Vec<_> = believed.iter().map(VerifyingKey::as_bytes).collect();
            assert_eq!(believed, [own.public.as_slice()]);
        }
    }
}
