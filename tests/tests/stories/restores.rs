//! An older backup is restored, and what was erased meanwhile stays erased without keeping anybody
//! else out.

use crate::night;
use host::problem::Code;
use proto::{
    operator::v1::BackupRequest,
    police::v1::{Accountable, Notification},
};
use rusqlite::Connection;
use std::{fs, time::Duration};
use tests::{
    caller::{Answer, Caller, problem},
    people::{FORCE, PRIMARY, incident, orlo, pippa},
    world::World,
};

/// People and rolls that the backup holds; then an incident with two siblings, which it does not.
struct Lost {
    world: World,
    force: Caller,
    lead: Caller,
    notification: Notification,
    notification_id: String,
}

/// With the keys of the child at this place destroyed, and the backup restored.
async fn lost_without(erased: usize) -> Lost {
    let mut world = World::start().await;
    world.roll("2026-11-18", &[pippa(), orlo()]).await;
    let force = world.force(FORCE).await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    world.settled().await;
    world.back_up("evening").await;
    let notification = incident("43-1", vec![pippa().child(), orlo().child()]);
    let submitted = force.submit(notification.clone()).await;
    world.settled().await;
    let line_id = &submitted.children[erased].line_id;
    world.operator().destroy_keys(line_id).await;
    world.settled().await;

    let lost = world.restore("evening").await;
    let stream = format!("notification-{}", submitted.notification_id);
    assert!(lost["police"].contains(&stream), "what is lost is named");
    assert!(lead.cards().await.is_empty());
    Lost {
        world,
        force,
        lead,
        notification,
        notification_id: submitted.notification_id,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_failed_leaves_nothing_and_its_name_free() {
    let world = World::start().await;
    world.back_up("monday").await;
    let journal = Connection::open(world.folders.journal("police")).unwrap();
    let format: i32 = journal
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    journal.pragma_update(None, "user_version", 999).unwrap();
    let request = |name: &str| BackupRequest {
        name: name.to_owned(),
    };
    let mut operator = world.operator().operator();
    let failed = operator.backup(request("tuesday")).await;
    assert_eq!(problem(&failed.unwrap_err()).code(), Code::Internal);
    let kept = || {
        let folders = fs::read_dir(&world.folders.backups).unwrap();
        let mut names: Vec<_> = folders
            .map(|folder| folder.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(kept(), ["monday"]);
    let taken = operator.backup(request("monday")).await;
    assert_eq!(problem(&taken.unwrap_err()).code(), Code::Conflict);
    journal.pragma_update(None, "user_version", format).unwrap();
    world.back_up("tuesday").await;
    assert_eq!(kept(), ["monday", "tuesday"]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_again_without_an_erased_child_the_sibling_is_taken_and_routed() {
    for (erased, sibling) in [(0, "Orlo"), (1, "Pippa")] {
        let lost = lost_without(erased).await;
        let refused = lost.force.try_submit(lost.notification.clone()).await;
        let refused = problem(&refused.unwrap_err());
        let paths: Vec<_> = refused.fields().iter().map(|field| &field.path).collect();
        assert_eq!(paths, [&format!("children[{erased}]")]);
        assert!(refused.fields()[0].remedy.contains("leave that child out"));

        let mut others = lost.notification;
        others.children.remove(erased);
        let taken = lost.force.submit(others).await;
        assert_eq!(taken.notification_id, lost.notification_id);
        lost.world.settled().await;
        let child = lost.force.child(&lost.notification_id).await;
        assert_eq!(child.accountable(), Accountable::Routed);
        let card = lost.lead.card().await;
        let opened = lost.lead.open(&card.card_id).await.unwrap();
        let names: Vec<_> = opened.incidents[0]
            .children
            .iter()
            .filter_map(|child| child.identity.as_ref())
            .map(|identity| identity.forename.as_str())
            .collect();
        assert_eq!(names, [sibling]);
        lost.world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_goes_on_listening_from_a_place_before_the_restore() {
    let mut world = World::start().await;
    let night = night(&world).await;
    world.back_up("evening").await;
    world.restore("evening").await;
    world.settled().await;
    let stream = night.lead.get("/v1/schools/watch");
    let asked = stream.header("last-event-id", "schools-1.1");
    // Whoever is taken at their word listens on and hears nothing.
    let refused = tokio::time::timeout(Duration::from_secs(5), Answer::of(asked));
    let refused = refused.await.expect("is refused at once");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["fields"][0]["path"], "after");
    world.finish().await;
}
