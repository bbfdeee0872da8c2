//! Directory, access and operator's desk on a real port: remember what they were asked.

use host::problem::Problem;
use proto::{
    access::v1::{access_service_server::AccessService, *},
    operator::v1::{operator_service_server::OperatorService, *},
    schools::v1::{directory_service_server::DirectoryService, *},
};
use std::sync::{Arc, Mutex};
use tonic::{Request, Response, Status, Streaming};

type Answer<T> = Result<Response<T>, Status>;

/// What was asked for.
#[derive(Clone, Default)]
pub(crate) struct Office {
    pub(crate) chunks: Arc<Mutex<Vec<(&'static str, ImportChunk)>>>,
    pub(crate) tokens: Arc<Mutex<Vec<CreateTokenRequest>>>,
    pub(crate) contacts: Arc<Mutex<Vec<Contact>>>,
}

impl Office {
    async fn receive(
        &self,
        what: &'static str,
        request: Request<Streaming<ImportChunk>>,
    ) -> Answer<ImportReport> {
        let mut stream = request.into_inner();
        while let Some(chunk) = stream.message().await? {
            self.chunks.lock().unwrap().push((what, chunk));
        }
        Ok(Response::new(ImportReport {
            rows_read: 3,
            rows_taken: 1,
            skipped: vec![SkippedRows {
                reason: "is closed".to_owned(),
                rows: 1,
            }],
            refused: vec![RefusedRow {
                line: 3,
                field: "urn".to_owned(),
                reason: "is no URN".to_owned(),
                remedy: "write six digits".to_owned(),
            }],
            version: "0123456789abcdef".to_owned(),
        }))
    }
}

#[tonic::async_trait]
impl DirectoryService for Office {
    async fn import_schools(&self, r: Request<Streaming<ImportChunk>>) -> Answer<ImportReport> {
        self.receive("schools", r).await
    }

    async fn import_links(&self, r: Request<Streaming<ImportChunk>>) -> Answer<ImportReport> {
        self.receive("links", r).await
    }

    async fn import_calendar(&self, r: Request<Streaming<ImportChunk>>) -> Answer<ImportReport> {
        self.receive("calendar", r).await
    }

    async fn import_roll(&self, r: Request<Streaming<ImportChunk>>) -> Answer<ImportReport> {
        self.receive("roll", r).await
    }

    async fn coverage(&self, request: Request<CoverageRequest>) -> Answer<CoverageResponse> {
        let whole = request.into_inner().council.is_empty();
        let gap = CoverageGap {
            kind: "school".to_owned(),
            code: "100000".to_owned(),
            name: "Example Primary".to_owned(),
            gap: "no_contact".to_owned(),
        };
        Ok(Response::new(CoverageResponse {
            schools: 2,
            covered: 1,
            gaps: Vec::from_iter(whole.then_some(gap)),
        }))
    }
}

#[tonic::async_trait]
impl OperatorService for Office {
    async fn backup(&self, request: Request<BackupRequest>) -> Answer<BackupResponse> {
        let name = request.into_inner().name;
        if name.contains('/') {
            return Err(Problem::invalid_field("name", "has other characters", "use a-z").into());
        }
        Ok(Response::new(BackupResponse {
            folder: format!("backups/{name}"),
            bytes: 4096,
        }))
    }

    async fn destroy_keys(&self, _: Request<DestroyKeysRequest>) -> Answer<DestroyKeysResponse> {
        panic!("no command calls it")
    }

    async fn destroy_notification_key(
        &self,
        _: Request<DestroyNotificationKeyRequest>,
    ) -> Answer<DestroyNotificationKeyResponse> {
        panic!("no command calls it")
    }

    async fn list_set_aside(
        &self,
        _: Request<ListSetAsideRequest>,
    ) -> Answer<ListSetAsideResponse> {
        let event = SetAside {
            service: "schools".to_owned(),
            producer: "police".to_owned(),
            sequence: 41,
            r#type: "firstbell.v1.police.notification.issued".to_owned(),
            reason: "it is not its message".to_owned(),
            at: None,
        };
        Ok(Response::new(ListSetAsideResponse {
            events: vec![event],
        }))
    }

    async fn retry_set_aside(
        &self,
        request: Request<RetrySetAsideRequest>,
    ) -> Answer<RetrySetAsideResponse> {
        Ok(Response::new(RetrySetAsideResponse {
            applied: request.into_inner().sequence == 41,
            reason: "it is not its message".to_owned(),
        }))
    }

    async fn get_standing(&self, _: Request<GetStandingRequest>) -> Answer<GetStandingResponse> {
        let police = Standing {
            service: "police".to_owned(),
            published: 43,
            shown: true,
            ..Standing::default()
        };
        let schools = Standing {
            service: "schools".to_owned(),
            hearings: vec![Hearing {
                producer: "police".to_owned(),
                applied: 41,
                set_aside: 1,
            }],
            ..Standing::default()
        };
        Ok(Response::new(GetStandingResponse {
            services: vec![police, schools],
        }))
    }
}

#[tonic::async_trait]
impl AccessService for Office {
    async fn create_token(
        &self,
        request: Request<CreateTokenRequest>,
    ) -> Answer<CreateTokenResponse> {
        self.tokens.lock().unwrap().push(request.into_inner());
        Ok(Response::new(CreateTokenResponse {
            token_id: "t1".to_owned(),
            token: "fb_made".to_owned(),
            ..CreateTokenResponse::default()
        }))
    }

    async fn revoke_token(
        &self,
        request: Request<RevokeTokenRequest>,
    ) -> Answer<RevokeTokenResponse> {
        if request.into_inner().token_id != "t1" {
            return Err(Problem::not_found().into());
        }
        Ok(Response::new(RevokeTokenResponse::default()))
    }

    async fn list_tokens(&self, _: Request<ListTokensRequest>) -> Answer<ListTokensResponse> {
        let organisation = Organisation {
            kind: OrganisationKind::School.into(),
            code: "100000".to_owned(),
            name: String::new(),
        };
        let token = TokenInfo {
            token_id: "t1".to_owned(),
            organisation: Some(organisation),
            roles: vec![Role::KeyAdult.into()],
            ..TokenInfo::default()
        };
        Ok(Response::new(ListTokensResponse {
            tokens: vec![token],
        }))
    }

    async fn set_contact(&self, request: Request<SetContactRequest>) -> Answer<SetContactResponse> {
        let contact = request.into_inner().contact.unwrap();
        if contact.code == "100001" {
            return Err(Problem::not_found().into());
        }
        self.contacts.lock().unwrap().push(contact);
        Ok(Response::new(SetContactResponse::default()))
    }

    async fn register_organisation(
        &self,
        _: Request<RegisterOrganisationRequest>,
    ) -> Answer<RegisterOrganisationResponse> {
        panic!("no command calls it")
    }

    async fn list_organisations(
        &self,
        _: Request<ListOrganisationsRequest>,
    ) -> Answer<ListOrganisationsResponse> {
        panic!("no command calls it")
    }

    async fn remove_contact(
        &self,
        _: Request<RemoveContactRequest>,
    ) -> Answer<RemoveContactResponse> {
        panic!("no command calls it")
    }

    async fn list_contacts(&self, _: Request<ListContactsRequest>) -> Answer<ListContactsResponse> {
        panic!("no command calls it")
    }

    async fn set_webhook(&self, _: Request<SetWebhookRequest>) -> Answer<SetWebhookResponse> {
        panic!("no command calls it")
    }
}
