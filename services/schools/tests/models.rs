//! Freezes the stored records of weights: what was written once must read the same for ever.
//!
//! `testdata/stored-models.txt` holds one line for each event type and version: name, version, bytes
//! in hexadecimal. Lines are added, never changed; a changed message is a new version.

use journal::{decider::EventSet, id::hex};
use proto::sealing::{FieldClass, Sealed, Suite};
use schools::{domain::model::ModelEvent as E, wire::stored as s};

const GOLDEN: &str = include_str!("../testdata/stored-models.txt");

#[expect(
    clippy::unnecessary_wraps,
    reason = "as the fields of messages take it"
)]
fn by() -> Option<Sealed> {
    Some(Sealed {
        key_id: format!("r.{:032x}", 2),
        class: FieldClass::Identity.into(),
        suite: Suite::Aes256Gcm.into(),
        nonce: vec![2; 12],
        ciphertext: vec![2; 20],
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "as the fields of messages take it"
)]
fn model() -> Option<s::WeightModel> {
    Some(s::WeightModel {
        version: "learnt-0a0b0c0d".to_owned(),
        on_roll: 0.875,
        on_roll_at: vec![0.25, 0.5],
        fields: vec![s::FieldChances {
            field: "surname".to_owned(),
            same: vec![0.75, 0.125, 0.0625, 0.03125, 0.03125],
            other: vec![0.0625, 0.0625, 0.0625, 0.0625, 0.75],
        }],
    })
}

/// One of each, with every field set.
fn samples() -> [E; 2] {
    [
        E::Learnt(s::ModelLearnt {
            model: model(),
            beside: "standard-2".to_owned(),
            reports: 320,
            decided: 41,
            overturned_before: 2,
            overturned_after: 1,
            by: by(),
        }),
        E::Taken(s::ModelTaken {
            model: model(),
            before: "standard-2".to_owned(),
            by: by(),
        }),
    ]
}

#[test]
fn every_stored_record_of_weights_is_written_as_it_always_was() {
    let as_line = |event: &E| {
        let (kind, version) = event.kind();
        format!("{kind} {version} {}", hex(&event.encode()))
    };
    let written: Vec<_> = samples().iter().map(as_line).collect();
    assert_eq!(written, GOLDEN.lines().collect::<Vec<_>>());
}

#[test]
fn every_stored_record_of_weights_reads_back_as_it_always_did() {
    assert_eq!(samples().len(), GOLDEN.lines().count());
    for (sample, line) in samples().iter().zip(GOLDEN.lines()) {
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
