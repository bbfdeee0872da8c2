//! What every process of a hub of several stands on: its badge, its peers, and what it gets from keys.

use super::{Begun, Part};
use crate::{
    hours,
    hub::{
        Folders, HubError, figures, listen, part, restore,
        site::{Kept, Site},
        tasks::{Tasks, until_end},
        trusting,
    },
    journals::{Journals, OpenJournal},
    patience::patiently,
};
use bus::{RemoteFeed, SharedFeed};
use clock::SharedClock;
use host::{config::Config, readiness::Readiness, server::Server, tls::Badge};
use keys::{EnterError, RemoteKeys, Service};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

/// One process, before anything is set up in it.
pub(super) struct Ground<'a> {
    pub(super) which: Part,
    pub(super) config: &'a Config,
    pub(super) readiness: Readiness,
    pub(super) stop: CancellationToken,
    badge: Badge,
}

/// What a service gets from keys, and where it keeps its events.
pub(super) struct Entered {
    pub(super) keys: Arc<RemoteKeys>,
    pub(super) clock: SharedClock,
    pub(super) journal: OpenJournal,
}

/// A process that is needed is not named.
#[derive(Debug, thiserror::Error)]
#[error("`peers.{0}` must say where the process `{0}` is, as https://host:port")]
struct Unnamed(&'static str);

// === impl Ground ===

impl<'a> Ground<'a> {
    pub(super) fn new(
        which: Part,
        config: &'a Config,
        readiness: Readiness,
        stop: CancellationToken,
    ) -> Result<Self, HubError> {
        Ok(Self {
            which,
            config,
            readiness,
            stop,
            badge: Badge::load(&config.tls, which.name()).map_err(part("its certificate"))?,
        })
    }

    /// The way to another process.
    pub(super) fn peer(&self, which: Part) -> Result<Channel, HubError> {
        let peers = &self.config.peers;
        let address = match which {
            Part::Keys => &peers.keys,
            Part::Access => &peers.access,
            Part::Police => &peers.police,
            Part::Schools => &peers.schools,
            // Nobody calls the door but callers.
            Part::Door => "",
        };
        if address.is_empty() {
            return Err(part("its peers")(Unnamed(which.name())));
        }
        let channel = self.badge.channel(which.name(), address);
        channel.map_err(part("its peers"))
    }

    /// Is let in by keys as `service`, whenever they are there, and opens its journal.
    pub(super) async fn enter(&self, service: Service) -> Result<Entered, HubError> {
        let keys = enter(&self.peer(Part::Keys)?, service).await?;
        let clock = hours::clock(self.config, keys.made_for())?;
        let folders = Folders::below(&self.config.data);
        folders.make().map_err(part("its data folder"))?;
        restore::check_finished(&folders).map_err(part("its data folder"))?;
        let name = self.which.name();
        let journals = Journals::new(self.config, name, clock.clone()).await;
        let journals = journals.map_err(part("what holds its journal"))?;
        let journal = journals.open(name).await.map_err(part("its journal"))?;
        // From here on no restore can begin; one may have begun and died in between.
        restore::check_finished(&folders).map_err(part("its data folder"))?;
        Ok(Entered {
            keys,
            clock,
            journal,
        })
    }

    /// An empty site on this ground.
    pub(super) async fn site(&self, entered: &Entered) -> Result<Site, HubError> {
        Site::new(
            self.config,
            self.which.name(),
            entered.clock.clone(),
            trusting(entered.keys.assertions_public())?,
            self.readiness.clone(),
            self.stop.clone(),
        )
        .await
    }

    /// The feed of another process, followed until the end.
    pub(super) fn feed(&self, site: &mut Site, producer: Part) -> Result<SharedFeed, HubError> {
        let feed = RemoteFeed::new(producer.name(), self.peer(producer)?);
        let feed = Arc::new(feed);
        let followed = feed.clone().run(self.stop.clone());
        site.tasks.spawn(until_end(&self.stop, followed));
        Ok(feed)
    }

    /// Runs the site behind a server for the other processes.
    pub(super) async fn begin(self, site: Site, journal: OpenJournal) -> Result<Begun, HubError> {
        let (listener, address) = listen::on(self.config.listen).await?;
        let badge = self.badge;
        let tasks = site.begin(listener, |services, readiness, stop| {
            Server::internal(services, badge, readiness, stop)
        });
        Ok(Begun {
            address,
            tasks,
            journal: Some(journal),
        })
    }

    /// Runs a server where nothing else is to be set up but `tasks`.
    pub(super) async fn begin_with(
        self,
        mut tasks: Tasks,
        open: impl FnOnce(Badge, Readiness, CancellationToken) -> Server,
    ) -> Result<Begun, HubError> {
        let (listener, address) = listen::on(self.config.listen).await?;
        figures::ready(&self.readiness, &self.stop);
        let server = open(self.badge, self.readiness, self.stop.clone());
        tasks.spawn(until_end(&self.stop, server.serve(listener)));
        Ok(Begun {
            address,
            tasks,
            journal: None,
        })
    }
}

// === impl Entered ===

impl Entered {
    pub(super) fn kept(&self) -> Kept<'_> {
        Kept {
            journal: self.journal.shared(),
            keys: self.keys.clone(),
            checkpoints: self.keys.checkpoints(),
        }
    }
}

async fn enter(channel: &Channel, service: Service) -> Result<Arc<RemoteKeys>, HubError> {
    let is_away = |error: &EnterError| matches!(error, EnterError::Unavailable(_));
    let entered = patiently("the key holder".to_owned(), is_away, || {
        RemoteKeys::enter(channel.clone(), service)
    });
    entered.await.map_err(part("its keys"))
}
