//! One report against one row: what each field says.

use crate::{
    Agreement, Field, FieldWeight, NhsNumber, Query, Sex, Upn, Urn,
    compare::{
        dates,
        names::{self, Given},
        places,
    },
    roll::{
        blocks,
        stored::{Folded, Stored, fold_all},
    },
    weights::{weight, weight_within_postcode},
};
use std::collections::HashSet;

/// A query made ready once for many comparisons.
pub(crate) struct Prepared<'a> {
    query: &'a Query,
    upn: Option<Upn>,
    nhs_number: Option<NhsNumber>,
    folded: Box<str>,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(query: &'a Query) -> Self {
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
    pub(crate) fn keys(&self) -> HashSet<u64> {
        blocks::keys_for(
            self.upn,
            self.nhs_number,
            self.query.date_of_birth,
            &self.text(),
        )
    }

    /// What each field says about this row, in the order of [`Field`].
    pub(crate) fn weights(&self, row: &Stored) -> Vec<FieldWeight> {
        let (forename, surname) = self.names(&row.folded());
        let (postcode, address) = self.places(&row.folded());
        let (born, age) = self.dates(row);
        let agreements = [
            (Field::Upn, Agreement::of(self.upn, row.upn)),
            (
                Field::NhsNumber,
                Agreement::of(self.nhs_number, row.nhs_number),
            ),
            (Field::Forename, forename),
            (Field::Surname, surname),
            (Field::DateOfBirth, born),
            (Field::Age, age),
            (
                Field::Sex,
                Agreement::of(known(self.query.sex), known(row.sex)),
            ),
            (Field::Postcode, postcode),
            (Field::Address, address),
            (Field::StatedSchool, self.school(row.urn)),
        ];
        let within = |field| field == Field::Address && postcode == Agreement::Exact;
        let weigh = |(field, agreement)| FieldWeight {
            field,
            agreement,
            weight: if within(field) {
                weight_within_postcode(agreement)
            } else {
                weight(field, agreement)
            },
        };
        agreements.map(weigh).to_vec()
    }

    fn text(&self) -> Folded<'_> {
        Folded::unpack(&self.folded)
    }

    fn names(&self, row: &Folded<'_>) -> (Agreement, Agreement) {
        let ours = self.text();
        if names::exchanged((ours.forename, ours.surname), (row.forename, row.surname)) {
            return (Agreement::Close, Agreement::Close);
        }
        let forename = names::forenames(&given(&ours), &given(row));
        (
            forename,
            names::surnames(ours.surname, row.surname, row.former_surname),
        )
    }

    fn places(&self, row: &Folded<'_>) -> (Agreement, Agreement) {
        let ours = self.text();
        let address = places::addresses(ours.address, row.address);
        (places::postcodes(ours.postcode, row.postcode), address)
    }

    /// The age counts only where there is no birth date: they are not two pieces of evidence.
    fn dates(&self, row: &Stored) -> (Agreement, Agreement) {
        match self.query.date_of_birth {
            Some(born) => (
                dates::birth_dates(Some(born), row.date_of_birth),
                Agreement::Missing,
            ),
            None => (
                Agreement::Missing,
                dates::age(self.query.age, self.query.incident_date, row.date_of_birth),
            ),
        }
    }

    fn school(&self, urn: Urn) -> Agreement {
        places::schools(&self.query.stated_school, urn)
    }
}

fn given<'a>(text: &Folded<'a>) -> Given<'a> {
    Given {
        forename: text.forename,
        middle: text.middle_names,
        known_as: text.known_as,
    }
}

fn known(sex: Sex) -> Option<Sex> {
    (sex != Sex::Unknown).then_some(sex)
}
