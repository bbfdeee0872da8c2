//! Subkeys asked for together: who asks while an answer is on its way is asked for with the next.

use super::{patiently, refused};
use crate::{KeyError, KeyId, Subkey, Subkeys};
use proto::keys::v1::{
    GetSubkeysRequest, KeyGrant, KeyState, key_service_client::KeyServiceClient,
};
use tokio::sync::{mpsc, oneshot};
use tonic::{Status, transport::Channel};
use zeroize::{Zeroize as _, Zeroizing};

/// Asks for subkeys. When it is dropped, nobody asks any more.
pub(super) struct Batches(mpsc::Sender<Asked>);

struct Asked {
    id: KeyId,
    answer: oneshot::Sender<Result<Subkeys, KeyError>>,
}

/// Keys that are asked for at once.
const MOST: usize = 256;

/// An answer that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("understand the key holder: it is of another version")]
struct Misunderstood;

/// Nobody answers any more.
#[derive(Debug, thiserror::Error)]
#[error("ask the key holder: whoever asks has ended")]
struct Ended;

// === impl Batches ===

impl Batches {
    /// Call it inside a runtime.
    pub(super) fn begin(holder: KeyServiceClient<Channel>) -> Self {
        let (sender, receiver) = mpsc::channel(MOST);
        tokio::spawn(ask_together(holder, receiver));
        Self(sender)
    }

    /// All subkeys of one key that the service is granted.
    pub(super) async fn ask(&self, id: KeyId) -> Result<Subkeys, KeyError> {
        let (answer, answered) = oneshot::channel();
        let ended = |_| KeyError::Unavailable(Box::new(Ended));
        let asked = self.0.send(Asked { id, answer }).await;
        asked.map_err(|_| KeyError::Unavailable(Box::new(Ended)))?;
        answered.await.map_err(ended)?
    }
}

async fn ask_together(mut holder: KeyServiceClient<Channel>, mut all: mpsc::Receiver<Asked>) {
    let mut batch = Vec::with_capacity(MOST);
    while all.recv_many(&mut batch, MOST).await > 0 {
        let asked = GetSubkeysRequest {
            key_ids: batch.iter().map(|asked| asked.id.to_string()).collect(),
        };
        let answer = holder.get_subkeys(patiently(asked)).await;
        match answer.map(|answer| answer.into_inner().grants) {
            Ok(grants) if grants.len() == batch.len() => {
                for (asked, grant) in batch.drain(..).zip(grants) {
                    tell(asked, granted(grant));
                }
            }
            Ok(_) => {
                for asked in batch.drain(..) {
                    tell(asked, Err(misunderstood()));
                }
            }
            Err(status) => fail(&mut batch, &status),
        }
    }
}

/// Who no longer waits needs no answer.
fn tell(asked: Asked, answer: Result<Subkeys, KeyError>) {
    let _ = asked.answer.send(answer);
}

fn fail(batch: &mut Vec<Asked>, status: &Status) {
    for asked in batch.drain(..) {
        tell(asked, Err(refused(status.clone())));
    }
}

/// What is given of one key.
pub(super) fn granted(grant: KeyGrant) -> Result<Subkeys, KeyError> {
    match grant.state() {
        KeyState::Kept => {}
        KeyState::Destroyed => return Err(KeyError::Destroyed),
        KeyState::Unknown => return Err(KeyError::Unknown),
        KeyState::Unspecified => return Err(misunderstood()),
    }
    let mut subkeys = Subkeys::new();
    for mut of_class in grant.subkeys {
        let subkey = <[u8; 32]>::try_from(of_class.subkey.as_slice());
        of_class.subkey.zeroize();
        let subkey = subkey.map_err(|_| misunderstood())?;
        subkeys.push((of_class.class(), Subkey(Zeroizing::new(subkey))));
    }
    Ok(subkeys)
}

fn misunderstood() -> KeyError {
    KeyError::Unavailable(Box::new(Misunderstood))
}
