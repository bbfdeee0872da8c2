//! A consumer that was away longer than the broker keeps its events.

use super::{
    chance::Chance,
    load::some_of_the_night,
    push::Push,
    rounds::{say, seeds},
    several::Several,
    site::Site,
};
use tests::wait::eventually;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_kept_no_longer_is_had_from_its_producer() {
    let mut site = Site::of_processes().await;
    for seed in seeds("absent", 1) {
        say("absent", seed);
        let chance = &mut Chance::of(seed);
        site.under_load(chance, async |site, push, chance| {
            some_of_the_night(push, chance).await;
            let (away, producer) = [
                ("schools", "FIRSTBELL_POLICE"),
                ("police", "FIRSTBELL_SCHOOLS"),
            ][chance.within(0..2)];
            site.hub.parts.kill(away);
            forgotten(site, producer, push, chance).await;
            site.hub.parts.start(away);
        })
        .await;
    }
}

/// All that the producer told until some moment from now, or all but the last of it.
async fn forgotten(site: &Site<Several>, name: &str, push: &mut Push, chance: &mut Chance) {
    let before = last(site, name).await;
    if name == "FIRSTBELL_POLICE" {
        some_of_the_night(push, chance).await;
    }
    tokio::time::sleep(chance.moment(500)).await;
    let stream = site.hub.stream(name).await;
    let last = stream.cached_info().state.last_sequence;
    if chance.one_in(2) {
        stream.purge().await.unwrap();
    } else {
        let first = last - last.saturating_sub(before) / 2;
        stream.purge().sequence(first).await.unwrap();
    }
}

async fn last(site: &Site<Several>, name: &str) -> u64 {
    eventually("the stream is there", async || {
        let stream = site.hub.jetstream().await.get_stream(name).await;
        let stream = stream.map_err(|error| error.to_string())?;
        Ok(stream.cached_info().state.last_sequence)
    })
    .await
}
