//! Where each child of one notification stands.

use super::{Parts, caller::Caller, failure, marks};
use crate::{
    domain::{NotificationId, delivery},
    views::ViewError,
    wire::view::{Alert, Line, Standing},
};
use host::problem::{Code, Problem};
use keys::Opened;
use policy::Action;
use prost::Message;
use prost_types::Timestamp;
use proto::police::v1::{
    AlertStatus, ChildStatus, GetNotificationRequest, NotificationStatus, SharedIdentity,
};
use proto::schools::v1::{Confirmer, SchoolRef};
use proto::sealing::Sealed;
use std::time::Duration;

/// What stands in the place of a value whose key was destroyed.
const ERASED: &str = "erased";

/// What stands in the place of a school that must not be known.
const WITHHELD: &str = "withheld";

/// How long a read waits for a write to show.
const PATIENCE: Duration = Duration::from_secs(10);

impl Parts {
    pub(super) async fn status(
        &self,
        caller: &Caller,
        request: GetNotificationRequest,
    ) -> Result<NotificationStatus, Problem> {
        caller.may(Action::NotificationRead)?;
        let force = caller.force()?;
        let id = NotificationId::parse(&request.notification_id).ok_or_else(Problem::not_found)?;
        self.wait_until_shown(&request.at_least).await?;
        let row = self.views.get(id.0).await.map_err(broken)?;
        let row = row.filter(|row| row.lines_of(force).next().is_some());
        self.opened(&row.ok_or_else(Problem::not_found)?, force)
            .await
    }

    async fn wait_until_shown(&self, at_least: &str) -> Result<(), Problem> {
        let head = *self.journal.head().borrow();
        let Some(at) = marks::read(self.journal.identity(), head, "at_least", at_least)? else {
            return Ok(());
        };
        let mut shown = self.views.shown();
        let wait = shown.wait_for(|shown| *shown >= at);
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(Problem::of(Code::Unavailable)),
            Err(_) => Err(Problem::of(Code::Timeout)),
        }
    }

    /// A row as `force` may see it, with what is shown of it opened.
    pub(super) async fn opened(
        &self,
        row: &Standing,
        force: &str,
    ) -> Result<NotificationStatus, Problem> {
        let mut children = Vec::new();
        for line in row.lines_of(force) {
            children.push(self.child(line).await?);
        }
        let identity: Option<SharedIdentity> = self.open(row.identity.as_ref()).await?;
        Ok(NotificationStatus {
            notification_id: row.notification_id.clone(),
            reference: identity.map_or_else(|| ERASED.to_owned(), |identity| identity.reference),
            version: row.version,
            accepted_at: at_us(row.accepted_at_us),
            withdrawn: row.lines_of(force).all(|line| line.withdrawn),
            children,
        })
    }

    async fn child(&self, line: &Line) -> Result<ChildStatus, Problem> {
        let (accountable, detail, since_us) = line.standing();
        let mut alerts = Vec::new();
        for alert in line.delivery.iter().flat_map(|delivery| &delivery.alerts) {
            alerts.push(self.alert(alert, line.hidden_location).await?);
        }
        Ok(ChildStatus {
            line: line.line,
            line_id: line.line_id.clone(),
            accountable: accountable.into(),
            detail: detail.to_owned(),
            since: at_us(since_us),
            text_held: line.text_held,
            alerts,
        })
    }

    async fn alert(&self, alert: &Alert, hidden: bool) -> Result<AlertStatus, Problem> {
        let (school, confirmed_by, confirmed_as) = if hidden {
            // Who confirmed would tell the school as well.
            self.withheld(alert).await?
        } else {
            let school: Option<SchoolRef> = self.open(alert.school.as_ref()).await?;
            let (name, role) = self.confirmer(alert).await?;
            (
                shown(alert.school.as_ref(), school.map(|school| school.urn)),
                name,
                role,
            )
        };
        let deadline_us = alert.deadline_ms.saturating_mul(1000);
        Ok(AlertStatus {
            alert_id: alert.alert_id.clone(),
            school,
            raised_at: at_us(alert.raised_at_us),
            deadline: if hidden { None } else { at_us(deadline_us) },
            late_on_arrival: alert.late_on_arrival,
            state: alert.state().into(),
            confirmed_by,
            confirmed_as,
            confirmed_at: at_us(alert.confirmed_at_us),
            rung: delivery::rung(alert.rung()).to_owned(),
            misdirected: alert.misdirected,
            confirmed_in_time: alert.confirmed_at_us != 0 && alert.confirmed_at_us <= deadline_us,
        })
    }

    async fn withheld(&self, alert: &Alert) -> Result<(String, String, String), Problem> {
        let (name, role) = self.confirmer(alert).await?;
        let name = if name.is_empty() {
            name
        } else {
            WITHHELD.to_owned()
        };
        Ok((WITHHELD.to_owned(), name, role))
    }

    async fn confirmer(&self, alert: &Alert) -> Result<(String, String), Problem> {
        let opened: Option<Confirmer> = self.open(alert.confirmed_by.as_ref()).await?;
        let (name, role) = opened.map(|by| (by.name, by.role)).unzip();
        Ok((
            shown(alert.confirmed_by.as_ref(), name),
            role.unwrap_or_default(),
        ))
    }

    async fn open<M: Message + Default>(
        &self,
        sealed: Option<&Sealed>,
    ) -> Result<Option<M>, Problem> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let opened = self.sealer.open(sealed).await.map_err(failure::open)?;
        Ok(Opened::plain(opened))
    }
}

/// What is there is shown, what was erased says so, what never was is empty.
fn shown(sealed: Option<&Sealed>, plain: Option<String>) -> String {
    match (sealed, plain) {
        (_, Some(plain)) => plain,
        (Some(_), None) => ERASED.to_owned(),
        (None, None) => String::new(),
    }
}

/// A time on the wire; 0 is none.
fn at_us(us: i64) -> Option<Timestamp> {
    let nanos = i32::try_from(us.rem_euclid(1_000_000)).unwrap_or_default() * 1000;
    (us != 0).then(|| Timestamp {
        seconds: us.div_euclid(1_000_000),
        nanos,
    })
}

/// The view could not be read.
pub(super) fn broken(error: ViewError) -> Problem {
    failure::failed(&error)
}
