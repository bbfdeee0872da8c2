//! Two pushers that race with the same file.

use super::{
    chance::Chance,
    rounds::{say, seeds},
    site::Site,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_pushers_of_the_same_file_double_nothing() {
    let mut site = Site::open().await;
    for seed in seeds("pushers", 1) {
        say("pushers", seed);
        let mut first = site.night(100, &mut Chance::of(seed));
        let mut second = first.twin();
        first.start();
        second.start();
        for push in [&mut first, &mut second] {
            let code = push.wait().await;
            assert_eq!(code, 0, "{}", push.errors());
        }
        site.judge_and_audit().await;
    }
}
