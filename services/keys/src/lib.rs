//! Sealing: personal data is readable only while its key is there.
//!
//! In reading order: [`id`] names keys and says what kind each is, [`grants`] is the one table of
//! which service may open what, [`port`] is what a key holder promises, [`sealer`] seals and opens
//! for one service.

pub mod grants;
pub mod id;
pub mod port;
pub mod sealer;

pub use grants::Service;
pub use id::{KeyId, KeyKind};
pub use port::{KeyError, Keys, SharedKeys, Subkey};
pub use sealer::{OpenError, Opened, SealError, Sealer};
