//! The journals of a hub move to another store and back, and everybody goes on where they were.

use crate::night;
use firstbell::journals::Journals;
use host::config::JournalKind;
use journal::copy::copy;
use kurrent::Server;
use proto::{
    operator::v1::BackupRequest,
    police::v1::{Accountable, AlertState},
};
use std::{fs, sync::Arc};
use tests::{
    caller::problem,
    people::{incident, pippa},
    world::{Shape, World},
};

/// As `firstbell journal copy` does, while the hub is down.
async fn move_to(world: &mut World, kind: JournalKind) {
    let config = world.config.clone();
    world.config.journals.kind = kind;
    let moved = async || {
        let clock = Arc::new(clock::SystemClock);
        let from = Journals::new(&config, "journals", clock.clone()).await;
        let to = Journals::of_kind(kind, &config, "journals", clock).await;
        let (from, to) = (from.unwrap(), to.unwrap());
        for service in firstbell::hub::JOURNALS {
            let mut source = from.open(service).await.unwrap();
            let mut target = to.fill(&mut source).await.unwrap();
            let copied = copy(&*source.shared(), &mut *target).await.unwrap();
            assert!(copied.events > 0, "{service} has said something");
            source.close().await;
        }
    };
    let runtime = tokio::runtime::Handle::current();
    world
        .restart(|_| tokio::task::block_in_place(|| runtime.block_on(moved())))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_goes_on_wherever_its_journals_are_moved_in_the_middle_of_a_night() {
    let kurrentdb = Server::start().await;
    let mut world = World::shaped(Shape::OverNats, |config| {
        let file = config.data.with_extension("kurrentdb");
        fs::write(&file, kurrentdb.url()).unwrap();
        config.journals.kurrentdb_url_file = Some(file);
    })
    .await;
    let night = night(&world).await;
    for (round, kind) in [
        JournalKind::JetStream,
        JournalKind::KurrentDb,
        JournalKind::Embedded,
    ]
    .into_iter()
    .enumerate()
    {
        move_to(&mut world, kind).await;
        world.settled().await;
        let known = night.force.submit(night.notification.clone()).await;
        assert!(known.already_known, "what was said before is recognised");
        for card in night.lead.cards().await {
            night.lead.confirm(&card).await;
        }
        world.settled().await;
        let status = night.force.status(&night.notification_id).await;
        assert_eq!(status.children[0].accountable(), Accountable::Routed);
        let alert = &status.children[0].alerts[0];
        assert_eq!(alert.state(), AlertState::Confirmed);
        let next = incident(&format!("44-{round}"), vec![pippa().child()]);
        night.force.submit(next).await;
        world.settled().await;
    }
    // The first, and one in each place.
    let cards = night.lead.all_cards().await;
    let alerts = cards.iter().flat_map(|card| &card.alerts);
    assert_eq!(alerts.count(), 4);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_journals_that_are_elsewhere_is_refused_and_says_where_they_are() {
    let world = World::shaped(Shape::OverNats, |config| {
        config.journals.kind = JournalKind::JetStream;
    })
    .await;
    let request = BackupRequest {
        name: "evening".to_owned(),
    };
    let refused = world.operator().operator().backup(request).await;
    let refused = problem(&refused.unwrap_err());
    for stream in ["journal-schools", "journal-police", "journal-access"] {
        assert!(refused.message().contains(stream), "{}", refused.message());
    }
    assert!(!world.folders.backups.exists());
    world.finish().await;
}
