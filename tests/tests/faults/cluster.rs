//! A node of the cluster that keeps the journals is killed, and the one that leads, and all at once.

use super::{
    chance::Chance,
    load::some_of_the_night,
    rounds::{say, seeds},
    several::{Between, Several},
    site::Site,
};
use broker::{Broker, Cluster};

/// The longest that a node is away, milliseconds.
const LONGEST_MS: usize = 3_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_node_is_killed_nothing_answered_is_lost_or_doubled() {
    let mut site = Site::over(Between::Three(Cluster::start())).await;
    for seed in seeds("cluster", 1) {
        say("cluster", seed);
        let chance = &mut Chance::of(seed);
        site.under_load(chance, async |site, push, chance| {
            some_of_the_night(push, chance).await;
            is_killed(site, chance.within(0..3), chance).await;
            some_of_the_night(push, chance).await;
            let leader = leader(site).await;
            is_killed(site, leader, chance).await;
            some_of_the_night(push, chance).await;
            all_are_killed(site, chance).await;
        })
        .await;
    }
}

async fn is_killed(site: &mut Site<Several>, node: usize, chance: &mut Chance) {
    let node = &mut site.nodes()[node];
    node.kill();
    tokio::time::sleep(chance.moment(LONGEST_MS)).await;
    node.restart();
}

/// A service that is started meanwhile waits for them.
async fn all_are_killed(site: &mut Site<Several>, chance: &mut Chance) {
    let part = ["access", "police", "schools"][chance.within(0..3)];
    site.nodes().iter_mut().for_each(Broker::kill);
    site.hub.parts.kill(part);
    site.hub.parts.start(part);
    tokio::time::sleep(chance.moment(LONGEST_MS)).await;
    site.nodes().iter_mut().for_each(Broker::restart);
}

/// Which node leads where the police service's journal is.
async fn leader(site: &Site<Several>) -> usize {
    let found = tests::wait::eventually("one of them leads", async || {
        let stream = site.hub.stream("journal-police").await;
        let cluster = stream.cached_info().cluster.as_ref();
        let leader = cluster.and_then(|cluster| cluster.leader.clone());
        leader.ok_or_else(|| "nobody leads".to_owned())
    });
    let name = found.await;
    let names = ["n1", "n2", "n3"];
    names.iter().position(|known| *known == name).unwrap()
}
