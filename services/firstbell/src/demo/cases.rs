//! What may go wrong in a night, and so happens in this one: each once.

/// One thing that happens in the night.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Case {
    /// Brothers and sisters in three schools.
    Siblings,
    /// Twins in one school, both named rightly.
    Twins,
    /// A twin named by a short form that fits both.
    WhichTwin,
    /// A misspelt family name.
    Misspelt,
    /// Day and month of the birth date changed places.
    SwappedBirthDate,
    /// Named as everybody calls them.
    KnownAs,
    /// A misspelt forename, an age and no address.
    TooLittle,
    /// Two children of one name, at two schools of one name.
    Namesakes,
    /// Taught at home: on no roll.
    OnNoRoll,
    /// Too young for school.
    UnderFive,
    /// Left a school last week; the next one has not written it down yet.
    Moved,
    /// An academy whose roll comes under its former number.
    Renumbered,
    /// Registered at two schools, which both say so.
    DualRegistered,
    /// On a roll too old to believe: the school is asked, and says yes.
    StaleYes,
    /// On a roll too old to believe: the school is asked, and says no.
    StaleNo,
    /// In a refuge: where the child is at school is withheld.
    Hidden,
    /// In a refuge under another name: the council's officer finds the school.
    HiddenUnmatched,
    /// One incident under two references.
    Duplicate,
    /// A party is a Key Adult of the school.
    Conflict,
    /// A party works with children elsewhere.
    PositionOfTrust,
    /// Known days ago, submitted in this night.
    DaysLate,
    /// Known in the night, submitted after the bell.
    AfterTheBell,
    /// Somebody may try to collect the child.
    CollectionRisk,
    /// Urgent.
    Urgent,
    /// The text about one child names another.
    HeldText,
    /// Seventeen, in a sixth form.
    Seventeen,
    /// Corrected after it was confirmed.
    Corrected,
    /// Taken back: sent in error.
    Withdrawn,
    /// On the school's roll, but gone: "not ours".
    NotOurs,
    /// Passed to a colleague unread.
    Passed,
    /// Nobody confirms: it climbs to the call sheet.
    Silent,
    /// The only Key Adult has left: the ladder goes on at once.
    Lapsed,
    /// The school is shut for training: the deadline is the afternoon's.
    Inset,
}

// === impl Case ===

impl Case {
    /// Every case, in the order in which they happen.
    pub const ALL: [Self; 33] = [
        Self::Siblings,
        Self::Twins,
        Self::WhichTwin,
        Self::Misspelt,
        Self::SwappedBirthDate,
        Self::KnownAs,
        Self::TooLittle,
        Self::Namesakes,
        Self::OnNoRoll,
        Self::UnderFive,
        Self::Moved,
        Self::Renumbered,
        Self::DualRegistered,
        Self::StaleYes,
        Self::StaleNo,
        Self::Hidden,
        Self::HiddenUnmatched,
        Self::Duplicate,
        Self::Conflict,
        Self::PositionOfTrust,
        Self::DaysLate,
        Self::AfterTheBell,
        Self::CollectionRisk,
        Self::Urgent,
        Self::HeldText,
        Self::Seventeen,
        Self::Corrected,
        Self::Withdrawn,
        Self::NotOurs,
        Self::Passed,
        Self::Silent,
        Self::Lapsed,
        Self::Inset,
    ];

    /// What happens, for somebody who looks on.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Siblings => {
                "Three children of one family at three schools: each school hears of its own."
            }
            Self::Twins => "Twins at one school: one card for both.",
            Self::WhichTwin => {
                "A short name that fits both twins: the coordinator rings and decides."
            }
            Self::Misspelt => "A misspelt family name: found by all the rest.",
            Self::SwappedBirthDate => "Day and month changed places: found by all the rest.",
            Self::KnownAs => "Named as friends do: found on the roll.",
            Self::TooLittle => {
                "A misspelt forename and an age, nothing more: the coordinator decides."
            }
            Self::Namesakes => {
                "Two children of one name at two schools of one name: the coordinator decides."
            }
            Self::OnNoRoll => "Taught at home, on no roll: goes to the council's desk.",
            Self::UnderFive => "Too young for school: closed by the coordinator, with the reason.",
            Self::Moved => "Left last week: the coordinator finds the new school.",
            Self::Renumbered => {
                "The roll has the school's former number: the academy of today is told."
            }
            Self::DualRegistered => "At two schools that both say so: both are told.",
            Self::StaleYes => "The roll is old: the school is asked first, and says yes.",
            Self::StaleNo => {
                "The roll is old: the school is asked first, says no, and the coordinator goes on looking."
            }
            Self::Hidden => "In a refuge: the school is told, and nobody else learns which it is.",
            Self::HiddenUnmatched => {
                "In a refuge under another name: the council's officer finds the school."
            }
            Self::Duplicate => "Two officers, two references: one card.",
            Self::Conflict => {
                "A party is the school's own Key Adult, who sees nothing; a colleague confirms."
            }
            Self::PositionOfTrust => {
                "A party works with children: the council's designated officer is told."
            }
            Self::DaysLate => {
                "Known to police for days: late on arrival, and not by the school's fault."
            }
            Self::AfterTheBell => {
                "Submitted after the bell: late on arrival, everybody is told at once."
            }
            Self::CollectionRisk => {
                "Somebody may try to collect the child: everybody is told at seven."
            }
            Self::Urgent => "Urgent: everybody is told at seven.",
            Self::HeldText => {
                "The text names another child: the alert goes out, the text waits for its sender."
            }
            Self::Seventeen => "Seventeen, in a sixth form.",
            Self::Corrected => "Corrected after it was confirmed: the school confirms again.",
            Self::Withdrawn => "Sent in error and withdrawn: gone from the school.",
            Self::NotOurs => {
                "\"Not ours\": hidden at once, and the coordinator finds the new school."
            }
            Self::Passed => "Passed to a colleague unread, who confirms.",
            Self::Silent => {
                "Nobody confirms: it climbs to the call sheet of the council's duty desk."
            }
            Self::Lapsed => {
                "The only Key Adult has left: the duty desk rings, the school names another, who confirms."
            }
            Self::Inset => {
                "The school is shut for training: due in the afternoon, and confirmed all the same."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_case_is_listed_once_and_told_in_words_of_its_own() {
        let cases: BTreeSet<_> = Case::ALL.into_iter().collect();
        let sentences: BTreeSet<_> = Case::ALL.map(Case::sentence).into_iter().collect();
        assert_eq!(cases.len(), Case::ALL.len());
        assert_eq!(sentences.len(), Case::ALL.len());
        assert_eq!(
            Case::ALL.last().map(|case| *case as usize + 1),
            Some(Case::ALL.len())
        );
    }
}
