//! IN: the door for police forces. A request is checked here, sealed here, and becomes a command.
//!
//! In reading order: [`caller`] is who asks and within which remit, [`check`] refuses bad input by
//! the name of the field, [`screen`] holds text that names others, [`seal`] seals what is personal;
//! then one file for each verb. [`failure`] says what went wrong in a sentence to act on, and
//! [`erased`] what is gone for good.

mod caller;
pub(crate) mod check;
mod correct;
mod erased;
mod failure;
mod list;
mod marks;
mod release_text;
mod screen;
mod seal;
mod status;
mod submit;
mod submit_many;
mod watch;
mod withdraw;

use crate::{
    Intake,
    domain::{Notification, NotificationId, ids::first_half},
    views::Views,
};
use caller::Caller;
use check::Rules;
use clock::SharedClock;
use futures::stream::BoxStream;
use host::problem::Problem;
use jiff::tz::TimeZone;
use journal::{
    CommandId, Reserve, SharedJournal,
    decider::{Context, memory::Memory},
    id::hex,
};
use keys::{Sealer, SharedKeys};
use policy::Verifier;
use proto::police::v1::{
    CorrectNotificationRequest, CorrectNotificationResponse, GetNotificationRequest,
    ListNotificationsRequest, ListNotificationsResponse, NotificationChange, NotificationStatus,
    ReleaseTextRequest, ReleaseTextResponse, SubmitNotificationRequest, SubmitNotificationResponse,
    SubmitNotificationsResponse, WatchNotificationsRequest, WithdrawNotificationRequest,
    WithdrawNotificationResponse, police_service_server::PoliceService,
};
use std::sync::Arc;
use tonic::{Request, Response, Status, Streaming, async_trait};

/// The door for police forces.
#[derive(Clone)]
pub struct PoliceApi {
    parts: Arc<Parts>,
}

/// What the verbs work with.
pub(crate) struct Parts {
    pub(crate) journal: SharedJournal,
    pub(crate) sealer: Sealer,
    pub(crate) clock: SharedClock,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) views: Arc<Views>,
    pub(crate) rules: Rules,
    pub(crate) intake: Intake,
    pub(crate) london: TimeZone,
    /// How the notifications stood that something was done to lately.
    pub(crate) lately: Arc<Memory<Notification>>,
}

// === impl Parts ===

impl Parts {
    fn keys(&self) -> &SharedKeys {
        self.sealer.keys()
    }

    fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Problem> {
        Caller::of(request.metadata(), &self.verifier, self.clock.now())
    }

    /// The id of what `force` calls `reference`.
    fn notification_id(&self, force: &str, reference: &str) -> NotificationId {
        let parts = [force.as_bytes(), reference.as_bytes()];
        NotificationId::from_opaque(self.sealer.opaque("notification", &parts))
    }

    /// An opaque name within one notification, e.g. of an actor or a correction.
    fn opaque(&self, id: NotificationId, purpose: &'static str, name: &str) -> [u8; 16] {
        first_half(self.sealer.opaque(purpose, &[&id.0, name.as_bytes()]))
    }

    fn context(
        &self,
        caller: &Caller,
        id: NotificationId,
        command: CommandId,
        reserve: Reserve,
    ) -> Context {
        Context {
            command,
            actor: hex(&self.opaque(id, "police actor", &caller.principal.id)),
            causation: *command.as_bytes(),
            correlation: id.0,
            occurred_at: caller.now,
            reserve,
            traceparent: caller.traceparent.clone(),
        }
    }
}

// === impl PoliceApi ===

impl PoliceApi {
    pub(crate) fn new(parts: Arc<Parts>) -> Self {
        Self { parts }
    }
}

#[async_trait]
impl PoliceService for PoliceApi {
    type WatchNotificationsStream = BoxStream<'static, Result<NotificationChange, Status>>;

    async fn submit_notification(
        &self,
        request: Request<SubmitNotificationRequest>,
    ) -> Result<Response<SubmitNotificationResponse>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(self.parts.submit(&caller, request.into_inner()).await)
    }

    async fn submit_notifications(
        &self,
        request: Request<Streaming<SubmitNotificationRequest>>,
    ) -> Result<Response<SubmitNotificationsResponse>, Status> {
        let caller = self.parts.caller(&request)?;
        let outcomes = submit_many::submit_many(&self.parts, caller, request.into_inner()).await?;
        Ok(Response::new(SubmitNotificationsResponse { outcomes }))
    }

    async fn correct_notification(
        &self,
        request: Request<CorrectNotificationRequest>,
    ) -> Result<Response<CorrectNotificationResponse>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(self.parts.correct(&caller, request.into_inner()).await)
    }

    async fn withdraw_notification(
        &self,
        request: Request<WithdrawNotificationRequest>,
    ) -> Result<Response<WithdrawNotificationResponse>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(self.parts.withdraw(&caller, request.into_inner()).await)
    }

    async fn release_text(
        &self,
        request: Request<ReleaseTextRequest>,
    ) -> Result<Response<ReleaseTextResponse>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(self.parts.release_text(&caller, request.into_inner()).await)
    }

    async fn get_notification(
        &self,
        request: Request<GetNotificationRequest>,
    ) -> Result<Response<NotificationStatus>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(self.parts.status(&caller, request.into_inner()).await)
    }

    async fn list_notifications(
        &self,
        request: Request<ListNotificationsRequest>,
    ) -> Result<Response<ListNotificationsResponse>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(self.parts.list(&caller, request.into_inner()).await)
    }

    async fn watch_notifications(
        &self,
        request: Request<WatchNotificationsRequest>,
    ) -> Result<Response<Self::WatchNotificationsStream>, Status> {
        let caller = self.parts.caller(&request)?;
        answer(watch::watch(&self.parts, &caller, request.get_ref()))
    }
}

fn answer<T>(result: Result<T, Problem>) -> Result<Response<T>, Status> {
    result.map(Response::new).map_err(Status::from)
}
