//! What can be asked of a child line, and why it may be refused.
//!
//! Everything a decision needs and may not fetch itself comes in ready: times, sealed values, the
//! school that matching found.

use crate::wire::stored as s;
use proto::{
    police::v1::{SealedChild, SealedShared},
    schools::v1::{ClosedReason, Desk, Queue, ResolveReason, Rung, RungOutcome, SchoolType},
    sealing::Sealed,
};

/// What can be asked.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take in a child line.
    Receive {
        /// The line as it came.
        received: s::LineReceived,
        /// Where it goes.
        routing: Routing,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Take in a correction.
    Correct {
        /// Version it makes.
        version: u32,
        /// The shared part, where it changed.
        shared: Option<SealedShared>,
        /// The child, where it changed.
        child: Option<SealedChild>,
        /// Whether confirmation is asked for again.
        material: bool,
        /// Where the child goes now; alerts of schools that are not in it are taken back.
        routing: Routing,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Show text that had been held.
    ReleaseText {
        /// Version it makes.
        version: u32,
        /// `ChildContent`.
        content: Sealed,
        /// Live alerts, which are all asked to confirm again.
        routing: Routing,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Take everything back.
    Withdraw,
    /// Record the first opening.
    Open {
        /// Alert.
        alert_id: String,
        /// `Confirmer`.
        by: Sealed,
    },
    /// A named person has it in hand.
    Confirm {
        /// Alert.
        alert_id: String,
        /// Version that they have before them.
        seen: u32,
        /// `Confirmer`.
        by: Sealed,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Pass to a colleague.
    Pass {
        /// Alert.
        alert_id: String,
        /// `Confirmer`.
        by: Sealed,
        /// `PassedTo`.
        to: Sealed,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Tell the school once more.
    TellAgain {
        /// Alert.
        alert_id: String,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// "Not ours."
    Disown {
        /// Alert.
        alert_id: String,
        /// Version that they have before them.
        seen: u32,
        /// `Confirmer`.
        by: Sealed,
        /// The child left, else was never on the roll.
        left: bool,
        /// Last moment for a restore, milliseconds since 1970 UTC.
        until_ms: i64,
        /// Where the child goes instead.
        routing: Routing,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// "Not ours" was a slip.
    Restore {
        /// Alert.
        alert_id: String,
        /// `Confirmer`.
        by: Sealed,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// A likely school answers.
    AnswerEnquiry {
        /// Enquiry.
        enquiry_id: String,
        /// On the roll today.
        on_roll: bool,
        /// `Confirmer`.
        by: Sealed,
        /// A yes: the alert. A no: the desk.
        routing: Routing,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// A person at a desk decides.
    Resolve {
        /// Version that they have before them.
        seen: u32,
        /// Why.
        reason: ResolveReason,
        /// `Confirmer`.
        by: Sealed,
        /// What comes of it.
        routing: Routing,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Withhold where the child is at school.
    HideLocation,
    /// Do what is due.
    TakeDue {
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
    /// Record what came of a step.
    Conclude {
        /// Alert, enquiry, or line.
        subject_id: String,
        /// Which step.
        rung: Rung,
        /// As it was called.
        due_ms: i64,
        /// What came of it.
        outcome: RungOutcome,
        /// Messages handed to a recipient's server.
        delivered: u32,
        /// Messages refused by one.
        refused: u32,
        /// When the next rung may come at the earliest: now, but not at night.
        next_ms: i64,
        /// Now, milliseconds since 1970 UTC.
        now_ms: i64,
    },
}

/// Where a child goes.
#[derive(Clone, Debug, Default)]
pub struct Routing {
    /// What the matcher said, where it was asked.
    pub matched: Option<s::MatchDecided>,
    /// Live alerts whose school stands; confirmation is asked for again with this deadline.
    pub keep: Vec<AlertPlan>,
    /// Schools that get an alert.
    pub raise: Vec<AlertPlan>,
    /// What happens where no school has the child.
    pub otherwise: Option<Placement>,
    /// `CouncilRef` to tell of a position of trust.
    pub position_of_trust: Option<Sealed>,
}

/// One school's alert, planned.
#[derive(Clone, Debug)]
pub struct AlertPlan {
    /// Derived from line, school and attempt.
    pub alert_id: String,
    /// `SchoolRef`, under the line's key.
    pub school: Sealed,
    /// `CouncilRef`, under the line's area key.
    pub area: Option<Sealed>,
    /// For counting.
    pub school_type: SchoolType,
    /// When it must be confirmed.
    pub deadline: s::Deadline,
    /// The ladder.
    pub rungs: Vec<s::PlannedRung>,
}

/// Who answers where no school does.
#[derive(Clone, Debug)]
pub enum Placement {
    /// The likely school is asked first.
    Ask(EnquiryPlan),
    /// A desk.
    Desk {
        /// Which.
        desk: Desk,
        /// Why.
        queue: Queue,
        /// `CouncilRef`; council desk only.
        area: Option<Sealed>,
        /// The deadline that runs, milliseconds since 1970 UTC.
        deadline_ms: i64,
    },
    /// Nobody needs to act any more.
    Close(ClosedReason),
}

/// A question to a likely school, planned.
#[derive(Clone, Debug)]
pub struct EnquiryPlan {
    /// Derived from line, school and attempt.
    pub enquiry_id: String,
    /// `SchoolRef`, under the line's key.
    pub school: Sealed,
    /// When a coordinator takes over, milliseconds since 1970 UTC.
    pub until_ms: i64,
    /// The deadline that the alert would have.
    pub deadline_ms: i64,
}

/// Why something asked is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such line, alert or enquiry.
    #[error("find it: there is no such thing here")]
    NotFound,
    /// The school's copy was taken back or given up.
    #[error("act on this alert: this school no longer holds it")]
    NoLongerHeld,
    /// It says something else by now, or never said that.
    #[error("decide on that version: it is not what stands now; open it again")]
    OtherVersion,
    /// Too late to restore.
    #[error("restore the alert: 24 hours have passed since it was given up")]
    TooLateToRestore,
    /// Answered, lapsed or overtaken.
    #[error("answer the enquiry: it is no longer open")]
    EnquiryClosed,
    /// The child is not at a desk.
    #[error("resolve the child: it is not waiting at a desk")]
    NotAtADesk,
}
