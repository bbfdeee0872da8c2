//! Between the contract's messages and the matcher's types.

use crate::wire::stored as s;
use directory::{Meant, Stated};
use jiff::civil::Date;
use matching::{Candidate, Enrolment, Identity, Query, Sex};
use proto::police::v1::{ChildIdentity, Sex as WireSex};

/// What a report says about a child's school, and what tells it from its namesakes.
pub(super) fn stated<'a>(child: &'a ChildIdentity, council: &'a str) -> Stated<'a> {
    Stated {
        name: &child.stated_school,
        council,
        postcode: &child.postcode,
        born: child.date_of_birth.parse().ok(),
        age: child.age,
    }
}

/// What a report says about a child, for the matcher.
pub(super) fn of(child: &ChildIdentity, incident: Date, school: Meant) -> Query {
    Query {
        forename: child.forename.clone(),
        middle_names: child.middle_names.clone(),
        surname: child.surname.clone(),
        known_as: child.known_as.clone(),
        date_of_birth: child.date_of_birth.parse().ok(),
        age: child.age,
        sex: match child.sex() {
            WireSex::Female => Sex::Female,
            WireSex::Male => Sex::Male,
            WireSex::Unknown | WireSex::Unspecified => Sex::Unknown,
        },
        address: child.address.clone(),
        postcode: child.postcode.clone(),
        upn: child.upn.clone(),
        nhs_number: child.nhs_number.clone(),
        stated_school: school.likely,
        namesakes: school.namesakes,
        ..Query::on(incident)
    }
}

/// Whether two reports name one child: all that identity is decided by is the same.
pub(super) fn is_same_child(one: &ChildIdentity, other: &ChildIdentity) -> bool {
    one.forename == other.forename
        && one.surname == other.surname
        && one.known_as == other.known_as
        && one.date_of_birth == other.date_of_birth
        && one.age == other.age
        && one.upn == other.upn
        && one.nhs_number == other.nhs_number
}

pub(super) fn identity(identity: Identity) -> s::Identity {
    match identity {
        Identity::Sure => s::Identity::Sure,
        Identity::Unsure => s::Identity::Unsure,
        Identity::None => s::Identity::None,
    }
}

pub(super) fn enrolment(enrolment: Option<&Enrolment>) -> s::Enrolment {
    match enrolment {
        Some(Enrolment::Current { .. }) => s::Enrolment::Current,
        Some(Enrolment::Stale { .. } | Enrolment::Starting { .. }) => s::Enrolment::Stale,
        Some(Enrolment::Conflicting { .. }) => s::Enrolment::Conflicting,
        Some(Enrolment::Left { .. }) => s::Enrolment::Left,
        Some(Enrolment::Gone) | None => s::Enrolment::NotKnown,
    }
}

pub(super) fn weights(candidate: &Candidate) -> s::CandidateWeights {
    let fields = candidate.weights.iter().map(|weight| s::FieldVerdict {
        field: weight.field.name().to_owned(),
        agreement: weight.agreement.name().to_owned(),
        weight: weight.weight,
    });
    s::CandidateWeights {
        total: candidate.total,
        fields: fields.collect(),
    }
}
