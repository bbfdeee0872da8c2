//! Marked personal data over a whole story: nowhere in the clear, and gone once its keys are.
//!
//! In a program of its own, since it listens to everything that the process logs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod marked;

use marked::{marked, marks, notification, roll};
use proto::{
    access::v1::{OrganisationKind, SetContactRequest, SetWebhookRequest},
    schools::v1::ImportMode,
};
use serde_json::{Value, json};
use std::{
    fs, io,
    sync::{Arc, Mutex},
};
use tests::{
    caller::{Answer, Caller},
    marks::{Marks, files_below},
    people::{FORCE, PRIMARY, ROLL_HEADER},
    smtp::MailServer,
    wait::eventually,
    webhook::Receiver,
    world::{Shape, World},
};
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

/// Everything the process logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The whole log of the process at `debug`, every span with its fields.
fn listen() -> Log {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("debug"))
        .with_span_events(FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .init();
    log
}

/// Calls with marked values in the wrong places; gives every byte that was answered.
async fn refusals(world: &World, force: &Caller, lead: &Caller) -> Vec<u8> {
    let mark = marked("wrong");
    let submit = "/v1/police/notifications";
    let wrong = |identity: Value| {
        json!({"notification": {
            "force": FORCE, "reference": mark, "occurredAt": "2026-11-19T22:10:00Z",
            "children": [{"identity": identity}],
        }})
    };
    let mut answers = Vec::new();
    for identity in [
        json!({"forename": format!("{mark}\u{7}"), "dateOfBirth": mark}),
        json!({"forename": mark, "dateOfBirth": "2035-01-01", "upn": mark, "nhsNumber": mark}),
        json!({"forename": mark, "sex": mark}),
        json!({"forename": mark, "age": mark}),
        json!({"forename": {"text": mark}}),
        json!(mark),
    ] {
        answers.push(force.post(submit, &wrong(identity)).await);
    }
    answers.push(
        force
            .post(submit, &json!({"notification": {"force": mark}}))
            .await,
    );
    answers.push(
        force
            .post(submit, &json!({"notification": {"occurredAt": mark}}))
            .await,
    );
    answers.push(Answer::of(force.get(&format!("{submit}/{mark}"))).await);
    answers.push(Answer::of(force.get(&format!("{submit}?page={mark}"))).await);
    let pass = format!("/v1/schools/alerts/{mark}/pass");
    answers.push(lead.post(&pass, &json!({"contactId": mark})).await);
    let contact = json!({"contact": {"contactId": mark, "kind": mark, "card": {"email": mark}}});
    answers.push(world.operator().post("/v1/access/contacts", &contact).await);
    let webhook = json!({"kind": "ORGANISATION_KIND_SCHOOL", "code": PRIMARY, "url": mark});
    answers.push(world.operator().post("/v1/access/webhooks", &webhook).await);
    for answer in &answers {
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    let mut bytes: Vec<u8> = answers
        .into_iter()
        .flat_map(|answer| answer.bytes)
        .collect();
    let bad_roll = format!(
        "{ROLL_HEADER}{PRIMARY},{mark},{mark},{mark},,{mark},,,{mark},{mark},,,{mark},{mark},{mark}\n"
    );
    let mode = ImportMode::Delta;
    let report = world
        .operator()
        .import_roll("2026-11-19", mode, bad_roll)
        .await;
    bytes.extend(format!("{report:?}").into_bytes());
    let mut other = notification();
    other.place = marked("elsewhere");
    let conflict = force.try_submit(other).await.unwrap_err();
    bytes.extend(format!("{conflict:?}").into_bytes());
    bytes
}

/// What the people of the story see, in the clear as it should be.
async fn seen(force: &Caller, lead: &Caller, id: &str) -> (Answer, Answer) {
    let status = Answer::of(force.get(&format!("/v1/police/notifications/{id}"))).await;
    let open = format!("/v1/schools/cards/{id}/open");
    (status, lead.post(&open, &json!({})).await)
}

async fn set_up(world: &World, receiver: &Receiver) -> (Caller, Caller) {
    // Named plainly first: the caller's token is for this contact.
    let caller = world.key_adult(PRIMARY, "lead", "Plain McTestface").await;
    let request = SetContactRequest {
        contact: Some(marked::lead()),
    };
    world
        .operator()
        .access()
        .set_contact(request)
        .await
        .unwrap();
    let request = SetWebhookRequest {
        kind: OrganisationKind::School.into(),
        code: PRIMARY.to_owned(),
        url: format!("{}?{}", receiver.url(), marked("url")),
    };
    world
        .operator()
        .access()
        .set_webhook(request)
        .await
        .unwrap();
    world.settled().await;
    let report = world
        .operator()
        .import_roll("2026-11-18", ImportMode::Whole, roll())
        .await;
    assert_eq!(report.unwrap().rows_taken, 1);
    (world.force(FORCE).await, caller)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marked_data_is_nowhere_in_the_clear_and_gone_for_good_once_its_keys_are() {
    let log = listen();
    let marks = marks();
    let mail = MailServer::start();
    let receiver = Receiver::start(&[]).await;
    let mut world = World::with(|config| config.smtp = mail.settings()).await;
    let (force, lead) = set_up(&world, &receiver).await;
    let submitted = force.submit(notification()).await;
    let id = submitted.notification_id;
    world.settled().await;
    let card = lead.card().await;
    let (status, opened) = seen(&force, &lead, &id).await;
    assert!(
        marks.are_in(&status.bytes) && marks.are_in(&opened.bytes),
        "they see it in the clear"
    );
    lead.confirm(&card).await;
    lead.close_today().await;
    world.settled().await;
    let refused = refusals(&world, &force, &lead).await;
    world.back_up("canary").await;

    // Nothing that left the hub beside the answers to those who may see.
    assert!(
        !marks.are_in(&refused),
        "a refusal: {}",
        String::from_utf8_lossy(&refused)
    );
    for mail in mail.received() {
        let raw = mail.raw.replace(&mail.to[0], "");
        assert!(!marks.are_in(raw.as_bytes()), "a message");
    }
    assert!(!mail.received().is_empty() && !receiver.calls().is_empty());
    assert!(
        receiver
            .calls()
            .iter()
            .all(|call| !marks.are_in(&call.body))
    );

    // Nothing on disk, while the hub runs, in a copy, and after it ended.
    nothing_on_disk(&world, &marks);
    erased(
        &mut world,
        &marks,
        &force,
        &lead,
        &id,
        &submitted.children[0].line_id,
    )
    .await;
    nothing_on_disk(&world, &marks);
    let folder = world.end().await;
    assert_eq!(
        marks.files_with(folder.path()),
        Vec::<std::path::PathBuf>::new()
    );

    // Nothing in the log, which did hear of all this.
    let log = log.0.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&log);
    assert!(
        text.contains("SubmitNotification"),
        "the log is listened to"
    );
    let line = text.lines().find(|line| marks.are_in(line.as_bytes()));
    assert_eq!(line, None, "a line of the log");
}

/// What goes from process to process, what each of them logs, and what the broker keeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marked_data_is_nowhere_in_the_clear_between_processes_either() {
    let marks = marks();
    let mail = MailServer::start();
    let receiver = Receiver::start(&[]).await;
    let mut world = World::shaped(Shape::Processes, |config| {
        config.smtp = mail.settings();
        "debug".clone_into(&mut config.telemetry.log_filter);
    })
    .await;
    let (force, lead) = set_up(&world, &receiver).await;
    let submitted = force.submit(notification()).await;
    let id = submitted.notification_id;
    world.settled().await;
    let (status, opened) = seen(&force, &lead, &id).await;
    assert!(
        marks.are_in(&status.bytes) && marks.are_in(&opened.bytes),
        "they see it in the clear"
    );
    lead.confirm(&lead.card().await).await;
    world.settled().await;
    let refused = refusals(&world, &force, &lead).await;
    assert!(!marks.are_in(&refused), "a refusal");
    let store = world.broker().store();
    let kept = files_below(&store)
        .into_iter()
        .map(|file| fs::read(file).unwrap());
    let issued = b"firstbell.v1.police.notification.issued";
    let mut kept = kept.map(|bytes| bytes.windows(issued.len()).any(|found| found == issued));
    assert!(kept.any(|has_it| has_it), "the broker keeps the events");
    assert_eq!(marks.files_with(&store), Vec::<std::path::PathBuf>::new());
    world
        .operator()
        .destroy_keys(&submitted.children[0].line_id)
        .await;
    eventually("the child is gone from the school's card", async || {
        let open = format!("/v1/schools/cards/{id}/open");
        let opened = lead.post(&open, &json!({})).await;
        if marks.are_in(&opened.bytes) {
            Err("still there".to_owned())
        } else {
            Ok(())
        }
    })
    .await;
    names_nobody(&marks, &lead, &id).await;
    let folder = world.end().await;
    let logged = fs::read_to_string(folder.path().join("police.log")).unwrap();
    assert!(logged.contains("DEBUG"), "the logs are listened to");
    assert_eq!(
        marks.files_with(folder.path()),
        Vec::<std::path::PathBuf>::new()
    );
}

