//! The contract: every message, service and public event that crosses a border between services
//! or leaves the hub.
//!
//! The protos under `firstbell/` are the source of truth. Three things are made from them:
//! the Rust types below, the gRPC clients and servers, and [`descriptors`], from which the REST
//! door and the OpenAPI document are derived. There is no second set of types.

mod contract {
    #![expect(
        missing_docs,
        clippy::all,
        clippy::pedantic,
        clippy::allow_attributes,
        reason = "generated from the protos, which carry the documentation"
    )]
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));
}
mod sealed;
mod sources {
    include!(concat!(env!("OUT_DIR"), "/sources.rs"));
}

pub use contract::firstbell;
pub use firstbell::{access, bus, door, keys, operator, police, schools};
pub use sources::source;
/// Sealed personal values and the classes they come in.
pub mod sealing {
    pub use crate::firstbell::sealed::v1::*;
}

use prost_reflect::DescriptorPool;
use std::sync::OnceLock;

/// Descriptors of the whole contract, with its options (`door`, `class`).
///
/// # Panics
/// Never: the bytes are compiled in together with the types.
pub fn descriptors() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| {
        DescriptorPool::decode(include_bytes!(concat!(env!("OUT_DIR"), "/contract.bin")).as_ref())
            .expect("the compiler that made these bytes has just read them")
    })
}
