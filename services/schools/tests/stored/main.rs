//! Freezes what is stored: what was written once must read the same for ever.
//!
//! Each file of `testdata` holds one line for each event type and version: name, version, bytes in
//! hexadecimal. Lines are added, never changed; a changed message is a new version.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod events;
mod models;
mod records;

use journal::{decider::EventSet, id::hex};
use std::fmt::Debug;

/// Every sample is written as its line says.
fn are_written_as<E: EventSet>(samples: &[E], golden: &str) {
    let written = samples.iter().map(|event| {
        let (kind, version) = event.kind();
        format!("{kind} {version} {}", hex(&event.encode()))
    });
    let written: Vec<_> = written.collect();
    assert_eq!(written, golden.lines().collect::<Vec<_>>());
}

/// Every line reads as its sample.
fn read_back_from<E: EventSet + PartialEq + Debug>(samples: &[E], golden: &str) {
    assert_eq!(samples.len(), golden.lines().count());
    for (sample, line) in samples.iter().zip(golden.lines()) {
        let [kind, version, bytes]: [&str; 3] =
            line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let bytes: Vec<u8> = (0..bytes.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&bytes[at..at + 2], 16).unwrap())
            .collect();
        let read = E::decode(kind, version.parse().unwrap(), &bytes);
        assert_eq!(read.as_ref(), Some(sample), "{kind}");
    }
}
