//! Every role at every kind of organisation, with every action, on everything of its own and of
//! others: what is expected is written down here a second time, the other way round.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use jiff::Timestamp;
use policy::{
    Action, Decision, Object, OrganisationKind as Kind, Principal, Role, Signer, Verifier,
    may_hold, permit,
};
use prost::Message;
use proto::access::v1::Assertion;
use std::collections::BTreeMap;

/// Everything there is in this small world: A's things and B's things. Schools 1 and 2 are both of
/// trust A and council A.
const WORLD: &[(&str, Object<'static>)] = &[
    ("force A", Object::Force("43")),
    ("force B", Object::Force("44")),
    ("school 1", school("900001", Some("5001"), Some("801"))),
    ("school 2", school("900002", Some("5001"), Some("801"))),
    ("school B", school("900003", Some("5002"), Some("802"))),
    ("school nowhere", school("900004", None, None)),
    ("council A", Object::Council("801")),
    ("council B", Object::Council("802")),
    ("hidden A", Object::HiddenChild { council: "801" }),
    ("hidden B", Object::HiddenChild { council: "802" }),
    ("trust A", organisation(Kind::Trust, "5001")),
    ("trust B", organisation(Kind::Trust, "5002")),
    ("agency A", organisation(Kind::Agency, "refuge-a")),
    // The same digits at another kind of organisation are somebody else.
    ("agency 43", organisation(Kind::Agency, "43")),
    ("agency 801", organisation(Kind::Agency, "801")),
    ("hub", organisation(Kind::Operator, "hub")),
];

const fn school(
    urn: &'static str,
    trust: Option<&'static str>,
    council: Option<&'static str>,
) -> Object<'static> {
    Object::School {
        urn,
        trust,
        council,
    }
}

