//! One of each of the stored records of changes, as in `testdata/stored-records.txt`.

use crate::{are_written_as, read_back_from};
use proto::sealing::{FieldClass, Sealed, Suite};
use schools::{domain::record::RecordEvent as E, wire::stored as s};

const GOLDEN: &str = include_str!("../../testdata/stored-records.txt");

fn sealed(mark: u8, class: FieldClass) -> Sealed {
    Sealed {
        key_id: format!("r.{mark:032x}"),
        class: class.into(),
        suite: Suite::Aes256Gcm.into(),
        nonce: vec![mark; 12],
        ciphertext: vec![mark; 20],
    }
}

/// One of each, with every field set.
fn samples() -> Vec<E> {
    let by = sealed(2, FieldClass::Identity);
    vec![
        E::DayClosed(s::DayClosed {
            school: Some(sealed(1, FieldClass::Location)),
            date: "2026-11-20".to_owned(),
            by: Some(by.clone()),
        }),
        E::DayReopened(s::DayReopened {
            by: Some(by.clone()),
        }),
        E::Imported(s::ReferenceImported {
            kind: s::ImportKind::Roll.into(),
            mode: s::ImportedMode::Delta.into(),
            as_at: "2026-11-18".to_owned(),
            content: "0a".repeat(16),
            rows_read: 9,
            rows_taken: 6,
            rows_refused: 2,
            file: Some(sealed(3, FieldClass::Location)),
            by: Some(by),
        }),
    ]
}

#[test]
fn every_stored_record_is_written_as_it_always_was() {
    are_written_as(&samples(), GOLDEN);
}

#[test]
fn every_stored_record_reads_back_as_it_always_did() {
    read_back_from(&samples(), GOLDEN);
}
