//! The gRPC door: the same handlers, tokens and refusals.

use super::hub::{Hub, PRINCIPAL, TOKEN};
use host::problem::{Code, Problem};
use proto::police::v1::{
    GetNotificationRequest, Notification, SubmitNotificationRequest,
    police_service_client::PoliceServiceClient,
};
use tonic::{Request, transport::Channel};

async fn client(hub: &Hub) -> PoliceServiceClient<Channel> {
    PoliceServiceClient::connect(hub.url.clone()).await.unwrap()
}

fn with_token<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    let value = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", value);
    request
}

#[tokio::test]
async fn a_notification_is_taken_over_grpc_on_the_same_port() {
    let hub = Hub::start().await;
    let message = SubmitNotificationRequest {
        notification: Some(Notification {
            force: "43".into(),
            ..Notification::default()
        }),
    };
    let request = with_token(message, TOKEN);
    let answer = client(&hub).await.submit_notification(request).await;
    assert_eq!(answer.unwrap().into_inner().position, PRINCIPAL);
    assert!(
        !hub.seen
            .lock()
            .unwrap()
            .iter()
            .any(|key| key == "authorization")
    );
}

#[tokio::test]
async fn a_refusal_carries_its_problem() {
    let hub = Hub::start().await;
    let request = with_token(SubmitNotificationRequest::default(), TOKEN);
    let status = client(&hub)
        .await
        .submit_notification(request)
        .await
        .unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    let problem = Problem::from_status(&status);
    assert_eq!(problem.fields()[0].path, "notification.force");
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_answered() {
    let hub = Hub::start().await;
    let mut client = client(&hub).await;
    let bare = Request::new(GetNotificationRequest::default());
    let mut forged = with_token(GetNotificationRequest::default(), "other");
    let value = tonic::metadata::MetadataValue::from_bytes(b"forged");
    forged
        .metadata_mut()
        .insert_bin("firstbell-assertion-bin", value);
    for request in [bare, forged] {
        let status = client.get_notification(request).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::Unauthenticated);
        assert_eq!(
            Problem::from_status(&status),
            Problem::of(Code::Unauthenticated)
        );
    }
}

#[tokio::test]
async fn a_service_that_is_not_here_says_so_in_grpc() {
    let hub = Hub::start().await;
    let channel = Channel::from_shared(hub.url.clone()).unwrap();
    let channel = channel.connect().await.unwrap();
    let mut inbox = proto::schools::v1::inbox_service_client::InboxServiceClient::new(channel);
    let request = with_token(proto::schools::v1::ListCardsRequest::default(), TOKEN);
    let status = inbox.list_cards(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}
