//! `kill -9` of the hub, of the pusher, of both, in the middle of a push that people confirm.

use super::{
    chance::Chance,
    confirming::Confirming,
    push::Push,
    rounds::{say, seeds},
    site::Site,
};
use std::time::Duration;
use tests::judge::Answer;

const NOTIFICATIONS: usize = 150;
const KILLS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_in_the_middle_of_a_push_nothing_answered_is_lost_or_doubled() {
    let mut site = Site::open().await;
    for seed in seeds("kills", 2) {
        say("kills", seed);
        round(&mut site, &mut Chance::of(seed)).await;
        site.judge_and_audit().await;
    }
}

fn confirmations(site: &Site) -> usize {
    site.record
        .count(|answer| matches!(answer, Answer::Confirmed { .. }))
}

async fn round(site: &mut Site, chance: &mut Chance) {
    let before = confirmations(site);
    let confirming = Confirming::begin(site);
    let mut push = site.night(NOTIFICATIONS, chance);
    push.start();
    let mut moments: Vec<_> = (0..KILLS)
        .map(|_| chance.within(0..NOTIFICATIONS))
        .collect();
    moments.sort_unstable();
    for moment in moments {
        until_answered(&mut push, moment).await;
        tokio::time::sleep(chance.moment(20)).await;
        match chance.within(0..4) {
            0 | 1 => site.hub.kill(),
            2 => push.kill(),
            _ => {
                site.hub.kill();
                push.kill();
            }
        }
        tokio::time::sleep(chance.moment(50)).await;
        site.hub.start_if_down().await;
        push.start_if_killed();
    }
    let code = push.wait().await;
    assert_eq!(code, 0, "{}", push.errors());
    // What people had no time for while the hub was away; a round without them would prove less.
    tests::wait::eventually("somebody confirms", async || {
        let more = confirmations(site) > before;
        more.then_some(())
            .ok_or_else(|| "nobody has yet".to_owned())
    })
    .await;
    confirming.end().await;
}

/// Waits until so many have been answered, in all runs together, or the push has ended.
async fn until_answered(push: &mut Push, many: usize) {
    while push.answered() < many && push.ended().is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
