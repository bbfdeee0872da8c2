//! What the people of a school do.

use super::Caller;
use proto::schools::v1::{
    AnswerEnquiryRequest, Card, CardAlert, CloseTodayRequest, ConfirmAlertsRequest,
    DisownAlertRequest, Enquiry, EnquiryAnswer, ListCardsRequest, ListEnquiriesRequest,
    NotOursReason, OpenCardRequest, OpenCardResponse, ReopenTodayRequest, RestoreAlertRequest,
    SeenAlert,
};
use tonic::Status;

// === impl Caller ===

impl Caller {
    /// What needs this school.
    pub async fn cards(&self) -> Vec<Card> {
        self.list_cards(false).await
    }

    /// Every card.
    pub async fn all_cards(&self) -> Vec<Card> {
        self.list_cards(true).await
    }

    async fn list_cards(&self, all: bool) -> Vec<Card> {
        let request = ListCardsRequest {
            all,
            at_least: String::new(),
        };
        let answer = self.inbox().list_cards(request).await;
        answer.unwrap().into_inner().cards
    }

    /// The only card that needs this school.
    pub async fn card(&self) -> Card {
        let mut cards = self.cards().await;
        assert_eq!(cards.len(), 1, "one card");
        cards.remove(0)
    }

    /// Opens a card.
    pub async fn open(&self, card_id: &str) -> Result<OpenCardResponse, Status> {
        let request = OpenCardRequest {
            card_id: card_id.to_owned(),
        };
        Ok(self.inbox().open_card(request).await?.into_inner())
    }

    /// Confirms every alert of a card in one call.
    pub async fn confirm(&self, card: &Card) {
        let request = ConfirmAlertsRequest {
            alerts: card.alerts.iter().map(seen).collect(),
        };
        let answer = self.inbox().confirm_alerts(request).await.unwrap();
        for result in answer.into_inner().results {
            assert!(result.problem.is_none(), "{:?}", result.problem);
        }
    }

    /// "Not ours": the child has left.
    pub async fn disown(&self, alert_id: &str) {
        let cards = self.all_cards().await;
        let mut alerts = cards.iter().flat_map(|card| &card.alerts);
        let alert = alerts.find(|alert| alert.alert_id == alert_id).unwrap();
        let request = DisownAlertRequest {
            alert_id: alert_id.to_owned(),
            version: alert.version,
            reason: NotOursReason::Left.into(),
        };
        self.inbox().disown_alert(request).await.unwrap();
    }

    /// Takes a "not ours" back.
    pub async fn restore(&self, alert_id: &str) -> Result<(), Status> {
        let request = RestoreAlertRequest {
            alert_id: alert_id.to_owned(),
        };
        self.inbox().restore_alert(request).await.map(drop)
    }

    /// Children this school is asked about.
    pub async fn enquiries(&self) -> Vec<Enquiry> {
        let answer = self.inbox().list_enquiries(ListEnquiriesRequest {}).await;
        answer.unwrap().into_inner().enquiries
    }

    /// Answers a question.
    pub async fn answer(&self, enquiry_id: &str, answer: EnquiryAnswer) -> Result<(), Status> {
        let request = AnswerEnquiryRequest {
            enquiry_id: enquiry_id.to_owned(),
            answer: answer.into(),
        };
        self.inbox().answer_enquiry(request).await.map(drop)
    }

    /// Snow.
    pub async fn close_today(&self) {
        let request = CloseTodayRequest::default();
        self.inbox().close_today(request).await.unwrap();
    }

    /// No snow after all.
    pub async fn reopen_today(&self) {
        self.reopen_day("", "").await.unwrap();
    }

    /// A school is open on that day after all.
    pub async fn reopen_day(&self, school: &str, date: &str) -> Result<(), Status> {
        let request = ReopenTodayRequest {
            school: school.to_owned(),
            date: date.to_owned(),
        };
        self.inbox().reopen_today(request).await.map(drop)
    }
}

/// The alert as the card shows it.
pub fn seen(alert: &CardAlert) -> SeenAlert {
    SeenAlert {
        alert_id: alert.alert_id.clone(),
        version: alert.version,
    }
}
