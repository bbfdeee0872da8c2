//! The protos of the whole tree: the shared contract, and what services store.

use super::tree::{Text, root, texts};
use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use std::{collections::BTreeSet, path::PathBuf};

const CLASS: &str = "firstbell.sealed.v1.class";
const SEALED: &str = "firstbell.sealed.v1.Sealed";

/// All protos of the project, compiled together.
pub(super) fn pool() -> DescriptorPool {
    let texts = texts();
    let is_ours = |path: &str| path.starts_with("proto/") || path.starts_with("services/");
    let files: Vec<_> = texts
        .iter()
        .map(|text| text.path.as_str())
        .filter(|path| is_ours(path) && path.rsplit('.').next() == Some("proto"))
        .collect();
    let folders: BTreeSet<PathBuf> = files.iter().filter_map(|path| folder(path)).collect();
    compile(folders, files.into_iter().map(|path| root().join(path)))
}

/// The folder that imports are found in: the one that holds `firstbell/`.
fn folder(path: &str) -> Option<PathBuf> {
    let at = path.find("proto/firstbell/")?;
    Some(root().join(&path[..at]).join("proto"))
}

pub(super) fn compile(
    folders: impl IntoIterator<Item = PathBuf>,
    files: impl IntoIterator<Item = PathBuf>,
) -> DescriptorPool {
    let mut compiler = protox::Compiler::new(folders).expect("the folders are there");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(files).expect("the protos compile");
    compiler.descriptor_pool()
}

/// `message.field` of every plain personal field in the message or in what it holds.
pub(super) fn plain_personal(message: &MessageDescriptor) -> Vec<String> {
    let mut found = Vec::new();
    each_field(message, &mut BTreeSet::new(), &mut |field| {
        let options = field.options();
        let mut marks = options.extensions();
        if marks.any(|(extension, _)| extension.full_name() == CLASS) {
            found.push(field.full_name().to_owned());
        }
    });
    found
}

/// Names of the clear fields that hold text or bytes, in the message or in what it holds.
pub(super) fn clear_texts(message: &MessageDescriptor) -> Vec<FieldDescriptor> {
    let mut found = Vec::new();
    each_field(message, &mut BTreeSet::new(), &mut |field| {
        if matches!(field.kind(), Kind::String | Kind::Bytes) {
            found.push(field.clone());
        }
    });
    found
}

/// Visits the fields of the message and of the messages in it, but not those of sealed values.
fn each_field(
    message: &MessageDescriptor,
    seen: &mut BTreeSet<String>,
    visit: &mut impl FnMut(&FieldDescriptor),
) {
    if message.full_name() == SEALED || !seen.insert(message.full_name().to_owned()) {
        return;
    }
    for field in message.fields() {
        visit(&field);
        if let Kind::Message(inner) = field.kind() {
            each_field(&inner, seen, visit);
        }
    }
}

/// Compiles a made-up proto that may use the contract.
pub(super) fn made_up(text: &str) -> DescriptorPool {
    let folder = tempfile::tempdir().unwrap();
    let file = Text::new("made_up.proto", text);
    std::fs::write(folder.path().join(&file.path), &file.text).unwrap();
    let folders = [folder.path().to_owned(), root().join("proto")];
    compile(folders, [folder.path().join(&file.path)])
}
