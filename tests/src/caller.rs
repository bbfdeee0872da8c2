//! Somebody with a token, who calls the hub by gRPC and by REST.

mod desk;
mod force;
mod school;

pub use school::seen;

use host::problem::Problem;
use proto::{
    access::v1::access_service_client::AccessServiceClient,
    operator::v1::operator_service_client::OperatorServiceClient,
    police::v1::police_service_client::PoliceServiceClient,
    schools::v1::{
        coordinator_service_client::CoordinatorServiceClient,
        directory_service_client::DirectoryServiceClient, inbox_service_client::InboxServiceClient,
        matching_service_client::MatchingServiceClient,
        quality_service_client::QualityServiceClient,
    },
};
use serde_json::Value;
use tonic::{
    Request, Status,
    metadata::MetadataValue,
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

/// A person or a system that calls the hub.
#[derive(Clone)]
pub struct Caller {
    /// What the hub knows the token by.
    pub token_id: String,
    /// The token itself.
    pub token: String,
    channel: Channel,
    address: String,
    http: reqwest::Client,
}

/// A channel with a token on every call.
pub type Hub = InterceptedService<Channel, Bearer>;

/// Puts the token on every call.
#[derive(Clone)]
pub struct Bearer(String);

/// What REST answered.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Every byte of the body.
    pub bytes: Vec<u8>,
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value: MetadataValue<_> = format!("Bearer {}", self.0).parse().unwrap();
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

/// What a refusal says.
pub fn problem(status: &Status) -> Problem {
    Problem::from_status(status)
}

// === impl Caller ===

impl Caller {
    /// Who holds this token.
    pub fn new(channel: Channel, address: String, token_id: String, token: String) -> Self {
        Self {
            token_id,
            token,
            channel,
            address,
            http: reqwest::Client::new(),
        }
    }

    fn hub(&self) -> Hub {
        InterceptedService::new(self.channel.clone(), Bearer(self.token.clone()))
    }

    /// The door for police forces.
    pub fn police(&self) -> PoliceServiceClient<Hub> {
        PoliceServiceClient::new(self.hub())
    }

    /// The door for schools.
    pub fn inbox(&self) -> InboxServiceClient<Hub> {
        InboxServiceClient::new(self.hub())
    }

    /// The door for desks.
    pub fn desk(&self) -> CoordinatorServiceClient<Hub> {
        CoordinatorServiceClient::new(self.hub())
    }

    /// The door for rolls and calendars.
    pub fn directory(&self) -> DirectoryServiceClient<Hub> {
        DirectoryServiceClient::new(self.hub())
    }

    /// The door for tokens and contacts.
    pub fn access(&self) -> AccessServiceClient<Hub> {
        AccessServiceClient::new(self.hub())
    }

    /// The door for those who answer for how children are matched.
    pub fn matching(&self) -> MatchingServiceClient<Hub> {
        MatchingServiceClient::new(self.hub())
    }

    /// The door for those who run the hub.
    pub fn operator(&self) -> OperatorServiceClient<Hub> {
        OperatorServiceClient::new(self.hub())
    }

    /// The door for how well matching does.
    pub fn quality(&self) -> QualityServiceClient<Hub> {
        QualityServiceClient::new(self.hub())
    }

    /// A REST question, not yet sent.
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.address);
        self.http.get(url).bearer_auth(&self.token)
    }

    /// A REST command.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}{path}", self.address);
        let request = self.http.post(url).bearer_auth(&self.token);
        let request = request.header("content-type", "application/json");
        Answer::of(request.body(body.to_string())).await
    }
}

// === impl Answer ===

impl Answer {
    /// Sends a request and takes the whole answer.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        Self {
            status: answer.status().as_u16(),
            bytes: answer.bytes().await.unwrap().to_vec(),
        }
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }
}
