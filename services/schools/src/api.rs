//! The doors: a request becomes a command or a question, by a principal whose remit was checked.
//!
//! [`desk`](Desk) holds what every handler needs; each further module is one verb of one door.

mod answer;
mod call_sheet;
mod candidates;
mod cards;
mod close_today;
mod confirm;
mod coordinator;
mod coverage;
mod directory;
mod disown;
mod enquiries;
mod imports;
mod inbox;
mod marks;
mod matching;
mod open;
mod pass;
mod quality;
mod queue;
mod watch;

use crate::{
    contacts::ContactBook,
    domain::Refusal,
    lines::{CommandError, Lines},
    quality::Quality,
    records::{RecordError, Records},
    reference::Reference,
    routing::Router,
    views::{View, ViewError},
};
pub use coordinator::Coordinator;
pub use directory::DirectoryDoor;
use host::problem::{Code, Problem};
pub use inbox::Inbox;
use jiff::Timestamp;
use journal::{AppendError, CommandId, Position, decider::ExecuteError};
pub use matching::MatchingDoor;
use policy::{Action, Object, OrganisationKind, Principal, Verifier, permit};
pub use quality::QualityDoor;
use std::sync::Arc;
use tonic::{Request, metadata::MetadataMap};

/// What every handler needs.
#[derive(Clone)]
pub struct Desk {
    /// Child lines.
    pub lines: Lines,
    /// Finds schools and deadlines.
    pub router: Router,
    /// Read models.
    pub view: Arc<View>,
    /// Who can be reached.
    pub contacts: Arc<ContactBook>,
    /// Who changed what.
    pub records: Records,
    /// Schools, calendars, rolls.
    pub reference: Arc<Reference>,
    /// Counts how well matching does.
    pub quality: Arc<Quality>,
    /// Checks who is calling.
    pub verifier: Arc<Verifier>,
}

// === impl Desk ===

impl Desk {
    /// Who is calling, if their roles include `action` for anything at all.
    fn caller<T>(&self, request: &Request<T>, action: Action) -> Result<Principal, Problem> {
        self.caller_of(request.metadata(), action)
    }

    fn caller_of(&self, metadata: &MetadataMap, action: Action) -> Result<Principal, Problem> {
        let now = self.now();
        let principal = Principal::from_metadata(metadata, &self.verifier, now)
            .map_err(|_| Problem::of(Code::Unauthenticated))?;
        allow(&principal, action, &Object::None)?;
        Ok(principal)
    }

    fn now(&self) -> Timestamp {
        self.lines.clock.now()
    }

    /// Whether `principal` may do `action` to something of the school with this number.
    fn allow_school(
        &self,
        principal: &Principal,
        action: Action,
        urn: &str,
    ) -> Result<(), Problem> {
        let place = self.reference.place_of(urn);
        let school = Object::School {
            urn,
            trust: place.trust.as_deref(),
            council: place.council.as_deref(),
        };
        allow(principal, action, &school)
    }

    /// The view's name of a person, for conflicts of interest.
    fn person_tag(&self, principal: &Principal) -> Option<String> {
        self.lines.seals.person_tag(&principal.name)
    }

    /// Waits until the view shows what was asked for.
    async fn at_least(&self, position: &str) -> Result<(), Problem> {
        let Some(position) = self.position("at_least", position)? else {
            return Ok(());
        };
        self.shown(position).await
    }

    async fn shown(&self, position: Position) -> Result<(), Problem> {
        self.view
            .wait_for(position)
            .await
            .map_err(|_| Problem::of(Code::Unavailable))
    }
}

/// The school that the caller acts for; whoever acts for none finds nothing.
fn own_school(principal: &Principal) -> Result<&str, Problem> {
    match principal.organisation.kind {
        OrganisationKind::School => Ok(&principal.organisation.code),
        _ => Err(Problem::not_found()),
    }
}

/// Only a named person acts: a token without a name cannot.
fn named(principal: &Principal) -> Result<(), Problem> {
    if principal.name.trim().is_empty() {
        return Err(Problem::new(
            Code::Forbidden,
            "only a named person can do this: use a token that was given to a person",
        ));
    }
    Ok(())
}

fn allow(principal: &Principal, action: Action, object: &Object<'_>) -> Result<(), Problem> {
    permit(principal, action, object)
        .granted()
        .map_err(|refusal| proto::door::v1::Problem::from(refusal).into())
}

/// A command of a person on a thing: doing the same again changes nothing, so its id is drawn from
/// who, what and when.
fn command_id(verb: &str, subject: &str, principal: &Principal, at: Timestamp) -> CommandId {
    CommandId::derive(&[
        verb.as_bytes(),
        subject.as_bytes(),
        principal.id.as_bytes(),
        &at.as_nanosecond().to_be_bytes(),
    ])
}

/// Whoever decides says what they had before them; `path` is where.
fn some_version(path: &str, version: u32) -> Result<(), Problem> {
    if version == 0 {
        Err(Problem::invalid_field(
            path,
            "is missing",
            "send the version that was shown to whoever decides",
        ))
    } else {
        Ok(())
    }
}

fn refused(error: CommandError) -> Problem {
    match error {
        ExecuteError::Refused(Refusal::NotFound) => Problem::not_found(),
        ExecuteError::Refused(refusal) => Problem::new(Code::Conflict, refusal.to_string()),
        ExecuteError::Append(AppendError::NoSpace) => Problem::of(Code::NoSpace),
        ExecuteError::Contended => Problem::of(Code::Unavailable),
        error @ (ExecuteError::Append(_) | ExecuteError::Read(_)) => internal(&error),
    }
}

/// What is not on record is not done.
fn unrecorded(error: RecordError) -> Problem {
    match error {
        RecordError::Seal(error) => unavailable(error),
        RecordError::Day(ExecuteError::Refused(refusal)) => {
            Problem::new(Code::Conflict, refusal.to_string())
        }
        RecordError::Day(ExecuteError::Append(AppendError::NoSpace))
        | RecordError::Import(ExecuteError::Append(AppendError::NoSpace))
        | RecordError::Learnt(ExecuteError::Append(AppendError::NoSpace))
        | RecordError::Taken(ExecuteError::Append(AppendError::NoSpace)) => {
            Problem::of(Code::NoSpace)
        }
        RecordError::Day(ExecuteError::Contended)
        | RecordError::Import(ExecuteError::Contended)
        | RecordError::Learnt(ExecuteError::Contended)
        | RecordError::Taken(ExecuteError::Contended) => Problem::of(Code::Unavailable),
        error => internal(&error),
    }
}

fn view_failed(error: ViewError) -> Problem {
    internal(&error)
}

/// A fault of the hub: told in the log with its causes, to the caller only that it happened.
fn internal(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error = %host::report::report(error), "a request failed");
    Problem::of(Code::Internal)
}

/// What is away now is tried again by the caller.
fn unavailable(error: impl std::error::Error + 'static) -> Problem {
    tracing::warn!(error = %host::report::report(&error), "a request has to wait");
    Problem::of(Code::Unavailable)
}

fn timestamp(ms: i64) -> Option<prost_types::Timestamp> {
    let at = Timestamp::from_millisecond(ms).ok()?;
    Some(prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    })
}
