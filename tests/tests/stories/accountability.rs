//! Who shut a school for a day and who loaded a file is on record, before it has any effect.

use crate::{code, night_of};
use clock::SystemClock;
use firstbell::hub::Folders;
use journal::{
    Journal, Position, Recorded,
    decider::EventSet,
    embedded::{EmbeddedJournal, Settings},
};
use keys::{KeyStore, MasterKey, Sealer, Service};
use proto::{
    access::v1::{ContactRole, OrganisationKind},
    schools::v1::{CloseTodayRequest, ImportMode, SchoolRef},
};
use rusqlite::Connection;
use schools::{
    domain::record::RecordEvent,
    wire::{
        plain::{Actor, ImportedFile},
        stored::{ImportKind, ImportedMode},
    },
};
use std::sync::Arc;
use tests::{
    caller::Caller,
    marks::Marks,
    people::{PRIMARY, ROLL_HEADER, SECONDARY, at, incident, orlo, pippa},
    smtp::MailServer,
    world::World,
};

/// What a hub that has ended recorded of changes, in order.
struct Record {
    events: Vec<(Recorded, RecordEvent)>,
    sealer: Sealer,
}

impl Record {
    async fn left_by(world: World) -> Self {
        let folders = world.folders.clone();
        // The folder goes with the story, so it is read before.
        let folder = world.end().await;
        let record = Self::read(&folders).await;
        drop(folder);
        record
    }

    async fn read(folders: &Folders) -> Self {
        let clock = Arc::new(SystemClock);
        let path = folders.journal("schools");
        let journal = EmbeddedJournal::open(&path, Settings::default(), clock.clone()).unwrap();
        let all = journal.read_all(Position::START, 10_000).await.unwrap();
        let events = all.into_iter().filter_map(|recorded| {
            let frame = &recorded.frame;
            let event = RecordEvent::decode(&frame.r#type, frame.version, &frame.payload)?;
            Some((recorded, event))
        });
        let master = MasterKey::from_file(&folders.master_key()).unwrap();
        let keys = KeyStore::open(&folders.keys, &master, clock).unwrap();
        Self {
            events: events.collect(),
            sealer: Sealer::new(Arc::new(keys), Service::Schools),
        }
    }

    fn kinds(&self) -> Vec<&'static str> {
        let kinds = self.events.iter().map(|(_, event)| event.kind().0);
        kinds
            .map(|kind| kind.strip_prefix("schools.").unwrap())
            .collect()
    }

