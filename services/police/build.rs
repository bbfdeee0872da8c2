//! Compiles the stored events and view rows of the police service without protoc.

use std::error::Error;

const FILES: [&str; 2] = [
    "proto/firstbell/police/private/v1/events.proto",
    "proto/firstbell/police/view/v1/view.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    println!("cargo:rerun-if-changed=../../proto/firstbell");
    let files = protox::compile(FILES, ["proto", "../../proto"])?;
    tonic_prost_build::configure()
        .extern_path(".firstbell.sealed.v1", "::proto::sealing")
        .extern_path(".firstbell.police.v1", "::proto::police::v1")
        .extern_path(".firstbell.schools.v1", "::proto::schools::v1")
        .compile_fds(files)?;
    Ok(())
}
