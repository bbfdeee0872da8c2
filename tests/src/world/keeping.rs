//! Backups, restores and destroyed keys, as whoever runs the hub does them.

use super::World;
use firstbell::hub::restore::{Lost, Restore};
use proto::operator::v1::{BackupRequest, DestroyNotificationKeyRequest};

// === impl World ===

impl World {
    /// Copies the running hub.
    pub async fn back_up(&self, name: &str) {
        let request = BackupRequest {
            name: name.to_owned(),
        };
        self.operator().operator().backup(request).await.unwrap();
    }

    /// Ends the hub, puts that backup in its place, and starts it again; what is lost.
    pub async fn restore(&mut self, name: &str) -> Lost {
        let mut lost = Lost::new();
        self.restart(|folders| {
            let backup = folders.backups.join(name);
            let mut restore = Restore::prepare(folders.clone(), &backup).unwrap();
            lost = restore.lost().clone();
            while restore.step().unwrap() {}
        })
        .await;
        lost
    }

    /// Destroys the key of what concerns all children of a notification.
    pub async fn destroy_notification_key(&self, notification_id: &str) {
        let request = DestroyNotificationKeyRequest {
            notification_id: notification_id.to_owned(),
        };
        let mut operator = self.operator().operator();
        let answer = operator.destroy_notification_key(request).await.unwrap();
        assert_eq!(answer.into_inner().destroyed, 1);
    }
}
