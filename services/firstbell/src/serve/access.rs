//! The process of the access service.

use super::{Begun, Part, ground::Ground};
use crate::hub::{HubError, part};
use bus::FeedDoor;
use keys::Service;
use policy::Signer;

/// Who reads what this service tells.
const READERS: &[&str] = &[Part::Schools.name()];
/// Who exchanges tokens here.
const KEEPERS: &[&str] = &[Part::Door.name()];

/// The key holder kept back what this service signs with.
#[derive(Debug, thiserror::Error)]
#[error("sign assertions without a key: the certificate is another service's")]
struct NoSigner;

pub(super) async fn begin(ground: Ground<'_>) -> Result<Begun, HubError> {
    let entered = ground.enter(Service::Access).await?;
    let mut site = ground.site(&entered).await?;
    let signing = entered.keys.assertions();
    let signing = signing.ok_or_else(|| part("its signing key")(NoSigner))?;
    let signer = Signer::from_pkcs8(signing.pkcs8());
    let signer = signer.map_err(|error| part("its signing key")(error.to_string()))?;
    let access = site.access(entered.kept(), signer).await?;
    let feed = FeedDoor::service(access.feed(), READERS, ground.stop.clone());
    site.serve(|all| all.with(feed).with(access.border(KEEPERS)));
    site.serve_operator();
    ground.begin(site, entered.journal).await
}
