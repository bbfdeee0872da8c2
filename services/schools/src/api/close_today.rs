//! The school is shut today: nothing is delayed, and the off-site contacts act. Or it is open after all.

use super::{Desk, internal, own_school, refused, unrecorded, view_failed};
use crate::{domain::Command, lines::Cause, records::DayChange};
use host::problem::Problem;
use jiff::{ToSpan, civil::Date};
use journal::{CommandId, Position, decider::ExecuteError};
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
        let told = self.tell_again(&asked, recorded).await?;
        Ok(CloseTodayResponse {
            position: self.show_position(told),
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
        let told = self.tell_again(&asked, recorded).await?;
        Ok(ReopenTodayResponse {
            position: self.show_position(told),
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

    /// Whoever acts now is told of what still waits: once for each change, however often it is asked
    /// for. A day that never changed has nobody who waits to hear of it, and whatever was raised after
    /// the change was told to the right people at once.
    async fn tell_again(
        &self,
        asked: &Asked,
        change: Option<DayChange>,
    ) -> Result<Position, Problem> {
        let Some(change) = change else {
            return Ok(Position::START);
        };
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
        let mut last = change.position;
        let waiting = self.view.waiting_alerts(&school, until_ms);
        let waiting = waiting.map_err(view_failed)?.into_iter();
        for row in waiting.filter(|row| row.raised_ms <= change.at.as_millisecond()) {
            let id = [b"tell-again", row.alert_id.as_bytes(), &change.id];
            let id = CommandId::derive(&id);
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
