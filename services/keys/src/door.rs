//! Hands out what a key holder has to services in processes of their own.
//!
//! Each caller is the service that its certificate names, and gets what that one is granted: a process
//! that was taken over gets no more than it had.

use crate::{
    KeyError, KeyId, KeyStore, Keys, MadeFor, Purpose, Service, grants::may_make, port::Subkeys,
};
use futures::{Stream, StreamExt as _, stream};
use host::peer;
use proto::keys::v1::{
    ClassSubkey, CreateKeysRequest, CreateKeysResponse, EnterRequest, EnterResponse,
    GetSubkeysRequest, GetSubkeysResponse, KeyGrant, KeyState, ListDestroyedRequest,
    ListDestroyedResponse, WatchDestroyedRequest, WatchDestroyedResponse,
    key_service_server::{KeyService, KeyServiceServer},
};
use std::{pin::Pin, sync::Arc};
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

/// The gRPC service over a key store.
pub struct KeyDoor {
    store: Arc<KeyStore>,
    stop: CancellationToken,
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Key ids in one message.
const PAGE: usize = 10_000;

// === impl KeyDoor ===

impl KeyDoor {
    /// The service over `store`; who watches is let go with `stop`.
    pub fn service(store: Arc<KeyStore>, stop: CancellationToken) -> KeyServiceServer<Self> {
        KeyServiceServer::new(Self { store, stop })
    }
}

#[tonic::async_trait]
impl KeyService for KeyDoor {
    async fn enter(
        &self,
        request: Request<EnterRequest>,
    ) -> Result<Response<EnterResponse>, Status> {
        let service = caller(&request)?;
        let signs = |purpose| self.store.signing_key(purpose).pkcs8().to_vec();
        let assertions = match service {
            Service::Access => signs(Purpose::Assertions),
            _ => Vec::new(),
        };
        let public = self.store.signing_key(Purpose::Assertions).verifying();
        Ok(Response::new(EnterResponse {
            names: self.store.names(service).secret().to_vec(),
            checkpoints: signs(Purpose::Checkpoints(service)),
            assertions,
            assertions_public: public.public.clone(),
            for_tests: self.store.made_for() == MadeFor::Tests,
        }))
    }

    async fn create_keys(
        &self,
        request: Request<CreateKeysRequest>,
    ) -> Result<Response<CreateKeysResponse>, Status> {
        let service = caller(&request)?;
        let ids = key_ids(&request.get_ref().key_ids)?;
        let is_made_here = |id: &KeyId| may_make(service, id.kind());
        if !ids.iter().all(is_made_here) {
            return Err(status(&KeyError::NotGranted));
        }
        let created = self.store.create(service, &ids).await;
        created.map_err(|error| status(&error))?;
        Ok(Response::new(CreateKeysResponse {
            grants: self.grants(service, &ids)?,
        }))
    }

    async fn get_subkeys(
        &self,
        request: Request<GetSubkeysRequest>,
    ) -> Result<Response<GetSubkeysResponse>, Status> {
        let service = caller(&request)?;
        let ids = key_ids(&request.get_ref().key_ids)?;
        Ok(Response::new(GetSubkeysResponse {
            grants: self.grants(service, &ids)?,
        }))
    }

    type ListDestroyedStream = Answers<ListDestroyedResponse>;

    async fn list_destroyed(
        &self,
        request: Request<ListDestroyedRequest>,
    ) -> Result<Response<Self::ListDestroyedStream>, Status> {
        caller(&request)?;
        let asked = key_ids(&request.get_ref().key_ids)?;
        let destroyed = self.destroyed_among(asked).await;
        let destroyed = destroyed.map_err(|error| status(&error))?;
        let pages = destroyed.chunks(PAGE).map(|page| {
            let key_ids = page.iter().map(ToString::to_string).collect();
            Ok(ListDestroyedResponse { key_ids })
        });
        let pages: Vec<_> = pages.collect();
        Ok(Response::new(Box::pin(stream::iter(pages))))
    }

    type WatchDestroyedStream = Answers<WatchDestroyedResponse>;

    async fn watch_destroyed(
        &self,
        request: Request<WatchDestroyedRequest>,
    ) -> Result<Response<Self::WatchDestroyedStream>, Status> {
        caller(&request)?;
        let heard = stream::unfold(self.store.destroyed(), next);
        let begun = stream::iter([Ok(WatchDestroyedResponse::default())]);
        let all = begun.chain(heard);
        let all = all.take_until(self.stop.clone().cancelled_owned());
        Ok(Response::new(Box::pin(all)))
    }
}

impl KeyDoor {
    fn grants(&self, service: Service, ids: &[KeyId]) -> Result<Vec<KeyGrant>, Status> {
        let grant = |id| match self.store.all_subkeys(service, id) {
            Ok(subkeys) => Ok(kept(subkeys)),
            Err(KeyError::Destroyed) => Ok(without(KeyState::Destroyed)),
            Err(KeyError::Unknown) => Ok(without(KeyState::Unknown)),
            Err(error) => Err(status(&error)),
        };
        ids.iter().map(grant).collect()
    }

    async fn destroyed_among(&self, asked: Vec<KeyId>) -> Result<Vec<KeyId>, KeyError> {
        if asked.is_empty() {
            return self.store.all_destroyed().await;
        }
        let mut destroyed = Vec::new();
        for id in asked {
            if self.store.is_destroyed(&id).await? {
                destroyed.push(id);
            }
        }
        Ok(destroyed)
    }
}

fn kept(subkeys: Subkeys) -> KeyGrant {
    let subkeys = subkeys.into_iter().map(|(class, subkey)| ClassSubkey {
        class: class.into(),
        subkey: subkey.0.to_vec(),
    });
    KeyGrant {
        state: KeyState::Kept.into(),
        subkeys: subkeys.collect(),
    }
}

fn without(state: KeyState) -> KeyGrant {
    KeyGrant {
        state: state.into(),
        subkeys: Vec::new(),
    }
}

/// Ends where something was missed: who comes again reads the ledger.
async fn next(
    mut feed: Receiver<KeyId>,
) -> Option<(Result<WatchDestroyedResponse, Status>, Receiver<KeyId>)> {
    let key_id = feed.recv().await.ok()?.to_string();
    Some((Ok(WatchDestroyedResponse { key_id }), feed))
}

fn caller<T>(request: &Request<T>) -> Result<Service, Status> {
    let peer = peer::of(request.extensions())?;
    let known = Service::ALL.into_iter().find(|known| known.name() == peer);
    known.ok_or_else(|| Status::permission_denied("this service has no keys"))
}

fn key_ids(texts: &[String]) -> Result<Vec<KeyId>, Status> {
    texts.iter().map(|text| key_id(text)).collect()
}

fn key_id(text: &str) -> Result<KeyId, Status> {
    KeyId::parse(text).map_err(|error| Status::invalid_argument(error.to_string()))
}

fn status(error: &KeyError) -> Status {
    match error {
        KeyError::Destroyed => Status::failed_precondition("the key was destroyed"),
        KeyError::Unknown => Status::not_found("the key was never made"),
        KeyError::NotGranted => Status::permission_denied("there is no grant for this"),
        KeyError::Unavailable(_) => {
            tracing::error!(error = %host::report::report(error), "the key store fails");
            Status::unavailable("the key store fails")
        }
    }
}
