//! Marked personal data never stands in the clear, anywhere.

use crate::{
    sample::{at, request},
    world::World,
};
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, CorrectNotificationRequest, GetNotificationRequest,
    Handling, Notification, Party, PartyRole, Referral, ReleaseTextRequest, Voice,
};
use std::{fs, path::Path};

/// In every personal field, in a form that the field takes.
const MARK: &str = "Quetzalcoatlus";

fn marked() -> Notification {
    let mark = || MARK.to_owned();
    Notification {
        force: "43".into(),
        reference: mark(),
        occurred_at: at("2026-11-20T22:15:37Z"),
        place: mark(),
        referral: Some(Referral {
            sent: true,
            reference: mark(),
        }),
        police_actions: vec![mark()],
        parties: vec![Party {
            role: PartyRole::Both.into(),
            forename: mark(),
            surname: mark(),
            phone: mark(),
            address: mark(),
            workplace: mark(),
            ..Party::default()
        }],
        children: vec![Child {
            line: 1,
            identity: Some(ChildIdentity {
                forename: "Testy".into(),
                middle_names: "Ichthyornis".into(),
                surname: "McTestface".into(),
                address: mark(),
                stated_school: mark(),
                ..ChildIdentity::default()
            }),
            content: Some(ChildContent {
                whereabouts: mark(),
                circumstances: mark(),
                voice: Some(Voice {
                    words: mark(),
                    ..Voice::default()
                }),
                relationships: vec![mark()],
                handling: Some(Handling {
                    may_be_told: vec![mark()],
                    may_not_collect: vec![mark()],
                    conditions: mark(),
                    note: mark(),
                    ..Handling::default()
                }),
                ..ChildContent::default()
            }),
            ..Child::default()
        }],
        ..Notification::default()
    }
}

fn clear_in(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(clear_in(&path, words));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let name = path.display().to_string();
        for word in words {
            let holds = bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes());
            if holds || name.contains(word) {
                found.push(format!("{word} in {name}"));
            }
        }
    }
    found
}

#[tokio::test]
async fn nothing_personal_stands_in_any_file_under_any_verb() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let answer = force
        .submit_notification(request(marked()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.children[0].held.len(), 6);
    let id = answer.notification_id.clone();
    let mut mended = marked();
    mended.children[0].content.as_mut().unwrap().circumstances = format!("{MARK} again");
    let correction = CorrectNotificationRequest {
        notification_id: id.clone(),
        correction_id: MARK.into(),
        notification: Some(mended),
    };
    force.correct_notification(correction).await.unwrap();
    let release = ReleaseTextRequest {
        notification_id: id.clone(),
        line: 1,
        content: None,
    };
    let position = force
        .release_text(release)
        .await
        .unwrap()
        .into_inner()
        .position;
    let status = GetNotificationRequest {
        notification_id: id,
        at_least: position,
    };
    let status = force.get_notification(status).await.unwrap().into_inner();
    assert_eq!(status.reference, MARK);
    assert!(world.file("police.journal").exists() && world.file("police.view").exists());
    let exact_time = "2026-11-20T22:15:37";
    let words = [
        MARK,
        "quetzalcoatlus",
        "Ichthyornis",
        "ichthyornis",
        "McTestface",
        "McCoordinator",
        "token-1",
        exact_time,
    ];
    assert_eq!(clear_in(world.folder(), &words), Vec::<String>::new());
}

#[tokio::test]
async fn the_search_would_find_what_stands_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log"), format!("xx{MARK}xx")).unwrap();
    assert_eq!(clear_in(folder.path(), &[MARK]).len(), 1);
}

#[tokio::test]
async fn no_refusal_repeats_what_was_sent() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let mut wrong = marked();
    wrong.force = MARK.into();
    wrong.reference = format!("{MARK}\u{0}");
    let who = wrong.children[0].identity.as_mut().unwrap();
    who.upn = MARK.into();
    who.nhs_number = MARK.into();
    who.date_of_birth = MARK.into();
    who.postcode = MARK.into();
    let status = force.submit_notification(request(wrong)).await.unwrap_err();
    let told = format!(
        "{status:?} {status} {:?}",
        String::from_utf8_lossy(status.details())
    );
    assert!(!told.contains(MARK));
    assert!(!format!("{:?}", marked()).contains(MARK));
}
