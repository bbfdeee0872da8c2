//! The comments of the protos, found by what they stand above.

use prost_reflect::{
    DescriptorPool, EnumDescriptor, EnumValueDescriptor, FieldDescriptor, FileDescriptor,
    MessageDescriptor, MethodDescriptor,
};
use std::collections::HashMap;

/// Comments by file and place in the file.
pub(crate) struct Comments(HashMap<(String, Vec<i32>), String>);

/// What a comment can stand above.
pub(crate) trait Commented {
    fn place(&self) -> (FileDescriptor, &[i32]);
}

// === impl Comments ===

impl Comments {
    pub(crate) fn of(pool: &DescriptorPool) -> Self {
        let mut comments = HashMap::new();
        for file in pool.files() {
            let info = file.file_descriptor_proto().source_code_info.clone();
            for location in info.unwrap_or_default().location {
                let text = tidy(location.leading_comments());
                if !text.is_empty() {
                    comments.insert((file.name().to_owned(), location.path), text);
                }
            }
        }
        Self(comments)
    }

    /// The comment above it; empty where there is none.
    pub(crate) fn above(&self, thing: &impl Commented) -> &str {
        let (file, path) = thing.place();
        self.0
            .get(&(file.name().to_owned(), path.to_vec()))
            .map_or("", String::as_str)
    }
}

fn tidy(comment: &str) -> String {
    comment
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

impl Commented for MessageDescriptor {
    fn place(&self) -> (FileDescriptor, &[i32]) {
        (self.parent_file(), self.path())
    }
}

impl Commented for FieldDescriptor {
    fn place(&self) -> (FileDescriptor, &[i32]) {
        (self.parent_file(), self.path())
    }
}

impl Commented for EnumDescriptor {
    fn place(&self) -> (FileDescriptor, &[i32]) {
        (self.parent_file(), self.path())
    }
}

impl Commented for EnumValueDescriptor {
    fn place(&self) -> (FileDescriptor, &[i32]) {
        (self.parent_file(), self.path())
    }
}

impl Commented for MethodDescriptor {
    fn place(&self) -> (FileDescriptor, &[i32]) {
        (self.parent_file(), self.path())
    }
}
