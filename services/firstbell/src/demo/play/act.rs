//! One act of the story, through the same doors that everybody uses.

use super::{Play, coordinator};
use crate::{
    client::Hub as Channel,
    demo::{
        people,
        script::{Act, Adult, Clerk, Target},
        stage::{Player, refused},
        town,
    },
    error::CommandError,
};
use policy::{OrganisationKind, Role};
use proto::{
    access::v1::SetContactRequest,
    police::v1::{
        CorrectNotificationRequest, Notification, ReleaseTextRequest, WithdrawNotificationRequest,
    },
    schools::v1::{
        AnswerEnquiryRequest, CloseChildRequest, ConfirmAlertsRequest, DisownAlertRequest,
        EnquiryAnswer, ListCardsRequest, ListEnquiriesRequest, NotOursReason, OpenCardRequest,
        OpenChildRequest, PassAlertRequest, ResolveReason, RouteChildRequest, SeenAlert,
        SendToCouncilDeskRequest, coordinator_service_client::CoordinatorServiceClient,
        inbox_service_client::InboxServiceClient,
    },
};

impl Play<'_> {
    pub(super) async fn act(&mut self, act: &Act) -> Result<(), CommandError> {
        match act {
            Act::Open { by, target } => self.open(by, target).await,
            Act::Confirm { by, targets } => self.confirm(by, targets).await,
            Act::Pass { by, to, target } => self.pass(by, to, target).await,
            Act::NotOurs { by, target, reason } => self.not_ours(by, target, *reason).await,
            Act::AnswerEnquiry { by, target, answer } => self.answer(by, target, *answer).await,
            Act::Correct {
                correction_id,
                notification,
            } => self.correct(correction_id, notification).await,
            Act::Withdraw { reference, reason } => {
                let request = WithdrawNotificationRequest {
                    notification_id: self.notification_id(reference),
                    lines: Vec::new(),
                    reason: (*reason).into(),
                };
                self.force.withdraw_notification(request).await?;
                Ok(())
            }
            Act::ReleaseText { target } => self.release(target).await,
            Act::Route {
                by,
                target,
                urn,
                reason,
            } => self.route(*by, target, urn, *reason).await,
            Act::SendToCouncilDesk {
                target,
                council,
                reason,
            } => self.send_to_council(target, council, *reason).await,
            Act::Close { target, reason } => self.close(target, *reason).await,
            Act::NameContact { contact } => {
                let request = SetContactRequest {
                    contact: Some((**contact).clone()),
                };
                let access = &self.stage.hub.access;
                access.set_contact(request).await.map_err(refused)?;
                Ok(())
            }
        }?;
        self.stage.settle().await;
        Ok(())
    }

    async fn open(&mut self, by: &Adult, target: &Target) -> Result<(), CommandError> {
        let request = OpenCardRequest {
            card_id: self.notification_id(&target.reference),
        };
        self.inbox(by).await?.open_card(request).await?;
        Ok(())
    }

    async fn confirm(&mut self, by: &Adult, targets: &[Target]) -> Result<(), CommandError> {
        let mut alerts = Vec::new();
        for target in targets {
            alerts.extend(self.alerts(by, target).await?);
        }
        let request = ConfirmAlertsRequest { alerts };
        let answer = self.inbox(by).await?.confirm_alerts(request).await?;
        let mut results = answer.into_inner().results.into_iter();
        match results.find_map(|result| result.problem) {
            Some(problem) => Err(refused(problem.into())),
            None => Ok(()),
        }
    }

    async fn pass(&mut self, by: &Adult, to: &str, target: &Target) -> Result<(), CommandError> {
        for alert in self.alerts(by, target).await? {
            let request = PassAlertRequest {
                alert_id: alert.alert_id,
                contact_id: to.to_owned(),
            };
            self.inbox(by).await?.pass_alert(request).await?;
        }
        Ok(())
    }

    async fn not_ours(
        &mut self,
        by: &Adult,
        target: &Target,
        reason: NotOursReason,
    ) -> Result<(), CommandError> {
        for alert in self.alerts(by, target).await? {
            let request = DisownAlertRequest {
                alert_id: alert.alert_id,
                version: alert.version,
                reason: reason.into(),
            };
            self.inbox(by).await?.disown_alert(request).await?;
        }
        Ok(())
    }

    /// The school sees a name and a birth date, and so does the demo.
    async fn answer(
        &mut self,
        by: &Adult,
        target: &Target,
        answer: EnquiryAnswer,
    ) -> Result<(), CommandError> {
        let born = self.birth_date(target);
        let mut inbox = self.inbox(by).await?;
        let asked = inbox.list_enquiries(ListEnquiriesRequest {}).await?;
        let mut enquiries = asked.into_inner().enquiries.into_iter();
        let Some(enquiry) = enquiries.find(|enquiry| enquiry.date_of_birth == born) else {
            return Err(CommandError::Usage(
                "the demo's script answers what nobody asked",
            ));
        };
        let request = AnswerEnquiryRequest {
            enquiry_id: enquiry.enquiry_id,
            answer: answer.into(),
        };
        inbox.answer_enquiry(request).await?;
        Ok(())
    }

    async fn correct(
        &mut self,
        correction_id: &str,
        notification: &Notification,
    ) -> Result<(), CommandError> {
        let request = CorrectNotificationRequest {
            notification_id: self.notification_id(&notification.reference),
            correction_id: correction_id.to_owned(),
            notification: Some(notification.clone()),
        };
        self.force.correct_notification(request).await?;
        Ok(())
    }

    async fn release(&mut self, target: &Target) -> Result<(), CommandError> {
        let request = ReleaseTextRequest {
            notification_id: self.notification_id(&target.reference),
            line: target.line,
            content: None,
        };
        self.force.release_text(request).await?;
        Ok(())
    }

    async fn route(
        &mut self,
        by: Clerk,
        target: &Target,
        urn: &str,
        reason: ResolveReason,
    ) -> Result<(), CommandError> {
        let (line_id, version) = self.opened(by, target).await?;
        let request = RouteChildRequest {
            line_id,
            school: urn.to_owned(),
            reason: reason.into(),
            version,
        };
        self.desk(by).await?.route_child(request).await?;
        Ok(())
    }

    async fn send_to_council(
        &mut self,
        target: &Target,
        council: &str,
        reason: ResolveReason,
    ) -> Result<(), CommandError> {
        let (line_id, version) = self.opened(Clerk::Coordinator, target).await?;
        let request = SendToCouncilDeskRequest {
            line_id,
            council: council.to_owned(),
            reason: reason.into(),
            version,
        };
        let mut desk = self.desk(Clerk::Coordinator).await?;
        desk.send_to_council_desk(request).await?;
        Ok(())
    }

    async fn close(&mut self, target: &Target, reason: ResolveReason) -> Result<(), CommandError> {
        let (line_id, version) = self.opened(Clerk::Coordinator, target).await?;
        let request = CloseChildRequest {
            line_id,
            reason: reason.into(),
            version,
        };
        self.desk(Clerk::Coordinator)
            .await?
            .close_child(request)
            .await?;
        Ok(())
    }

    /// This child's alerts at the adult's school, as its cards show them.
    async fn alerts(
        &mut self,
        by: &Adult,
        target: &Target,
    ) -> Result<Vec<SeenAlert>, CommandError> {
        let child = self.child(target).await?;
        let request = ListCardsRequest {
            all: true,
            ..ListCardsRequest::default()
        };
        let listed = self.inbox(by).await?.list_cards(request).await?;
        let cards = listed.into_inner().cards.into_iter();
        let own = cards.flat_map(|card| card.alerts).filter(|shown| {
            let mut alerts = child.alerts.iter();
            alerts.any(|alert| alert.alert_id == shown.alert_id)
        });
        Ok(own
            .map(|shown| SeenAlert {
                alert_id: shown.alert_id,
                version: shown.version,
            })
            .collect())
    }

    /// Which child, and which version of it the clerk has opened.
    async fn opened(&mut self, by: Clerk, target: &Target) -> Result<(String, u32), CommandError> {
        let line_id = self.child(target).await?.line_id;
        let request = OpenChildRequest {
            line_id: line_id.clone(),
        };
        let child = self.desk(by).await?.open_child(request).await?;
        Ok((line_id, child.into_inner().version))
    }

    fn birth_date(&self, target: &Target) -> String {
        let submitted = self.submitted.get(&target.reference);
        let children = submitted.map(|submitted| submitted.notification.children.as_slice());
        let mut children = children.unwrap_or_default().iter();
        let child = children.find(|child| child.line == target.line);
        let identity = child.and_then(|child| child.identity.as_ref());
        identity
            .map(|identity| identity.date_of_birth.clone())
            .unwrap_or_default()
    }

    async fn inbox(&self, by: &Adult) -> Result<InboxServiceClient<Channel>, CommandError> {
        let role = if by.contact_id == people::HEAD {
            Role::Head
        } else {
            Role::KeyAdult
        };
        let player = Player::new(OrganisationKind::School, &by.urn, role, by.contact_id);
        Ok(InboxServiceClient::new(
            self.stage.as_player(&player).await?,
        ))
    }

    async fn desk(&self, by: Clerk) -> Result<CoordinatorServiceClient<Channel>, CommandError> {
        let player = match by {
            Clerk::Coordinator => coordinator(),
            Clerk::HiddenLocationOfficer => Player::new(
                OrganisationKind::Council,
                town::COUNCIL,
                Role::HiddenLocationOfficer,
                people::OFFICER,
            ),
        };
        Ok(CoordinatorServiceClient::new(
            self.stage.as_player(&player).await?,
        ))
    }
}
