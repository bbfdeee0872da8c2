//! The process that callers reach. It knows nobody and opens nothing: tokens are exchanged by access,
//! and calls are passed on with what access said of the caller.

use super::{Begun, Part, ground::Ground, operators::Operators};
use crate::hub::{HubError, part, tasks::Tasks};
use host::{
    principal::{Authenticate, SignedAssertionBytes},
    problem::{Code, Problem},
    readiness::Check,
    server::{Server, Services},
};
use prost::Message as _;
use proto::{
    access::v1::{
        ExchangeTokenRequest, access_service_server, border_service_client::BorderServiceClient,
    },
    operator::v1::operator_service_server::OperatorServiceServer,
    police::v1::police_service_server,
    schools::v1::{
        coordinator_service_server, directory_service_server, inbox_service_server,
        matching_service_server, quality_service_server,
    },
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tonic::{Request, transport::Channel};

/// Exchanges tokens at the access service.
struct Border(BorderServiceClient<Channel>);

const OF_SCHOOLS: [&str; 5] = [
    inbox_service_server::SERVICE_NAME,
    coordinator_service_server::SERVICE_NAME,
    directory_service_server::SERVICE_NAME,
    quality_service_server::SERVICE_NAME,
    matching_service_server::SERVICE_NAME,
];

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks whether another process is ready.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

pub(super) async fn begin(ground: Ground<'_>) -> Result<Begun, HubError> {
    let access = ground.peer(Part::Access)?;
    let police = ground.peer(Part::Police)?;
    let schools = ground.peer(Part::Schools)?;
    let operators = Operators::of(
        ground.peer(Part::Keys)?,
        [access.clone(), police.clone(), schools.clone()],
    );
    let mut services = Services::new()
        .with_elsewhere(police_service_server::SERVICE_NAME, police.clone())
        .with_elsewhere(access_service_server::SERVICE_NAME, access.clone())
        .with(OperatorServiceServer::new(operators));
    for name in OF_SCHOOLS {
        services = services.with_elsewhere(name, schools.clone());
    }
    let mut tasks = Tasks::new().map_err(part("its threads"))?;
    // On connections of their own: whoever fills the others holds up neither.
    for which in [Part::Access, Part::Police, Part::Schools] {
        let check = ground.readiness.check(which.name());
        tasks.spawn(look(ground.peer(which)?, check, ground.stop.clone()));
    }
    let access = ground.peer(Part::Access)?;
    let border = Arc::new(Border(BorderServiceClient::new(access)));
    let server = |_, readiness, stop| Server::new(services, border, readiness, stop);
    ground.begin_with(tasks, server).await
}

/// Sees whether another process is ready, until the end.
async fn look(channel: Channel, check: Check, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if host::server::is_ready(channel.clone()).await {
            check.ready();
        } else {
            check.not_ready("it cannot be reached, or is not ready itself");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
        }
    }
}

#[tonic::async_trait]
impl Authenticate for Border {
    async fn authenticate(&self, bearer: &str) -> Result<SignedAssertionBytes, Problem> {
        let mut asked = Request::new(ExchangeTokenRequest {
            token: bearer.to_owned(),
        });
        asked.set_timeout(PATIENCE);
        let answer = self.0.clone().exchange_token(asked).await;
        let answer = answer.map_err(|status| Problem::from_status(&status))?;
        let signed = answer.into_inner().assertion;
        let signed = signed.ok_or_else(|| Problem::of(Code::Internal))?;
        Ok(SignedAssertionBytes(signed.encode_to_vec().into()))
    }
}
