//! Sealing: personal data is readable only while its key is there.
//!
//! In reading order: [`id`] names keys and says what kind each is, [`grants`] is the one table of
//! which service may open what, [`port`] is what a key holder promises, [`sealer`] seals and opens
//! for one service. [`store`] is the key holder on one file, under the operator's [`master`] key;
//! [`hub`] is what it holds for the hub itself: opaque names and signing keys.

mod aead;
mod files;
pub mod grants;
pub mod hub;
pub mod id;
pub mod master;
pub mod port;
pub mod sealer;
pub mod store;

pub use grants::Service;
pub use hub::{Purpose, SigningKey, VerifyingKey};
pub use id::{KeyId, KeyKind};
pub use master::{MasterError, MasterKey};
pub use port::{KeyError, Keys, SharedKeys, Subkey};
pub use sealer::{OpenError, Opened, SealError, Sealer};
pub use store::{KeyStore, StoreError};
