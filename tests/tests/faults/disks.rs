//! The disk of one service of several fills up: nothing new is taken, what keeps a promise goes on, and
//! room mends it all.

use super::{
    chance::Chance,
    disk::{RESERVE_MIB, SmallDisk, round},
    rounds::{say, seeds},
    several::{Between, Several},
    site::{Hub, Site},
};
use broker::Broker;
use std::fs;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_one_service_takes_nothing_new_and_lets_people_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path().join("disk")) else {
        return;
    };
    let between = Between::One(Broker::start());
    let mut hub = Several::init(folder.path(), between, |config| {
        config.free_space_reserve_mib = RESERVE_MIB as u64;
    });
    let own = disk.0.join("data");
    hub.parts.tell("police", "data", own.display());
    let mut site = Site::furnished(hub, folder).await;
    for seed in seeds("disks", 1) {
        say("disks", seed);
        round(&mut site, &disk, &mut Chance::of(seed)).await;
        site.settled().await;
        site.judge();
        site.hub.stop();
        // Whoever audits has brought the journals together.
        let journal = "journals/police.sqlite3";
        fs::copy(own.join(journal), site.hub.data().join(journal)).unwrap();
        site.hub.audit();
        site.hub.start().await;
    }
    site.hub.stop();
}
