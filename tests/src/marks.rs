//! Finds marked personal data in bytes, in the clear or in a form that anybody can read back.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// What every marked text begins with: in no file by chance.
pub const MARK: &str = "Zqmarked";

/// What to look for.
pub struct Marks {
    /// Compared without regard to case.
    plain: Vec<String>,
    /// Compared as they are.
    encoded: Vec<String>,
}

// === impl Marks ===

impl Marks {
    /// The mark in every form, and these numbers and dates in the clear and as hexadecimal digits.
    pub fn new(numbers: &[&str]) -> Self {
        let mut plain = vec![MARK.to_ascii_lowercase()];
        let mut encoded = Vec::new();
        for mark in [MARK.to_owned(), MARK.to_lowercase(), MARK.to_uppercase()] {
            plain.push(hex(&mark));
            encoded.extend(base64(&mark));
        }
        for number in numbers {
            plain.push(number.to_ascii_lowercase());
            plain.push(hex(number));
        }
        Self { plain, encoded }
    }

    /// Whether any form of any mark is in there.
    pub fn are_in(&self, bytes: &[u8]) -> bool {
        // Every byte becomes one character, so that text search works on anything.
        let text: String = bytes.iter().copied().map(char::from).collect();
        let folded = text.to_ascii_lowercase();
        self.plain.iter().any(|mark| folded.contains(mark))
            || self.encoded.iter().any(|mark| text.contains(mark))
    }

    /// Every file below `folder` that has a mark in it or in its name.
    pub fn files_with(&self, folder: &Path) -> Vec<PathBuf> {
        let mut files = files_below(folder);
        files.retain(|path| {
            // A running hub removes what it no longer needs: what is not there tells nothing.
            let bytes = fs::read(path).unwrap_or_default();
            self.are_in(path.as_os_str().as_encoded_bytes()) || self.are_in(&bytes)
        });
        files
    }
}

/// Every file below this folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The characters that stand for the text wherever in a longer one it begins.
fn base64(text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let shifted = format!("{}{text}", "-".repeat(before));
        // Characters that are made of neighbouring bytes too are left out.
        let from = (before * 8).div_ceil(6);
        let to = (shifted.len() * 8) / 6;
        for form in [
            BASE64_STANDARD_NO_PAD.encode(&shifted),
            BASE64_URL_SAFE_NO_PAD.encode(&shifted),
        ] {
            forms.push(form[from..to].to_owned());
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_every_form_that_anybody_can_read_back() {
        let marks = Marks::new(&["07700900987"]);
        for text in [
            "a Zqmarkedforename",
            "ZQMARKEDFORENAME",
            "zqmarked",
            "ring 07700900987",
        ] {
            for before in ["", "x", "xy", "xyz"] {
                let text = format!("{before}{text} and more");
                assert!(marks.are_in(text.as_bytes()), "{text}");
                assert!(marks.are_in(hex(&text).as_bytes()), "{text} as hex");
                assert!(
                    marks.are_in(hex(&text).to_uppercase().as_bytes()),
                    "{text} as hex"
                );
                if text.to_lowercase().contains("zqmarked") {
                    let encoded = BASE64_STANDARD_NO_PAD.encode(&text);
                    assert!(marks.are_in(encoded.as_bytes()), "{text} as base64");
                }
            }
        }
        assert!(!marks.are_in(b"Zqmark and 0770090098 \xff\x00"));
    }

    #[test]
    fn a_mark_in_a_file_or_in_its_name_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        fs::create_dir(&below).unwrap();
        fs::write(below.join("plain"), "nothing here").unwrap();
        fs::write(below.join("marked"), "\0Zqmarkedname\0").unwrap();
        fs::write(below.join("zqmarkedname"), "").unwrap();
        let mut found = Marks::new(&[]).files_with(folder.path());
        found.sort();
        assert_eq!(found, [below.join("marked"), below.join("zqmarkedname")]);
    }
}
