//! A real hub on a clock that the demo turns.

use super::post_room::PostRoom;
use crate::{
    client::{self, Hub as Channel},
    error::CommandError,
    hub::{self, Hub},
};
use clock::{Clock, TurnedClock};
use host::{config::Config, problem::Problem, readiness::Readiness};
use jiff::Timestamp;
use keys::MadeFor;
use policy::{OrganisationKind, Role};
use proto::access::v1::CreateTokenRequest;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A hub, its clock, and the tokens of those who play.
pub struct Stage {
    /// The hub.
    pub hub: Hub,
    /// Its clock.
    pub clock: TurnedClock,
    /// Its mail server.
    pub post_room: PostRoom,
    tokens: Mutex<BTreeMap<Player, String>>,
}

/// Somebody who holds a token: organisation, roles, contact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Player {
    /// What kind of organisation.
    pub kind: OrganisationKind,
    /// Its code.
    pub code: String,
    /// In which role.
    pub role: Role,
    /// The contact; empty: a system.
    pub contact_id: String,
}

const GLANCE: Duration = Duration::from_millis(1);

// === impl Player ===

impl Player {
    /// A contact of an organisation in a role.
    pub fn new(kind: OrganisationKind, code: &str, role: Role, contact_id: &str) -> Self {
        Self {
            kind,
            code: code.to_owned(),
            role,
            contact_id: contact_id.to_owned(),
        }
    }
}

// === impl Stage ===

impl Stage {
    /// Makes a hub below `data` and starts it, with its clock at `from`.
    pub async fn set(
        data: &Path,
        listen: SocketAddr,
        from: Timestamp,
    ) -> Result<Self, CommandError> {
        let post_room = PostRoom::open().await.map_err(CommandError::Start)?;
        let flags = [
            ("data", data.display().to_string()),
            ("listen", listen.to_string()),
            ("smtp.host", post_room.address.ip().to_string()),
            ("smtp.port", post_room.address.port().to_string()),
            ("smtp.from", "hub@example.org".to_owned()),
            ("smtp.starttls", false.to_string()),
            ("free_space_reserve_mib", "16".to_owned()),
        ];
        let config = Config::load(None, |_| None, flags).map_err(CommandError::hub)?;
        hub::make(&config, MadeFor::Tests).map_err(CommandError::hub)?;
        let clock = TurnedClock::new(from);
        let hub = Hub::start(&config, Arc::new(clock.clone()), Readiness::new())
            .await
            .map_err(CommandError::hub)?;
        Ok(Self {
            hub,
            clock,
            post_room,
            tokens: Mutex::default(),
        })
    }

    /// Address of both doors.
    pub fn url(&self) -> String {
        format!("http://{}", self.hub.address)
    }

    /// The hub as `player` reaches it.
    pub async fn as_player(&self, player: &Player) -> Result<Channel, CommandError> {
        client::connect_as(&self.url(), &self.token(player).await?)
    }

    /// The player's token, made when it is first needed.
    pub async fn token(&self, player: &Player) -> Result<String, CommandError> {
        let known = self.tokens().get(player).cloned();
        if let Some(token) = known {
            return Ok(token);
        }
        let request = CreateTokenRequest {
            kind: player.kind.into(),
            code: player.code.clone(),
            roles: vec![player.role.into()],
            contact_id: player.contact_id.clone(),
            name: if player.contact_id.is_empty() {
                "Demo system".to_owned()
            } else {
                String::new()
            },
            ..CreateTokenRequest::default()
        };
        let made = self.hub.access.create_token(request).await;
        let token = made.map_err(refused)?.token;
        self.tokens().insert(player.clone(), token.clone());
        Ok(token)
    }

    /// Lets the night pass until `to`: the ladder acts at each of its times on the way.
    pub async fn turn_to(&self, to: Timestamp) {
        self.settle().await;
        while let Some(due) = self.hub.next_due().filter(|due| *due <= to) {
            self.clock.turn_to(due);
            self.settle().await;
        }
        self.clock.turn_to(to);
        self.settle().await;
    }

    /// Waits until nothing is left to do before the clock moves on.
    pub async fn settle(&self) {
        while !self.hub.is_settled(self.clock.now()) {
            tokio::time::sleep(GLANCE).await;
        }
    }

    fn tokens(&self) -> std::sync::MutexGuard<'_, BTreeMap<Player, String>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hub of the demo refused what the demo asked: a fault of the demo.
pub fn refused(problem: Problem) -> CommandError {
    CommandError::Refused(problem)
}
