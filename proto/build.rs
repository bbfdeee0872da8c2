//! Compiles the contract without protoc, and gives every message that holds plain personal data a
//! debug form that prints nothing of it.

use std::{env, error::Error, fmt::Write as _, fs, path::Path, path::PathBuf};

const CLASS_EXTENSION: u32 = 50001;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=firstbell");
    let mut files = Vec::new();
    collect(Path::new("firstbell"), &mut files)?;
    files.sort();
    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(
        out.join("contract.bin"),
        compiler.encode_file_descriptor_set(),
    )?;

    fs::write(out.join("sources.rs"), sources(&files)?)?;

    let personal = personal_messages(&compiler);
    fs::write(out.join("redacted.rs"), redacted_debug(&personal)?)?;
    let opaque = personal.iter().map(String::as_str).chain([SEALED]);
    tonic_prost_build::configure()
        .skip_debug(opaque.map(|name| format!(".{name}")))
        .include_file("contract.rs")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

const SEALED: &str = "firstbell.sealed.v1.Sealed";

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

/// A function that gives the text of each proto by its name.
fn sources(files: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    let here = env::current_dir()?;
    let mut source = String::from(
        "/// The text of a proto of the contract, e.g. `firstbell/police/v1/events.proto`.\n\
         pub fn source(file: &str) -> Option<&'static str> { match file {\n",
    );
    for file in files {
        let (name, path) = (file.display().to_string(), here.join(file));
        let path = path.display().to_string();
        writeln!(source, "{name:?} => Some(include_str!({path:?})),")?;
    }
    source.push_str("_ => None,\n} }\n");
    Ok(source)
}

/// Full names of the messages with at least one field marked with a class.
fn personal_messages(compiler: &protox::Compiler) -> Vec<String> {
    let pool = compiler.descriptor_pool();
    pool.all_messages()
        .filter(|message| {
            message.fields().any(|field| {
                field
                    .options()
                    .extensions()
                    .any(|(extension, _)| extension.number() == CLASS_EXTENSION)
            })
        })
        .map(|message| message.full_name().to_owned())
        .collect()
}

fn redacted_debug(messages: &[String]) -> Result<String, std::fmt::Error> {
    let mut source = String::new();
    for name in messages {
        let mut parts: Vec<&str> = name.split('.').collect();
        let message = parts.pop().unwrap_or_default();
        let path = parts.join("::");
        writeln!(
            source,
            "impl std::fmt::Debug for crate::{path}::{message} {{ \
             fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ \
             f.write_str(\"{message}(personal)\") }} }}"
        )?;
    }
    Ok(source)
}
