//! Strangers who send rubbish to the port while others work.

use super::{
    chance::Chance,
    confirming::Confirming,
    rounds::{say, seeds},
    site::{Hub, Site},
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

const STRANGERS: u64 = 12;
/// Connections that one stranger keeps and never uses.
const HALF_OPEN: usize = 20;
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_on_the_port_disturbs_nobody_else() {
    let mut site = Site::open().await;
    for seed in seeds("rubbish", 1) {
        say("rubbish", seed);
        let mut chance = Chance::of(seed);
        let address: SocketAddr = site.hub.url.trim_start_matches("http://").parse().unwrap();
        let mut strangers = JoinSet::new();
        for _ in 0..STRANGERS {
            strangers.spawn(pester(address, Chance::of(chance.next())));
        }
        let confirming = Confirming::begin(&site);
        let mut push = site.night(120, &mut chance);
        push.start();
        assert_eq!(push.wait().await, 0, "{}", push.errors());
        assert_eq!(
            push.answered(),
            push.size() + 1,
            "each is answered, and the summary"
        );
        assert!(site.hub.lives(), "{}", site.hub.last_words());
        site.judge();
        confirming.end().await;
        strangers.shutdown().await;
        site.judge_and_audit().await;
    }
}

async fn pester(address: SocketAddr, mut chance: Chance) {
    let mut kept = Vec::new();
    loop {
        let Ok(mut socket) = TcpStream::connect(address).await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        if kept.len() < HALF_OPEN && chance.one_in(4) {
            // Says half a request and nothing more.
            let _ = socket
                .write_all(b"POST /v1/police/notifications HTTP/1.1\r\nhost: x\r\ncont")
                .await;
            kept.push(socket);
            continue;
        }
        let rubbish = rubbish(&mut chance);
        let _ = socket.write_all(&rubbish).await;
        let mut answer = [0; 512];
        let _ = tokio::time::timeout(Duration::from_millis(20), socket.read(&mut answer)).await;
    }
}

fn rubbish(chance: &mut Chance) -> Vec<u8> {
    let length = chance.within(1..4096);
    let noise: Vec<u8> = (0..length).map(|_| (chance.next() & 0xff) as u8).collect();
    match chance.within(0..6) {
        0 => noise,
        1 => [PREFACE, noise.as_slice()].concat(),
        2 => [
            b"GET /readyz HTTP/1.1\r\nhost: x\r\nx-huge: ".as_slice(),
            &vec![b'x'; 1024 * 1024],
        ]
        .concat(),
        3 => "GET / HTTP/1.1\r\nhost: x\r\n"
            .bytes()
            .chain("a: b\r\n".repeat(5_000).bytes())
            .collect(),
        4 => {
            let head = "POST /v1/police/notifications HTTP/1.1\r\nhost: x\r\n\
                        authorization: Bearer fb_nobody\r\ncontent-type: application/json\r\n\
                        content-length: 99999999999\r\n\r\n";
            [head.as_bytes(), noise.as_slice()].concat()
        }
        _ => [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
            noise.as_slice(),
        ]
        .concat(),
    }
}
