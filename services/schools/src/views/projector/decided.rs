//! The rows of a line's decisions, and what people at a desk made of them.

use super::{Projector, Tags, rows::Row};
use crate::{
    views::{
        LineFacts,
        decisions::{Asked, Chosen, Decided},
    },
    wire::{plain, stored::Identity},
};
use keys::OpenError;
use proto::{police::v1::ResidenceArea, schools::v1::SchoolRef};

/// Whose school was chosen.
#[derive(Clone, Copy)]
pub(super) enum Choice {
    First = 1,
    Other = 2,
    Elsewhere = 3,
    NoSchool = 4,
}

// === impl Projector ===

impl Projector {
    /// The council where the child lives, as the view calls it; none where it is not to be told.
    pub(super) async fn residence(&self, facts: &LineFacts) -> Result<Option<String>, OpenError> {
        let line = &facts.line;
        if line.hidden || facts.decisions.made().is_empty() {
            return Ok(None);
        }
        let area: Option<ResidenceArea> = self.seals.open_to_show(line.child.area.as_ref()).await?;
        let council = area.map(|area| area.residence_council);
        let council = council.filter(|code| !code.is_empty());
        Ok(council.map(|code| self.seals.council_tag(&code)))
    }

    /// What was chosen on each decision, as far as it is known.
    pub(super) async fn choices(
        &self,
        facts: &LineFacts,
    ) -> Result<Vec<Option<Choice>>, OpenError> {
        let mut choices = Vec::new();
        for decided in facts.decisions.made() {
            choices.push(self.choice(facts, decided).await?);
        }
        Ok(choices)
    }

    async fn choice(
        &self,
        facts: &LineFacts,
        decided: &Decided,
    ) -> Result<Option<Choice>, OpenError> {
        let alert_id = match &decided.chosen {
            None => return Ok(None),
            Some(Chosen::NoSchool) => return Ok(Some(Choice::NoSchool)),
            Some(Chosen::School(alert_id)) => alert_id,
        };
        let school = facts.line.alert(alert_id).map(|alert| &alert.school);
        let school: Option<SchoolRef> = self.seals.open_to_show(school).await?;
        let candidates = decided.candidates.as_ref();
        let candidates: Option<plain::CandidateList> = self.seals.open_to_show(candidates).await?;
        let (Some(school), Some(list)) = (school, candidates) else {
            return Ok(None);
        };
        let mut candidates = list.candidates.iter();
        let place = candidates.position(|candidate| candidate.urn == school.urn);
        Ok(Some(match place {
            Some(0) => Choice::First,
            Some(_) => Choice::Other,
            None => Choice::Elsewhere,
        }))
    }
}

/// One row for each decision.
pub(super) fn decision_rows(facts: &LineFacts, tags: &Tags) -> Vec<Row> {
    let line = &facts.line;
    let row = |(nth, decided): (usize, &Decided)| {
        let is_sure = decided.identity == Identity::Sure;
        let given_up = || decided.given_up.values().filter(|_| is_sure);
        let choice = tags.choices.get(nth).copied().flatten();
        vec![
            line.line_id.clone().into(),
            i64::try_from(nth).unwrap_or(i64::MAX).into(),
            decided.day.into(),
            line.child.owner_force.clone().into(),
            tags.residence.clone().into(),
            line.hidden.into(),
            decided.model.clone().into(),
            i32::from(decided.identity).into(),
            (decided.asked != Asked::Not).into(),
            (decided.asked == Asked::SaidNo).into(),
            decided.is_conflicting.into(),
            (given_up().count() > 0).into(),
            given_up().any(|how| how.left).into(),
            given_up().any(|how| how.misdirected).into(),
            (decided.restored && is_sure).into(),
            choice.map_or(0, |choice| choice as i32).into(),
            decided.compared.map(|compared| compared.missing).into(),
            decided.compared.map(|compared| compared.differs).into(),
        ]
    };
    facts.decisions.made().iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests;
