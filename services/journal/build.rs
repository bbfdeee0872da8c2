//! Compiles the stored frame without protoc.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = protox::compile(["proto/firstbell/journal/v1/frame.proto"], ["proto"])?;
    tonic_prost_build::configure()
        .skip_debug(["."])
        .compile_fds(files)?;
    Ok(())
}
