//! Services and the broker come and go as chance has it, several of them away at once.

use super::{
    chance::Chance,
    load::some_of_the_night,
    push::Push,
    rounds::{say, seeds},
    several::Several,
    site::{Hub, Site},
};
use std::fs;
use tests::processes::PARTS;

const HARMS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_comes_and_goes_nothing_answered_is_lost_or_doubled() {
    let mut site = Site::of_processes().await;
    for seed in seeds("storm", 1) {
        say("storm", seed);
        site.under_load(&mut Chance::of(seed), storm).await;
    }
}

async fn storm(site: &mut Site<Several>, push: &mut Push, chance: &mut Chance) {
    some_of_the_night(push, chance).await;
    for _ in 0..HARMS {
        tokio::time::sleep(chance.moment(400)).await;
        match chance.within(0..10) {
            0..=5 => comes_or_goes(site, PARTS[chance.within(0..PARTS.len())], chance),
            6 => site.broker().kill(),
            7 => {
                site.broker().kill();
                fs::remove_dir_all(site.broker().store()).unwrap_or_default();
            }
            _ => site.broker().restart(),
        }
    }
    site.broker().restart();
    site.hub.start().await;
}

fn comes_or_goes(site: &mut Site<Several>, part: &'static str, chance: &mut Chance) {
    let parts = &mut site.hub.parts;
    if !parts.lives(part) {
        parts.start(part);
    } else if chance.one_in(2) {
        parts.kill(part);
    } else {
        parts.stop(part);
    }
}
