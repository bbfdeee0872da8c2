//! IN: what the schools service says about delivery, noted in the notification's own stream.

use crate::{
    domain::{Command, Notification, NotificationId, Notifications},
    wire::stored::{DeliveryNoted, delivery_noted::Heard},
};
use async_trait::async_trait;
use bus::{HandleError, Handler, PublicEvent};
use journal::{
    AppendError, CommandId, Reserve, SharedJournal,
    decider::{Context, ExecuteError, memory::Memory},
};
use prost::{DecodeError, Message};
use std::sync::Arc;

/// The name under which this service consumes; derived ids hold it, so it never changes.
const CONSUMER: &str = "police";

/// Notes the public events of the schools service.
pub(crate) struct Deliveries {
    pub(crate) journal: SharedJournal,
    pub(crate) lately: Arc<Memory<Notification>>,
}

#[async_trait]
impl Handler for Deliveries {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        let Some(heard) = heard(event)? else {
            return Ok(());
        };
        let id = NotificationId::parse(heard.about().0)
            .ok_or(HandleError::Poison("it names no notification"))?;
        let context = Context {
            command: CommandId::caused_by(event.id, CONSUMER),
            actor: event.producer.to_owned(),
            causation: *event.id.as_bytes(),
            correlation: id.0,
            occurred_at: event.occurred_at,
            reserve: Reserve::MayUse,
            traceparent: event.traceparent.clone(),
        };
        let command = Command::Note(DeliveryNoted { heard: Some(heard) });
        self.lately
            .execute::<Notifications>(&self.journal, &id.stream(), &context, &command)
            .await
            .map(|_| ())
            .map_err(|error| match error {
                ExecuteError::Refused(_) => {
                    HandleError::Poison("its notification or line is not known here")
                }
                ExecuteError::Append(AppendError::Invalid(_)) => {
                    HandleError::Poison("the journal takes no such event")
                }
                error => HandleError::Later(Box::new(error)),
            })
    }
}

/// The message, if it is about delivery.
fn heard(event: &PublicEvent) -> Result<Option<Heard>, HandleError> {
    let bytes = &*event.payload;
    let Some(name) = event.kind.strip_prefix("firstbell.v1.schools.") else {
        return Ok(None);
    };
    let heard = match name {
        "child.placed" => read(bytes).map(Heard::Placed),
        "child.closed" => read(bytes).map(Heard::Closed),
        "alert.raised" => read(bytes).map(Heard::Raised),
        "alert.confirmed" => read(bytes).map(Heard::Confirmed),
        "alert.reopened" => read(bytes).map(Heard::Reopened),
        "alert.disowned" => read(bytes).map(Heard::Disowned),
        "alert.restored" => read(bytes).map(Heard::Restored),
        "alert.withdrawn" => read(bytes).map(Heard::Withdrawn),
        "alert.climbed" => read(bytes).map(Heard::Climbed),
        "child.location_hidden" => read(bytes).map(Heard::LocationHidden),
        _ => return Ok(None),
    };
    if event.version != 1 {
        return Err(HandleError::Poison("its version is not known here"));
    }
    heard
        .map(Some)
        .map_err(|_| HandleError::Poison("it is not the message that its name says"))
}

fn read<M: Message + Default>(bytes: &[u8]) -> Result<M, DecodeError> {
    M::decode(bytes)
}
