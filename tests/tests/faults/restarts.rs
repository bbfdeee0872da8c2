//! Services that are started in any order, and restarted one after the other under load.

use super::{
    chance::Chance,
    load::some_of_the_night,
    rounds::{say, seeds},
    several::Several,
    site::{Hub, Site},
};
use std::{env, path::PathBuf};
use tests::{processes::PARTS, program::firstbell};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_any_order_and_one_after_the_other_under_load_nothing_is_lost_or_doubled() {
    let mut site = Site::of_processes().await;
    for seed in seeds("restarts", 1) {
        say("restarts", seed);
        let chance = &mut Chance::of(seed);
        in_any_order(&mut site, chance).await;
        rolling(&mut site, chance).await;
    }
}

async fn in_any_order(site: &mut Site<Several>, chance: &mut Chance) {
    for part in chance.shuffled(PARTS) {
        site.hub.parts.stop(part);
    }
    for part in chance.shuffled(PARTS) {
        site.hub.parts.start(part);
        tokio::time::sleep(chance.moment(1_000)).await;
    }
    site.hub.ready().await;
}

/// What is in hand is finished, and whoever comes next goes on.
async fn rolling(site: &mut Site<Several>, chance: &mut Chance) {
    site.under_load(chance, async |site, push, chance| {
        for part in chance.shuffled(PARTS) {
            some_of_the_night(push, chance).await;
            site.hub.parts.stop(part);
            site.hub.parts.start(part);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_of_one_service_after_the_other_under_load_loses_and_doubles_nothing() {
    let Some(before) = env::var_os("FIRSTBELL_TEST_BEFORE").map(PathBuf::from) else {
        eprintln!(
            "!!! SKIPPED: an upgrade was NOT tested, since FIRSTBELL_TEST_BEFORE names no build of \
             the version before"
        );
        return;
    };
    let mut site = Site::of_processes().await;
    for seed in seeds("upgrades", 1) {
        say("upgrades", seed);
        let chance = &mut Chance::of(seed);
        site.hub.stop();
        for part in PARTS {
            site.hub.parts.start_of(part, &before);
        }
        site.hub.ready().await;
        site.under_load(chance, async |site, push, chance| {
            for part in chance.shuffled(PARTS) {
                some_of_the_night(push, chance).await;
                site.hub.parts.stop(part);
                site.hub.parts.start_of(part, firstbell());
            }
        })
        .await;
    }
}
