//! One clock for several processes: a file that holds the hour.

use crate::{Clock, TurnedClock};
use futures::future::BoxFuture;
use jiff::Timestamp;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

/// A clock that shows what a file says, for as long as it is held.
#[derive(Clone, Debug)]
pub struct FollowedClock {
    shown: TurnedClock,
    /// Whoever looks at the file goes home with the last clock.
    _held: Arc<()>,
}

/// The file cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// It is not there, or cannot be read.
    #[error("read the clock's file")]
    Read(#[source] io::Error),
    /// It holds no hour.
    #[error("read the clock's file: it holds one hour, such as 2026-11-20T01:00:00Z")]
    NotAnHour,
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

// === impl FollowedClock ===

impl FollowedClock {
    /// Shows what the file at `path` says, and follows it.
    pub fn follow(path: &Path) -> Result<Self, FollowError> {
        let shown = TurnedClock::new(read(path)?);
        let held = Arc::new(());
        let (path, hands, holders) = (path.to_owned(), shown.clone(), Arc::downgrade(&held));
        thread::spawn(move || {
            while holders.strong_count() > 0 {
                // Between two hours the file may be gone for a moment.
                if let Ok(hour) = read(&path) {
                    hands.turn_to(hour);
                }
                thread::sleep(BETWEEN_LOOKS);
            }
        });
        Ok(Self { shown, _held: held })
    }
}

impl Clock for FollowedClock {
    fn now(&self) -> Timestamp {
        self.shown.now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        self.shown.sleep_until(at)
    }
}

/// Writes the hour that those who follow the file at `path` are to show, whole or not at all.
pub fn write_hour(path: &Path, hour: Timestamp) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    fs::write(&unfinished, hour.to_string())?;
    fs::rename(unfinished, path)
}

fn read(path: &Path) -> Result<Timestamp, FollowError> {
    let text = fs::read_to_string(path).map_err(FollowError::Read)?;
    text.trim().parse().map_err(|_| FollowError::NotAnHour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_who_follow_a_file_show_its_hour() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hour");
        let (night, bell) = ("2026-11-20T01:00:00Z", "2026-11-20T08:50:00Z");
        write_hour(&path, night.parse().unwrap()).unwrap();
        let one = FollowedClock::follow(&path).unwrap();
        let other = FollowedClock::follow(&path).unwrap();
        assert_eq!(one.now().to_string(), night);
        write_hour(&path, bell.parse().unwrap()).unwrap();
        one.sleep_until(bell.parse().unwrap()).await;
        other.sleep_until(bell.parse().unwrap()).await;
        assert_eq!(other.now().to_string(), bell);
    }

    #[test]
    fn a_file_that_holds_no_hour_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hour");
        assert!(matches!(
            FollowedClock::follow(&path),
            Err(FollowError::Read(_))
        ));
        fs::write(&path, "late").unwrap();
        assert!(matches!(
            FollowedClock::follow(&path),
            Err(FollowError::NotAnHour)
        ));
    }
}
