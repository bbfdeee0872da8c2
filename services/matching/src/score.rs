//! One report against one row: what each field says, and what that weighs.

mod evidence;

pub(crate) use evidence::Evidence;

use crate::{
    Agreement, Field, Model, NhsNumber, Query, Roll, Sex, Upn,
    compare::{
        dates,
        forenames::{Given, forenames},
        places,
        surnames::surnames,
    },
    model::Weights,
    nicknames::call_one_child,
    roll::{
        keys,
        stored::{Folded, Packed, Stored, fold_all},
    },
    sound::Beginnings,
};
use evidence::SWAPPED;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Years that an age may be wrong by, on either side.
const AGE_SLIP: i16 = 1;
/// A query, folded once.
pub(crate) struct Prepared<'q> {
    query: &'q Query,
    upn: Option<Upn>,
    nhs_number: Option<NhsNumber>,
    folded: Packed,
}

/// A query with what it was compared with so far: many rows share a name.
pub(crate) struct Comparison<'a> {
    prepared: &'a Prepared<'a>,
    text: Folded<'a>,
    roll: &'a Roll,
    weights: Weights<'a>,
    birthday: f64,
    postcode: f64,
    beginnings: Beginnings,
    address: places::Address<'a>,
    names: HashMap<Names<'a>, Compared, RandomState>,
}

/// The names of one row.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Names<'a> {
    forename: &'a str,
    middle: &'a str,
    known_as: &'a str,
    surname: &'a str,
    former_surname: &'a str,
}

/// Forename and surname, compared.
#[derive(Clone, Copy)]
struct Compared {
    forename: Found,
    surname: Found,
    swapped: bool,
}

/// An agreement, and how common the value is.
type Found = (Agreement, Option<f64>);

const NOTHING: Found = (Agreement::Missing, None);

// === impl Compared ===

impl Compared {
    fn are_the_same(&self) -> bool {
        self.forename.0 == Agreement::Exact && self.surname.0 == Agreement::Exact
    }
}

// === impl Prepared ===

impl<'q> Prepared<'q> {
    pub(crate) fn new(query: &'q Query) -> Self {
        let text = [
            &query.forename,
            &query.middle_names,
            &query.surname,
            &query.known_as,
            &String::new(),
            &query.address,
            &query.postcode,
        ];
        Self {
            query,
            upn: query.upn.parse().ok(),
            nhs_number: query.nhs_number.parse().ok(),
            folded: fold_all(text.map(String::as_str)),
        }
    }

    /// Keys under which rows worth comparing are found.
    pub(crate) fn keys(&self) -> Vec<keys::Key> {
        let identifiers = (self.upn, self.nhs_number);
        let years = self.birth_years();
        let text = self.folded.text();
        keys::keys_for(identifiers, self.query.date_of_birth, years, &text)
    }

    /// The years in which the child may be born.
    fn birth_years(&self) -> impl Iterator<Item = i16> + use<> {
        let born = self
            .query
            .date_of_birth
            .map(|date| (date.year(), date.year()));
        let aged = self.query.age.and_then(|age| i16::try_from(age).ok());
        let aged = aged.map(|age| {
            let year = self.query.incident_date.year().saturating_sub(age);
            (
                year.saturating_sub(1 + AGE_SLIP),
                year.saturating_add(AGE_SLIP),
            )
        });
        let years = born.or(aged).map(|(from, to)| from..=to);
        years.into_iter().flatten()
    }
}

// === impl Comparison ===

impl<'a> Comparison<'a> {
    pub(crate) fn new(prepared: &'a Prepared<'a>, roll: &'a Roll, model: &'a Model) -> Self {
        let (text, counts) = (prepared.folded.text(), roll.counts());
        let birthday = prepared.query.date_of_birth;
        Self {
            prepared,
            text,
            roll,
            weights: Weights::of(model),
            birthday: birthday.map_or(1.0, |day| counts.birthday(day)),
            postcode: counts.postcode(text.postcode),
            beginnings: Beginnings::of(&text),
            address: places::Address::of(text.address),
            names: HashMap::default(),
        }
    }

