//! Compiles the stored events without protoc. What they share with the contract is the contract's.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    println!("cargo:rerun-if-changed=../../proto/firstbell");
    let files = protox::compile(
        ["proto/firstbell/access/private/v1/events.proto"],
        ["proto", "../../proto"],
    )?;
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .extern_path(".firstbell.access.v1", "::proto::access::v1")
        .extern_path(".firstbell.door.v1", "::proto::door::v1")
        .extern_path(".firstbell.sealed.v1", "::proto::sealing")
        .compile_fds(files)?;
    Ok(())
}