    async fn actor(&self, event: &RecordEvent) -> Actor {
        let by = match event {
            RecordEvent::DayClosed(event) => &event.by,
            RecordEvent::DayReopened(event) => &event.by,
            RecordEvent::Imported(event) => &event.by,
        };
        let opened = self.sealer.open(by.as_ref().unwrap()).await.unwrap();
        opened.plain().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_shut_a_school_and_who_opened_it_again_is_on_record() {
    let world = World::start().await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let head = world.head(PRIMARY).await;
    lead.reopen_today().await;
    lead.close_today().await;
    head.close_today().await;
    lead.reopen_today().await;
    lead.reopen_today().await;
    let record = Record::left_by(world).await;

    let imported = "reference_imported";
    assert_eq!(
        record.kinds(),
        [imported, "day_closed", "day_reopened"],
        "each change once; the schools of the story before all"
    );
    let (closing, RecordEvent::DayClosed(closed)) = &record.events[1] else {
        panic!("is a closing");
    };
    assert_eq!(closed.date, "2026-11-20");
    let school: SchoolRef = record
        .sealer
        .open(closed.school.as_ref().unwrap())
        .await
        .unwrap()
        .plain()
        .unwrap();
    assert_eq!(school.urn, PRIMARY);
    let (opening, reopened) = &record.events[2];
    assert_eq!(
        (&opening.frame.stream, opening.frame.revision),
        (&closing.frame.stream, 1)
    );
    for event in [&record.events[1].1, reopened] {
        let actor = record.actor(event).await;
        let person = actor.person.clone().unwrap();
        assert_eq!(person.name, "Testy McTestface");
        assert_eq!(person.role, "key adult");
        assert_eq!(actor.organisation, PRIMARY);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_changes_stay_inside_and_name_no_school_and_nobody() {
    let world = World::start().await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let feed = world.records_feed(PRIMARY).await;
    lead.close_today().await;
    let roll = format!("{ROLL_HEADER}{}", pippa().row());
    let taken = feed.import_roll("2026-11-18", ImportMode::Whole, roll);
    let version = taken.await.unwrap().version;
    lead.reopen_today().await;
    let record = Record::left_by(world).await;

    let marks = Marks::new(&[PRIMARY, "McTestface", "Records system", &version]);
    assert_eq!(record.events.len(), 4);
    for (recorded, event) in &record.events {
        let frame = &recorded.frame;
        assert!(frame.public_as.is_none(), "{}", frame.r#type);
        let told = [
            event.encode(),
            frame.stream.clone().into_bytes(),
            frame.actor.clone().into_bytes(),
        ];
        assert!(!marks.are_in(&told.concat()), "{}", frame.r#type);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loaded_which_roll_is_on_record_once_however_often_it_is_sent() {
    let world = World::start().await;
    let feed = world.records_feed(PRIMARY).await;
    let roll = format!("{ROLL_HEADER}{}{PRIMARY},no,pupil\n", pippa().row());
    let send = async |as_at, mode| feed.import_roll(as_at, mode, roll.clone()).await;
    let report = send("2026-11-18", ImportMode::Whole).await.unwrap();
    send("2026-11-18", ImportMode::Whole).await.unwrap();
    send("2026-11-19", ImportMode::Delta).await.unwrap();
    let older = send("2026-11-17", ImportMode::Whole).await.unwrap_err();
    assert_eq!(code(&older), "invalid_field");
    let record = Record::left_by(world).await;

    assert_eq!(record.events.len(), 3, "{:?}", record.kinds());
    let imports: Vec<_> = record.events[1..]
        .iter()
        .map(|(_, event)| match event {
            RecordEvent::Imported(import) => import.clone(),
            _ => panic!("is an import"),
        })
        .collect();
    let [whole, delta] = imports.as_slice() else {
        panic!("the roll and its delta");
    };
    assert_eq!(whole.kind(), ImportKind::Roll);
    assert_eq!(
        (whole.mode(), delta.mode()),
        (ImportedMode::Whole, ImportedMode::Delta)
    );
    assert_eq!((&*whole.as_at, &*delta.as_at), ("2026-11-18", "2026-11-19"));
    assert_eq!(
        (whole.rows_read, whole.rows_taken, whole.rows_refused),
        (2, 1, 1)
    );
    assert_eq!(whole.content, delta.content, "of one content");
    let file = record.sealer.open(whole.file.as_ref().unwrap()).await;
    let file: ImportedFile = file.unwrap().plain().unwrap();
    assert_eq!(file.version, report.version);
    let actor = record.actor(&record.events[1].1).await;
    assert_eq!(actor.person.unwrap().role, "record system");
    assert_eq!(actor.organisation_kind, OrganisationKind::School as i32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_roll_that_takes_the_place_of_another_again_is_on_record_again() {
    let world = World::start().await;
    let feed = world.records_feed(PRIMARY).await;
    let one = format!("{ROLL_HEADER}{}", pippa().row());
    let other = format!("{one}{}", orlo().row());
    for roll in [&one, &one, &other, &one, &one] {
        let taken = feed.import_roll("2026-11-18", ImportMode::Whole, roll.clone());
        taken.await.unwrap();
    }
    let record = Record::left_by(world).await;
    let rows: Vec<_> = record.events[1..]
        .iter()
        .map(|(_, event)| match event {
            RecordEvent::Imported(import) => import.rows_read,
            _ => panic!("is an import"),
        })
        .collect();
    assert_eq!(rows, [1, 2, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_broke_off_after_its_record_is_completed_by_sending_it_again() {
    let world = World::start().await;
    let feed = world.records_feed(PRIMARY).await;
    let reference = world.folders.views.join("schools-reference.sqlite3");
    let reference = Connection::open(reference).unwrap();
    let rename = |from: &str, to: &str| {
        let rename = format!("ALTER TABLE {from} RENAME TO {to}");
        reference.execute_batch(&rename).unwrap();
    };
    let roll = format!("{ROLL_HEADER}{}", pippa().row());
    let send = async || {
        feed.import_roll("2026-11-18", ImportMode::Whole, roll.clone())
            .await
    };
    rename("roll", "away");
    assert_eq!(code(&send().await.unwrap_err()), "internal");
    rename("away", "roll");
    send().await.unwrap();
    let record = Record::left_by(world).await;
    assert_eq!(record.events.len(), 2, "{:?}", record.kinds());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closing_that_broke_off_after_its_record_is_completed_by_saying_it_again() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let home = ContactRole::OffSite;
    world
        .contact(PRIMARY, "home", "Home McTestface", home)
        .await;
    let night = night_of(&world, incident("43-1", vec![pippa().child()])).await;
    let reference = world.folders.views.join("schools-reference.sqlite3");
    let reference = Connection::open(reference).unwrap();
    world.turn_to("2026-11-20T06:30").await;
    let rename = |from: &str, to: &str| {
        let rename = format!("ALTER TABLE {from} RENAME TO {to}");
        reference.execute_batch(&rename).unwrap();
    };

    rename("closed", "away");
    let request = CloseTodayRequest::default();
    let failed = night.lead.inbox().close_today(request).await;
    assert_eq!(code(&failed.unwrap_err()), "internal");
    rename("away", "closed");
    night.lead.close_today().await;
    world.settled().await;
    mail.mail_for(&format!("home@{PRIMARY}.example.org"), 1)
        .await;

    let record = Record::left_by(world).await;
    let kinds = record.kinds();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "day_closed").count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_mistaken_tap_the_key_adults_act_again_the_same_day() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let home = ContactRole::OffSite;
    world
        .contact(PRIMARY, "home", "Home McTestface", home)
        .await;
    let night = night_of(&world, incident("43-1", vec![pippa().child()])).await;
    let lead = format!("lead@{PRIMARY}.example.org");
    mail.mail_for(&lead, 1).await;
    world.turn_to("2026-11-20T06:30").await;
    night.lead.close_today().await;
    world.turn_to("2026-11-20T06:31").await;
    night.lead.reopen_today().await;
    world.settled().await;
    mail.mail_for(&lead, 2).await;
    world.turn_to("2026-11-20T07:50").await;
    mail.mail_for(&lead, 3).await;
    assert_eq!(
        night.lead.card().await.deadline,
        Some(at("2026-11-20T08:50"))
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_a_school_is_closed_those_who_act_are_told_of_it_once() {
    let world = World::start().await;
    let night = crate::night(&world).await;
    let head = world.head(PRIMARY).await;
    let close = async |who: &Caller| {
        let closed = who.inbox().close_today(CloseTodayRequest::default()).await;
        closed.unwrap().into_inner().position
    };
    world.turn_to("2026-11-20T06:30").await;
    let first = close(&night.lead).await;
    world.turn_to("2026-11-20T06:31").await;
    assert_eq!(close(&night.lead).await, first, "nothing was written");
    let other = incident("43-2", vec![pippa().child()]);
    night.force.submit(other).await;
    world.settled().await;
    assert_eq!(close(&head).await, first, "nothing was written");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_opens_another_school() {
    let world = World::start().await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let refused = lead.reopen_day(SECONDARY, "").await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let past = lead.reopen_day(PRIMARY, "2026-11-19").await.unwrap_err();
    assert_eq!(code(&past), "invalid_field");
    world.finish().await;
}
