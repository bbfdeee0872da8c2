//! How many rounds, and from which seeds.

use super::chance::Chance;
use clock::{Clock, SystemClock};
use std::env;

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().expect("the variable holds a number"))
}

/// The seeds of a test's rounds; `few` of them unless the environment asks for others.
pub(super) fn seeds(test: &str, few: usize) -> Vec<u64> {
    if let Some(seed) = number("FIRSTBELL_FAULT_SEED") {
        return vec![seed];
    }
    let rounds =
        number("FIRSTBELL_FAULT_ROUNDS").map_or(few, |many| usize::try_from(many).unwrap());
    let now = SystemClock.now().as_microsecond();
    let mut chance = Chance::of(u64::try_from(now).unwrap() ^ test.len() as u64);
    (0..rounds).map(|_| chance.next()).collect()
}

/// Said before a round, so that it can be played again.
pub(super) fn say(test: &str, seed: u64) {
    println!("round of {test}: FIRSTBELL_FAULT_SEED={seed}");
}
