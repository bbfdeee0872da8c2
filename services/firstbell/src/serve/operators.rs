//! What the hub's operator asks, passed on to the processes that can answer.
//!
//! Each of them sees who asks and decides for itself.

use super::Part;
use host::problem::{Code, Problem};
use proto::operator::v1::{
    BackupRequest, BackupResponse, DestroyKeysRequest, DestroyKeysResponse,
    DestroyNotificationKeyRequest, DestroyNotificationKeyResponse, GetStandingRequest,
    GetStandingResponse, ListSetAsideRequest, ListSetAsideResponse, RetrySetAsideRequest,
    RetrySetAsideResponse, Standing, operator_service_client::OperatorServiceClient,
    operator_service_server::OperatorService,
};
use tonic::{Request, Response, Status, metadata::MetadataMap, transport::Channel};

const NAMES: [&str; 3] = [
    Part::Access.name(),
    Part::Police.name(),
    Part::Schools.name(),
];

type Client = OperatorServiceClient<Channel>;

/// The operator's services of the other processes.
pub(super) struct Operators {
    keys: Client,
    /// Those with a journal, as [`NAMES`] has them.
    records: [Client; 3],
}

// === impl Operators ===

impl Operators {
    /// Behind these channels.
    pub(super) fn of(keys: Channel, records: [Channel; 3]) -> Self {
        Self {
            keys: Client::new(keys),
            records: records.map(Client::new),
        }
    }
}

/// The same request, for one more of several.
fn again<T>(metadata: &MetadataMap, message: T) -> Request<T> {
    let mut request = Request::new(message);
    *request.metadata_mut() = metadata.clone();
    request
}

#[tonic::async_trait]
impl OperatorService for Operators {
    async fn backup(&self, _: Request<BackupRequest>) -> Result<Response<BackupResponse>, Status> {
        Err(Problem::new(
            Code::Conflict,
            "this hub is several processes: stop police, schools and access, copy the data folder of \
             each, then that of keys, and start them again",
        )
        .into())
    }

    async fn destroy_keys(
        &self,
        request: Request<DestroyKeysRequest>,
    ) -> Result<Response<DestroyKeysResponse>, Status> {
        self.keys.clone().destroy_keys(request).await
    }

    async fn destroy_notification_key(
        &self,
        request: Request<DestroyNotificationKeyRequest>,
    ) -> Result<Response<DestroyNotificationKeyResponse>, Status> {
        self.keys.clone().destroy_notification_key(request).await
    }

    async fn list_set_aside(
        &self,
        request: Request<ListSetAsideRequest>,
    ) -> Result<Response<ListSetAsideResponse>, Status> {
        let mut events = Vec::new();
        for client in &self.records {
            let asked = again(request.metadata(), *request.get_ref());
            events.extend(
                client
                    .clone()
                    .list_set_aside(asked)
                    .await?
                    .into_inner()
                    .events,
            );
        }
        events.sort_by_key(|event| event.at.map(|at| (at.seconds, at.nanos)));
        Ok(Response::new(ListSetAsideResponse { events }))
    }

    async fn retry_set_aside(
        &self,
        request: Request<RetrySetAsideRequest>,
    ) -> Result<Response<RetrySetAsideResponse>, Status> {
        let mut named = NAMES.into_iter().zip(&self.records);
        let service = &request.get_ref().service;
        let client = named.find(|(name, _)| name == service);
        let (_, client) = client.ok_or_else(Problem::not_found)?;
        client.clone().retry_set_aside(request).await
    }

    async fn get_standing(
        &self,
        request: Request<GetStandingRequest>,
    ) -> Result<Response<GetStandingResponse>, Status> {
        let mut services = Vec::new();
        for (name, client) in NAMES.into_iter().zip(&self.records) {
            let asked = again(request.metadata(), *request.get_ref());
            match client.clone().get_standing(asked).await {
                Ok(answer) => services.extend(answer.into_inner().services),
                Err(status) if status.code() == tonic::Code::Unavailable => {
                    services.push(Standing {
                        service: name.to_owned(),
                        away: true,
                        ..Standing::default()
                    });
                }
                Err(status) => return Err(status),
            }
        }
        Ok(Response::new(GetStandingResponse { services }))
    }
}
