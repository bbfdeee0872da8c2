//! The school that somebody meant, told from its namesakes.

use crate::urn;
use directory::{Directory, Meant, Stated, schools};
use jiff::civil::{Date, date};
use matching::Urn;
use proptest::prelude::*;

const NAMESAKES: &[u8] = include_bytes!("../../testdata/namesakes.csv");
const TODAY: Date = date(2026, 3, 11);
/// Eight, and in Year 3.
const IN_YEAR_3: Date = date(2018, 1, 20);
/// Fourteen, and in Year 9.
const IN_YEAR_9: Date = date(2012, 1, 20);

/// Made-up schools with ages and places, four kilometres and forty from each other.
const EXAMPLESHIRE: &str = "URN,EstablishmentName,LA (code),LA (name),EstablishmentStatus (name),PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,Town,Postcode,Easting,Northing
900001,Sample Park Academy,901,Exampleshire,Open,Secondary,11,16,Exampleton,ZZ1 1AA,400000,300000
900002,Sample Hill Primary School,901,Exampleshire,Open,Primary,4,11,Exampleton,ZZ1 2AA,400000,301000
900003,St Test's Primary School,902,Othershire,Open,Primary,4,11,Othertown,ZZ2 1AA,404000,300500
900004,St Test's Primary School,901,Exampleshire,Open,Primary,4,11,Farington,ZZ9 1AA,440000,300500
900005,St Test's Infant School,901,Exampleshire,Open,Primary,4,7,Farington,ZZ9 2AA,440100,300500
900006,St Test's Junior School,901,Exampleshire,Open,Primary,7,11,Farington,ZZ9 3AA,440200,300500
900007,The Academy,903,Elsewhere,Open,Secondary,11,18,Elsewhere,,,
900008,St Test's Old School,903,Elsewhere,Closed,Primary,4,11,Elsewhere,,,
";

fn directory(data: &[u8]) -> Directory {
    let mut directory = Directory::default();
    directory.take_schools(schools::read(data).expect("the header is right"));
    directory
}

fn urns(numbers: &[u32]) -> Vec<Urn> {
    numbers.iter().map(|number| urn(*number)).collect()
}

/// Whom a name means for a child of this council and birth date.
fn likely(directory: &Directory, name: &str, council: &str, born: Option<Date>) -> Vec<Urn> {
    let stated = Stated {
        name,
        council,
        born,
        ..Stated::default()
    };
    directory.meant(&stated, TODAY).likely
}

#[test]
fn a_school_is_known_by_its_name_however_it_is_written() {
    let directory = directory(NAMESAKES);
    for said in [
        "St Mary's CofE Primary School, East Barnet",
        "ST. MARYS C OF E PRIMARY (EAST BARNET)",
        "Saint Mary Church of England Prim, East Barnet",
        "East Barnet St Mary's",
    ] {
        assert!(
            likely(&directory, said, "", None) == urns(&[101_324]),
            "{said}"
        );
    }
    for said in ["", "St M", "the primary school", "Nowhere High School"] {
        let stated = Stated {
            name: said,
            ..Stated::default()
        };
        assert!(
            directory.meant(&stated, TODAY) == Meant::default(),
            "{said}"
        );
    }
}

#[test]
fn namesakes_are_told_apart_by_the_council_where_the_child_lives() {
    // Given schools that are all "St Mary's C of E Primary" to whoever lives beside them
    let directory = directory(NAMESAKES);
    let named = |council| likely(&directory, "St Mary's C of E Primary", council, None);
    // Then each council's is meant there
    assert!(named("302") == urns(&[101_323, 101_324]));
    assert!(named("304") == urns(&[101_537]));
    // And where nobody says where the child lives, all of the name and faith may be
    assert!(named("") == urns(&[101_323, 101_324, 101_537]));
    // And "Carlton Primary" is the school of that council, though it is called Carlton Hill
    let carlton = |council| likely(&directory, "Carlton Primary", council, Some(IN_YEAR_3));
    assert!(carlton("202") == urns(&[100_012]));
    assert!(carlton("383") == urns(&[107_830]));
    assert!(carlton("846") == urns(&[114_381]));
}

#[test]
fn namesakes_are_told_apart_by_the_childs_age() {
    let directory = directory(NAMESAKES);
    let named = |council, born| likely(&directory, "St Mary's", council, Some(born));
    // Given "St Mary's" in Barnet: two primary schools, and one for all ages that has a St John besides
    assert!(named("302", IN_YEAR_9) == urns(&[103_119]));
    assert!(named("302", IN_YEAR_3) == urns(&[101_323, 101_324]));
    // And in Lancashire: one high school among the primary schools
    assert!(named("888", IN_YEAR_9) == urns(&[119_816]));
    assert!(!named("888", IN_YEAR_3).contains(&urn(119_816)));
    // And "Carlton" in Nottinghamshire: of two for that age, the one that is called nothing else
    assert!(likely(&directory, "Carlton", "891", Some(IN_YEAR_9)) == urns(&[137_085]));
}

#[test]
fn namesakes_are_told_apart_by_faith_phase_and_place_where_they_are_said() {
    let directory = directory(NAMESAKES);
    let brent = |said| likely(&directory, said, "304", None);
    assert!(brent("St Mary's RC") == urns(&[131_418]));
    assert!(brent("St Mary's Church of England") == urns(&[101_537]));
    assert!(brent("St Mary's Primary") == urns(&[101_537, 131_418]));
    let lancashire = |said| likely(&directory, said, "888", None);
    assert!(lancashire("St Mary's in Morecambe") == urns(&[119_622]));
    assert!(lancashire("St. Marys R.C. Haslingden") == urns(&[119_663]));
    assert!(lancashire("St Mary's High School") == urns(&[119_816]));
}

