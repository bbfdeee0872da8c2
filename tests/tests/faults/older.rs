//! An older copy of the journals put back in a hub of several processes: what it lost is named, the
//! relays say what is to be done, and doing it and sending again mends everything.

use super::{
    chance::Chance,
    confirming::Confirming,
    load::until_answered,
    restoring::{assert_named, lines, named_as_lost, send_again},
    rounds::{say, seeds},
    settling::is_relayed,
    several::Several,
    site::{Hub, Site},
};
use std::{collections::BTreeSet, fs, path::PathBuf};
use tests::{judge::Answer, processes::PARTS, program::run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_journal_names_what_it_lost_and_doing_as_the_relays_say_mends_it() {
    let mut site = Site::of_processes().await;
    for (number, seed) in seeds("older", 1).into_iter().enumerate() {
        say("older", seed);
        round(
            &mut site,
            &format!("evening-{number}"),
            &mut Chance::of(seed),
        )
        .await;
        site.judge_and_audit().await;
    }
}

async fn round(site: &mut Site<Several>, name: &str, chance: &mut Chance) {
    let begun = site.record.len();
    let mut early = site.night(40, chance);
    early.start();
    assert_eq!(early.wait().await, 0, "{}", early.errors());
    site.settled().await;
    let before = site.record.since(begun, lines);
    let copy = copied(site, name).await;

    let relayed = last_relayed(site).await;
    let begun = site.record.len();
    let confirming = Confirming::begin(site);
    let mut late = site.night(150, chance);
    late.start();
    until_answered(&mut late, chance.within(20..140)).await;
    site.until("the broker has what will be lost", async || {
        let is_more = last_relayed(site).await > relayed;
        is_more
            .then_some(())
            .ok_or_else(|| "no more than before".to_owned())
    })
    .await;
    for part in chance.shuffled(PARTS) {
        site.hub.parts.kill(part);
    }
    late.kill();
    confirming.end().await;
    let after = site.record.since(begun, lines);

    let mut restore = site.hub.parts.command();
    let restored = run(restore.args(["--json", "restore"]).arg(copy), &[2]);
    site.record.note(Answer::Restored {
        name: name.to_owned(),
    });
    let lost = named_as_lost(&restored.stdout);
    site.hub.parts.start_all();
    do_as_the_relays_say(site).await;
    site.hub.ready().await;
    assert_named(site, &before, &after, &lost).await;
    site.settled().await;
    site.judge();
    send_again(site, [early, late]).await;
    site.settled().await;
}

/// A copy of the hub, which is down for it, as `restore` takes it.
async fn copied(site: &mut Site<Several>, name: &str) -> PathBuf {
    site.record.note(Answer::Backup {
        name: name.to_owned(),
    });
    site.hub.stop();
    let data = site.hub.data();
    let copy = data.join("backups").join(name);
    fs::create_dir_all(copy.join("keys")).unwrap();
    let journals = ["access", "police", "schools"]
        .map(|service| ("journals", format!("{service}.sqlite3"), copy.clone()));
    let others = [
        (
            "views",
            "schools-reference.sqlite3".to_owned(),
            copy.clone(),
        ),
        ("keys", "keys.db".to_owned(), copy.join("keys")),
    ];
    for (from, file, to) in journals.into_iter().chain(others) {
        fs::copy(data.join(from).join(&file), to.join(&file)).unwrap();
    }
    site.hub.start().await;
    copy
}

async fn last_relayed(site: &Site<Several>) -> u64 {
    let stream = site.hub.stream("FIRSTBELL_POLICE").await;
    stream.cached_info().state.last_sequence
}

/// Deletes each stream that a stopped relay names, police's among them, until all go on: also those
/// of a service that was not up yet when the others went on.
async fn do_as_the_relays_say(site: &Site<Several>) {
    let mut named = BTreeSet::new();
    site.until("every relay goes on", async || {
        let standing = site.standing()?;
        let stopped = standing
            .iter()
            .filter_map(|of| of["relay_stopped"].as_str());
        let stopped: Vec<_> = stopped.filter(|said| !said.is_empty()).collect();
        for said in &stopped {
            let (_, remedy) = said.split_once("delete the stream ").unwrap();
            let (stream, _) = remedy.split_once(' ').unwrap();
            if named.insert(stream.to_owned()) {
                let context = site.hub.jetstream().await;
                context.delete_stream(stream).await.unwrap();
            }
        }
        let goes_on = standing.iter().all(is_relayed) && named.contains("FIRSTBELL_POLICE");
        goes_on.then_some(()).ok_or_else(|| format!("{standing:?}"))
    })
    .await;
}