const fn organisation(kind: Kind, code: &'static str) -> Object<'static> {
    Object::Organisation { kind, code }
}

/// A's organisation of each kind, with its name in the world.
const HOMES: &[(Kind, &str, &str)] = &[
    (Kind::Force, "43", "force A"),
    (Kind::School, "900001", "school 1"),
    (Kind::Trust, "5001", "trust A"),
    (Kind::Council, "801", "council A"),
    (Kind::Agency, "refuge-a", "agency A"),
    (Kind::Operator, "hub", "hub"),
];

const ROLES: &[Role] = &[
    Role::Unspecified,
    Role::ForceSender,
    Role::ForceCoordinator,
    Role::KeyAdult,
    Role::Head,
    Role::RecordsFeed,
    Role::DutyDesk,
    Role::HiddenLocationOfficer,
    Role::DesignatedOfficer,
    Role::Administrator,
    Role::HubOperator,
    Role::Analyst,
];

/// Where a role may do something.
#[derive(Clone, Copy)]
enum Where {
    Home,
    /// Home and its schools.
    Below,
    /// Hidden children of that council.
    Hidden,
    Everywhere,
}

type Row = (Role, &'static [Kind], Where, &'static [&'static str]);

/// What each role may do, at which kinds of organisation, and where. Nothing else.
#[rustfmt::skip]
const EXPECTED: &[Row] = &[
    (Role::ForceSender, &[Kind::Force], Where::Home,
        &["notification.submit", "notification.correct", "notification.read"]),
    (Role::ForceCoordinator, &[Kind::Force], Where::Home,
        &["notification.submit", "notification.correct", "notification.withdraw", "notification.read",
          "queue.list", "queue.open", "queue.resolve", "queue.hide", "quality.read"]),
    (Role::KeyAdult, &[Kind::School], Where::Home,
        &["alert.list", "alert.open", "alert.confirm", "alert.pass", "alert.disown", "enquiry.read",
          "enquiry.answer", "calendar.close_today", "contact.read"]),
    (Role::Head, &[Kind::School], Where::Home,
        &["alert.list", "alert.confirm", "alert.pass", "enquiry.read", "enquiry.answer",
          "calendar.close_today", "coverage.read", "contact.read"]),
    (Role::RecordsFeed, &[Kind::School, Kind::Trust, Kind::Council], Where::Below,
        &["roll.import", "calendar.import", "calendar.close_today"]),
    (Role::DutyDesk, &[Kind::Council], Where::Home,
        &["queue.list", "queue.open", "queue.resolve", "queue.hide", "call_sheet.read"]),
    (Role::DutyDesk, &[Kind::Council], Where::Below, &["coverage.read"]),
    (Role::HiddenLocationOfficer, &[Kind::Council], Where::Hidden,
        &["queue.list", "queue.open", "queue.resolve", "call_sheet.read"]),
    (Role::HiddenLocationOfficer, &[Kind::Council], Where::Home, &["queue.hide"]),
    (Role::Administrator, EVERY_KIND, Where::Home,
        &["organisation.read", "token.create", "token.revoke", "token.read", "contact.set", "contact.read"]),
    (Role::Administrator, EVERY_KIND, Where::Below, &["coverage.read"]),
    (Role::HubOperator, &[Kind::Operator], Where::Everywhere,
        &["organisation.register", "organisation.read", "token.create", "token.revoke", "token.read",
          "contact.set", "contact.read", "directory.import", "calendar.import", "roll.import",
          "coverage.read", "quality.read", "matching.learn", "matching.use",
          "matching.read", "hub.backup", "hub.destroy_keys", "hub.set_aside",
          "hub.standing"]),
];

const EVERY_KIND: &[Kind] = &[
    Kind::Force,
    Kind::School,
    Kind::Trust,
    Kind::Council,
    Kind::Agency,
    Kind::Operator,
];

/// The things of this world that a role at a kind of organisation may do each action to.
fn expected(role: Role, kind: Kind) -> BTreeMap<&'static str, Vec<&'static str>> {
    EXPECTED
        .iter()
        .filter(|(who, kinds, ..)| *who == role && kinds.contains(&kind))
        .flat_map(|(.., reach, actions)| {
            actions
                .iter()
                .map(move |action| (*action, things(*reach, kind)))
        })
        .collect()
}

fn things(reach: Where, kind: Kind) -> Vec<&'static str> {
    let home = HOMES
        .iter()
        .filter(|(home, ..)| *home == kind)
        .map(|(_, _, name)| *name);
    let runs_schools = matches!(kind, Kind::Trust | Kind::Council);
    match reach {
        Where::Below if runs_schools => home.chain(["school 1", "school 2"]).collect(),
        Where::Home | Where::Below => home.collect(),
        Where::Hidden => vec!["hidden A"],
        Where::Everywhere => WORLD.iter().map(|(name, _)| *name).collect(),
    }
}

fn principal(roles: &[Role], kind: Kind, code: &str) -> Principal {
    let signer = Signer::generate().unwrap();
    let verifier = Verifier::new([signer.verifying_key()]).unwrap();
    let assertion = signer.sign(&Assertion {
        principal_id: "token-1".into(),
        kind: kind.into(),
        code: code.into(),
        roles: roles.iter().map(|role| (*role).into()).collect(),
        issued_at_ms: 0,
        expires_at_ms: 60_000,
        ..Assertion::default()
    });
    verifier
        .verify(&assertion.encode_to_vec(), Timestamp::UNIX_EPOCH)
        .unwrap()
}

#[test]
fn every_role_does_exactly_what_is_expected_of_it_to_exactly_what_is_its_own() {
    let mut walked = 0;
    for role in ROLES {
        for (kind, code, _) in HOMES {
            let caller = principal(&[*role], *kind, code);
            let expected = expected(*role, *kind);
            for action in Action::ALL {
                let own = expected.get(action.as_str());
                for (name, object) in WORLD {
                    let wanted = match own {
                        None => Decision::Forbidden(*action),
                        Some(own) if own.contains(name) => Decision::Granted,
                        Some(_) => Decision::NotFound,
                    };
                    let decision = permit(&caller, *action, object);
                    assert_eq!(decision, wanted, "{role:?} {kind:?} {action:?} {name}");
                    walked += 1;
                }
                let alone = permit(&caller, *action, &Object::None);
                assert_eq!(
                    alone.is_granted(),
                    own.is_some(),
                    "{role:?} {kind:?} {action:?}"
                );
            }
        }
    }
    assert_eq!(
        walked,
        ROLES.len() * HOMES.len() * Action::ALL.len() * WORLD.len()
    );
}

#[test]
fn what_a_role_may_do_and_where_it_may_be_held_agree() {
    for role in ROLES {
        for (kind, code, _) in HOMES {
            let caller = principal(&[*role], *kind, code);
            let does_something = Action::ALL
                .iter()
                .any(|action| permit(&caller, *action, &Object::None).is_granted());
            assert!(
                may_hold(*kind, *role) || !does_something,
                "{role:?} {kind:?}"
            );
        }
        assert!(!may_hold(Kind::Unspecified, *role));
    }
}

#[test]
fn two_roles_reach_as_far_as_either_and_no_further() {
    let caller = principal(&[Role::Head, Role::KeyAdult], Kind::School, "900001");
    for action in Action::ALL {
        for (name, object) in WORLD {
            let alone = |role| {
                let one = principal(&[role], Kind::School, "900001");
                permit(&one, *action, object).is_granted()
            };
            let either = alone(Role::Head) || alone(Role::KeyAdult);
            let both = permit(&caller, *action, object).is_granted();
            assert_eq!(both, either, "{action:?} {name}");
        }
    }
}

#[test]
fn a_refusal_says_which_roles_it_takes_and_nothing_of_what_was_asked_for() {
    let caller = principal(&[Role::Head], Kind::School, "900001");
    let refusal = |object| {
        let refusal = permit(&caller, Action::AlertOpen, &object).granted();
        proto::door::v1::Problem::from(refusal.unwrap_err())
    };
    let own = refusal(school("900001", None, None));
    let other = refusal(school("900003", None, None));
    assert_eq!(own.encode_to_vec(), other.encode_to_vec());
    assert_eq!(own.code, "forbidden");
    assert_eq!(
        own.message,
        "Your roles do not include alert.open. It takes one of: key adult. \
         Ask the administrator of your organisation."
    );
}