    /// What each field says about this row; none where it cannot reach `least` in total, unless it
    /// has the same names.
    pub(crate) fn evidence(&mut self, row: &'a Stored, least: f64) -> Option<Evidence> {
        let theirs = row.folded();
        let query = self.prepared.query;
        let names = self.names(&theirs, row.beginnings);
        let (born, age) = self.dates(row);
        let postcode = self.postcode(&theirs);
        let plain = |agreement| (agreement, None);
        let mut found = [
            plain(Agreement::of(self.prepared.upn, row.upn)),
            plain(Agreement::of(self.prepared.nhs_number, row.nhs_number)),
            names.forename,
            names.surname,
            born,
            age,
            plain(sex(query.sex, row.sex, names.forename.0)),
            postcode,
            NOTHING,
            NOTHING,
            plain(places::schools(
                &query.stated_school,
                &query.namesakes,
                row.urn,
            )),
        ];
        let so_far = Evidence::new(&found, names.swapped);
        let total: f64 = so_far.weights(&self.weights).iter().sum();
        // The house is news only where the postcode has not told the street already.
        let field = if postcode.0.is_near() {
            Field::House
        } else {
            Field::Address
        };
        let other_house = self.address.is_another_house(theirs.address);
        if total + self.weights.most_of(field, other_house) < least {
            // How many share both names counts, however far away they are.
            return names.are_the_same().then_some(so_far);
        }
        let address = plain(self.address.compare(theirs.address));
        let [.., as_address, as_house, _] = &mut found;
        *(if field == Field::House {
            as_house
        } else {
            as_address
        }) = address;
        Some(Evidence::new(&found, names.swapped))
    }

    /// Forename and surname, in their places or in each other's, whichever says more.
    fn names(&mut self, row: &Folded<'a>, beginnings: Beginnings) -> Compared {
        if self.have_nothing_in_common(row, beginnings) {
            return Compared {
                forename: (differs(self.text.forename, row.forename), None),
                surname: (differs(self.text.surname, row.surname), None),
                swapped: false,
            };
        }
        let names = Names {
            forename: row.forename,
            middle: row.middle_names,
            known_as: row.known_as,
            surname: row.surname,
            former_surname: row.former_surname,
        };
        if let Some(compared) = self.names.get(&names) {
            return *compared;
        }
        let compared = self.compare_names(row);
        self.names.insert(names, compared);
        compared
    }

    fn compare_names(&self, row: &Folded<'_>) -> Compared {
        let ours = self.text;
        let straight = self.compare(&ours, row, false);
        let both_near = straight.forename.0.is_near() && straight.surname.0.is_near();
        if both_near || ours.forename.is_empty() || ours.surname.is_empty() {
            return straight;
        }
        let exchanged = Folded {
            forename: ours.surname,
            surname: ours.forename,
            ..Folded::default()
        };
        let exchanged = self.compare(&exchanged, row, true);
        if self.weigh(exchanged) + SWAPPED > self.weigh(straight) {
            exchanged
        } else {
            straight
        }
    }

    /// No name of one begins with a sound of the other, and none calls the same child.
    fn have_nothing_in_common(&self, row: &Folded<'_>, beginnings: Beginnings) -> bool {
        let (ours, theirs) = (given(&self.text), given(row));
        let mut forms = ours.calls();
        self.beginnings.have_nothing_in_common(beginnings)
            && !forms.any(|form| theirs.calls().any(|call| call_one_child(form, call)))
    }

    fn weigh(&self, names: Compared) -> f64 {
        self.weights.of_field(Field::Forename, names.forename)
            + self.weights.of_field(Field::Surname, names.surname)
    }

    fn compare(&self, ours: &Folded<'_>, row: &Folded<'_>, swapped: bool) -> Compared {
        let (forename, called) = forenames(&given(ours), &given(row));
        let (surname, family) = surnames(ours.surname, row.surname, row.former_surname);
        let counts = self.roll.counts();
        let forename_share = forename.is_near().then(|| counts.forename(called));
        let surname_share = surname.is_near().then(|| counts.surname(family));
        Compared {
            forename: (forename, forename_share),
            surname: (surname, surname_share),
            swapped,
        }
    }

    fn postcode(&self, row: &Folded<'_>) -> Found {
        let postcode = places::postcodes(self.text.postcode, row.postcode);
        (
            postcode,
            (postcode == Agreement::Exact).then_some(self.postcode),
        )
    }

    /// The age counts only where there is no birth date: they are not two pieces of evidence.
    fn dates(&self, row: &Stored) -> (Found, Found) {
        let query = self.prepared.query;
        if query.date_of_birth.is_some() {
            let born = dates::birth_dates(query.date_of_birth, row.date_of_birth);
            let share = (born == Agreement::Exact).then_some(self.birthday);
            ((born, share), NOTHING)
        } else {
            let age = dates::age(query.age, query.incident_date, row.date_of_birth);
            (NOTHING, (age, None))
        }
    }
}

fn differs(ours: &str, theirs: &str) -> Agreement {
    if ours.is_empty() || theirs.is_empty() {
        Agreement::Missing
    } else {
        Agreement::Differs
    }
}

/// A name mostly tells the sex, so that the same sex is no news beside the same name.
fn sex(report: Sex, roll: Sex, forename: Agreement) -> Agreement {
    let known = |sex| (sex != Sex::Unknown).then_some(sex);
    match Agreement::of(known(report), known(roll)) {
        Agreement::Exact if forename.is_near() => Agreement::Missing,
        sex => sex,
    }
}

fn given<'a>(text: &Folded<'a>) -> Given<'a> {
    Given {
        forename: text.forename,
        middle: text.middle_names,
        known_as: text.known_as,
    }
}
