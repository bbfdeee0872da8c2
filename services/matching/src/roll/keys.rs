//! Under which keys a row is found: what survives when the rest of a report is wrong.
//!
//! The birth date alone; a surname's sound with a forename's sound or the name it is a form of; a
//! surname's sound with the year of birth; the postcode; a house's number or a second word with a word of its
//! street. So whatever one thing a report has right beside a name finds the child, and the number
//! of rows compared depends on how common a name or a birthday is, not on how many schools there are.

use super::stored::{Folded, Stored};
use crate::{
    NhsNumber, Upn,
    compare::{forenames::Given, places, surnames},
    nicknames::names_of,
    sound::skeleton,
};
use jiff::civil::Date;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Most parts of a surname, or words of an address, that are used.
const MOST_PARTS: usize = 4;
/// Shortest word of a street that is used, in bytes.
const SHORTEST_STREET: usize = 4;

/// A key, and how many rows may share it before it tells too little to be worth their comparison.
/// Whoever resembles a report in nothing but what so many share is no rival to anybody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) hash: u32,
    pub(crate) most: usize,
}

/// What is unique, or nearly: never left out.
const ANY: usize = usize::MAX;
/// A full name, by sound.
const MOST_OF_A_NAME: usize = 3_000;
/// A surname and a year.
const MOST_OF_A_YEAR: usize = 1_500;
/// A postcode or a house.
const MOST_OF_A_PLACE: usize = 120;
/// A street in a town, without a house.
const MOST_OF_A_STREET: usize = 60;

/// Every key under which a row is found.
pub(crate) fn keys_of(row: &Stored) -> Vec<Key> {
    let text = row.folded();
    let mut keys = identifiers(row.upn, row.nhs_number);
    keys.extend(row.date_of_birth.map(born));
    keys.extend(names(&text));
    let year = row.date_of_birth.map(Date::year);
    keys.extend(years(&text, year.into_iter()));
    keys.extend(places_of(&text));
    distinct(keys)
}

/// Every key under which a report looks: those of a row, with forename and surname also the other
/// way round, day and month too, and the years that an age allows.
pub(crate) fn keys_for(
    (upn, nhs_number): (Option<Upn>, Option<NhsNumber>),
    birth: Option<Date>,
    born_in: impl Iterator<Item = i16>,
    text: &Folded<'_>,
) -> Vec<Key> {
    let mut keys = identifiers(upn, nhs_number);
    let swapped = birth.and_then(|date| Date::new(date.year(), date.day(), date.month()).ok());
    keys.extend([birth, swapped].into_iter().flatten().map(born));
    keys.extend(names(text));
    keys.extend(names(&Folded {
        forename: text.surname,
        surname: text.forename,
        ..Folded::default()
    }));
    keys.extend(years(text, born_in));
    keys.extend(places_of(text));
    distinct(keys)
}

/// The keys under which everything that one person can share is found.
pub(crate) fn keys_of_person(row: &Stored) -> Vec<Key> {
    let mut keys = identifiers(row.upn, row.nhs_number);
    keys.extend(row.date_of_birth.map(born));
    distinct(keys)
}

fn identifiers(upn: Option<Upn>, nhs_number: Option<NhsNumber>) -> Vec<Key> {
    let upn = upn.map(|upn| key(ANY, ("upn", upn)));
    let nhs_number = nhs_number.map(|number| key(ANY, ("nhs", number)));
    upn.into_iter().chain(nhs_number).collect()
}

fn born(date: Date) -> Key {
    key(ANY, ("born", date))
}

fn names(text: &Folded<'_>) -> Vec<Key> {
    let surnames = surname_sounds(text);
    let given = Given {
        forename: text.forename,
        middle: "",
        known_as: text.known_as,
    };
    let mut keys = Vec::new();
    for call in given.calls() {
        let sound = skeleton(call);
        for surname in &surnames {
            keys.push(key(MOST_OF_A_NAME, ("name", surname, &sound)));
            let forms = names_of(call).iter();
            keys.extend(forms.map(|name| key(MOST_OF_A_NAME, ("form", surname, name))));
        }
    }
    keys
}

fn years(text: &Folded<'_>, years: impl Iterator<Item = i16>) -> Vec<Key> {
    let surnames = surname_sounds(text);
    let in_year = |year| {
        surnames
            .iter()
            .map(move |surname| key(MOST_OF_A_YEAR, ("year", surname, year)))
    };
    years.flat_map(in_year).collect()
}

fn surname_sounds(text: &Folded<'_>) -> Vec<String> {
    let names = [text.surname, text.former_surname].into_iter();
    let names = names.filter(|name| !name.is_empty());
    let whole_and_parts =
        |name| std::iter::once(name).chain(surnames::parts(name).take(MOST_PARTS));
    let mut sounds: Vec<_> = names.flat_map(whole_and_parts).map(skeleton).collect();
    sounds.sort_unstable();
    sounds.dedup();
    sounds
}

fn places_of(text: &Folded<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    if !text.postcode.is_empty() {
        keys.push(key(MOST_OF_A_PLACE, ("postcode", text.postcode)));
    }
    let words = places::telling(text.address);
    let (numbers, streets): (Vec<&str>, Vec<&str>) =
        words.into_iter().partition(|word| places::is_number(word));
    let streets = streets
        .into_iter()
        .filter(|word| word.len() >= SHORTEST_STREET);
    let mut streets: Vec<_> = streets.take(MOST_PARTS).map(skeleton).collect();
    streets.sort_unstable();
    for street in &streets {
        let numbers = numbers.iter().take(MOST_PARTS);
        keys.extend(numbers.map(|number| key(MOST_OF_A_PLACE, ("house", number, street))));
    }
    keys.extend(
        streets
            .windows(2)
            .map(|pair| key(MOST_OF_A_STREET, ("street", pair))),
    );
    keys
}

fn distinct(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn key(most: usize, of: impl Hash) -> Key {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
    Key {
        hash: u32::from_le_bytes([a, b, c, d]),
        most,
    }
}
