//! One child with its candidates side by side: who it may be, and why.

use super::{Desk, queue::entry, unavailable, view_failed};
use crate::{
    domain::{Line, LineEvent},
    lines::Lines,
    wire::{plain::CandidateList, stored as s},
};
use host::problem::Problem;
use journal::decider::EventSet;
use matching::{RollRow, Sex};
use policy::Action;
use proto::{
    police::v1::{ChildIdentity, Sex as WireSex},
    schools::v1::{Candidate, FieldWeight, OpenChildRequest, QueuedChild},
};
use tonic::Request;

impl Desk {
    pub(super) async fn open_child(
        &self,
        request: Request<OpenChildRequest>,
    ) -> Result<QueuedChild, Problem> {
        let principal = self.caller(&request, Action::QueueOpen)?;
        let OpenChildRequest { line_id } = request.into_inner();
        let line = self
            .child_at_desk(&principal, Action::QueueOpen, &line_id)
            .await?;
        let row = self.view.queue_row(&line_id).map_err(view_failed)?;
        let identity = line.child.identity.as_ref();
        Ok(QueuedChild {
            entry: row.map(entry),
            identity: self.lines.seals.open(identity).await.map_err(unavailable)?,
            candidates: self.candidates(&line).await?,
            version: line.version,
        })
    }

    async fn candidates(&self, line: &Line) -> Result<Vec<Candidate>, Problem> {
        let list: Option<CandidateList> = self
            .lines
            .seals
            .open(line.candidates.as_ref())
            .await
            .map_err(unavailable)?;
        let Some(list) = list else {
            return Ok(Vec::new());
        };
        let weights = self.last_weights(&line.line_id).await?;
        let directory = self.reference.directory();
        let roll = self.reference.roll();
        let mut weights = weights.into_iter();
        let candidates = list.candidates.into_iter().map(|candidate| {
            let weighed = weights.next().unwrap_or_default();
            let urn = candidate.urn.parse::<matching::Urn>().ok();
            let row_id = candidate.row_id.parse().ok();
            let row = urn.zip(row_id).and_then(|(urn, id)| roll.row(urn, id));
            let school = urn.and_then(|urn| directory.get(urn));
            Candidate {
                candidate_id: candidate.row_id,
                school: candidate.urn,
                school_name: school.map(|school| school.name.clone()).unwrap_or_default(),
                roll: row.map(as_identity),
                roll_as_at: candidate.roll_as_at,
                score: weighed.total,
                weights: weighed.fields.into_iter().map(field_weight).collect(),
            }
        });
        Ok(candidates.collect())
    }

    /// What the last match weighed, from the line's history.
    async fn last_weights(&self, line_id: &str) -> Result<Vec<s::CandidateWeights>, Problem> {
        let Some(stream) = Lines::stream(line_id) else {
            return Ok(Vec::new());
        };
        let history = self
            .lines
            .journal
            .read(&stream)
            .await
            .map_err(unavailable)?;
        let last = history.iter().rev().find_map(|recorded| {
            let frame = &recorded.frame;
            match LineEvent::decode(&frame.r#type, frame.version, &frame.payload) {
                Some(LineEvent::Matched(matched)) => Some(matched.weights),
                _ => None,
            }
        });
        Ok(last.unwrap_or_default())
    }
}

fn field_weight(verdict: s::FieldVerdict) -> FieldWeight {
    FieldWeight {
        field: verdict.field,
        agreement: verdict.agreement,
        weight: verdict.weight,
    }
}

fn as_identity(row: RollRow) -> ChildIdentity {
    let sex = match row.sex {
        Sex::Female => WireSex::Female,
        Sex::Male => WireSex::Male,
        Sex::Unknown => WireSex::Unknown,
    };
    ChildIdentity {
        forename: row.forename,
        middle_names: row.middle_names,
        surname: row.surname,
        known_as: row.known_as,
        date_of_birth: row
            .date_of_birth
            .map(|date| date.to_string())
            .unwrap_or_default(),
        age: None,
        sex: sex.into(),
        address: row.address,
        postcode: row.postcode,
        upn: row
            .upn
            .map(|upn| upn.as_str().to_owned())
            .unwrap_or_default(),
        nhs_number: row
            .nhs_number
            .map(|number| number.to_string())
            .unwrap_or_default(),
        stated_school: String::new(),
    }
}
