//! Short names that follow from content.

use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::Write;

/// Name of a file's content: the first 16 hexadecimal digits of its SHA-256.
pub fn version(data: &[u8]) -> String {
    first(data).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// First 64 bits of the SHA-256.
pub(crate) fn number(data: &[u8]) -> u64 {
    u64::from_be_bytes(first(data))
}

fn first(data: &[u8]) -> [u8; 8] {
    let hash = digest(&SHA256, data);
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_beginning_of_the_sha_256() {
        assert_eq!(version(b"abc"), "ba7816bf8f01cfea");
        assert_eq!(number(b"abc"), 0xba78_16bf_8f01_cfea);
    }
}
