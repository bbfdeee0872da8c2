//! The stored bytes, frozen: what is on disks today is read for ever.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use journal::{
    CommandId, EventHash, NewEvent, Position, PublicAs, Recorded, Stored, StreamName,
    checkpoint::SigningKey, id::hex, wire,
};
use prost::Message;

fn event() -> NewEvent {
    NewEvent {
        id: CommandId::derive(&[b"golden"]).event(1),
        kind: "police.notification_received",
        version: 2,
        public_as: Some(PublicAs {
            kind: "firstbell.v1.police.notification.issued",
            version: 1,
        }),
        occurred_at: "2026-11-20T23:14:05.123456Z".parse().unwrap(),
        actor: "actor-7".to_owned(),
        causation: [0x11; 16],
        correlation: [0x22; 16],
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
        payload: b"payload".to_vec(),
    }
}

#[test]
fn a_frame_has_these_very_bytes_and_this_hash() {
    let stream = StreamName::of("notification", [0xab; 16]);
    let recorded_at = "2026-11-20T23:14:06Z".parse().unwrap();
    let stored = Stored::encode(&stream, 300, EventHash([0x33; 32]), recorded_at, event());
    assert_eq!(hex(&stored.frame), FRAME);
    assert_eq!(hex(&stored.hash.0), HASH);
    let read = Recorded::decode(Position(1), &stored.frame, stored.hash).unwrap();
    assert!(read.frame.encode_to_vec() == stored.frame);
}

#[test]
fn the_first_frame_of_a_stream_leaves_out_what_is_empty() {
    let bare = NewEvent {
        public_as: None,
        actor: String::new(),
        traceparent: String::new(),
        payload: vec![],
        ..event()
    };
    let stream = StreamName::parse("line-0").unwrap();
    let at = "2026-11-20T23:14:06Z".parse().unwrap();
    let stored = Stored::encode(&stream, 0, EventHash::ZERO, at, bare);
    assert_eq!(hex(&stored.frame), BARE_FRAME);
    assert_eq!(hex(&stored.hash.0), BARE_HASH);
}

#[test]
fn a_checkpoint_has_these_very_bytes() {
    let checkpoint = wire::Checkpoint {
        events: 12_345,
        last_event_hash: vec![0x44; 32],
        root: vec![0x55; 32],
        previous: vec![0x66; 32],
        signing_key_id: "0123456789abcdef".to_owned(),
        signature: vec![0x77; 64],
        journal_id: vec![0x88; 16],
        epoch: 2,
    };
    assert_eq!(hex(&checkpoint.encode_to_vec()), CHECKPOINT);
}

#[test]
fn a_key_keeps_its_name() {
    // The first test vector of RFC 8032, section 7.1, in PKCS#8 form.
    let mut pkcs8 = bytes("302e020100300506032b657004220420");
    pkcs8.extend(bytes(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    ));
    let key = SigningKey::from_pkcs8(&pkcs8).unwrap();
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(hex(key.verifying_key().as_bytes()), public);
    assert_eq!(key.verifying_key().id(), KEY_ID);
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[i * 2..i * 2 + 2], 16).unwrap())
        .collect()
}

const FRAME: &str = "0a2d6e6f74696669636174696f6e2d6162616261626162616261626162616261626162616261626162616261\
     62616210ac021a103a158f8ee6070cb8c3a56486a38a5a86221c706f6c6963652e6e6f74696669636174696f\
     6e5f72656365697665642802322b0a27666972737462656c6c2e76312e706f6c6963652e6e6f746966696361\
     74696f6e2e69737375656410013880d786b4d6979803408097bcb4d69798034a076163746f722d3752101111\
     11111111111111111111111111115a1022222222222222222222222222222222623730302d30616637363531\
     393136636434336464383434386562323131633830333139632d623761643662373136393230333333312d30\
     316a077061796c6f6164";
const HASH: &str = "1297ddd131e0464d60d29f7e403125078f220439914a83599a62545809c77080";
const BARE_FRAME: &str = "0a066c696e652d301a103a158f8ee6070cb8c3a56486a38a5a86221c706f6c6963652e6e6f74696669636174\
     696f6e5f726563656976656428023880d786b4d6979803408097bcb4d6979803521011111111111111111111\
     1111111111115a1022222222222222222222222222222222";
const BARE_HASH: &str = "bc02ba2841bf588e722cdc0d8a904e9613bf05b3c4a1d3d84c5cdcb31fabde83";
const CHECKPOINT: &str = "08b960122044444444444444444444444444444444444444444444444444444444444444441a205555555555\
     5555555555555555555555555555555555555555555555555555552220666666666666666666666666666666\
     66666666666666666666666666666666662a1030313233343536373839616263646566324077777777777777\
     7777777777777777777777777777777777777777777777777777777777777777777777777777777777777777\
     777777777777777777777777773a10888888888888888888888888888888884002";
const KEY_ID: &str = "21fe31dfa154a261";
