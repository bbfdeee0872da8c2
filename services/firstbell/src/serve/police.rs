//! The process of the police service.

use super::{Begun, Part, ground::Ground};
use crate::hub::{HubError, pause::Pause};
use bus::FeedDoor;
use keys::Service;

/// Who reads what this service tells.
const READERS: &[&str] = &[Part::Schools.name()];

pub(super) async fn begin(ground: Ground<'_>) -> Result<Begun, HubError> {
    let entered = ground.enter(Service::Police).await?;
    let mut site = ground.site(&entered).await?;
    let schools = ground.feed(&mut site, Part::Schools)?;
    let police = site.police(entered.kept())?;
    let feed = FeedDoor::service(police.feed.clone(), READERS, ground.stop.clone());
    site.serve(|all| all.with(feed));
    site.police_hears(&police, schools, &Pause::default())?;
    site.serve_operator();
    ground.begin(site, entered.journal).await
}
