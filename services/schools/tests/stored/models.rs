//! One of each of the stored records of weights, as in `testdata/stored-models.txt`.

use crate::{are_written_as, read_back_from};
use proto::sealing::{FieldClass, Sealed, Suite};
use schools::{domain::model::ModelEvent as E, wire::stored as s};

const GOLDEN: &str = include_str!("../../testdata/stored-models.txt");

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
    are_written_as(&samples(), GOLDEN);
}

#[test]
fn every_stored_record_of_weights_reads_back_as_it_always_did() {
    read_back_from(&samples(), GOLDEN);
}
