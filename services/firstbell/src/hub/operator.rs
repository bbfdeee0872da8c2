//! The door of those who run the hub: copies of it, and the destruction of keys.

use super::{copies::Copies, set_aside, standing::Records};
use clock::SharedClock;
use host::{
    problem::{Code, Problem},
    report::report,
};
use journal::id::unhex16;
use keys::{KeyId, KeyKind, KeyStore};
use policy::{Action, Object, Principal, Verifier, permit};
use proto::operator::v1::{
    BackupRequest, BackupResponse, DestroyKeysRequest, DestroyKeysResponse,
    DestroyNotificationKeyRequest, DestroyNotificationKeyResponse, GetStandingRequest,
    GetStandingResponse, ListSetAsideRequest, ListSetAsideResponse, RetrySetAsideRequest,
    RetrySetAsideResponse, operator_service_server::OperatorService,
};
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// What can be done in one process: with its keys, if it has them, with copies, if it is all there is,
/// and for the services that are in it.
pub(crate) struct Operator {
    pub(crate) keys: Option<Arc<KeyStore>>,
    pub(crate) copies: Option<Copies>,
    pub(crate) records: Records,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) clock: SharedClock,
}

#[tonic::async_trait]
impl OperatorService for Operator {
    async fn backup(
        &self,
        request: Request<BackupRequest>,
    ) -> Result<Response<BackupResponse>, Status> {
        self.allow(&request, Action::HubBackup)?;
        let copies = self.copies.as_ref().ok_or_else(elsewhere)?;
        let (folder, bytes) = copies.copy(&request.into_inner().name).await?;
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
        let events = set_aside::list(&self.records.ears).map_err(|error| failed(&error))?;
        Ok(Response::new(ListSetAsideResponse { events }))
    }

    async fn retry_set_aside(
        &self,
        request: Request<RetrySetAsideRequest>,
    ) -> Result<Response<RetrySetAsideResponse>, Status> {
        self.allow(&request, Action::HubSetAside)?;
        let retried = set_aside::retry(&self.records.ears, &request.into_inner()).await;
        Ok(Response::new(retried?))
    }

    async fn get_standing(
        &self,
        request: Request<GetStandingRequest>,
    ) -> Result<Response<GetStandingResponse>, Status> {
        self.allow(&request, Action::HubStanding)?;
        let services = self.records.standings().map_err(|error| failed(&*error))?;
        Ok(Response::new(GetStandingResponse { services }))
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
        let store = self.keys.as_ref().ok_or_else(elsewhere)?;
        let destroyed = store.destroy(keys).await;
        destroyed.map_err(|error| failed(&error))?;
        Ok(u32::try_from(keys.len()).unwrap_or(u32::MAX))
    }
}

fn elsewhere() -> Status {
    Status::unimplemented("another process of the hub does this")
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Status {
    tracing::error!(error = %report(error), "an operator's request failed");
    Problem::of(Code::Internal).into()
}
