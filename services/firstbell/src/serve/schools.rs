//! The process of the schools service.

use super::{Begun, Part, ground::Ground};
use crate::hub::HubError;
use bus::FeedDoor;
use keys::Service;

/// Who reads what this service tells.
const READERS: &[&str] = &[Part::Police.name()];

pub(super) async fn begin(ground: Ground<'_>) -> Result<Begun, HubError> {
    let entered = ground.enter(Service::Schools).await?;
    let mut site = ground.site(&entered).await?;
    let police = ground.feed(&mut site, Part::Police)?;
    let access = ground.feed(&mut site, Part::Access)?;
    let kept = entered.kept();
    let schools = site.schools(ground.config, kept, police, access).await?;
    let feed = FeedDoor::service(schools.feed, READERS, ground.stop.clone());
    site.serve(|all| all.with(feed));
    site.serve_operator();
    ground.begin(site, entered.journal).await
}
