//! The school is shut today: nothing is delayed, and the off-site contacts act.

use super::{Desk, command_id, internal, own_school, refused, show_position, view_failed};
use crate::{domain::Command, lines::Cause};
use host::problem::Problem;
use jiff::{ToSpan, civil::Date};
use journal::{Position, decider::ExecuteError};
use policy::{Action, Principal};
use proto::schools::v1::{CloseTodayRequest, CloseTodayResponse};
use tonic::Request;

impl Desk {
    pub(super) async fn close_today(
        &self,
        request: Request<CloseTodayRequest>,
    ) -> Result<CloseTodayResponse, Problem> {
        let principal = self.caller(&request, Action::CalendarCloseToday)?;
        let CloseTodayRequest { school, date } = request.into_inner();
        let urn = match school.as_str() {
            "" => own_school(&principal)?.to_owned(),
            _ => school,
        };
        self.allow_school(&principal, Action::CalendarCloseToday, &urn)?;
        let date = self.closing_date(&date)?;
        self.reference
            .close_day(&urn, date)
            .map_err(|error| internal(&error))?;
        let last = self.tell_off_site(&principal, &urn, date).await?;
        Ok(CloseTodayResponse {
            position: show_position(last),
        })
    }

    /// Today, or a day of the coming week.
    fn closing_date(&self, text: &str) -> Result<Date, Problem> {
        let today = self.router.today();
        if text.is_empty() {
            return Ok(today);
        }
        let week = today.saturating_add(7.days());
        text.parse()
            .ok()
            .filter(|date| (today..=week).contains(date))
            .ok_or_else(|| {
                Problem::invalid_field(
                    "date",
                    "is no date from today to a week from today",
                    "write it as YYYY-MM-DD, or leave it empty for today",
                )
            })
    }

    /// Whoever acts now is told of what still waits.
    async fn tell_off_site(
        &self,
        principal: &Principal,
        urn: &str,
        date: Date,
    ) -> Result<Position, Problem> {
        let school = self.lines.seals.school_tag(urn);
        let midnight = date
            .saturating_add(1.day())
            .to_zoned(crate::routing::london());
        let until_ms = midnight.map_or(i64::MAX, |at| at.timestamp().as_millisecond());
        let now = self.now();
        let mut last = Position::START;
        for row in self
            .view
            .waiting_alerts(&school, until_ms)
            .map_err(view_failed)?
        {
            let id = command_id("tell-again", &row.alert_id, principal, now);
            let command = Command::TellAgain {
                alert_id: row.alert_id,
                now_ms: now.as_millisecond(),
            };
            let cause = Cause::Person(principal);
            let position = self.lines.run(&row.line_id, id, cause, &command).await;
            match position {
                Ok(position) => last = last.max(position),
                // Given up or taken back meanwhile.
                Err(ExecuteError::Refused(_)) => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Ok(last)
    }
}
