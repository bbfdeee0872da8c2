//! One service of several is killed in the middle of a night, or is away for a while.

use super::{
    chance::Chance,
    disk::accepted,
    load::{absence, some_of_the_night},
    rounds::{say, seeds},
    several::Several,
    site::Site,
};
use tests::{judge::Answer, processes::PARTS};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_service_is_killed_or_away_nothing_answered_is_lost_or_doubled() {
    let mut site = Site::of_processes().await;
    for seed in seeds("services", 1) {
        say("services", seed);
        let chance = &mut Chance::of(seed);
        each_is_killed(&mut site, chance).await;
        one_is_away(&mut site, chance).await;
    }
}

async fn each_is_killed(site: &mut Site<Several>, chance: &mut Chance) {
    site.under_load(chance, async |site, push, chance| {
        for part in chance.shuffled(PARTS) {
            some_of_the_night(push, chance).await;
            site.hub.parts.kill(part);
            tokio::time::sleep(chance.moment(800)).await;
            site.hub.parts.start(part);
        }
    })
    .await;
}

/// Whoever asks meanwhile is answered or told to try later.
async fn one_is_away(site: &mut Site<Several>, chance: &mut Chance) {
    let part = ["keys", "access"][chance.within(0..2)];
    site.under_load(chance, async |site, push, chance| {
        some_of_the_night(push, chance).await;
        site.hub.parts.kill(part);
        let reference = format!("43/meanwhile {}", chance.next());
        site.record.note(Answer::Sent {
            force: "43".to_owned(),
            reference: reference.clone(),
        });
        let (status, said) = site.submit(&reference).await;
        match status {
            200 => site.record.note(accepted(&reference, &said)),
            _ => assert!(matches!(status, 503 | 504), "{status} {said}"),
        }
        tokio::time::sleep(absence()).await;
        site.hub.parts.start(part);
    })
    .await;
}
