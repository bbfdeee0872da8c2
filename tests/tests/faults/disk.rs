//! A disk that fills up: nothing new is taken, what keeps a promise goes on, and room mends it all.

use super::{
    chance::Chance,
    confirming::Confirming,
    rounds::{say, seeds},
    site::{Hub, Site},
};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
    process::Command,
    time::Duration,
};
use tests::judge::Answer;

const DISK_MIB: usize = 96;
pub(super) const RESERVE_MIB: usize = 32;
const MIB: usize = 1024 * 1024;

/// A small disk in memory, taken away again when dropped.
pub(super) struct SmallDisk(pub(super) PathBuf);

/// Somebody else's file, which takes the room.
struct Ballast(PathBuf);

// === impl SmallDisk ===

impl SmallDisk {
    /// None where this user may not mount one.
    pub(super) fn mount(at: PathBuf) -> Option<Self> {
        fs::create_dir(&at).unwrap();
        let size = format!("size={DISK_MIB}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&at)
            .output();
        let mount = mount.expect("there is a mount program");
        if mount.status.success() {
            return Some(Self(at));
        }
        let why = String::from_utf8_lossy(&mount.stderr).trim().to_owned();
        let user = Command::new("id").arg("-u").output().unwrap();
        assert!(
            user.stdout != b"0\n",
            "root cannot mount a small disk: {why}"
        );
        eprintln!("!!! SKIPPED: a full disk was NOT tested, since only root may mount one: {why}");
        None
    }

    fn free_mib(&self) -> usize {
        let disk = Command::new("stat")
            .args(["-f", "-c", "%a %S"])
            .arg(&self.0)
            .output()
            .unwrap();
        let text = String::from_utf8(disk.stdout).unwrap();
        let (blocks, size) = text.trim().split_once(' ').unwrap();
        blocks.parse::<usize>().unwrap() * size.parse::<usize>().unwrap() / MIB
    }

    fn ballast(&self) -> Ballast {
        Ballast(self.0.join("ballast"))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

// === impl Ballast ===

impl Ballast {
    /// Grows by so many bytes, or as far as there is room.
    fn grow(&self, bytes: usize) {
        let mut file = File::options()
            .append(true)
            .create(true)
            .open(&self.0)
            .unwrap();
        let piece = [0; 4096];
        for _ in 0..bytes / piece.len() {
            if file.write_all(&piece).is_err() {
                break;
            }
        }
    }

    fn take_away(&self) {
        fs::remove_file(&self.0).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_takes_nothing_new_and_lets_people_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path().join("disk")) else {
        return;
    };
    let data = disk.0.join("data");
    let mut site = Site::open_in(folder, &data, RESERVE_MIB).await;
    for seed in seeds("disk", 1) {
        say("disk", seed);
        round(&mut site, &disk, &mut Chance::of(seed)).await;
        site.judge_and_audit().await;
    }
    site.hub.stop();
}

pub(super) async fn round(site: &mut Site<impl Hub>, disk: &SmallDisk, chance: &mut Chance) {
    let mut early = site.night(40, chance);
    early.start();
    assert_eq!(early.wait().await, 0, "{}", early.errors());
    site.judge();

    let ballast = disk.ballast();
    let over = disk.free_mib().saturating_sub(RESERVE_MIB) + 4;
    ballast.grow(over * MIB);
    let reference = format!("43/refused {}", chance.next());
    site.record.note(Answer::Sent {
        force: "43".to_owned(),
        reference: reference.clone(),
    });
    assert_refused(&site.submit(&reference).await);
    let mut late = site.night(40, chance);
    late.start();
    confirm_everything(site).await;
    withdraw_one(site).await;
    assert_eq!(late.answered(), 0, "nothing new is taken below the reserve");
    site.judge();

    ballast.grow(DISK_MIB * MIB);
    assert_refused(&site.submit(&reference).await);
    tokio::time::sleep(chance.moment(500)).await;
    assert!(site.hub.lives(), "{}", site.hub.last_words());

    ballast.take_away();
    assert_eq!(late.wait().await, 0, "{}", late.errors());
    assert_eq!(
        late.answered(),
        late.size() + 1,
        "each is answered, and the summary"
    );
    let (status, said) = site.submit(&reference).await;
    assert_eq!(status, 200, "{said}");
    site.record.note(accepted(&reference, &said));
    confirm_everything(site).await;
}

#[track_caller]
fn assert_refused((status, said): &(u16, Value)) {
    assert_eq!(
        (*status, &said["code"]),
        (507, &json!("no_space")),
        "{said}"
    );
    assert!(
        said["message"]
            .as_str()
            .is_some_and(|words| words.contains("disk space"))
    );
}

/// Confirms until every school has nothing left to confirm.
async fn confirm_everything(site: &Site<impl Hub>) {
    let confirming = Confirming::begin(site);
    for _ in 0..1_000 {
        if !waits(site).await {
            confirming.end().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("confirmations do not go on: {}", site.hub.last_words());
}

async fn waits(site: &Site<impl Hub>) -> bool {
    let url = format!(
        "{}/v1/police/notifications?page_size=500&accountable=ACCOUNTABLE_ROUTED",
        site.hub.url()
    );
    let asked = site
        .client
        .get(url)
        .bearer_auth(site.token("force"))
        .send()
        .await
        .unwrap();
    let text = asked.text().await.unwrap();
    text.contains("ALERT_STATE_UNCONFIRMED")
}

async fn withdraw_one(site: &Site<impl Hub>) {
    let ids = site.record.since(0, |answer| match answer {
        Answer::Accepted {
            notification_id, ..
        } => Some(notification_id.clone()),
        _ => None,
    });
    let id = ids.last().unwrap().clone();
    let path = format!("/v1/police/notifications/{id}/withdraw");
    let reason = json!({"reason": "WITHDRAWAL_REASON_SENT_IN_ERROR"});
    let (status, said) = site.post(&path, "force", &reason).await;
    assert_eq!(status, 200, "{said}");
    site.record.note(Answer::Withdrawn {
        notification_id: id,
    });
}

pub(super) fn accepted(reference: &str, said: &Value) -> Answer {
    let children = said["children"].as_array().unwrap().iter();
    Answer::Accepted {
        force: "43".to_owned(),
        reference: reference.to_owned(),
        notification_id: said["notificationId"].as_str().unwrap().to_owned(),
        line_ids: children
            .map(|child| child["lineId"].as_str().unwrap().to_owned())
            .collect(),
    }
}
