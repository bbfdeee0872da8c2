//! What is opened of a line to route it; nothing of it leaves routing.

use super::{RouteError, Router, plan::Times};
use crate::domain::Line;
use proto::police::v1::{ChildContent, ChildIdentity, IncidentTimes, ResidenceArea, SharedContent};

/// What is opened of a line to route it.
pub(super) struct Opened {
    pub(super) identity: ChildIdentity,
    /// Council where the child lives; empty where nobody said.
    pub(super) council: String,
    pub(super) shared: SharedContent,
    pub(super) times: Times,
    pub(super) at_once: bool,
}

// === impl Opened ===

impl Opened {
    /// Whether a party works or volunteers with children.
    pub(super) fn names_somebody_trusted(&self) -> bool {
        let mut parties = self.shared.parties.iter();
        parties.any(|party| party.position_of_trust)
    }
}

// === impl Router ===

impl Router {
    /// Opens what is needed; none where the child's key is destroyed.
    pub(super) async fn open(&self, line: &Line) -> Result<Option<Opened>, RouteError> {
        let seals = &self.seals;
        let identity: Option<ChildIdentity> = seals.open(line.child.identity.as_ref()).await?;
        let Some(identity) = identity else {
            return Ok(None);
        };
        let content: Option<ChildContent> = seals.open(line.child.content.as_ref()).await?;
        let shared: Option<SharedContent> = seals.open(line.shared.content.as_ref()).await?;
        let times: Option<IncidentTimes> = seals.open(line.shared.times.as_ref()).await?;
        let area: Option<ResidenceArea> = seals.open(line.child.area.as_ref()).await?;
        let handling = content.and_then(|content| content.handling);
        let arrived = self.clock.now();
        Ok(Some(Opened {
            identity,
            council: area.map(|area| area.residence_council).unwrap_or_default(),
            shared: shared.unwrap_or_default(),
            times: Times::new(times.as_ref(), arrived),
            at_once: line.shared.urgent || handling.is_some_and(|terms| terms.collection_risk),
        }))
    }
}
