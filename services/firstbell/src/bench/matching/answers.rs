//! What a matcher answered, how right it was, and the file of it.

use super::{BoxError, is_sure, reports::Report};
use matching::Identity;
use std::path::Path;

/// One report's answer: UPNs, best first.
pub(super) struct Answer {
    pub(super) decision: Identity,
    pub(super) candidates: Vec<String>,
}

/// How many answers were what.
#[derive(Default)]
pub(super) struct Score {
    on_roll: u32,
    sure: u32,
    sure_right: u32,
    any: u32,
    any_right: u32,
    top3: u32,
}

// === impl Score ===

impl Score {
    pub(super) fn of(reports: &[Report], answers: &[Answer]) -> Self {
        let mut score = Self::default();
        for (report, answer) in reports.iter().zip(answers) {
            score.take(&report.true_upn, answer);
        }
        score
    }

    fn take(&mut self, true_upn: &str, answer: &Answer) {
        let on_roll = !true_upn.is_empty();
        let first = answer.candidates.first();
        let right = on_roll && first.is_some_and(|first| first == true_upn);
        let mut first_three = answer.candidates.iter().take(3);
        let among = on_roll && first_three.any(|candidate| candidate == true_upn);
        self.on_roll += u32::from(on_roll);
        self.sure += u32::from(is_sure(answer.decision));
        self.sure_right += u32::from(is_sure(answer.decision) && right);
        self.any += u32::from(first.is_some());
        self.any_right += u32::from(right);
        self.top3 += u32::from(among);
    }

    /// The shares by name; 1 of none.
    pub(super) fn shares(&self) -> [(&'static str, f64); 5] {
        let share = |part: u32, of: u32| f64::from(part) / f64::from(of);
        let share = |part, of| if of == 0 { 1.0 } else { share(part, of) };
        [
            ("sure.precision", share(self.sure_right, self.sure)),
            ("sure.recall", share(self.sure_right, self.on_roll)),
            ("any.precision", share(self.any_right, self.any)),
            ("any.recall", share(self.any_right, self.on_roll)),
            ("top3.recall", share(self.top3, self.on_roll)),
        ]
    }
}

/// Writes one line for each report.
pub(super) fn write(file: &Path, reports: &[Report], answers: &[Answer]) -> Result<(), BoxError> {
    let mut file = csv::Writer::from_path(file)?;
    file.write_record(["report_id", "decision", "upn", "candidates"])?;
    for (report, answer) in reports.iter().zip(answers) {
        let decision = match answer.decision {
            Identity::Sure => "sure",
            Identity::Unsure => "unsure",
            Identity::None => "none",
        };
        let first = answer.candidates.first().map(String::as_str);
        let sure = first
            .filter(|_| is_sure(answer.decision))
            .unwrap_or_default();
        let candidates = answer.candidates.join(";");
        file.write_record([report.id.as_str(), decision, sure, &candidates])?;
    }
    file.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(decision: Identity, candidates: &[&str]) -> Answer {
        Answer {
            decision,
            candidates: candidates.iter().map(|upn| (*upn).to_owned()).collect(),
        }
    }

    #[test]
    fn a_child_on_no_roll_who_is_routed_counts_as_wrong() {
        let mut score = Score::default();
        score.take("A", &answer(Identity::Sure, &["A"]));
        score.take("", &answer(Identity::Sure, &["B"]));
        score.take("C", &answer(Identity::Unsure, &["D", "E", "C"]));
        score.take("F", &answer(Identity::None, &[]));
        let shares = score.shares().map(|(_, share)| share);
        let third = 1.0 / 3.0;
        for (share, expected) in shares
            .into_iter()
            .zip([0.5, third, third, third, 2.0 * third])
        {
            assert!((share - expected).abs() < 1e-9, "{shares:?}");
        }
    }
}
