//! The master key: the one secret that the operator keeps, under which every other key is wrapped.

use crate::{
    aead::{Cipher, CipherFailed},
    files::put_new,
};
use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    env, fs,
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};
use zeroize::Zeroizing;

/// 32 secret bytes, written down as one line of base64; wiped when dropped.
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterError {
    /// A master key is never overwritten: what it wrapped would be lost.
    #[error("make a master key file where there is one already: use it, or name another file")]
    AlreadyThere,
    /// Others on this machine could read it.
    #[error("read a master key file that others may read: take that away with `chmod 600`")]
    TooOpen,
    /// Neither 32 bytes nor their base64.
    #[error(
        "read a master key: it takes 32 bytes as one line of base64, as `firstbell init` writes"
    )]
    NotAKey,
    /// The environment variable is missing.
    #[error("find the master key: the environment variable named for it is not set")]
    NotSet,
    /// The file could not be read or written.
    #[error("read or write the master key file")]
    File(#[source] io::Error),
    /// The machine gave no random bytes.
    #[error("make random bytes for a master key")]
    Random,
}

// === impl MasterKey ===

impl MasterKey {
    /// Makes a new key and writes it to `path`, which only the owner may read; durable when answered.
    pub fn generate_file(path: &Path) -> Result<Self, MasterError> {
        let mut key = Zeroizing::new([0; 32]);
        rand::fill(key.as_mut_slice()).map_err(|_| MasterError::Random)?;
        let line = Zeroizing::new(STANDARD.encode(key.as_slice()) + "\n");
        put_new(path, line.as_bytes()).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => MasterError::AlreadyThere,
            _ => MasterError::File(error),
        })?;
        Ok(Self(key))
    }

    /// Reads the key from a file that only its owner may read.
    pub fn from_file(path: &Path) -> Result<Self, MasterError> {
        let file = fs::File::open(path).map_err(MasterError::File)?;
        let mode = file
            .metadata()
            .map_err(MasterError::File)?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(MasterError::TooOpen);
        }
        let mut text = Zeroizing::new(String::new());
        file.take(1024)
            .read_to_string(&mut text)
            .map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => MasterError::NotAKey,
                _ => MasterError::File(error),
            })?;
        Self::from_text(&text)
    }

    /// Reads the key from the environment variable of this name.
    pub fn from_environment(variable: &str) -> Result<Self, MasterError> {
        let text = env::var(variable).map(Zeroizing::new);
        Self::from_text(&text.map_err(|_| MasterError::NotSet)?)
    }

    /// Reads the key from base64, with or without white space around it.
    pub fn from_text(text: &str) -> Result<Self, MasterError> {
        let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| MasterError::NotAKey)?;
        let key = bytes
            .as_slice()
            .try_into()
            .map_err(|_| MasterError::NotAKey)?;
        Ok(Self(Zeroizing::new(key)))
    }

    pub(crate) fn cipher(&self) -> Result<Cipher, CipherFailed> {
        Cipher::new(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_reads_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::generate_file(&path).unwrap();
        assert_eq!(*MasterKey::from_file(&path).unwrap().0, *made.0);
        let again = MasterKey::generate_file(&path);
        assert!(matches!(again, Err(MasterError::AlreadyThere)));
        assert_eq!(*MasterKey::from_file(&path).unwrap().0, *made.0);
    }

    #[test]
    fn a_key_that_was_half_written_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        fs::write(folder.path().join("master.key.unfinished"), "half").unwrap();
        MasterKey::generate_file(&path).unwrap();
        assert!(MasterKey::from_file(&path).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::generate_file(&path).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let refused = MasterKey::from_file(&path).err().unwrap();
            assert!(matches!(refused, MasterError::TooOpen));
            assert!(refused.to_string().contains("chmod 600"));
        }
    }

    #[test]
    fn other_texts_are_no_key_and_are_not_repeated() {
        for bad in ["", "hunter2", "AAAA", "////", &STANDARD.encode([1; 33])] {
            let refused = MasterKey::from_text(bad).err().unwrap();
            assert!(matches!(refused, MasterError::NotAKey));
            assert!(bad.is_empty() || !refused.to_string().contains(bad));
        }
        assert!(MasterKey::from_text(&format!(" {}\n", STANDARD.encode([1; 32]))).is_ok());
    }

    #[test]
    fn a_variable_that_is_not_set_is_said_to_be_missing() {
        let missing = MasterKey::from_environment("FIRSTBELL_NO_SUCH_VARIABLE");
        assert!(matches!(missing, Err(MasterError::NotSet)));
    }
}
