//! The formats of what is kept, frozen: these bytes were made by another implementation, from the
//! documents of AES-GCM, HKDF and HMAC alone. Whatever was sealed once must open for ever.

use crate::{Place, line, row};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use keys::{Keys, Sealer, Service};
use proto::sealing::{FieldClass, Sealed, Suite};

/// The key 00 01 … 1f of `line(1)`, wrapped under `master(1)` with the nonce 02 02 ….
const WRAPPED_KEY: &str =
    "AgICAgICAgICAgICB9fLSk5Sx/rbxbbDUKrMvbKkw/z/pJtmxZ764GTmamAfgxa3+mgG5cHQp+t9ZTuC";

/// The made-up name, sealed as identity under that key with the nonce 03 03 ….
const CIPHERTEXT: &str = "IGQv/GTw7RRU/jEY2MF7rY6zV9ESSylZxebc47jSGCTN/w==";

/// The secret 20 21 … 3f behind opaque names, wrapped under `master(1)` with the nonce 04 04 ….
const WRAPPED_SECRET: &str =
    "BAQEBAQEBAQEBAQEz4B5Y72dnW6PZbSXvHiCrUUp25QYGdMD87rHhv8FhSrDZ7Zy2GezwuAvGPpNL3vc";

/// The police service's opaque name, for the purpose "stream", of "force" and "reference".
const OPAQUE: &str = "TtGPdPmKZYx+EeBwVo2AxnEXgn5gK7T1Ar6VnFGxDrE=";

#[tokio::test]
async fn a_value_sealed_long_ago_opens() {
    let place = Place::new();
    let file = rusqlite::Connection::open(place.path().join("keys.db")).unwrap();
    let row = (row(&line(1)), bytes(WRAPPED_KEY));
    file.execute("INSERT INTO keys VALUES (?, ?)", row).unwrap();
    drop(file);
    let sealed = Sealed {
        key_id: line(1).to_string(),
        class: FieldClass::Identity.into(),
        suite: Suite::Aes256Gcm.into(),
        nonce: vec![3; 12],
        ciphertext: bytes(CIPHERTEXT),
    };
    let schools = Sealer::new(place.open(), Service::Schools);
    let opened = schools.open::<String>(&sealed).await.unwrap();
    assert_eq!(opened.plain().as_deref(), Some("Testy McTestface"));
}

#[test]
fn an_opaque_name_of_long_ago_is_the_same() {
    let place = Place::new();
    let file = rusqlite::Connection::open(place.path().join("keys.db")).unwrap();
    let change = "UPDATE hub SET wrapped = ? WHERE name = 'names'";
    file.execute(change, [bytes(WRAPPED_SECRET)]).unwrap();
    drop(file);
    let name = place.open().names(Service::Police);
    let name = name.opaque("stream", &[b"force", b"reference"]);
    assert_eq!(name.to_vec(), bytes(OPAQUE));
}

fn bytes(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).unwrap()
}