#[test]
fn a_namesake_that_is_not_likely_is_not_forgotten() {
    let directory = directory(NAMESAKES);
    let stated = Stated {
        name: "Carlton Primary School",
        council: "202",
        ..Stated::default()
    };
    let meant = directory.meant(&stated, TODAY);
    assert!(meant.likely == urns(&[100_012]));
    assert!(meant.namesakes.contains(&urn(107_830)));
    // A child who lives where there is none of that name is at one of those elsewhere
    let elsewhere = Stated {
        council: "999",
        ..stated
    };
    let meant = directory.meant(&elsewhere, TODAY);
    assert!(meant.likely == urns(&[100_012, 107_830]));
}

#[test]
fn a_school_is_known_by_its_kind_and_town() {
    let directory = directory(EXAMPLESHIRE.as_bytes());
    let named = |said| likely(&directory, said, "", None);
    assert!(named("the academy in Exampleton") == urns(&[900_001]));
    assert!(named("primary school, Exampleton") == urns(&[900_002]));
    assert!(named("Exampleton") == urns(&[900_001, 900_002]));
    assert!(named("St Test's, Othertown") == urns(&[900_003]));
    assert!(named("The Academy") == urns(&[900_007]));
    assert!(named("Academy").is_empty());
}

#[test]
fn the_nearest_namesake_is_meant_even_across_the_councils_border() {
    let directory = directory(EXAMPLESHIRE.as_bytes());
    let stated = Stated {
        name: "St Test's Primary School",
        council: "901",
        postcode: "ZZ1 9ZZ",
        born: Some(IN_YEAR_3),
        age: None,
    };
    // Given a child four kilometres from the neighbours' and forty from its own council's
    let meant = directory.meant(&stated, TODAY);
    assert!(meant.likely == urns(&[900_003]));
    assert!(meant.namesakes == urns(&[900_004, 900_005, 900_006]));
    // Where the postcode's district has no school, the council decides
    let unknown = Stated {
        postcode: "YY1 1YY",
        ..stated
    };
    assert!(directory.meant(&unknown, TODAY).likely == urns(&[900_004]));
}

#[test]
fn statutory_ages_tell_infants_from_juniors() {
    let directory = directory(EXAMPLESHIRE.as_bytes());
    let at = |born: Option<Date>, age: Option<u32>| {
        let stated = Stated {
            name: "St Test's",
            postcode: "ZZ9",
            born,
            age,
            ..Stated::default()
        };
        directory.meant(&stated, TODAY).likely
    };
    assert!(at(Some(IN_YEAR_3), None) == urns(&[900_004, 900_006]));
    assert!(at(Some(date(2019, 8, 31)), None) == urns(&[900_004, 900_005]));
    assert!(at(Some(date(2018, 9, 1)), None) == urns(&[900_004, 900_005]));
    // An age of seven may be Year 2 or Year 3
    assert!(at(None, Some(7)) == urns(&[900_004, 900_005, 900_006]));
    assert!(at(None, Some(9)) == urns(&[900_004, 900_006]));
}

#[test]
fn from_july_on_the_next_years_school_may_be_meant_too() {
    // Given a child of Year 6
    let directory = directory(NAMESAKES);
    let stated = Stated {
        name: "St Mary's Catholic",
        council: "888",
        born: Some(date(2015, 1, 20)),
        ..Stated::default()
    };
    let high = |day| directory.meant(&stated, day).likely.contains(&urn(119_816));
    // Then the secondary school is meant from the summer on, and alone from September
    assert!(!high(date(2026, 6, 30)));
    assert!(high(date(2026, 8, 20)));
    let september = directory.meant(&stated, date(2026, 9, 1)).likely;
    assert!(september == urns(&[119_816]));
}

proptest! {
    #[test]
    fn whatever_is_said_the_answer_is_ordered_and_open(
        name in prop_oneof!["\\PC{0,300}", "(St )?(Mary|Carlton|Test|Sample|Academy|Primary|in|C of E|Exampleton| ){0,6}"],
        council in prop_oneof!["[0-9]{3}", "\\PC{0,9}"],
        postcode in prop_oneof!["ZZ[0-9] [0-9]ZZ", "\\PC{0,20}"],
        born in proptest::option::of((-9999_i16..=9999, 1_i8..=12, 1_i8..=28)),
        age: Option<u32>,
        year in -9999_i16..=9999,
    ) {
        let mut directory = directory(NAMESAKES);
        directory.take_schools(schools::read(EXAMPLESHIRE.as_bytes()).unwrap());
        let born = born.map(|(year, month, day)| date(year, month, day));
        let stated = Stated { name: &name, council: &council, postcode: &postcode, born, age };
        let day = date(year, 8, 31);
        let meant = directory.meant(&stated, day);
        prop_assert!(meant == directory.meant(&stated, day));
        let all = meant.likely.iter().chain(&meant.namesakes);
        let open = |urn: &Urn| directory.get(*urn).is_some_and(|school| school.open_on(day));
        prop_assert!(all.clone().all(open));
        prop_assert!(meant.likely.is_sorted() && meant.namesakes.is_sorted());
        prop_assert!(meant.likely.iter().all(|urn| !meant.namesakes.contains(urn)));
        prop_assert!(!meant.likely.is_empty() || meant.namesakes.is_empty());
    }
}
