//! Puts the service together and runs it.

use crate::{
    api::{Coordinator, Desk, DirectoryDoor, Inbox, MatchingDoor, QualityDoor},
    contacts::{ContactBook, ContactError},
    inbox::PoliceInbox,
    ladder::Ladder,
    lines::Lines,
    matcher::Matcher,
    publish,
    quality::{Quality, figures},
    records::{RecordError, Records, Turns},
    reference::{Reference, ReferenceError},
    routing::Router,
    seals::Seals,
    telling::{Mailer, Once, Teller, WebhookError, Webhooks},
    views::{Projector, View, ViewError, waiting},
};
use bus::{Consumer, Handler, JournalFeed, SharedFeed, inbox::InboxError};
use clock::SharedClock;
use journal::SharedJournal;
use keys::Sealer;
use policy::Verifier;
use std::{path::PathBuf, sync::Arc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What the service is given.
pub struct Config {
    /// Folder for its views, reference data and cursors.
    pub data: PathBuf,
    /// Its own journal.
    pub journal: SharedJournal,
    /// Seals and opens as the schools service.
    pub sealer: Sealer,
    /// The one clock.
    pub clock: SharedClock,
    /// Checks who is calling.
    pub verifier: Arc<Verifier>,
    /// How mail goes out.
    pub mailer: Mailer,
    /// Public events of the police service.
    pub police: SharedFeed,
    /// Public events of the access service.
    pub access: SharedFeed,
}

/// The running service.
pub struct Schools {
    desk: Desk,
    tasks: Tasks,
    feed: SharedFeed,
}

struct Tasks {
    projector: Projector,
    ladder: Ladder,
    teller: Teller,
    police: Consumer,
    access: Consumer,
}

/// Why the service could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The view.
    #[error("open the schools view")]
    View(#[from] ViewError),
    /// Schools, calendars, rolls.
    #[error("load reference data")]
    Reference(#[from] ReferenceError),
    /// Contacts.
    #[error("load contacts")]
    Contacts(#[from] ContactError),
    /// Cursors.
    #[error("open the inbox")]
    Inbox(#[from] InboxError),
    /// Which weights are in use.
    #[error("read which weights are in use")]
    Weights(#[from] RecordError),
    /// Webhooks.
    #[error("set up webhooks")]
    Webhooks(#[from] WebhookError),
}

/// Loads everything; nothing runs until [`Schools::run`].
pub async fn build(config: Config) -> Result<Schools, BuildError> {
    let data = &config.data;
    let view = data.join("schools-view.sqlite3");
    let view = Arc::new(View::of(&view, config.journal.identity())?);
    let reference = data.join("schools-reference.sqlite3");
    let reference = Arc::new(Reference::open(&reference, config.sealer.clone()).await?);
    let contacts = data.join("schools-contacts.sqlite3");
    let contacts = ContactBook::open(&contacts, config.sealer.clone(), config.access.clone())?;
    let contacts = Arc::new(contacts);
    let inbox = Arc::new(bus::Inbox::open(&data.join("schools-inbox.sqlite3"))?);
    let seals = Seals::new(config.sealer);
    let lines = Lines {
        journal: config.journal.clone(),
        clock: config.clock.clone(),
        seals: seals.clone(),
        lately: Arc::default(),
    };
    let records = Records {
        journal: config.journal.clone(),
        clock: config.clock.clone(),
        seals: seals.clone(),
        turns: Arc::new(Turns::default()),
    };
    let matcher = Arc::new(Matcher::default());
    matcher.take(records.model_in_use().await?.model);
    let router = Router {
        reference: reference.clone(),
        seals: seals.clone(),
        clock: config.clock.clone(),
        calendar: calendar::Settings::default(),
        matching: matcher,
    };
    let quality = Arc::new(Quality::new(view.clone(), seals.clone()));
    figures::register(&quality, config.clock.clone());
    waiting::register(&view, config.clock.clone());
    let tasks = Tasks {
        projector: Projector {
            journal: config.journal.clone(),
            view: view.clone(),
            seals,
        },
        ladder: Ladder {
            lines: lines.clone(),
            view: view.clone(),
        },
        teller: Teller {
            lines: lines.clone(),
            view: view.clone(),
            contacts: contacts.clone(),
            reference: reference.clone(),
            mailer: config.mailer,
            webhooks: Webhooks::new()?,
            once: Once::default(),
            calendar: router.calendar.clone(),
        },
        police: Consumer {
            feed: config.police,
            handler: Arc::new(PoliceInbox {
                lines: lines.clone(),
                router: router.clone(),
                view: view.clone(),
            }),
            inbox: inbox.clone(),
            clock: config.clock.clone(),
        },
        access: Consumer {
            feed: config.access,
            handler: contacts.clone(),
            inbox,
            clock: config.clock,
        },
    };
    let desk = Desk {
        lines,
        router,
        view,
        contacts,
        records,
        reference,
        quality,
        verifier: config.verifier,
    };
    let feed = JournalFeed::new("schools", config.journal, publish::message);
    Ok(Schools {
        desk,
        tasks,
        feed: Arc::new(feed),
    })
}

// === impl Schools ===

impl Schools {
    /// What this service tells the others.
    pub fn feed(&self) -> SharedFeed {
        self.feed.clone()
    }

    /// What the doors serve.
    pub fn doors(&self) -> (Inbox, Coordinator, DirectoryDoor, QualityDoor, MatchingDoor) {
        (
            Inbox(self.desk.clone()),
            Coordinator(self.desk.clone()),
            DirectoryDoor(self.desk.clone()),
            QualityDoor(self.desk.clone()),
            MatchingDoor(self.desk.clone()),
        )
    }

    /// Schools, calendars and rolls.
    pub fn reference(&self) -> Arc<Reference> {
        self.desk.reference.clone()
    }

    /// What hears the other services.
    pub fn consumers(&self) -> [Consumer; 2] {
        [self.tasks.police.clone(), self.tasks.access.clone()]
    }

    /// The same service, which takes in what the others tell through what `wrap` makes of its handlers.
    #[must_use]
    pub fn hearing(mut self, wrap: impl Fn(Arc<dyn Handler>) -> Arc<dyn Handler>) -> Self {
        for consumer in [&mut self.tasks.police, &mut self.tasks.access] {
            consumer.handler = wrap(consumer.handler.clone());
        }
        self
    }

    /// Read models.
    pub fn view(&self) -> Arc<View> {
        self.desk.view.clone()
    }

    /// Runs until `stop`, then finishes what is in hand. A part that ends by itself cancels `stop`:
    /// a hub whose ladder no longer climbs must not look as if it did.
    pub async fn run(self, stop: CancellationToken) {
        let tasks = self.tasks;
        // The others wait for the view to show what they did, so it goes on until they are done.
        let others_done = CancellationToken::new();
        let mut projector = JoinSet::new();
        projector.spawn(until_end(&stop, tasks.projector.run(others_done.clone())));
        let mut running = JoinSet::new();
        running.spawn(until_end(&stop, tasks.ladder.run(stop.clone())));
        running.spawn(until_end(&stop, tasks.teller.run(stop.clone())));
        running.spawn(until_end(&stop, tasks.police.run(stop.clone())));
        running.spawn(until_end(&stop, tasks.access.run(stop.clone())));
        while running.join_next().await.is_some() {}
        others_done.cancel();
        while projector.join_next().await.is_some() {}
    }
}

/// The part, and with its end, however it comes, the end of all.
fn until_end(
    stop: &CancellationToken,
    part: impl Future<Output = ()> + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    let guard = stop.clone().drop_guard();
    async move {
        part.await;
        drop(guard);
    }
}
