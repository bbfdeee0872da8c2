//! Why a key store cannot be opened, copied or written.

use crate::{aead::CipherFailed, hub::NoSecrets};
use std::io;

/// Why a key store cannot be opened, copied or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in this folder.
    #[error("open the key store: there is none here; make it with `firstbell init` or restore it")]
    Missing,
    /// There is a store in this folder already.
    #[error("make a key store where there is one already")]
    AlreadyThere,
    /// The store was made under another master key.
    #[error("open the key store with this master key: it was made under another")]
    WrongMaster,
    /// Another process has it open.
    #[error("open the key store: another process has it open; stop that one first")]
    InUse,
    /// The file is not a key store, or one of another version.
    #[error("open the key store: the file is not one that this version made")]
    NotAStore,
    /// A line of the ledger cannot be read, so a destroyed key might come back.
    #[error("read line {line} of the ledger of destroyed keys: take the ledger from its last copy")]
    Ledger {
        /// Counted from 1.
        line: usize,
    },
    /// Somebody reads the file, so what was destroyed still stands in its write-ahead log.
    #[error("wipe destroyed keys from the key store while it is being read: destroy them again")]
    BeingRead,
    /// The store was held fast while it was to be copied.
    #[error("copy the key store while it is locked: copy it again")]
    BeingWritten,
    /// The store was closed.
    #[error("use a key store that was closed")]
    Closed,
    /// The cipher or the source of random bytes failed.
    #[error("wrap or unwrap a key")]
    Cipher,
    /// `SQLite` failed, for want of space for example.
    #[error("read or write the key store")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system failed.
    #[error("read or write a file of the key store")]
    File(#[from] io::Error),
}

impl From<CipherFailed> for StoreError {
    fn from(_: CipherFailed) -> Self {
        Self::Cipher
    }
}

impl From<NoSecrets> for StoreError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Missing => Self::NotAStore,
            NoSecrets::WrongMaster => Self::WrongMaster,
        }
    }
}
