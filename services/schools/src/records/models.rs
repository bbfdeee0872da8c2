//! Puts on record which weights were learnt and which are in use.

use super::{RecordError, Records};
use crate::{
    domain::model::{InUse, LearntDecider, ModelRefusal, TakeModel, UseDecider},
    wire::stored as s,
};
use jiff::Timestamp;
use journal::{
    CommandId, Position, Recorded, Reserve, StreamName,
    decider::{ExecuteError, execute, fold},
};
use matching::Model;
use policy::Principal;
use tokio::sync::MutexGuard;

/// The model in use, and since when.
#[derive(Debug)]
pub struct ModelInUse {
    /// The model.
    pub model: Model,
    /// When it was taken; none: it is the standard one, from the beginning.
    pub since: Option<Timestamp>,
}

/// Why weights were not taken into use.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// No such weights were learnt here.
    #[error("find the weights: none of this name were learnt here")]
    Unknown,
    /// They are unfit to be used.
    #[error("take weights into use")]
    Refused(#[source] ModelRefusal),
    /// The record was not made.
    #[error("put the weights in use on record")]
    Record(#[from] RecordError),
}

/// The stream that says which weights are in use.
const IN_USE: &str = "in use";

// === impl Records ===

impl Records {
    /// Waits until nobody else learns or takes weights.
    pub async fn turn_of_models(&self) -> MutexGuard<'_, ()> {
        self.turns.models.lock().await
    }

    /// The model in use. A standard one that was taken is the one that this version of the hub
    /// brings; one that this version holds for unfit is passed over.
    pub async fn model_in_use(&self) -> Result<ModelInUse, RecordError> {
        let (_, stream) = self.model_stream(IN_USE);
        let history = self.journal.read(&stream).await?;
        let since = history.last().map(Recorded::occurred_at);
        let standard = Model::default();
        let model = fold::<UseDecider>(&history)?.model;
        let model = model.filter(|model| !is_standard(&model.version));
        let model = model.map_or(standard, |kept| {
            let model = kept.numbers();
            model.check().map_or_else(
                |unfit| {
                    tracing::error!(%unfit, "the weights in use are passed over: learn again");
                    Model::default()
                },
                |()| model.clone(),
            )
        });
        Ok(ModelInUse { model, since })
    }

    /// Weights were learnt; `learnt` has everything but who did it.
    pub async fn learnt(
        &self,
        principal: &Principal,
        mut learnt: s::ModelLearnt,
    ) -> Result<Position, RecordError> {
        let version = learnt.model.as_ref().map(|model| model.version.as_str());
        let (id, stream) = self.model_stream(version.unwrap_or_default());
        let command = self.model_command("learn", &stream, principal);
        learnt.by = Some(self.seals.changed_by(command, principal).await?);
        let context = self.context(&stream, id, command, principal, Reserve::Keep);
        let outcome = execute::<LearntDecider>(&self.journal, &stream, &context, &learnt)
            .await
            .map_err(RecordError::Learnt)?;
        Ok(outcome.position.unwrap_or_default())
    }

    /// These weights are used from now on; `version` names what was learnt here or the standard.
    /// Answers with the model and with the version that was in use.
    pub async fn take_model(
        &self,
        principal: &Principal,
        version: &str,
    ) -> Result<(Model, String, Position), TakeError> {
        let standard = Model::default();
        let learnt = if version == standard.version {
            None
        } else {
            Some(self.lesson(version).await?.ok_or(TakeError::Unknown)?)
        };
        let kept = learnt.as_ref().and_then(|learnt| learnt.model.clone());
        let model = kept
            .as_ref()
            .map_or(standard.clone(), s::WeightModel::numbers);
        let (id, stream) = self.model_stream(IN_USE);
        let command = self.model_command("take", &stream, principal);
        let take = TakeModel {
            model: kept.unwrap_or_else(|| s::WeightModel::of(&standard)),
            learnt,
            standard: standard.version.clone(),
            by: self.changed_by(command, principal).await?,
        };
        let before = self.in_use(&stream).await?;
        let before = before.version(&standard.version).to_owned();
        let context = self.context(&stream, id, command, principal, Reserve::Keep);
        let outcome = execute::<UseDecider>(&self.journal, &stream, &context, &take).await;
        let outcome = outcome.map_err(|error| match error {
            ExecuteError::Refused(refusal) => TakeError::Refused(refusal),
            error => TakeError::Record(RecordError::Taken(error)),
        })?;
        Ok((model, before, outcome.position.unwrap_or_default()))
    }

    async fn in_use(&self, stream: &StreamName) -> Result<InUse, RecordError> {
        Ok(fold::<UseDecider>(&self.journal.read(stream).await?)?)
    }

    /// What was recorded of weights that were learnt here.
    async fn lesson(&self, version: &str) -> Result<Option<s::ModelLearnt>, RecordError> {
        let (_, stream) = self.model_stream(version);
        Ok(fold::<LearntDecider>(&self.journal.read(&stream).await?)?)
    }

    async fn changed_by(
        &self,
        command: CommandId,
        principal: &Principal,
    ) -> Result<proto::sealing::Sealed, RecordError> {
        Ok(self.seals.changed_by(command, principal).await?)
    }

    fn model_stream(&self, version: &str) -> ([u8; 16], StreamName) {
        let id = self.seals.model(version);
        (id, StreamName::of("model", id))
    }

    /// Saying it again later is another command: other reports, or other weights, may be there by then.
    fn model_command(&self, verb: &str, stream: &StreamName, principal: &Principal) -> CommandId {
        CommandId::derive(&[
            b"schools.model",
            verb.as_bytes(),
            stream.as_str().as_bytes(),
            principal.id.as_bytes(),
            &self.clock.now().as_nanosecond().to_be_bytes(),
        ])
    }
}

fn is_standard(version: &str) -> bool {
    version.starts_with("standard-")
}
