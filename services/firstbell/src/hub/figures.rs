//! What carries the events as metrics: how far relays and consumers are behind, and what stopped. A
//! relay that stopped is also a check that is not ready.

use super::{Ear, tasks::Tasks};
use bus::{
    Feed, Inbox,
    nats::{Nats, RelayView},
};
use host::{
    readiness::{Check, Readiness},
    telemetry::metrics::{Figure, gauge},
};
use std::sync::{Arc, Weak};
use tokio_util::sync::CancellationToken;

/// One service's ear for another, which it does not keep alive.
#[derive(Clone)]
struct Listener {
    service: &'static str,
    truth: Weak<dyn Feed>,
    inbox: Weak<Inbox>,
}

/// Registers everything that is told of this hub until `stop`.
pub(super) fn tell(
    ears: &[Ear],
    broker: Option<(Nats, Vec<RelayView>)>,
    readiness: &Readiness,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    ready(readiness, stop);
    let listener = |ear: &Ear| Listener {
        service: ear.service,
        truth: Arc::downgrade(&ear.truth),
        inbox: Arc::downgrade(&ear.consumer.inbox),
    };
    consumers(ears.iter().map(listener).collect(), stop);
    if let Some((nats, relays)) = broker {
        for relay in &relays {
            let check = readiness.check(format!("{}.relaying", relay.producer));
            tasks.spawn(watch(relay.clone(), check, stop.clone()));
        }
        of_broker(nats, relays, stop);
    }
}

/// Ready until the relay has stopped, and again once somebody has mended it. A broker that is away
/// stops nothing: what was accepted waits in the journal.
async fn watch(mut relay: RelayView, check: Check, stop: CancellationToken) {
    loop {
        match &*relay.stopped.borrow_and_update() {
            Some(why) => check.not_ready(why.clone()),
            None => check.ready(),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = relay.stopped.changed() => if changed.is_err() {
                return;
            }
        }
    }
}

/// Tells whether the process is ready; all that is told of one where no events come or go.
pub(crate) fn ready(readiness: &Readiness, stop: &CancellationToken) {
    let readiness = readiness.clone();
    until(
        stop,
        "firstbell.ready",
        "{process}",
        "Whether the process can do its work: 1 or 0. /readyz says what it waits for.",
        move || vec![yes_no(readiness.is_ready())],
    );
}

fn consumers(listeners: Vec<Listener>, stop: &CancellationToken) {
    let behind = listeners.clone();
    until(
        stop,
        "firstbell.consumer.lag",
        "{event}",
        "Public events of a producer that a consumer has neither applied nor set aside.",
        move || behind.iter().filter_map(Listener::lag).collect(),
    );
    until(
        stop,
        "firstbell.consumer.set_aside",
        "{event}",
        "Public events that a consumer could not apply and that wait for somebody.",
        move || listeners.iter().filter_map(Listener::set_aside).collect(),
    );
}

fn of_broker(nats: Nats, relays: Vec<RelayView>, stop: &CancellationToken) {
    let behind = relays.clone();
    until(
        stop,
        "firstbell.relay.lag",
        "{event}",
        "Public events of the journal that are not known to be at the broker.",
        move || behind.iter().filter_map(lag).collect(),
    );
    until(
        stop,
        "firstbell.relay.stopped",
        "{relay}",
        "Whether a relay has stopped and waits for somebody: 1 or 0. /readyz says why.",
        move || relays.iter().map(stopped).collect(),
    );
    until(
        stop,
        "firstbell.broker.connected",
        "{connection}",
        "Whether the broker can be reached: 1 or 0.",
        move || vec![yes_no(nats.is_connected())],
    );
}

/// A gauge that falls silent with the hub: a process may start another one.
fn until(
    stop: &CancellationToken,
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    read: impl Fn() -> Vec<Figure> + Send + Sync + 'static,
) {
    let stop = stop.clone();
    gauge(name, unit, about, move || {
        if stop.is_cancelled() {
            Vec::new()
        } else {
            read()
        }
    });
}

fn yes_no(yes: bool) -> Figure {
    Figure::count(yes.into())
}

/// None before the broker was reached for the first time.
fn lag(relay: &RelayView) -> Option<Figure> {
    let published = (*relay.published.borrow())?;
    let lag = relay.head.borrow().saturating_sub(published);
    Some(Figure::count(lag).word("producer", relay.producer))
}

fn stopped(relay: &RelayView) -> Figure {
    yes_no(relay.stopped.borrow().is_some()).word("producer", relay.producer)
}

// === impl Listener ===

impl Listener {
    /// None while it cannot be said, such as before the producer was reached.
    fn lag(&self) -> Option<Figure> {
        let (truth, inbox) = (self.truth.upgrade()?, self.inbox.upgrade()?);
        let life = truth.life().ok()?;
        let cursor = inbox.cursor(truth.producer(), life).ok()?;
        let lag = truth.head().borrow().saturating_sub(cursor);
        Some(self.about(lag, truth.producer()))
    }

    fn set_aside(&self) -> Option<Figure> {
        let (truth, inbox) = (self.truth.upgrade()?, self.inbox.upgrade()?);
        let count = inbox.count_set_aside(truth.producer()).ok()?;
        Some(self.about(count, truth.producer()))
    }

    fn about(&self, count: u64, producer: &'static str) -> Figure {
        let figure = Figure::count(count).word("consumer", self.service);
        figure.word("producer", producer)
    }
}
