//! Making, listing and revoking tokens.

use crate::world::{World, key_adult, problem, set};
use host::problem::Code;
use policy::{OrganisationKind as Kind, Role};
use proto::access::v1::{CreateTokenRequest, ListTokensRequest, RevokeTokenRequest};

fn sender(command_id: &str) -> CreateTokenRequest {
    CreateTokenRequest {
        kind: Kind::Force.into(),
        code: "43".into(),
        roles: vec![Role::ForceSender.into()],
        name: "Records system".into(),
        command_id: command_id.into(),
        ..CreateTokenRequest::default()
    }
}

#[tokio::test]
async fn a_token_works_at_once_and_a_revoked_one_fails_at_once() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let made = operator
        .create_token(sender(""))
        .await
        .unwrap()
        .into_inner();
    let caller = world.caller(&made.token).await.unwrap();
    assert_eq!(caller.organisation.code, "43");
    assert_eq!(caller.name, "Records system");
    let revoke = RevokeTokenRequest {
        token_id: made.token_id,
    };
    operator.revoke_token(revoke.clone()).await.unwrap();
    let refused = world.caller(&made.token).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    operator.revoke_token(revoke).await.unwrap();
}

#[tokio::test]
async fn the_last_token_of_the_operator_stays_until_there_is_another() {
    let world = World::start().await;
    let token = world.access.bootstrap_operator_token().await.unwrap();
    let mut operator = world.client(&token);
    let listed = operator.list_tokens(ListTokensRequest::default()).await;
    let revoke = RevokeTokenRequest {
        token_id: listed.unwrap().into_inner().tokens[0].token_id.clone(),
    };
    let refused = operator.revoke_token(revoke.clone()).await.unwrap_err();
    assert_eq!(problem(&refused).code(), Code::Conflict);
    assert!(world.caller(&token).await.is_ok());

    let short = CreateTokenRequest {
        kind: Kind::Operator.into(),
        code: "hub".into(),
        roles: vec![Role::HubOperator.into()],
        days: 1,
        ..sender("")
    };
    operator.create_token(short).await.unwrap();
    world.clock.turn_to("2026-11-21T23:00:00Z".parse().unwrap());
    let expired = operator.revoke_token(revoke.clone()).await.unwrap_err();
    assert_eq!(problem(&expired).code(), Code::Conflict);

    let mut other = world.operator().await;
    other.revoke_token(revoke).await.unwrap();
    assert!(world.caller(&token).await.is_err());
}

#[tokio::test]
async fn the_same_command_again_names_the_token_and_does_not_show_it() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let first = operator
        .create_token(sender("one"))
        .await
        .unwrap()
        .into_inner();
    let again = operator
        .create_token(sender("one"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again.token, "");
    assert_eq!(
        (first.token_id, first.expires_at, first.position),
        (again.token_id, again.expires_at, again.position)
    );
    let other = CreateTokenRequest {
        roles: vec![Role::ForceCoordinator.into()],
        ..sender("one")
    };
    let refused = operator.create_token(other).await.unwrap_err();
    assert_eq!(problem(&refused).code(), Code::Conflict);
    assert_eq!(problem(&refused).fields()[0].path, "command_id");
}

#[tokio::test]
async fn without_a_command_id_every_token_is_a_new_one() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let one = operator
        .create_token(sender(""))
        .await
        .unwrap()
        .into_inner();
    let two = operator
        .create_token(sender(""))
        .await
        .unwrap()
        .into_inner();
    assert_ne!(one.token_id, two.token_id);
    assert_ne!(one.token, two.token);
}

#[tokio::test]
async fn an_administrator_looks_after_the_tokens_of_one_organisation_and_sees_no_others() {
    let world = World::start().await;
    let token = world
        .token(Kind::School, "900001", Role::Administrator)
        .await;
    let mut school = world.client(&token);
    let own = CreateTokenRequest {
        kind: 0,
        code: String::new(),
        roles: vec![Role::RecordsFeed.into()],
        ..sender("feed")
    };
    let made = school.create_token(own).await.unwrap().into_inner();
    let listed = school.list_tokens(ListTokensRequest::default()).await;
    let listed = listed.unwrap().into_inner().tokens;
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().any(|token| token.token_id == made.token_id));

    let others = world
        .token(Kind::School, "900002", Role::Administrator)
        .await;
    let mut other_school = world.client(&others);
    let foreign = RevokeTokenRequest {
        token_id: made.token_id,
    };
    let unknown = RevokeTokenRequest {
        token_id: "0".repeat(32),
    };
    let foreign = other_school.revoke_token(foreign).await.unwrap_err();
    let unknown = other_school.revoke_token(unknown).await.unwrap_err();
    assert_eq!(foreign.details(), unknown.details());
    assert_eq!(problem(&foreign).code(), Code::NotFound);
    let force = other_school.create_token(sender("")).await.unwrap_err();
    assert_eq!(problem(&force).code(), Code::NotFound);
    assert_eq!(
        world.caller(&made.token).await.unwrap().organisation.code,
        "900001"
    );
}

#[tokio::test]
async fn whoever_has_no_such_role_is_told_which_it_takes() {
    let world = World::start().await;
    let token = world.token(Kind::Force, "43", Role::ForceSender).await;
    let mut client = world.client(&token);
    let refused = client.list_tokens(ListTokensRequest::default()).await;
    let refused = problem(&refused.unwrap_err());
    assert_eq!(refused.code(), Code::Forbidden);
    assert!(refused.message().contains("administrator, hub operator"));
}

#[tokio::test]
async fn a_token_is_not_made_for_a_contact_or_agency_that_is_not_there() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let lead = CreateTokenRequest {
        kind: Kind::School.into(),
        code: "900001".into(),
        roles: vec![Role::KeyAdult.into()],
        contact_id: "lead".into(),
        name: String::new(),
        ..sender("")
    };
    let refused = operator.create_token(lead.clone()).await.unwrap_err();
    assert_eq!(problem(&refused).fields()[0].path, "contact_id");
    operator.set_contact(set(key_adult())).await.unwrap();
    operator.create_token(lead).await.unwrap();

    let agency = CreateTokenRequest {
        kind: Kind::Agency.into(),
        code: "refuge-a".into(),
        roles: vec![Role::Administrator.into()],
        ..sender("")
    };
    let refused = operator.create_token(agency).await.unwrap_err();
    assert_eq!(problem(&refused).fields()[0].path, "code");
}
