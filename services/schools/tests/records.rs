//! Freezes the stored records of changes: what was written once must read the same for ever.
//!
//! `testdata/stored-records.txt` holds one line for each event type and version: name, version, bytes
//! in hexadecimal. Lines are added, never changed; a changed message is a new version.

use journal::{decider::EventSet, id::hex};
use proto::sealing::{FieldClass, Sealed, Suite};
use schools::{domain::record::RecordEvent as E, wire::stored as s};

const GOLDEN: &str = include_str!("../testdata/stored-records.txt");

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

fn as_line(event: &E) -> String {
    let (kind, version) = event.kind();
    format!("{kind} {version} {}", hex(&event.encode()))
}

#[test]
fn every_stored_record_is_written_as_it_always_was() {
    let written: Vec<_> = samples().iter().map(as_line).collect();
    assert_eq!(written, GOLDEN.lines().collect::<Vec<_>>());
}

#[test]
fn every_stored_record_reads_back_as_it_always_did() {
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
