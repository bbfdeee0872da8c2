//! The children to whom the cases happen, by name: so that each case is there whatever chance does.

use super::{cases::Case, town};
use proto::police::v1::Sex::{self, Female, Male};

/// One child of a case.
pub struct Part {
    /// The case.
    pub case: Case,
    /// Number of the school; empty: on no roll.
    pub urn: &'static str,
    /// Forename as the roll has it.
    pub forename: &'static str,
    /// Family name as the roll has it.
    pub surname: &'static str,
    /// Year group, reception being 0; a child of three is in year -2.
    pub year: i16,
    /// Month and day of birth.
    pub born: (i8, i8),
    /// Sex.
    pub sex: Sex,
}

const fn part(
    case: Case,
    urn: &'static str,
    (forename, surname): (&'static str, &'static str),
    year: i16,
    born: (i8, i8),
    sex: Sex,
) -> Part {
    Part {
        case,
        urn,
        forename,
        surname,
        year,
        born,
        sex,
    }
}

/// Where the moved child goes to school now.
pub const MOVED_TO: &str = "140617";
/// Where the child whom a school gave up goes now.
pub const NOT_OURS_TO: &str = "136374";
/// Where the child in a refuge goes, under another name.
pub const HIDDEN_AT: &str = "116743";
/// The school of the Key Adult who is a party.
pub const CONFLICT_AT: &str = "116813";
/// That Key Adult.
pub const CONFLICTED: (&str, &str) = ("Wilhelmina", "Proxyworth");
/// The name by which the child of [`Case::KnownAs`] goes.
pub const KNOWN_AS: &str = "Bertie";

/// Every child of a case, those of one case together.
#[rustfmt::skip]
pub const PARTS: [Part; 40] = [
    part(Case::Siblings, "116684", ("Jessamy", "Quillfeather"), 3, (5, 14), Female),
    part(Case::Siblings, "116991", ("Percival", "Quillfeather"), 8, (2, 3), Male),
    part(Case::Siblings, "117052", ("Ottilie", "Quillfeather"), 5, (11, 23), Female),
    part(Case::Twins, "116686", ("Safiya", "El-Khayali"), 4, (10, 9), Female),
    part(Case::Twins, "116686", ("Idris", "El-Khayali"), 4, (10, 9), Male),
    part(Case::WhichTwin, "128077", ("Oluwaseun", "Olufiction"), 2, (7, 17), Male),
    part(Case::WhichTwin, "128077", ("Oluwaseyi", "Olufiction"), 2, (7, 17), Male),
    part(Case::Misspelt, "136761", ("Tabitha", "Brambleworth"), 1, (9, 26), Female),
    part(Case::SwappedBirthDate, "137731", ("Łukasz", "Inventowski"), 6, (4, 11), Male),
    part(Case::KnownAs, "116680", ("Engelbert", "Thistlethwaite"), 3, (1, 30), Male),
    part(Case::TooLittle, "116731", ("Gwenllian", "Gwneudllwyd"), 5, (6, 21), Female),
    part(Case::Namesakes, "116799", ("Zuzanna", "Niktowicz"), 4, (3, 8), Female),
    part(Case::Namesakes, "116880", ("Zuzanna", "Niktowicz"), 4, (12, 2), Female),
    part(Case::OnNoRoll, "", ("Peregrine", "Unlistedson"), 5, (8, 19), Male),
    part(Case::UnderFive, "", ("Posy", "Tinytimber"), -2, (9, 12), Female),
    part(Case::Moved, "116707", ("Ruxandra", "Imaginescu"), 2, (2, 27), Female),
    part(Case::Renumbered, town::RENUMBERED.0, ("Barnaby", "Wobblestead"), 4, (5, 5), Male),
    part(Case::DualRegistered, "139189", ("Xander", "Tumblegarth"), 9, (10, 31), Male),
    part(Case::DualRegistered, "130991", ("Xander", "Tumblegarth"), 9, (10, 31), Male),
    part(Case::StaleYes, town::STALE, ("Clementine", "Ploverdale"), 1, (1, 6), Female),
    part(Case::StaleNo, town::STALE, ("Fergus", "Snapbottom"), 6, (9, 9), Male),
    part(Case::Hidden, "116883", ("Maryam", "Rahmanabi"), 3, (4, 24), Female),
    part(Case::HiddenUnmatched, "116743", ("Soraya", "Newnamely"), 2, (6, 13), Female),
    part(Case::Duplicate, "138037", ("Emeka", "Udoka-Sample"), 5, (3, 19), Male),
    part(Case::Conflict, CONFLICT_AT, ("Hubert", "Proxyworth"), 4, (11, 1), Male),
    part(Case::PositionOfTrust, "135662", ("Anneliese", "Marrowmere"), 8, (7, 7), Female),
    part(Case::DaysLate, "116936", ("Taras", "Lipovenko"), 10, (5, 29), Male),
    part(Case::AfterTheBell, "116679", ("Delyth", "Cwmffug"), 0, (10, 18), Female),
    part(Case::CollectionRisk, "116797", ("Noor", "Iqbalawi"), 1, (12, 15), Female),
    part(Case::Urgent, "140868", ("Rohan", "Mehtawala"), 7, (2, 12), Male),
    part(Case::HeldText, "117055", ("Montgomery", "Kettlecroft"), 6, (1, 17), Male),
    part(Case::HeldText, "117055", ("Philippa", "Kettlecroft"), 9, (8, 4), Female),
    part(Case::Seventeen, "116941", ("Valentina", "Fantazescu"), 12, (9, 21), Female),
    part(Case::Corrected, "116833", ("Ebrahim", "Hassanabi"), 3, (3, 31), Male),
    part(Case::Withdrawn, "116708", ("Roisin", "Pebblemoor"), 5, (11, 11), Female),
    part(Case::NotOurs, "116734", ("Quentin", "Dapplebanks"), 4, (6, 2), Male),
    part(Case::Passed, "116992", ("Temitope", "Agbafictola"), 8, (4, 16), Female),
    part(Case::Silent, town::SILENT, ("Florian", "Otterthwaite"), 2, (12, 28), Male),
    part(Case::Lapsed, town::LAPSED, ("Mairéad", "Ní Bhréige"), 3, (7, 22), Female),
    part(Case::Inset, town::INSET, ("Zachary", "Buttonhurst"), 1, (5, 3), Male),
];
