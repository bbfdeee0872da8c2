//! A force's notifications, newest first.

use super::{Parts, caller::Caller, marks, status::broken};
use host::problem::Problem;
use journal::Position;
use policy::Action;
use proto::police::v1::{Accountable, ListNotificationsRequest, ListNotificationsResponse};

const PAGE: usize = 100;
const LARGEST_PAGE: usize = 500;

impl Parts {
    pub(super) async fn list(
        &self,
        caller: &Caller,
        request: ListNotificationsRequest,
    ) -> Result<ListNotificationsResponse, Problem> {
        caller.may(Action::NotificationRead)?;
        let force = caller.force()?;
        let accountable = Accountable::try_from(request.accountable).map_err(|_| {
            Problem::invalid_field(
                "accountable",
                "is not one of the listed values",
                "take one of the values that the contract lists for it, or leave it out",
            )
        })?;
        let size = page_size(request.page_size)?;
        let journal = self.journal.identity();
        let head = *self.journal.head().borrow();
        let before = marks::read(journal, head, "page", &request.page)?;
        let before = before.unwrap_or(Position(u64::MAX));
        let rows = self
            .views
            .newest(force, before, accountable, size)
            .await
            .map_err(broken)?;
        let full = rows.len() == size;
        let last = rows.last().filter(|_| full);
        let next_page = last.map(|row| marks::write(journal, Position(row.accepted_position)));
        let mut notifications = Vec::with_capacity(rows.len());
        for row in &rows {
            notifications.push(self.opened(row, force).await?);
        }
        Ok(ListNotificationsResponse {
            notifications,
            next_page: next_page.unwrap_or_default(),
        })
    }
}

fn page_size(asked: u32) -> Result<usize, Problem> {
    match usize::try_from(asked) {
        Ok(0) => Ok(PAGE),
        Ok(size) if size <= LARGEST_PAGE => Ok(size),
        _ => Err(Problem::invalid_field(
            "page_size",
            "is too large",
            format!("ask for at most {LARGEST_PAGE}, and for the next page"),
        )),
    }
}
