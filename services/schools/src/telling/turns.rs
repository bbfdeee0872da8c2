//! Whose turn it is: a step that failed rests by itself, longer each time, while all others go on.

use crate::views::PendingStep;
use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, pending},
    stream::FuturesUnordered,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// The steps that are in hand, and those that failed.
#[derive(Default)]
pub(super) struct Turns {
    steps: BTreeMap<PendingStep, Turn>,
    resting: FuturesUnordered<BoxFuture<'static, PendingStep>>,
}

#[derive(Clone, Copy, Default)]
struct Turn {
    state: State,
    failures: u32,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Free,
    InHand,
    Resting,
}

/// Steps that are told at the same time.
const SIDE_BY_SIDE: usize = 64;
const FIRST_REST: Duration = Duration::from_millis(500);
/// Rests grow to eight seconds.
const DOUBLINGS: u32 = 4;

// === impl Turns ===

impl Turns {
    /// How many of the steps that wait longest hold all that may be taken now.
    pub(super) fn to_look_at(&self) -> usize {
        match self.room() {
            0 => 0,
            room => self.steps.len() + room,
        }
    }

    /// Takes steps in hand: of those that wait, the ones that failed least first, then the longest.
    pub(super) fn take(&mut self, waiting: Vec<PendingStep>) -> Vec<PendingStep> {
        if waiting.len() < self.to_look_at() {
            self.forget_all_but(&waiting);
        }
        let mut free = waiting;
        free.retain(|step| self.turn(step).state == State::Free);
        free.sort_by_key(|step| (self.turn(step).failures, step.due_ms));
        free.truncate(self.room());
        for step in &free {
            self.steps.entry(step.clone()).or_default().state = State::InHand;
        }
        free
    }

    /// The step was concluded.
    pub(super) fn done(&mut self, step: &PendingStep) {
        self.steps.remove(step);
    }

    /// The step has to be taken again, after a rest.
    pub(super) fn failed(&mut self, step: PendingStep) {
        let turn = self.steps.entry(step.clone()).or_default();
        turn.state = State::Resting;
        let rest = FIRST_REST * 2_u32.pow(turn.failures.min(DOUBLINGS));
        turn.failures = turn.failures.saturating_add(1);
        let rested = async move {
            tokio::time::sleep(rest).await;
            step
        };
        self.resting.push(rested.boxed());
    }

    /// Waits until a step has rested; for ever where none rests.
    pub(super) async fn rested(&mut self) {
        match self.resting.next().await {
            Some(step) => self.free(&step),
            None => pending().await,
        }
        // Many failed at the same time.
        while let Some(Some(step)) = self.resting.next().now_or_never() {
            self.free(&step);
        }
    }

    /// These are all that wait: others were concluded by somebody else, or erased.
    fn forget_all_but(&mut self, waiting: &[PendingStep]) {
        let waits: BTreeSet<_> = waiting.iter().collect();
        self.steps
            .retain(|step, turn| turn.state == State::InHand || waits.contains(step));
    }

    fn free(&mut self, step: &PendingStep) {
        let turn = self.steps.get_mut(step);
        if let Some(turn) = turn.filter(|turn| turn.state == State::Resting) {
            turn.state = State::Free;
        }
    }

    fn turn(&self, step: &PendingStep) -> Turn {
        self.steps.get(step).copied().unwrap_or_default()
    }

    fn room(&self) -> usize {
        let turns = self.steps.values();
        let in_hand = turns.filter(|turn| turn.state == State::InHand).count();
        SIDE_BY_SIDE.saturating_sub(in_hand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as there are, those due first in front, as the view gives them.
    fn steps(count: usize) -> Vec<PendingStep> {
        let step = |nth: usize| PendingStep {
            line_id: format!("l{nth}"),
            subject_id: format!("a{nth}"),
            rung: 1,
            due_ms: i64::try_from(nth).unwrap(),
        };
        (0..count).map(step).collect()
    }

    fn look(turns: &mut Turns, waiting: &[PendingStep]) -> Vec<PendingStep> {
        let seen = waiting.iter().take(turns.to_look_at());
        turns.take(seen.cloned().collect())
    }

    #[tokio::test]
    async fn however_many_fail_the_others_have_their_turn() {
        let waiting = steps(3 * SIDE_BY_SIDE);
        let mut turns = Turns::default();
        for round in waiting.chunks(SIDE_BY_SIDE) {
            let taken = look(&mut turns, &waiting);
            assert_eq!(taken, round);
            assert_eq!(look(&mut turns, &waiting), []);
            for step in taken {
                turns.failed(step);
            }
        }
        assert_eq!(look(&mut turns, &waiting), []);
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_is_taken_again_after_a_rest_that_grows_and_ends() {
        let waiting = steps(1);
        let mut turns = Turns::default();
        for rest in [500, 1_000, 2_000, 4_000, 8_000, 8_000] {
            assert_eq!(look(&mut turns, &waiting), waiting);
            turns.failed(waiting[0].clone());
            let before = tokio::time::Instant::now();
            turns.rested().await;
            let rested = before.elapsed().as_millis();
            assert!((rest..rest + 10).contains(&rested), "{rested} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_failed_goes_before_what_did() {
        let waiting = steps(SIDE_BY_SIDE + 1);
        let mut turns = Turns::default();
        for step in look(&mut turns, &waiting) {
            turns.failed(step);
        }
        turns.rested().await;
        let last = &waiting[SIDE_BY_SIDE];
        assert_eq!(look(&mut turns, &waiting).first(), Some(last));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_forgotten_with_the_step_that_no_longer_waits() {
        let waiting = steps(1);
        let mut turns = Turns::default();
        look(&mut turns, &waiting);
        turns.failed(waiting[0].clone());
        assert_eq!(look(&mut turns, &[]), []);
        turns.rested().await;
        assert!(turns.steps.is_empty());
    }
}
