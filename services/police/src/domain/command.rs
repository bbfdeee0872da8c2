//! What can be asked of a notification, and why it may be refused.

use crate::wire::stored::{DeliveryNoted, KeptLine, NotificationReceived, Prints};
use proto::police::v1::{SealedChild, SealedShared, WithdrawalReason};
use proto::sealing::Sealed;

/// What can be asked of a notification.
pub(crate) enum Command {
    /// Accept it.
    Submit(NotificationReceived),
    /// Replace its shared part or single lines.
    Correct(Correction),
    /// Take back these lines; empty: all of them.
    Withdraw {
        /// Line numbers.
        lines: Vec<u32>,
        /// Why.
        reason: WithdrawalReason,
    },
    /// Let the held text of a line go.
    Release {
        /// Line number.
        line: u32,
        /// The text as the sender edited it; none: as it stands.
        edited: Option<Sealed>,
    },
    /// Note what the schools service said.
    Note(DeliveryNoted),
}

/// A notification as it should be, sealed.
pub(crate) struct Correction {
    /// Keyed hash of the caller's correction id, 16 bytes.
    pub(crate) id: Vec<u8>,
    /// HMAC of the canonical request.
    pub(crate) request_print: Vec<u8>,
    /// The opaque id of the notification.
    pub(crate) notification_id: String,
    /// The shared part.
    pub(crate) shared: SealedShared,
    /// What tells whether the shared part changed.
    pub(crate) shared_prints: Prints,
    /// The lines named, each with what stays inside.
    pub(crate) children: Vec<(SealedChild, KeptLine)>,
}

/// Why something asked of a notification is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing was submitted under this name.
    Unknown,
    /// The same force and reference, with other content.
    OtherContent,
    /// The correction id was used before, with other content.
    CorrectionReused,
    /// More corrections than one notification takes.
    TooManyCorrections,
    /// More children than one notification takes.
    TooManyChildren,
    /// It was taken back as a whole.
    Withdrawn,
    /// The line was taken back.
    LineWithdrawn(u32),
    /// There is no such line.
    UnknownLine(u32),
    /// There is no held text that an edited one could replace.
    NothingHeld(u32),
}
