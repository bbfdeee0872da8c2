//! The broker of the tests comes, goes and comes back where it was.

use broker::Broker;
use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
};

fn greeting(broker: &Broker) -> Option<String> {
    let stream = TcpStream::connect(("127.0.0.1", broker.port())).ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    Some(line)
}

#[test]
fn a_broker_that_was_killed_or_stopped_comes_back_on_its_port_with_its_store() {
    let mut broker = Broker::start();
    let url = broker.url();
    assert!(greeting(&broker).unwrap().contains("\"jetstream\":true"));
    std::fs::write(broker.store().join("mark"), "kept").unwrap();

    broker.kill();
    assert_eq!(greeting(&broker), None);
    broker.restart();
    broker.stop();
    assert_eq!(greeting(&broker), None);
    broker.restart();

    assert_eq!(broker.url(), url);
    assert!(greeting(&broker).unwrap().starts_with("INFO "));
    assert_eq!(
        std::fs::read_to_string(broker.store().join("mark")).unwrap(),
        "kept"
    );
}

#[test]
fn two_brokers_do_not_meet() {
    let (one, other) = (Broker::start(), Broker::start());
    assert_ne!(one.port(), other.port());
    assert_ne!(one.store(), other.store());
}

#[test]
fn a_broker_takes_more_configuration() {
    let broker = Broker::start_with("authorization { user: bell, password: first }");
    assert!(
        greeting(&broker)
            .unwrap()
            .contains("\"auth_required\":true")
    );
}