fn nothing_on_disk(world: &World, marks: &Marks) {
    let files = files_below(&world.folders.data);
    assert!(
        files
            .iter()
            .any(|file| file.starts_with(&world.folders.backups))
    );
    assert!(files.len() > 10, "journals, views, keys, a backup");
    let marked = marks.files_with(&world.folders.data);
    assert_eq!(marked, Vec::<std::path::PathBuf>::new());
}

/// After the child's keys are destroyed nothing brings the child back: no reading, no restart, no
/// new view, no second submission.
async fn erased(
    world: &mut World,
    marks: &Marks,
    force: &Caller,
    lead: &Caller,
    id: &str,
    line_id: &str,
) {
    world.operator().destroy_keys(line_id).await;
    world.settled().await;
    names_nobody(marks, lead, id).await;
    shows_as_erased(force, id).await;
    world
        .restart(|folders| {
            for view in ["schools-view.sqlite3", "police-view.sqlite3"] {
                for suffix in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(folders.views.join(format!("{view}{suffix}")));
                }
            }
        })
        .await;
    world.settled().await;
    shows_as_erased(force, id).await;
    names_nobody(marks, lead, id).await;
    let again = force.submit(notification()).await;
    assert!(
        again.already_known,
        "it is recognised, and nothing is sealed"
    );
    names_nobody(marks, lead, id).await;
    erased_as_a_whole(world, marks, force, lead, id).await;
}

