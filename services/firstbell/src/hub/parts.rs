//! The services of a hub, put together over its stores.

use super::{HubError, Stores, carriage::Carriage, part};
use access::Access;
use clock::SharedClock;
use host::config::{Config, Smtp};
use keys::{Sealer, Service};
use policy::{Signer, Verifier};
use schools::telling::{MailSettings, Mailer};
use std::sync::Arc;

/// The services of one hub, built and not yet running.
pub(super) struct Parts {
    pub(super) access: Access,
    pub(super) police: police::Police,
    pub(super) schools: schools::Schools,
    pub(super) verifier: Arc<Verifier>,
    pub(super) carriage: Carriage,
}

pub(super) async fn build(
    config: &Config,
    stores: &Arc<Stores>,
    clock: &SharedClock,
) -> Result<Parts, HubError> {
    let signer = Signer::from_pkcs8(stores.keys.signing_key(keys::Purpose::Assertions).pkcs8())
        .map_err(|error| part("its signing key")(error.to_string()))?;
    let verifier = Verifier::new([signer.verifying_key()])
        .map_err(|error| part("its signing key")(error.to_string()))?;
    let verifier = Arc::new(verifier);
    let access = access::build(access::Config {
        journal: stores.access.clone(),
        keys: stores.keys.clone(),
        clock: clock.clone(),
        signer,
    })
    .await
    .map_err(part("the access service"))?;
    let police = police::build(police::Config {
        view_file: stores.folders.views.join("police-view.sqlite3"),
        journal: stores.police.clone(),
        keys: stores.keys.clone(),
        clock: clock.clone(),
        verifier: verifier.clone(),
        rules: police::Rules::default(),
    })
    .map_err(part("the police service"))?;
    let mut carriage = Carriage::new(&config.nats).await?;
    let schools = schools::build(schools::Config {
        data: stores.folders.views.clone(),
        journal: stores.schools.clone(),
        sealer: Sealer::new(stores.keys.clone(), Service::Schools),
        clock: clock.clone(),
        verifier: verifier.clone(),
        mailer: mailer(&config.smtp)?,
        police: carriage.carry(police.feed()),
        access: carriage.carry(access.feed()),
    })
    .await
    .map_err(part("the schools service"))?;
    for feed in [access.feed(), police.feed(), schools.feed()] {
        carriage.relay(feed, clock);
    }
    Ok(Parts {
        access,
        police,
        schools,
        verifier,
        carriage,
    })
}

fn mailer(smtp: &Smtp) -> Result<Mailer, HubError> {
    if smtp.host.is_empty() {
        tracing::warn!("no SMTP server is configured: every step that needs mail fails visibly");
        return Ok(Mailer::none());
    }
    let read = |path: &std::path::Path| std::fs::read(path).map_err(part("a file of smtp"));
    let password = smtp.password_file.as_deref().map(read).transpose()?;
    let password = password.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let settings = MailSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        from: smtp.from.clone(),
        credentials: password
            .filter(|_| !smtp.user.is_empty())
            .map(|password| (smtp.user.clone(), password)),
        starttls: smtp.starttls,
        authority: smtp.ca_file.as_deref().map(read).transpose()?,
    };
    Mailer::smtp(&settings).map_err(part("mail"))
}
