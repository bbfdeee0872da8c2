//! What the hub's own history says, where no door tells.

use super::World;
use journal::decider::EventSet;
use schools::{domain::LineEvent, lines::Lines};

// === impl World ===

impl World {
    /// By which weights a child was matched, each time.
    pub async fn matched_by(&self, line_id: &str) -> Vec<String> {
        let journal = &self.hub().stores.schools;
        let stream = Lines::stream(line_id).expect("the id of a line");
        let history = journal.read(&stream).await.unwrap();
        let events = history.iter().filter_map(|recorded| {
            let frame = &recorded.frame;
            LineEvent::decode(&frame.r#type, frame.version, &frame.payload)
        });
        let versions = events.filter_map(|event| match event {
            LineEvent::Matched(matched) => Some(matched.model_version),
            _ => None,
        });
        versions.collect()
    }
}
