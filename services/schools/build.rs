//! Compiles the private protos of the schools service without protoc.

use std::error::Error;

const FILES: [&str; 4] = [
    "proto/firstbell/schools/private/v1/line.proto",
    "proto/firstbell/schools/private/v1/record.proto",
    "proto/firstbell/schools/private/v1/model.proto",
    "proto/firstbell/schools/plain/v1/plain.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    println!("cargo:rerun-if-changed=../../proto/firstbell");
    let files = protox::compile(FILES, ["proto", "../../proto"])?;
    tonic_prost_build::configure()
        .extern_path(".firstbell.sealed.v1", "::proto::sealing")
        .extern_path(".firstbell.access.v1", "::proto::access::v1")
        .extern_path(".firstbell.police.v1", "::proto::police::v1")
        .extern_path(".firstbell.schools.v1", "::proto::schools::v1")
        .extern_path(".firstbell.door.v1", "::proto::door::v1")
        .skip_debug([".firstbell.schools.plain.v1"])
        .compile_fds(files)?;
    Ok(())
}
