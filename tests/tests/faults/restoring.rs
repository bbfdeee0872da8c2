//! A backup under load, more load, a crash, and the older backup restored: what is lost is named,
//! and sending everything again mends it.

use super::{
    chance::Chance,
    confirming::Confirming,
    push::Push,
    rounds::{say, seeds},
    site::{Hub, Site},
};
use journal::embedded::JournalFile;
use serde_json::{Value, json};
use std::{collections::BTreeSet, process::Output, time::Duration};
use tests::judge::Answer;
use tests::program::run;

/// A restore takes about so long from its first change on, milliseconds.
const LONGEST_MS: usize = 20;

const KILLS: usize = 4;

/// With which `notify` ends where it has to be called again.
const TRY_LATER: i32 = 75;

const JOURNALS: [&str; 3] = ["access", "police", "schools"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_names_what_it_lost_and_sending_again_mends_it() {
    let mut site = Site::open().await;
    for (number, seed) in seeds("restoring", 1).into_iter().enumerate() {
        say("restoring", seed);
        round(
            &mut site,
            &format!("evening-{number}"),
            &mut Chance::of(seed),
        )
        .await;
        site.judge_and_audit().await;
    }
}

async fn round(site: &mut Site, backup: &str, chance: &mut Chance) {
    let begun = site.record.len();
    let mut early = site.night(40, chance);
    early.start();
    assert_eq!(early.wait().await, 0, "{}", early.errors());
    let confirming = Confirming::begin(site);

    let mut push = site.night(150, chance);
    push.start();
    until_answered(&mut push, chance.within(20..60)).await;
    push.note();
    let before = site.record.since(begun, lines);
    site.record.note(Answer::Backup {
        name: backup.to_owned(),
    });
    run(site.as_operator().args(["backup", backup]), &[0]);
    until_answered(&mut push, chance.within(90..130)).await;
    push.note();
    // On a slow machine all of it may have been taken before the copy was made.
    let mut late = site.night(40, chance);
    late.start();
    until_answered(&mut late, chance.within(10..30)).await;
    late.note();
    let after = site.record.since(begun, lines);
    // Of a child that the backup knows, and of one that it does not.
    for known in [&before, &after] {
        destroy(site, &known[known.len() - 1]).await;
    }
    tokio::time::sleep(chance.moment(50)).await;
    site.hub.kill();
    push.kill();
    late.kill();
    confirming.end().await;

    let epochs = epochs(site);
    let restored = restore_through_kills(site, backup, chance);
    site.record.note(Answer::Restored {
        name: backup.to_owned(),
    });
    let lost = named_as_lost(&restored.stdout);
    assert!(!lost.is_empty(), "it lost something and says so");
    let once = self::epochs(site);
    assert_later(&once, &epochs);
    let again = site.hub.restore(backup);
    assert_eq!(
        again.status.code(),
        Some(0),
        "nothing more is lost by doing it again"
    );
    assert_later(&self::epochs(site), &once);
    site.hub.start().await;
    assert_named(site, &before, &after, &lost).await;
    // What is left is all of a piece, even before anybody has sent anything again.
    site.judge();
    send_again(site, [early, push, late]).await;
}

/// Cut off again and again, it names what was lost each time until it has finished.
fn restore_through_kills(site: &Site, backup: &str, chance: &mut Chance) -> Output {
    let before = epochs(site);
    for _ in 0..KILLS {
        let cut_off = site.hub.restore_cut_off(backup, chance.moment(LONGEST_MS));
        if site.hub.is_half_restored() {
            site.hub.refuses_to_start();
        } else if epochs(site) != before {
            return cut_off;
        }
    }
    let restored = site.hub.restore(backup);
    assert_eq!(
        restored.status.code(),
        Some(2),
        "code 2 says that it listed"
    );
    restored
}

/// Everything is sent again: a push that was cut off begins anew, since what it goes on from was
/// answered before the hub was restored. A child whose key was destroyed is gone for good: a notification that
/// was lost is refused as long as it names that child, and one that is there is recognised.
pub(super) async fn send_again<const N: usize>(site: &Site<impl Hub>, pushes: [Push; N]) {
    let confirming = Confirming::begin(site);
    for mut push in pushes {
        let goes_on = push.has_progress();
        push.start();
        let mut code = push.wait().await;
        assert_eq!(code == TRY_LATER, goes_on, "{code}: {}", push.errors());
        if goes_on {
            push.start();
            code = push.wait().await;
        }
        assert!(code == 0 || code == 2, "{code}: {}", push.errors());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    confirming.end().await;
}

async fn until_answered(push: &mut Push, many: usize) {
    while push.answered() < many && push.ended().is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Notification and first line of what was accepted.
pub(super) fn lines(answer: &Answer) -> Option<(String, String)> {
    match answer {
        Answer::Accepted {
            notification_id,
            line_ids,
            ..
        } => Some((notification_id.clone(), line_ids[0].clone())),
        _ => None,
    }
}

async fn destroy(site: &Site, (_, line_id): &(String, String)) {
    let body = json!({"lineId": line_id});
    let (status, said) = site
        .post("/v1/operator/destroy-keys", "operator", &body)
        .await;
    assert_eq!(status, 200, "{said}");
    site.record.note(Answer::Destroyed {
        line_id: line_id.clone(),
    });
}

fn epochs(site: &Site) -> Vec<u64> {
    let journals = JOURNALS.iter().map(|service| {
        let path = site
            .hub
            .data
            .join("journals")
            .join(format!("{service}.sqlite3"));
        JournalFile::open(&path).unwrap().identity().epoch
    });
    journals.collect()
}

#[track_caller]
fn assert_later(epochs: &[u64], before: &[u64]) {
    let mut pairs = epochs.iter().zip(before);
    assert!(
        pairs.all(|(now, then)| now > then),
        "every journal begins a new epoch"
    );
}

pub(super) fn named_as_lost(said: &[u8]) -> BTreeSet<String> {
    let said: Value = serde_json::from_slice(said).unwrap();
    let police = said["lost"]["police"].as_array().unwrap().iter();
    police
        .map(|stream| stream.as_str().unwrap().to_owned())
        .collect()
}

/// What was answered before the backup is there; what is not there has been named.
pub(super) async fn assert_named(
    site: &Site<impl Hub>,
    before: &[(String, String)],
    after: &[(String, String)],
    lost: &BTreeSet<String>,
) {
    let before: BTreeSet<_> = before
        .iter()
        .map(|(notification, _)| notification)
        .collect();
    let mut gone = 0;
    for (notification, _) in after {
        let url = format!("{}/v1/police/notifications/{notification}", site.hub.url());
        let asked = site
            .client
            .get(url)
            .bearer_auth(site.token("force"))
            .send()
            .await
            .unwrap();
        if asked.status() != 404 {
            assert!(asked.status().is_success());
            continue;
        }
        gone += 1;
        assert!(
            !before.contains(notification),
            "the backup holds what came before it"
        );
        assert!(
            lost.contains(&format!("notification-{notification}")),
            "what is lost is named"
        );
    }
    assert!(gone > 0, "something was answered after the backup");
}
