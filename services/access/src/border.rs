//! Exchanges tokens for the process that callers reach, where that is another one.

use crate::door::Door;
use host::{
    peer,
    principal::{Authenticate as _, SignedAssertionBytes},
    problem::{Code, Problem},
};
use prost::Message as _;
use proto::access::v1::{
    ExchangeTokenRequest, ExchangeTokenResponse, SignedAssertion,
    border_service_server::BorderService,
};
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// The contract's `BorderService`.
pub struct Border {
    pub(crate) door: Arc<Door>,
    /// Services that may exchange tokens.
    pub(crate) keepers: &'static [&'static str],
}

#[tonic::async_trait]
impl BorderService for Border {
    async fn exchange_token(
        &self,
        request: Request<ExchangeTokenRequest>,
    ) -> Result<Response<ExchangeTokenResponse>, Status> {
        peer::among(request.extensions(), self.keepers)?;
        let token = request.into_inner().token;
        let SignedAssertionBytes(signed) = self.door.authenticate(&token).await?;
        let assertion = SignedAssertion::decode(signed);
        let assertion = assertion.map_err(|_| Problem::of(Code::Internal))?;
        Ok(Response::new(ExchangeTokenResponse {
            assertion: Some(assertion),
        }))
    }
}
