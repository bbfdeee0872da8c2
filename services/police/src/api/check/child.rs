//! One child line.

use super::{
    dates::{self, ADULT, Today},
    path::Path,
    texts::Fields,
};
use crate::domain::forces;
use matching::{NhsNumber, NhsNumberError, Upn, UpnError};
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, Earshot, Handling, ParentsMayBeTold, Presence, Sex,
};

const MOST_NAMED: usize = 10;
const LONGEST_NAME: usize = 100;

/// Checks a child of a notification with so many parties.
pub(crate) fn child(
    child: &Child,
    parties: usize,
    today: Today,
    at: Path<'_>,
    fields: &mut Fields,
) {
    let nobody = ChildIdentity::default();
    let who = child.identity.as_ref().unwrap_or(&nobody);
    identity(who, today, at.field("identity"), fields);
    if let Some(text) = &child.content {
        content(text, parties, at.field("content"), fields);
    }
    if !child.residence_force.is_empty() && !forces::is_force(&child.residence_force) {
        fields.add(
            at.field("residence_force"),
            "is not the code of a force in England or Wales",
            "write the two digits of the Home Office code, or leave it empty",
        );
    }
    council(
        &child.residence_council,
        at.field("residence_council"),
        fields,
    );
    if child.hidden_location && child.residence_council.is_empty() {
        fields.add(
            at.field("residence_council"),
            "is missing, and the location is hidden",
            "say where the child lives: that council's officer acts in place of others",
        );
    }
    council(
        &child.responsible_council,
        at.field("responsible_council"),
        fields,
    );
}

fn council(code: &str, at: Path<'_>, fields: &mut Fields) {
    let three_digits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    if !code.is_empty() && !three_digits {
        fields.add(
            at,
            "is no code of a council",
            "write the three digits of the Department for Education, or leave it empty",
        );
    }
}

fn identity(who: &ChildIdentity, today: Today, at: Path<'_>, fields: &mut Fields) {
    if who.forename.trim().is_empty() && who.surname.trim().is_empty() {
        fields.add(
            at,
            "names nobody",
            "give the child's forename or surname, as far as it is known",
        );
    }
    fields.line(at.field("forename"), &who.forename, LONGEST_NAME);
    fields.line(at.field("middle_names"), &who.middle_names, LONGEST_NAME);
    fields.line(at.field("surname"), &who.surname, LONGEST_NAME);
    fields.line(at.field("known_as"), &who.known_as, LONGEST_NAME);
    fields.text(at.field("address"), &who.address, 300);
    fields.line(at.field("postcode"), &who.postcode, 10);
    fields.line(at.field("stated_school"), &who.stated_school, 200);
    fields.listed(at.field("sex"), Sex::try_from(who.sex).is_ok());
    age(who, today, at, fields);
    numbers(who, at, fields);
}

fn age(who: &ChildIdentity, today: Today, at: Path<'_>, fields: &mut Fields) {
    const NO_CHILD: &str = "take this line out, or correct it; an adult is a party";
    let birth = dates::birth(
        &who.date_of_birth,
        today.now,
        at.field("date_of_birth"),
        fields,
    );
    if let (Some(birth), Some(incident)) = (birth, today.incident)
        && dates::age_on(incident, birth) >= ADULT
    {
        let reason = "makes this person 18 or older on the day of the incident";
        fields.add(at.field("date_of_birth"), reason, NO_CHILD);
    }
    if who
        .age
        .is_some_and(|age| age >= u32::from(ADULT.unsigned_abs()))
    {
        fields.add(at.field("age"), "is 18 or more", NO_CHILD);
    }
}

fn numbers(who: &ChildIdentity, at: Path<'_>, fields: &mut Fields) {
    const MEND: &str = "correct it, or leave it empty: the child is then found by name";
    if !who.upn.is_empty() {
        match who.upn.parse::<Upn>() {
            Ok(_) => {}
            Err(UpnError::Shape) => {
                fields.add(
                    at.field("upn"),
                    "is not shaped like a unique pupil number",
                    MEND,
                );
            }
            Err(UpnError::CheckLetter) => {
                fields.add(
                    at.field("upn"),
                    "has a check letter that does not fit",
                    MEND,
                );
            }
        }
    }
    if !who.nhs_number.is_empty() {
        match who.nhs_number.parse::<NhsNumber>() {
            Ok(_) => {}
            Err(NhsNumberError::Shape) => {
                fields.add(at.field("nhs_number"), "is not ten digits", MEND);
            }
            Err(NhsNumberError::CheckDigit) => {
                fields.add(
                    at.field("nhs_number"),
                    "has a check digit that does not fit",
                    MEND,
                );
            }
        }
    }
}

/// Checks what is said about a child.
pub(crate) fn content(text: &ChildContent, parties: usize, at: Path<'_>, fields: &mut Fields) {
    fields.listed(
        at.field("presence"),
        Presence::try_from(text.presence).is_ok(),
    );
    fields.text(at.field("whereabouts"), &text.whereabouts, 300);
    fields.text(at.field("circumstances"), &text.circumstances, 4000);
    if let Some(voice) = &text.voice {
        let at = at.field("voice");
        fields.text(at.field("words"), &voice.words, 2000);
        fields.listed(
            at.field("in_earshot"),
            Earshot::try_from(voice.in_earshot).is_ok(),
        );
    }
    fields.count(
        at.field("relationships"),
        text.relationships.len(),
        parties.min(MOST_NAMED),
    );
    each(&text.relationships, "relationships", at, fields);
    if let Some(terms) = &text.handling {
        handling(terms, at.field("handling"), fields);
    }
}

fn handling(terms: &Handling, at: Path<'_>, fields: &mut Fields) {
    let told = ParentsMayBeTold::try_from(terms.parents_may_be_told);
    fields.listed(at.field("parents_may_be_told"), told.is_ok());
    fields.count(at.field("may_be_told"), terms.may_be_told.len(), MOST_NAMED);
    each(&terms.may_be_told, "may_be_told", at, fields);
    fields.count(
        at.field("may_not_collect"),
        terms.may_not_collect.len(),
        MOST_NAMED,
    );
    each(&terms.may_not_collect, "may_not_collect", at, fields);
    fields.text(at.field("conditions"), &terms.conditions, 1000);
    fields.text(at.field("note"), &terms.note, 1000);
}

fn each(entries: &[String], name: &'static str, at: Path<'_>, fields: &mut Fields) {
    for (index, entry) in entries.iter().enumerate().take(MOST_NAMED) {
        fields.line(at.item(name, index), entry, 200);
    }
}
