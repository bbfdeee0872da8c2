//! Looks at how much room the disk has left.

use std::path::{Path, PathBuf};

/// The reserve of free space, and the disk that it is kept on.
#[derive(Debug)]
pub(super) struct Space {
    folder: PathBuf,
    reserve: u64,
}

// === impl Space ===

impl Space {
    /// Watches the disk of `file`, of which `reserve` bytes are kept free.
    pub(super) fn around(file: &Path, reserve: u64) -> Self {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        Self { folder, reserve }
    }

    /// True where less than the reserve is free. A disk that cannot be asked counts as roomy: if it
    /// is not, the write itself will say so.
    pub(super) fn is_short(&self) -> bool {
        rustix::fs::statvfs(&self.folder)
            .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < self.reserve)
    }
}
