//! What can happen to a child line.

use crate::wire::stored as s;

journal::event_set! {
    /// What can happen to a child line, from its arrival to the confirmation.
    pub enum LineEvent published by crate::publish::name_of {
        /// The line arrived from the police service.
        Received(s::LineReceived) = ("schools.line_received", 1),
        /// The sender corrected it.
        Corrected(s::LineCorrected) = ("schools.line_corrected", 1),
        /// The sender let held text go.
        TextReleased(s::LineTextReleased) = ("schools.text_released", 1),
        /// The matcher said who the child may be, and why.
        Matched(s::MatchDecided) = ("schools.match_decided", 1),
        /// A school has the alert.
        AlertRaised(s::LineAlertRaised) = ("schools.alert_raised", 1),
        /// Somebody at the school saw its content for the first time.
        AlertOpened(s::LineAlertOpened) = ("schools.alert_opened", 1),
        /// A named person has it in hand.
        AlertConfirmed(s::LineAlertConfirmed) = ("schools.alert_confirmed", 1),
        /// Passed to a colleague.
        AlertPassed(s::LineAlertPassed) = ("schools.alert_passed", 1),
        /// "Not ours."
        AlertDisowned(s::LineAlertDisowned) = ("schools.alert_disowned", 1),
        /// "Not ours" was a slip.
        AlertRestored(s::LineAlertRestored) = ("schools.alert_restored", 1),
        /// Confirmation is asked for again.
        AlertReopened(s::LineAlertReopened) = ("schools.alert_reopened", 1),
        /// The school's copy is taken back.
        AlertWithdrawn(s::LineAlertWithdrawn) = ("schools.alert_withdrawn", 1),
        /// The likely school is asked.
        EnquiryRaised(s::EnquiryRaised) = ("schools.enquiry_raised", 1),
        /// It answered.
        EnquiryAnswered(s::EnquiryAnswered) = ("schools.enquiry_answered", 1),
        /// It did not answer in time.
        EnquiryLapsed(s::EnquiryLapsed) = ("schools.enquiry_lapsed", 1),
        /// A desk answers for the child.
        Placed(s::LinePlaced) = ("schools.child_placed", 1),
        /// A person at a desk decided.
        Resolved(s::LineResolved) = ("schools.child_resolved", 1),
        /// Nobody needs to act any more.
        Closed(s::LineClosed) = ("schools.child_closed", 1),
        /// Where the child is at school is withheld from now on.
        LocationHidden(s::LocationHidden) = ("schools.location_hidden", 1),
        /// A step of telling or of the ladder is due.
        RungCalled(s::RungCalled) = ("schools.rung_called", 1),
        /// What came of it.
        RungConcluded(s::RungConcluded) = ("schools.rung_concluded", 1),
        /// The step before failed, so this one comes sooner.
        RungAdvanced(s::RungAdvanced) = ("schools.rung_advanced", 1),
        /// A party holds a position of trust.
        PositionOfTrust(s::LinePositionOfTrustFlagged) = ("schools.position_of_trust_flagged", 1),
    }
}
