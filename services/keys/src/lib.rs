//! Sealing: personal data is readable only while its key is there.
//!
//! In reading order: [`id`] names keys and says what kind each is, [`grants`] is the one table of
//! which service may open what, [`port`] is what a key holder promises, [`sealer`] seals and opens
//! for one service. [`store`] is the key holder on one file, under the operator's [`master`] key;
//! [`hub`] is what it holds for the hub itself: opaque names and signing keys. [`door`] hands all that
//! to services in processes of their own, and [`remote`] is the key holder as such a service has it.

mod aead;
pub mod door;
mod files;
pub mod grants;
pub mod hub;
pub mod id;
pub mod master;
pub mod port;
pub mod remote;
pub mod sealer;
pub mod store;

pub use door::KeyDoor;
pub use grants::Service;
pub use hub::{MadeFor, Names, Purpose, SigningKey, VerifyingKey};
pub use id::{KeyId, KeyKind};
pub use master::{MasterError, MasterKey};
pub use port::{KeyError, Keys, SharedKeys, Subkey, Subkeys};
pub use remote::{EnterError, RemoteKeys};
pub use sealer::{OpenError, Opened, SealError, Sealer};
pub use store::{KeyStore, StoreError};
