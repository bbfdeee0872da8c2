//! A school answers: on the roll today, or not.

use super::{Desk, command_id, named, own_school, refused, unavailable, view_failed};
use crate::{
    domain::{Command, Line},
    lines::Cause,
};
use host::problem::Problem;
use policy::Action;
use proto::schools::v1::{
    AnswerEnquiryRequest, AnswerEnquiryResponse, EnquiryAnswer, Queue, SchoolRef,
};
use tonic::Request;

impl Desk {
    pub(super) async fn answer_enquiry(
        &self,
        request: Request<AnswerEnquiryRequest>,
    ) -> Result<AnswerEnquiryResponse, Problem> {
        let principal = self.caller(&request, Action::EnquiryAnswer)?;
        let request = request.into_inner();
        let on_roll = match request.answer() {
            EnquiryAnswer::OnRoll => true,
            EnquiryAnswer::NotOnRoll => false,
            EnquiryAnswer::Unspecified => return Err(no_answer()),
        };
        named(&principal)?;
        let urn = own_school(&principal)?;
        self.allow_school(&principal, Action::EnquiryAnswer, urn)?;
        let enquiry_id = request.enquiry_id;
        let line = self.enquired(urn, &enquiry_id).await?;
        if self.is_party(&principal, &line.line_id)? {
            return Err(Problem::not_found());
        }
        let routing = if on_roll {
            self.release(&line, &enquiry_id).await?
        } else {
            let queue = Queue::Unsure;
            let routing = self.router.route_to_coordinator(&line, queue).await;
            routing.map_err(unavailable)?
        };
        let now = self.now();
        let id = command_id("answer", &enquiry_id, &principal, now);
        let command = Command::AnswerEnquiry {
            enquiry_id,
            on_roll,
            by: self
                .lines
                .seals
                .confirmer(id, &principal)
                .await
                .map_err(unavailable)?,
            routing,
            now_ms: now.as_millisecond(),
        };
        let cause = Cause::Person(&principal);
        let position = self.lines.run(&line.line_id, id, cause, &command).await;
        Ok(AnswerEnquiryResponse {
            position: self.show_position(position.map_err(refused)?),
        })
    }

    async fn enquired(&self, urn: &str, enquiry_id: &str) -> Result<Line, Problem> {
        let found = self.view.enquiry(enquiry_id).map_err(view_failed)?;
        let (line_id, school) = found.ok_or_else(Problem::not_found)?;
        if school != self.lines.seals.school_tag(urn) {
            return Err(Problem::not_found());
        }
        self.lines.load(&line_id).await.map_err(unavailable)
    }

    /// The alert goes to the school that was asked.
    async fn release(
        &self,
        line: &Line,
        enquiry_id: &str,
    ) -> Result<crate::domain::Routing, Problem> {
        let enquiry = line.enquiry(enquiry_id).ok_or_else(Problem::not_found)?;
        let school: Option<SchoolRef> = self
            .lines
            .seals
            .open(Some(&enquiry.school))
            .await
            .map_err(unavailable)?;
        let urn = school
            .and_then(|school| school.urn.parse().ok())
            .ok_or_else(Problem::not_found)?;
        self.router.route_to(line, urn).await.map_err(unavailable)
    }
}

fn no_answer() -> Problem {
    Problem::invalid_field(
        "answer",
        "is missing",
        "say ENQUIRY_ANSWER_ON_ROLL or ENQUIRY_ANSWER_NOT_ON_ROLL",
    )
}
