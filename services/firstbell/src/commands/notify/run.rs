//! The state of a push that goes on: what has been answered, printed and kept.

use super::{
    progress::{Found, Progress},
    report::{Report, Summary},
    send::{Answer, Stop},
    unit::Refusal,
};
use crate::{error::CommandError, exit::Exit};
use host::problem::{Code, Problem};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io;

/// What became of one unit.
pub(super) enum Outcome {
    /// It could not be read and was not sent.
    Unread(Vec<Refusal>),
    Sent(Answer),
}

/// Where in the file a unit stood.
pub(super) struct UnitPlace {
    pub(super) lines: Vec<u64>,
    pub(super) end: u64,
}

/// The state of a push that goes on.
pub(super) struct Run<'a> {
    pub(super) report: Report<'a>,
    pub(super) progress: Progress,
    pub(super) bar: ProgressBar,
    /// Cleared with the first progress that cannot be kept, so that it is said once.
    pub(super) can_save: bool,
}

// === impl Run ===

impl Run<'_> {
    pub(super) fn say_found(&self, found: Found) {
        match found {
            Found::Nothing => {}
            Found::Interrupted(bytes) => {
                self.bar.set_position(bytes);
                self.say("going on after an interruption");
            }
            Found::AnotherFile => {
                self.say("the file or the hub is not the one that was begun: starting from the beginning");
            }
        }
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("firstbell: {text}"));
    }

    pub(super) fn note(&mut self, unit: &UnitPlace, outcome: Outcome) -> Result<(), CommandError> {
        let bar = self.bar.clone();
        let line = unit.lines.first().copied().unwrap_or_default();
        if self.progress.is_asked_anyway(line) {
            return self.compare(outcome);
        }
        let by_hub = bar.suspend(|| self.tell(unit, outcome))?;
        let saved = self.progress.answer(line, unit.end, by_hub);
        self.check_saved(saved);
        self.bar.set_position(unit.end);
        Ok(())
    }

    /// Whether the hub still has what it took last in an earlier run, which was told and counted then.
    fn compare(&mut self, outcome: Outcome) -> Result<(), CommandError> {
        match outcome {
            Outcome::Sent(Answer::Accepted(answer))
                if self.progress.is_same_life(&answer.position) =>
            {
                Ok(())
            }
            Outcome::Sent(Answer::Stopped(stop)) => Err(stopped(stop)),
            _ => {
                self.progress.void();
                Err(restored())
            }
        }
    }

    /// Prints what there is to print; answers whether the hub refused.
    fn tell(&mut self, unit: &UnitPlace, outcome: Outcome) -> Result<bool, CommandError> {
        match outcome {
            Outcome::Unread(refusals) => self.report.refused(&refusals)?,
            Outcome::Sent(Answer::Accepted(answer)) => {
                if !self.progress.is_same_life(&answer.position) {
                    return Err(restored());
                }
                self.progress
                    .take(unit.lines.first().copied().unwrap_or_default());
                let held = self.report.accepted(&unit.lines, &answer)?;
                let counts = self.progress.counts();
                if answer.already_known {
                    counts.already_known += 1;
                } else {
                    counts.accepted += 1;
                }
                counts.held += held;
            }
            Outcome::Sent(Answer::Refused(problem)) => {
                self.report.refused_by_hub(&unit.lines, &problem)?;
                return Ok(true);
            }
            Outcome::Sent(Answer::Stopped(stop)) => return Err(stopped(stop)),
        }
        Ok(false)
    }

    /// A place that cannot be written to costs the resuming, not the sending.
    fn check_saved(&mut self, saved: io::Result<()>) {
        if saved.is_err() && self.can_save {
            self.can_save = false;
            self.say(
                "progress cannot be kept beside the file: after an interruption all is sent again",
            );
        }
    }

    pub(super) fn end(mut self, ended: Result<(), CommandError>) -> Result<Exit, CommandError> {
        self.bar.finish_and_clear();
        let summary = Summary {
            refused: self.report.refused_count(),
            complete: ended.is_ok(),
            counts: *self.progress.counts(),
        };
        if ended.is_ok() {
            let finished = self.progress.finish();
            if finished.is_err() && self.can_save {
                eprintln!("firstbell: the progress of the file could not be removed");
            }
        } else {
            let saved = self.progress.save();
            self.check_saved(saved);
        }
        self.report.summary(&summary)?;
        ended?;
        Ok(if summary.refused == 0 {
            Exit::Done
        } else {
            Exit::Listed
        })
    }
}

fn stopped(stop: Stop) -> CommandError {
    match stop {
        Stop::Interrupted => interrupted(),
        Stop::Problem(problem) => CommandError::Refused(problem),
    }
}

pub(super) fn interrupted() -> CommandError {
    CommandError::Refused(Problem::new(
        Code::Unavailable,
        "Interrupted. Run the same command to go on.",
    ))
}

fn restored() -> CommandError {
    CommandError::Refused(Problem::new(
        Code::Unavailable,
        "The hub was restored from a backup meanwhile and may have lost what it had taken. Run the \
         same command again: all is sent once more, and nothing is doubled.",
    ))
}

pub(super) fn bar(size: u64, json: bool) -> ProgressBar {
    let target = if json {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(Some(size), target);
    match ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
