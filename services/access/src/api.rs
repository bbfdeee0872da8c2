//! IN: gRPC and REST requests. Each is taken in the same order: who is calling, what is wrong with
//! the request, whether it is within the caller's reach, and only then what is asked.

use crate::{
    checks::{self, NewContact, NewOrganisation, NewToken, NewWebhook},
    problems,
    registry::Registry,
};
use host::problem::{FieldErrors, Problem};
use policy::{Action, Object, Organisation, OrganisationKind, Principal, Verifier, permit};
use proto::access::v1::{self as public, access_service_server::AccessService};
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// The contract's `AccessService`.
pub struct Api {
    registry: Arc<Registry>,
    verifier: Arc<Verifier>,
}

type Answer<T> = Result<Response<T>, Status>;

// === impl Api ===

impl Api {
    pub(crate) fn new(registry: Arc<Registry>, verifier: Arc<Verifier>) -> Self {
        Self { registry, verifier }
    }

    fn caller<T>(&self, request: Request<T>) -> Result<(Principal, T), Status> {
        let (metadata, _, message) = request.into_parts();
        let now = self.registry.clock.now();
        let caller = Principal::from_metadata(&metadata, &self.verifier, now);
        Ok((caller.map_err(refused)?, message))
    }
}

#[tonic::async_trait]
impl AccessService for Api {
    async fn register_organisation(
        &self,
        request: Request<public::RegisterOrganisationRequest>,
    ) -> Answer<public::RegisterOrganisationResponse> {
        let (caller, message) = self.caller(request)?;
        let new = NewOrganisation::check(message)?;
        allow(&caller, Action::OrganisationRegister, &new.organisation)?;
        answer(self.registry.register_organisation(&caller.id, new).await)
    }

    async fn list_organisations(
        &self,
        request: Request<public::ListOrganisationsRequest>,
    ) -> Answer<public::ListOrganisationsResponse> {
        let (caller, message) = self.caller(request)?;
        allow_object(&caller, Action::OrganisationRead, &Object::None)?;
        let rows = self.registry.views.current().await;
        let rows = rows.map_err(problems::of_read)?;
        let any = message.kind() == OrganisationKind::Unspecified;
        let organisations = rows
            .organisations()
            .filter(|(found, _)| any || found.kind == message.kind())
            .filter(|(found, _)| {
                permit(&caller, Action::OrganisationRead, &found.object()).is_granted()
            })
            .map(|(found, name)| public::Organisation {
                kind: found.kind.into(),
                code: found.code.clone(),
                name: name.to_owned(),
            })
            .collect();
        answer(Ok(public::ListOrganisationsResponse { organisations }))
    }

    async fn create_token(
        &self,
        request: Request<public::CreateTokenRequest>,
    ) -> Answer<public::CreateTokenResponse> {
        let (caller, mut message) = self.caller(request)?;
        own_if_empty(&caller, &mut message.kind, &mut message.code);
        let new = NewToken::check(message)?;
        allow(&caller, Action::TokenCreate, &new.organisation)?;
        answer(self.registry.create_token(&caller.id, new).await)
    }

    async fn revoke_token(
        &self,
        request: Request<public::RevokeTokenRequest>,
    ) -> Answer<public::RevokeTokenResponse> {
        let (caller, message) = self.caller(request)?;
        allow_object(&caller, Action::TokenRevoke, &Object::None)?;
        let owner = self.registry.token_owner(&message.token_id).await?;
        let owner = owner.ok_or_else(Problem::not_found)?;
        allow(&caller, Action::TokenRevoke, &owner)?;
        answer(
            self.registry
                .revoke_token(&caller.id, message.token_id)
                .await,
        )
    }

    async fn list_tokens(
        &self,
        request: Request<public::ListTokensRequest>,
    ) -> Answer<public::ListTokensResponse> {
        let (caller, message) = self.caller(request)?;
        let of = organisation_of(&caller, message.kind, message.code)?;
        allow(&caller, Action::TokenRead, &of)?;
        answer(self.registry.list_tokens(&of).await)
    }

    async fn set_contact(
        &self,
        request: Request<public::SetContactRequest>,
    ) -> Answer<public::SetContactResponse> {
        let (caller, message) = self.caller(request)?;
        let mut contact = message.contact.unwrap_or_default();
        own_if_empty(&caller, &mut contact.kind, &mut contact.code);
        let new = NewContact::check(contact)?;
        allow(&caller, Action::ContactSet, &new.organisation)?;
        answer(self.registry.set_contact(&caller.id, new).await)
    }

    async fn remove_contact(
        &self,
        request: Request<public::RemoveContactRequest>,
    ) -> Answer<public::RemoveContactResponse> {
        let (caller, message) = self.caller(request)?;
        let mut errors = FieldErrors::new();
        checks::contact_id(&message.contact_id, "contact_id", &mut errors);
        errors.into_result()?;
        let of = organisation_of(&caller, message.kind, message.code)?;
        allow(&caller, Action::ContactSet, &of)?;
        answer(
            self.registry
                .remove_contact(&caller.id, &of, message.contact_id)
                .await,
        )
    }

    async fn list_contacts(
        &self,
        request: Request<public::ListContactsRequest>,
    ) -> Answer<public::ListContactsResponse> {
        let (caller, message) = self.caller(request)?;
        let of = organisation_of(&caller, message.kind, message.code)?;
        allow(&caller, Action::ContactRead, &of)?;
        answer(self.registry.list_contacts(&of).await)
    }

    async fn set_webhook(
        &self,
        request: Request<public::SetWebhookRequest>,
    ) -> Answer<public::SetWebhookResponse> {
        let (caller, mut message) = self.caller(request)?;
        own_if_empty(&caller, &mut message.kind, &mut message.code);
        let new = NewWebhook::check(message)?;
        allow(&caller, Action::ContactSet, &new.organisation)?;
        answer(self.registry.set_webhook(&caller.id, new).await)
    }
}

fn answer<T>(result: Result<T, Problem>) -> Answer<T> {
    Ok(Response::new(result?))
}

fn allow(caller: &Principal, action: Action, organisation: &Organisation) -> Result<(), Status> {
    allow_object(caller, action, &organisation.object())
}

fn allow_object(caller: &Principal, action: Action, object: &Object<'_>) -> Result<(), Status> {
    permit(caller, action, object).granted().map_err(refused)
}

fn refused(refusal: impl Into<proto::door::v1::Problem>) -> Status {
    Problem::from(refusal.into()).into()
}

fn own_if_empty(caller: &Principal, kind: &mut i32, code: &mut String) {
    if *kind == 0 && code.is_empty() {
        *kind = caller.organisation.kind.into();
        code.clone_from(&caller.organisation.code);
    }
}

fn organisation_of(
    caller: &Principal,
    mut kind: i32,
    mut code: String,
) -> Result<Organisation, Problem> {
    own_if_empty(caller, &mut kind, &mut code);
    let mut errors = FieldErrors::new();
    let organisation = checks::organisation(kind, &code, "", &mut errors);
    errors.into_result()?;
    Ok(organisation)
}
