//! Compiles the stored frame without protoc.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = protox::compile(["proto/firstbell/journal/v1/frame.proto"], ["proto"])?;
    tonic_prost_build::configure()
        .skip_debug(["."])
        // Whoever reads a page shares its memory instead of copying every payload.
        .bytes(".firstbell.journal.v1.Frame")
        .compile_fds(files)?;
    Ok(())
}
