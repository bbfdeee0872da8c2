//! Plays the story: submissions and acts, in the order of their times.

mod act;

use super::{
    script::{Act, Script, Target, end},
    stage::{Player, Stage},
    town,
};
use crate::{client::Hub as Channel, demo::hours::Night, error::CommandError};
use jiff::Timestamp;
use policy::{OrganisationKind, Role};
use proto::police::v1::{
    ChildStatus, GetNotificationRequest, Notification, NotificationStatus,
    SubmitNotificationRequest, police_service_client::PoliceServiceClient,
};
use std::collections::BTreeMap;

/// Plays one script on one stage.
pub struct Play<'a> {
    pub(super) stage: &'a Stage,
    /// The hub's ids, by the force's reference.
    pub(super) submitted: BTreeMap<String, Submitted>,
    pub(super) force: PoliceServiceClient<Channel>,
    sender: PoliceServiceClient<Channel>,
}

/// What the hub answered to a submission.
pub(super) struct Submitted {
    pub(super) notification_id: String,
    pub(super) notification: Notification,
}

/// What comes next in the night.
enum Next<'s> {
    Submit(&'s Notification),
    Act(&'s Act),
}

// === impl Play ===

impl<'a> Play<'a> {
    /// A play that has not begun.
    pub async fn new(stage: &'a Stage) -> Result<Self, CommandError> {
        let force = OrganisationKind::Force;
        let sender = Player::new(force, town::FORCE, Role::ForceSender, "");
        let sender = stage.as_player(&sender).await?;
        let coordinator = stage.as_player(&coordinator()).await?;
        Ok(Self {
            stage,
            submitted: BTreeMap::new(),
            force: PoliceServiceClient::new(coordinator),
            sender: PoliceServiceClient::new(sender),
        })
    }

    /// Plays the whole night, to half past nine in the morning.
    pub async fn run(&mut self, script: &Script, night: Night) -> Result<(), CommandError> {
        for (at, next) in in_order(script) {
            self.stage.turn_to(at).await;
            match next {
                Next::Submit(notification) => self.submit(notification).await?,
                Next::Act(act) => self.act(act).await?,
            }
        }
        self.stage.turn_to(end(night)).await;
        Ok(())
    }

    async fn submit(&mut self, notification: &Notification) -> Result<(), CommandError> {
        let request = SubmitNotificationRequest {
            notification: Some(notification.clone()),
        };
        let answer = self.sender.submit_notification(request).await?.into_inner();
        let submitted = Submitted {
            notification_id: answer.notification_id,
            notification: notification.clone(),
        };
        self.submitted
            .insert(notification.reference.clone(), submitted);
        self.stage.settle().await;
        Ok(())
    }

    /// Where the notification of this reference stands.
    pub(super) async fn status(
        &mut self,
        reference: &str,
    ) -> Result<NotificationStatus, CommandError> {
        let request = GetNotificationRequest {
            notification_id: self.notification_id(reference),
            at_least: String::new(),
        };
        Ok(self.force.get_notification(request).await?.into_inner())
    }

    /// Where this child stands.
    pub(super) async fn child(&mut self, target: &Target) -> Result<ChildStatus, CommandError> {
        let status = self.status(&target.reference).await?;
        let mut children = status.children.into_iter();
        children
            .find(|child| child.line == target.line)
            .ok_or(CommandError::Usage(
                "the demo's script names a child that was not submitted",
            ))
    }

    pub(super) fn notification_id(&self, reference: &str) -> String {
        let submitted = self.submitted.get(reference);
        submitted
            .map(|submitted| submitted.notification_id.clone())
            .unwrap_or_default()
    }
}

/// The force's Encompass coordinator.
pub fn coordinator() -> Player {
    Player::new(
        OrganisationKind::Force,
        town::FORCE,
        Role::ForceCoordinator,
        super::people::COORDINATOR,
    )
}

/// What is submitted at one time comes before what is done at that time.
fn in_order(script: &Script) -> Vec<(Timestamp, Next<'_>)> {
    let submissions = script
        .submissions
        .iter()
        .map(|submission| (submission.at, Next::Submit(&submission.notification)));
    let acts = script.acts.iter().map(|(at, act)| (*at, Next::Act(act)));
    let mut all: Vec<_> = submissions.chain(acts).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}
