//! A clock that jumps over bells, while all services run and while one is down: each step of the
//! ladder is taken once, and what came too late is recorded as skipped.

use super::{
    chance::Chance,
    load::until_answered,
    rounds::{say, seeds},
    several::{Between, Several},
    site::{Hub, Site},
};
use broker::Broker;
use clock::{Clock, SystemClock};
use jiff::ToSpan;
use journal::{Position, audit::RawEvent, decider::EventSet, embedded::JournalFile, wire::Frame};
use prost::Message;
use proto::schools::v1::RungOutcome;
use schools::domain::LineEvent;
use std::collections::BTreeMap;
use tests::smtp::MailServer;

const NOTIFICATIONS: usize = 60;

/// With which `notify` ends where a call was under way for longer than it may be believed who made it;
/// days pass at once here.
const WHO_CALLS: i32 = 77;

/// Line, whose step, which rung, when it is due.
type Step = (String, String, i32, i64);

/// How a step was taken.
#[derive(Default)]
struct Taken {
    called: usize,
    concluded: Vec<RungOutcome>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_clock_jumps_each_step_is_taken_once_or_recorded_as_skipped() {
    for seed in seeds("jumps", 1) {
        say("jumps", seed);
        round(&mut Chance::of(seed)).await;
    }
}

async fn round(chance: &mut Chance) {
    let folder = tempfile::tempdir().unwrap();
    let mail = MailServer::start();
    let between = Between::One(Broker::start());
    let mut hub = Several::init(folder.path(), between, |config| {
        config.smtp = mail.settings();
    });
    hub.turn_to(SystemClock.now());
    let mut site = Site::furnished(hub, folder).await;

    let mut push = site.night(NOTIFICATIONS, chance);
    push.start();
    until_answered(&mut push, chance.within(1..NOTIFICATIONS)).await;
    some_evening(&mut site, chance);
    let mut code = push.wait().await;
    if code == WHO_CALLS {
        push.start();
        code = push.wait().await;
    }
    assert_eq!(code, 0, "{}", push.errors());
    site.settled().await;

    let mut push = site.night(NOTIFICATIONS, chance);
    push.start();
    assert_eq!(push.wait().await, 0, "{}", push.errors());
    site.settled().await;
    let away = ["schools", "police"][chance.within(0..2)];
    site.hub.parts.kill(away);
    some_evening(&mut site, chance);
    tokio::time::sleep(chance.moment(500)).await;
    site.hub.parts.start(away);
    site.settled().await;

    site.judge();
    site.hub.stop();
    site.hub.audit();
    assert_taken_once(&steps(&site));
}

/// Turns the clock to an evening so far away that there is a school day before it, whatever the
/// calendar says. In an evening all rungs lie ahead.
fn some_evening(site: &mut Site<Several>, chance: &mut Chance) {
    let today = site.hub.now().in_tz("Europe/London").unwrap().date();
    let then = today.checked_add(5.days()).unwrap();
    let hour = i8::try_from(chance.within(18..24)).unwrap();
    let then = then.at(hour, 0, 0, 0).in_tz("Europe/London").unwrap();
    site.hub.turn_to(then.timestamp());
}

/// What the schools service's journal says of each step that was called.
fn steps(site: &Site<Several>) -> BTreeMap<Step, Taken> {
    let file = site.hub.data().join("journals/schools.sqlite3");
    let mut steps: BTreeMap<Step, Taken> = BTreeMap::new();
    let see = |stored: RawEvent<'_>| {
        let frame = Frame::decode(stored.frame).unwrap();
        let step = |subject: &str, rung: i32, due_ms: i64| {
            (frame.stream.clone(), subject.to_owned(), rung, due_ms)
        };
        match LineEvent::decode(&frame.r#type, frame.version, &frame.payload) {
            Some(LineEvent::RungCalled(of)) => {
                let step = step(&of.subject_id, of.rung, of.due_ms);
                steps.entry(step).or_default().called += 1;
            }
            Some(LineEvent::RungConcluded(of)) => {
                let step = step(&of.subject_id, of.rung, of.due_ms);
                steps.entry(step).or_default().concluded.push(of.outcome());
            }
            _ => {}
        }
    };
    JournalFile::open(&file)
        .unwrap()
        .each(Position::START, see)
        .unwrap();
    steps
}

#[track_caller]
fn assert_taken_once(steps: &BTreeMap<Step, Taken>) {
    let outcomes = |wanted: RungOutcome| {
        let all = steps.values().flat_map(|taken| &taken.concluded);
        all.filter(|outcome| **outcome == wanted).count()
    };
    for (step, taken) in steps {
        assert!(taken.called <= 1, "called {} times: {step:?}", taken.called);
        assert_eq!(taken.concluded.len(), 1, "{:?}: {step:?}", taken.concluded);
    }
    println!(
        "{} steps, {} of them skipped",
        steps.len(),
        outcomes(RungOutcome::Skipped)
    );
    assert!(
        outcomes(RungOutcome::Skipped) > 0,
        "what came too late was skipped"
    );
}
