//! By which weights children are matched: what was learnt, and what was taken into use.
//!
//! Learning changes nothing by itself. Each learnt model has a stream of its own, which keeps its
//! numbers and what it was learnt from; one more stream says which model is in use. What is unfit to
//! decide about children is refused there, by what is wrong with it.

mod numbers;

use crate::wire::stored as s;
use journal::decider::Decider;
use matching::Unfit;
use std::convert::Infallible;

journal::event_set! {
    /// What people do to the weights that children are matched by.
    pub enum ModelEvent published by crate::publish::name_of_model {
        /// Weights were learnt.
        Learnt(s::ModelLearnt) = ("schools.model_learnt", 1),
        /// Matches are decided by these weights from now on.
        Taken(s::ModelTaken) = ("schools.model_taken", 1),
    }
}

/// The rules of `model-…` streams: one learnt model each, recorded again where what people decided
/// says something else of it.
#[derive(Debug)]
pub struct LearntDecider;

/// The rules of the stream that says which model is in use.
#[derive(Debug)]
pub struct UseDecider;

/// Which model is in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InUse {
    /// The model that was taken last; none: the standard one, from the beginning.
    pub model: Option<s::WeightModel>,
    /// How often one was taken.
    pub changes: u32,
}

/// What can be asked of the model in use.
#[derive(Clone, Debug)]
pub struct TakeModel {
    /// The model.
    pub model: s::WeightModel,
    /// What it was learnt from; none: it is the standard one.
    pub learnt: Option<s::ModelLearnt>,
    /// Version that is in use where none was ever taken.
    pub standard: String,
    /// `Actor`.
    pub by: proto::sealing::Sealed,
}

/// Why a model is not taken into use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelRefusal {
    /// A few odd reports would decide about all children; and a few reports are nearly a person.
    #[error(
        "it was learnt from fewer than {LEAST_REPORTS} reports: learn again when there are more"
    )]
    TooFewReports,
    /// No roll and no reports teach such weights.
    #[error(
        "{0}: look for rolls whose columns are exchanged or reports that are no reports, then learn again"
    )]
    Unfit(Unfit),
    /// More children would go where people said that they are not.
    #[error(
        "more of its sure matches go against what people decided: keep the weights in use, and learn \
         again when more has been decided"
    )]
    MoreOverturned,
    /// The stream must stay short; nobody changes weights this often in earnest.
    #[error("the weights were changed too often: only the standard ones can be taken now")]
    TooOften,
}

/// Fewest reports that weights are learnt from.
pub const LEAST_REPORTS: u32 = 100;
const MOST_CHANGES: u32 = 900;

// === impl ModelRefusal ===

impl ModelRefusal {
    /// Why what was learnt here must not be used; none where it can be.
    pub fn of(learnt: &s::ModelLearnt) -> Option<Self> {
        let model = learnt.model.clone().unwrap_or_default();
        if learnt.reports < LEAST_REPORTS {
            return Some(Self::TooFewReports);
        }
        if let Err(unfit) = model.numbers().check() {
            return Some(Self::Unfit(unfit));
        }
        (learnt.overturned_after > learnt.overturned_before).then_some(Self::MoreOverturned)
    }
}

// === impl InUse ===

impl InUse {
    /// Its version; `standard` where none was ever taken.
    pub fn version<'a>(&'a self, standard: &'a str) -> &'a str {
        self.model.as_ref().map_or(standard, |model| &model.version)
    }
}

impl Decider for LearntDecider {
    /// The last record.
    type State = Option<s::ModelLearnt>;
    type Command = s::ModelLearnt;
    type Event = ModelEvent;
    type Refusal = Infallible;

    fn evolve(state: Self::State, event: &ModelEvent) -> Self::State {
        match event {
            ModelEvent::Learnt(learnt) => Some(learnt.clone()),
            ModelEvent::Taken(_) => state,
        }
    }

    fn decide(
        state: &Self::State,
        command: &s::ModelLearnt,
    ) -> Result<Vec<ModelEvent>, Infallible> {
        let known = state.as_ref().is_some_and(|known| {
            // Whoever learnt it first stays the one who did.
            let by = command.by.clone();
            s::ModelLearnt {
                by,
                ..known.clone()
            } == *command
        });
        let event = (!known).then(|| ModelEvent::Learnt(command.clone()));
        Ok(event.into_iter().collect())
    }
}

impl Decider for UseDecider {
    type State = InUse;
    type Command = TakeModel;
    type Event = ModelEvent;
    type Refusal = ModelRefusal;

    fn evolve(state: InUse, event: &ModelEvent) -> InUse {
        match event {
            ModelEvent::Taken(taken) => InUse {
                model: taken.model.clone(),
                changes: state.changes.saturating_add(1),
            },
            ModelEvent::Learnt(_) => state,
        }
    }

    fn decide(state: &InUse, command: &TakeModel) -> Result<Vec<ModelEvent>, ModelRefusal> {
        let before = state.version(&command.standard);
        if before == command.model.version {
            return Ok(Vec::new());
        }
        if let Some(learnt) = &command.learnt {
            if let Some(refusal) = ModelRefusal::of(learnt) {
                return Err(refusal);
            }
            if state.changes >= MOST_CHANGES {
                return Err(ModelRefusal::TooOften);
            }
        }
        Ok(vec![ModelEvent::Taken(s::ModelTaken {
            model: Some(command.model.clone()),
            before: before.to_owned(),
            by: Some(command.by.clone()),
        })])
    }
}

#[cfg(test)]
mod tests;
