//! The school is shut today: nothing is delayed, and the off-site contacts act. Or it is open after all.

use super::{Desk, command_id, internal, own_school, refused, unrecorded, view_failed};
use crate::{domain::Command, lines::Cause};
use host::problem::Problem;
use jiff::{ToSpan, civil::Date};
use journal::{Position, decider::ExecuteError};
use policy::{Action, Principal};
use proto::schools::v1::{
    CloseTodayRequest, CloseTodayResponse, ReopenTodayRequest, ReopenTodayResponse,
};
use tonic::Request;

/// A day of a school that the caller may shut or open.
struct Asked {
    principal: Principal,
    urn: String,
    date: Date,
}

impl Desk {
    pub(super) async fn close_today(
        &self,
        request: Request<CloseTodayRequest>,
    ) -> Result<CloseTodayResponse, Problem> {
        let principal = self.caller(&request, Action::CalendarCloseToday)?;
        let CloseTodayRequest { school, date } = request.into_inner();
        let asked = self.asked(principal, school, &date)?;
        let turn = self.records.turn_of_days().await;
        let recorded = self
            .records
            .close_day(&asked.principal, &asked.urn, asked.date)
            .await
            .map_err(unrecorded)?;
        self.reference
            .close_day(&asked.urn, asked.date)
            .map_err(|error| internal(&error))?;
        drop(turn);
        let told = self.tell_again(&asked).await?;
        Ok(CloseTodayResponse {
            position: self.show_position(recorded.max(told)),
        })
    }

    pub(super) async fn reopen_today(
        &self,
        request: Request<ReopenTodayRequest>,
    ) -> Result<ReopenTodayResponse, Problem> {
        let principal = self.caller(&request, Action::CalendarCloseToday)?;
        let ReopenTodayRequest { school, date } = request.into_inner();
        let asked = self.asked(principal, school, &date)?;
        let turn = self.records.turn_of_days().await;
        let recorded = self
            .records
            .reopen_day(&asked.principal, &asked.urn, asked.date)
            .await
            .map_err(unrecorded)?;
        self.reference
            .reopen_day(&asked.urn, asked.date)
            .map_err(|error| internal(&error))?;
        drop(turn);
        // A school that was never shut has nobody who waits to hear of it.
        let told = match recorded {
            Position::START => Position::START,
            _ => self.tell_again(&asked).await?,
        };
        Ok(ReopenTodayResponse {
            position: self.show_position(recorded.max(told)),
        })
    }

    fn asked(&self, principal: Principal, school: String, date: &str) -> Result<Asked, Problem> {
        let urn = match school.as_str() {
            "" => own_school(&principal)?.to_owned(),
            _ => school,
        };
        self.allow_school(&principal, Action::CalendarCloseToday, &urn)?;
        let date = self.closing_date(date)?;
        Ok(Asked {
            principal,
            urn,
            date,
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
    async fn tell_again(&self, asked: &Asked) -> Result<Position, Problem> {
        let Asked {
            principal,
            urn,
            date,
        } = asked;
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
