//! The door of a school's own people.

use super::Desk;
use futures::stream::BoxStream;
use proto::schools::v1::{
    AnswerEnquiryRequest, AnswerEnquiryResponse, CloseTodayRequest, CloseTodayResponse,
    ConfirmAlertsRequest, ConfirmAlertsResponse, DisownAlertRequest, DisownAlertResponse,
    InboxChange, ListCardsRequest, ListCardsResponse, ListEnquiriesRequest, ListEnquiriesResponse,
    OpenCardRequest, OpenCardResponse, PassAlertRequest, PassAlertResponse, ReopenTodayRequest,
    ReopenTodayResponse, RestoreAlertRequest, RestoreAlertResponse, WatchInboxRequest,
    inbox_service_server::InboxService,
};
use tonic::{Request, Response, Status};

/// Alerts, enquiries, "closed today".
pub struct Inbox(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl InboxService for Inbox {
    async fn list_cards(&self, request: Request<ListCardsRequest>) -> Answer<ListCardsResponse> {
        Ok(Response::new(self.0.list_cards(request).await?))
    }

    async fn open_card(&self, request: Request<OpenCardRequest>) -> Answer<OpenCardResponse> {
        Ok(Response::new(self.0.open_card(request).await?))
    }

    async fn confirm_alerts(
        &self,
        request: Request<ConfirmAlertsRequest>,
    ) -> Answer<ConfirmAlertsResponse> {
        Ok(Response::new(self.0.confirm_alerts(request).await?))
    }

    async fn pass_alert(&self, request: Request<PassAlertRequest>) -> Answer<PassAlertResponse> {
        Ok(Response::new(self.0.pass_alert(request).await?))
    }

    async fn disown_alert(
        &self,
        request: Request<DisownAlertRequest>,
    ) -> Answer<DisownAlertResponse> {
        Ok(Response::new(self.0.disown_alert(request).await?))
    }

    async fn restore_alert(
        &self,
        request: Request<RestoreAlertRequest>,
    ) -> Answer<RestoreAlertResponse> {
        Ok(Response::new(self.0.restore_alert(request).await?))
    }

    async fn list_enquiries(
        &self,
        request: Request<ListEnquiriesRequest>,
    ) -> Answer<ListEnquiriesResponse> {
        Ok(Response::new(self.0.list_enquiries(request).await?))
    }

    async fn answer_enquiry(
        &self,
        request: Request<AnswerEnquiryRequest>,
    ) -> Answer<AnswerEnquiryResponse> {
        Ok(Response::new(self.0.answer_enquiry(request).await?))
    }

    async fn close_today(&self, request: Request<CloseTodayRequest>) -> Answer<CloseTodayResponse> {
        Ok(Response::new(self.0.close_today(request).await?))
    }

    async fn reopen_today(
        &self,
        request: Request<ReopenTodayRequest>,
    ) -> Answer<ReopenTodayResponse> {
        Ok(Response::new(self.0.reopen_today(request).await?))
    }

    type WatchInboxStream = BoxStream<'static, Result<InboxChange, Status>>;

    async fn watch_inbox(
        &self,
        request: Request<WatchInboxRequest>,
    ) -> Answer<Self::WatchInboxStream> {
        Ok(Response::new(self.0.watch_inbox(request)?))
    }
}
