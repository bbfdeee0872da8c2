//! The door of those who run the hub: copies of it, and the destruction of keys.

use super::{Ear, HubError, Stores, part, pause::Pause, set_aside};
use clock::SharedClock;
use host::{
    problem::{Code, Problem},
    report::report,
};
use journal::id::unhex16;
use keys::{KeyId, KeyKind, Keys};
use policy::{Action, Object, Principal, Verifier, permit};
use proto::operator::v1::{
    BackupRequest, BackupResponse, DestroyKeysRequest, DestroyKeysResponse,
    DestroyNotificationKeyRequest, DestroyNotificationKeyResponse, ListSetAsideRequest,
    ListSetAsideResponse, RetrySetAsideRequest, RetrySetAsideResponse,
    operator_service_server::OperatorService,
};
use schools::reference::Reference;
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};
use tonic::{Request, Response, Status};

/// Backup and destruction.
pub(super) struct Operator {
    pub(super) stores: Arc<Stores>,
    pub(super) reference: Arc<Reference>,
    pub(super) verifier: Arc<Verifier>,
    pub(super) clock: SharedClock,
    pub(super) pause: Pause,
    pub(super) ears: Arc<Vec<Ear>>,
}

#[tonic::async_trait]
impl OperatorService for Operator {
    async fn backup(
        &self,
        request: Request<BackupRequest>,
    ) -> Result<Response<BackupResponse>, Status> {
        self.allow(&request, Action::HubBackup)?;
        let BackupRequest { name } = request.into_inner();
        let folder = self.new_folder(&name)?;
        let copied = self.copy_to(&folder).await;
        let copied = copied.and_then(|()| size_of(&folder).map_err(part("a backup folder")));
        if copied.is_err() {
            remove(&folder);
        }
        let bytes = copied.map_err(|error| failed(&error))?;
        Ok(Response::new(BackupResponse {
            folder: folder.display().to_string(),
            bytes,
        }))
    }

    async fn destroy_keys(
        &self,
        request: Request<DestroyKeysRequest>,
    ) -> Result<Response<DestroyKeysResponse>, Status> {
        self.allow(&request, Action::HubDestroyKeys)?;
        let line = unhex16(&request.into_inner().line_id).ok_or_else(|| {
            Problem::invalid_field(
                "line_id",
                "is no line id",
                "send the 32 hexadecimal digits of a child line",
            )
        })?;
        let keys = [KeyKind::ChildLine, KeyKind::Area].map(|kind| KeyId::of(kind, line));
        let destroyed = self.destroy(&keys).await?;
        Ok(Response::new(DestroyKeysResponse { destroyed }))
    }

    async fn destroy_notification_key(
        &self,
        request: Request<DestroyNotificationKeyRequest>,
    ) -> Result<Response<DestroyNotificationKeyResponse>, Status> {
        self.allow(&request, Action::HubDestroyKeys)?;
        let id = unhex16(&request.into_inner().notification_id).ok_or_else(|| {
            Problem::invalid_field(
                "notification_id",
                "is no notification id",
                "send the 32 hexadecimal digits of a notification",
            )
        })?;
        let destroyed = self
            .destroy(&[KeyId::of(KeyKind::Notification, id)])
            .await?;
        Ok(Response::new(DestroyNotificationKeyResponse { destroyed }))
    }

    async fn list_set_aside(
        &self,
        request: Request<ListSetAsideRequest>,
    ) -> Result<Response<ListSetAsideResponse>, Status> {
        self.allow(&request, Action::HubSetAside)?;
        let events = set_aside::list(&self.ears).map_err(|error| failed(&error))?;
        Ok(Response::new(ListSetAsideResponse { events }))
    }

    async fn retry_set_aside(
        &self,
        request: Request<RetrySetAsideRequest>,
    ) -> Result<Response<RetrySetAsideResponse>, Status> {
        self.allow(&request, Action::HubSetAside)?;
        let retried = set_aside::retry(&self.ears, &request.into_inner()).await;
        Ok(Response::new(retried?))
    }
}

// === impl Operator ===

impl Operator {
    fn allow<T>(&self, request: &Request<T>, action: Action) -> Result<(), Problem> {
        let now = self.clock.now();
        let principal = Principal::from_metadata(request.metadata(), &self.verifier, now)
            .map_err(|_| Problem::of(Code::Unauthenticated))?;
        permit(&principal, action, &Object::None)
            .granted()
            .map_err(|refusal| proto::door::v1::Problem::from(refusal).into())
    }

    /// For ever; how many.
    async fn destroy(&self, keys: &[KeyId]) -> Result<u32, Status> {
        let destroyed = self.stores.keys.destroy(keys).await;
        destroyed.map_err(|error| failed(&error))?;
        Ok(u32::try_from(keys.len()).unwrap_or(u32::MAX))
    }

    /// Makes it, so that of two backups with one name only one begins, and only that one may take it
    /// away again.
    fn new_folder(&self, name: &str) -> Result<PathBuf, Problem> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=64).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(Problem::invalid_field(
                "name",
                "is no plain name",
                "use 1 to 64 of a-z, 0-9 and -",
            ));
        }
        let backups = &self.stores.folders.backups;
        let folder = backups.join(name);
        let made = std::fs::create_dir_all(backups).and_then(|()| std::fs::create_dir(&folder));
        match made {
            Ok(()) => Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Problem::new(
                Code::Conflict,
                "a backup of this name is there already: choose another",
            )),
            Err(error) => Err(fault(&error)),
        }
    }

    /// Consumers first, producers next, keys last: so every cursor points at or before its source,
    /// and every key is there. Keys go into a folder of their own, to be kept elsewhere. Meanwhile
    /// police does not listen to schools, which would make it a consumer of its own consumer.
    async fn copy_to(&self, folder: &Path) -> Result<(), HubError> {
        let keys = folder.join("keys");
        std::fs::create_dir(&keys).map_err(part("a backup folder"))?;
        self.reference
            .backup_to(&folder.join("schools-reference.sqlite3"))
            .map_err(part("a copy of reference data"))?;
        let stores = &self.stores;
        let held = self.pause.hold().await;
        for (name, journal) in [
            ("schools", &stores.schools),
            ("police", &stores.police),
            ("access", &stores.access),
        ] {
            journal
                .back_up(&folder.join(format!("{name}.sqlite3")))
                .await
                .map_err(part("a copy of a journal"))?;
        }
        drop(held);
        let store = stores.keys.clone();
        let target = keys.join("keys.db");
        tokio::task::spawn_blocking(move || store.backup_to(&target))
            .await
            .map_err(part("a copy of the keys"))?
            .map_err(part("a copy of the keys"))
    }
}

fn size_of(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() {
            size_of(&entry.path())?
        } else {
            meta.len()
        };
    }
    Ok(bytes)
}

/// What is no whole backup must not look like one, nor keep its name.
fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::error!(error = %report(&error), "what is there of a failed backup stays there");
    }
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Status {
    fault(error).into()
}

fn fault(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error = %report(error), "an operator's request failed");
    Problem::of(Code::Internal)
}
