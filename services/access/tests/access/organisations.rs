//! Organisations and their webhooks.

use crate::world::{World, problem};
use host::problem::Code;
use policy::{OrganisationKind as Kind, Role};
use proto::access::v1::{
    CreateTokenRequest, ListOrganisationsRequest, Organisation, RegisterOrganisationRequest,
    SetWebhookRequest,
};

fn register(kind: Kind, code: &str, name: &str) -> RegisterOrganisationRequest {
    RegisterOrganisationRequest {
        organisation: Some(Organisation {
            kind: kind.into(),
            code: code.into(),
            name: name.into(),
        }),
    }
}

#[tokio::test]
async fn each_sees_the_organisations_within_reach() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    for request in [
        register(Kind::Force, "43", "Test Police"),
        register(Kind::School, "900001", "Test Primary"),
        register(Kind::Force, "43", "Police of Test"),
    ] {
        operator.register_organisation(request).await.unwrap();
    }
    let names = |list: Vec<Organisation>| -> Vec<String> {
        list.into_iter().map(|found| found.name).collect()
    };
    let all = operator
        .list_organisations(ListOrganisationsRequest::default())
        .await;
    assert_eq!(
        names(all.unwrap().into_inner().organisations),
        ["Police of Test", "Test Primary"]
    );
    let schools = ListOrganisationsRequest {
        kind: Kind::School.into(),
    };
    let schools = operator.list_organisations(schools).await;
    assert_eq!(
        names(schools.unwrap().into_inner().organisations),
        ["Test Primary"]
    );
    let token = world
        .token(Kind::School, "900001", Role::Administrator)
        .await;
    let own = world
        .client(&token)
        .list_organisations(ListOrganisationsRequest::default())
        .await;
    assert_eq!(
        names(own.unwrap().into_inner().organisations),
        ["Test Primary"]
    );
}

#[tokio::test]
async fn only_the_operator_registers() {
    let world = World::start().await;
    let token = world.token(Kind::Force, "43", Role::Administrator).await;
    let mut force = world.client(&token);
    let request = register(Kind::Force, "43", "Test Police");
    let refused = force.register_organisation(request).await.unwrap_err();
    assert_eq!(problem(&refused).code(), Code::Forbidden);
}

#[tokio::test]
async fn an_agency_can_act_once_it_is_registered() {
    let world = World::start().await;
    let agency = register(Kind::Agency, "refuge-a", "Refuge A");
    world.access.register_organisation(agency).await.unwrap();
    let request = CreateTokenRequest {
        kind: Kind::Agency.into(),
        code: "refuge-a".into(),
        roles: vec![Role::Administrator.into()],
        name: "Testy McTestface".into(),
        ..CreateTokenRequest::default()
    };
    let made = world.access.create_token(request).await.unwrap();
    let caller = world.caller(&made.token).await.unwrap();
    assert_eq!(caller.organisation.kind, Kind::Agency);
}

#[tokio::test]
async fn a_webhook_gets_a_new_secret_each_time_and_none_when_it_is_taken_away() {
    let world = World::start().await;
    let token = world
        .token(Kind::School, "900001", Role::Administrator)
        .await;
    let mut school = world.client(&token);
    let named = SetWebhookRequest {
        url: "https://school.example.org/hook".into(),
        ..SetWebhookRequest::default()
    };
    let one = school
        .set_webhook(named.clone())
        .await
        .unwrap()
        .into_inner();
    let two = school.set_webhook(named).await.unwrap().into_inner();
    assert!(one.secret.starts_with("whsec_") && two.secret.starts_with("whsec_"));
    assert_ne!(one.secret, two.secret);
    let away = school.set_webhook(SetWebhookRequest::default()).await;
    assert_eq!(away.unwrap().into_inner().secret, "");
    let plain = SetWebhookRequest {
        url: "http://school.example.org/hook".into(),
        ..SetWebhookRequest::default()
    };
    let refused = problem(&school.set_webhook(plain).await.unwrap_err());
    assert_eq!(refused.fields()[0].path, "url");
}