/// After the notification's key is destroyed too nothing of it is left: not after the backup was
/// restored in which all keys still were, and not by sending it again.
async fn erased_as_a_whole(
    world: &mut World,
    marks: &Marks,
    force: &Caller,
    lead: &Caller,
    id: &str,
) {
    let (before, _) = seen(force, lead, id).await;
    assert!(marks.are_in(&without_confirmer(&before)), "the reference");
    world.destroy_notification_key(id).await;
    world.settled().await;
    for _ in 0..2 {
        let (status, opened) = seen(force, lead, id).await;
        assert_eq!((status.status, opened.status), (200, 404));
        assert_eq!(status.json()["reference"], "erased");
        assert!(
            !marks.are_in(&without_confirmer(&status)),
            "the force's page"
        );
        names_nobody(marks, lead, id).await;
        shows_as_erased(force, id).await;
        let again = force.try_submit(notification()).await.unwrap_err();
        let again = tests::caller::problem(&again);
        assert_eq!(again.fields()[0].path, "reference");
        assert!(again.message().contains("erased"));
        world.restore("canary").await;
        world.settled().await;
    }
}

/// Who confirmed has a record, and a key, of their own.
fn without_confirmer(status: &Answer) -> Vec<u8> {
    let text = String::from_utf8_lossy(&status.bytes);
    text.replace(&marked("lead"), "").into_bytes()
}

async fn shows_as_erased(force: &Caller, id: &str) {
    let alert = force.alert(id).await;
    assert_eq!(alert.school, "erased");
    assert!(
        alert.confirmed_at.is_some(),
        "that somebody confirmed stays known"
    );
}

/// The card is empty or gone.
async fn names_nobody(marks: &Marks, lead: &Caller, id: &str) {
    let all = Answer::of(lead.get("/v1/schools/cards?all=true")).await;
    let open = format!("/v1/schools/cards/{id}/open");
    let opened = lead.post(&open, &json!({})).await;
    for answer in [all, opened] {
        assert!(!marks.are_in(&answer.bytes), "a card names somebody");
    }
}
