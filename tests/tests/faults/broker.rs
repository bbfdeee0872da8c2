//! The broker between the services is killed, away, rolled back, wiped.

use super::{
    chance::Chance,
    load::some_of_the_night,
    rounds::{say, seeds},
    several::Several,
    site::Site,
};
use std::{fs, path::Path, process::Command};
use tests::program::run;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_broker_forgets_nothing_answered_is_lost_or_doubled() {
    let mut site = Site::of_processes().await;
    for seed in seeds("broker", 1) {
        say("broker", seed);
        let chance = &mut Chance::of(seed);
        killed_and_away(&mut site, chance).await;
        rolled_back(&mut site, chance).await;
        wiped(&mut site, chance).await;
    }
}

async fn killed_and_away(site: &mut Site<Several>, chance: &mut Chance) {
    site.under_load(chance, async |site, push, chance| {
        some_of_the_night(push, chance).await;
        site.broker().kill();
        tokio::time::sleep(chance.moment(300)).await;
        site.broker().restart();
        some_of_the_night(push, chance).await;
        site.broker().stop();
        tokio::time::sleep(chance.moment(4_000)).await;
        site.broker().restart();
    })
    .await;
}

async fn rolled_back(site: &mut Site<Several>, chance: &mut Chance) {
    let copy = site.folder.path().join("earlier-store");
    site.under_load(chance, async |site, push, chance| {
        some_of_the_night(push, chance).await;
        let store = site.broker().store();
        site.broker().stop();
        put(&store, &copy);
        site.broker().restart();
        some_of_the_night(push, chance).await;
        tokio::time::sleep(chance.moment(1_500)).await;
        site.broker().stop();
        put(&copy, &store);
        site.broker().restart();
    })
    .await;
}

async fn wiped(site: &mut Site<Several>, chance: &mut Chance) {
    site.under_load(chance, async |site, push, chance| {
        some_of_the_night(push, chance).await;
        site.broker().kill();
        fs::remove_dir_all(site.broker().store()).unwrap();
        tokio::time::sleep(chance.moment(300)).await;
        site.broker().restart();
    })
    .await;
}

/// Puts a copy of a folder in the place of another, which need not be there.
fn put(folder: &Path, place: &Path) {
    if place.exists() {
        fs::remove_dir_all(place).unwrap();
    }
    run(Command::new("cp").arg("-a").arg(folder).arg(place), &[0]);
}
