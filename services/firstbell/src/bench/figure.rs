//! What a benchmark says, and the arithmetic behind it.

use serde::Serialize;
use std::time::Duration;

/// One figure beside the raw one of the same run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured, e.g. `append.64`.
    pub name: String,
    /// What this program does.
    pub value: f64,
    /// Of both numbers.
    pub unit: &'static str,
    /// What the machine does without it.
    pub beside: f64,
    /// What `beside` is.
    pub against: &'static str,
}

/// How long single operations took.
#[derive(Clone, Debug, Default)]
pub(super) struct Times(Vec<Duration>);

// === impl Figure ===

impl Figure {
    pub(super) fn new(
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        beside: f64,
        against: &'static str,
    ) -> Self {
        Self {
            name: name.into(),
            value: rounded(value),
            unit,
            beside: rounded(beside),
            against,
        }
    }

    /// A share of all, from 0 to 1, with every digit that matters.
    pub(super) fn share(name: &str, value: f64, beside: f64, against: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            value,
            unit: "share",
            beside,
            against,
        }
    }

    /// Figures of how long something takes, in milliseconds: the median and the 99th percentile.
    pub(super) fn times(
        name: &str,
        value: &Times,
        beside: &Times,
        against: &'static str,
    ) -> [Self; 2] {
        [("median", 0.5), ("p99", 0.99)].map(|(which, share)| {
            let name = format!("{name}.{which}");
            Self::new(name, value.at_ms(share), "ms", beside.at_ms(share), against)
        })
    }
}

/// Three decimals of small numbers, none of large ones.
fn rounded(value: f64) -> f64 {
    if value < 1000.0 {
        (value * 1000.0).round() / 1000.0
    } else {
        value.round()
    }
}

/// The middle one; 0 of none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

// === impl Times ===

impl Times {
    /// From single measurements, in any order.
    pub(super) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort();
        Self(times)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time within which `share` (0 to 1) of them are, in milliseconds; 0 of none.
    pub(super) fn at_ms(&self, share: f64) -> f64 {
        let index = (1..=self.0.len()).find(|n| ratio(*n, self.0.len()) >= share);
        let time = index.and_then(|n| self.0.get(n - 1));
        time.map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }

    /// Percentage of them within `limit`.
    pub(super) fn percent_within(&self, limit: Duration) -> f64 {
        100.0 * ratio(self.0.partition_point(|time| *time <= limit), self.count())
    }
}

impl Extend<Duration> for Times {
    fn extend<I: IntoIterator<Item = Duration>>(&mut self, times: I) {
        self.0.extend(times);
        self.0.sort();
    }
}

impl IntoIterator for Times {
    type Item = Duration;
    type IntoIter = std::vec::IntoIter<Duration>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a benchmark are far below 2^52"
)]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// How many a second.
pub(super) fn rate(count: usize, took: Duration) -> f64 {
    ratio(count, 1) / took.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(ms: impl IntoIterator<Item = u64>) -> Times {
        Times::of(ms.into_iter().map(Duration::from_millis))
    }

    #[test]
    fn a_percentile_is_the_time_within_which_so_many_are() {
        let times = times((1..=100).rev());
        assert!((times.at_ms(0.5) - 50.0).abs() < 1e-9);
        assert!((times.at_ms(0.99) - 99.0).abs() < 1e-9);
        assert!((times.percent_within(Duration::from_millis(25)) - 25.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_measured_has_no_percentile() {
        assert!(times([]).at_ms(0.5).abs() < 1e-9);
    }

    #[test]
    fn the_median_does_not_heed_one_slow_round() {
        assert!((median([30.0, 1.0, 31.0]) - 30.0).abs() < 1e-9);
    }
}
