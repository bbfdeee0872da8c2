//! The only ids that are drawn: those of new journals, and of a process that writes to one.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// The machine gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("draw an id: the machine gave no random bytes")]
pub struct NoRandom;

/// 16 random bytes.
pub(crate) fn id() -> Result<[u8; 16], NoRandom> {
    let mut id = [0; 16];
    SystemRandom::new().fill(&mut id).map_err(|_| NoRandom)?;
    Ok(id)
}
