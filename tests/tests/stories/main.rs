//! Stories of one hub, each from an incident to what its people see.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod accountability;
mod broker;
mod cards;
mod corrections;
mod enquiries;
mod erasures;
mod hidden;
mod ladder;
mod learning;
mod moving;
mod not_ours;
mod quality;
mod records;
mod remit;
mod restores;
mod streams;
mod telling;
mod tokens;
mod traces;
mod webhooks;

use proto::police::v1::Notification;
use tests::{
    caller::Caller,
    people::{FORCE, PRIMARY, SECONDARY, incident, pippa},
    world::World,
};

/// A child of the primary school in an incident of the night, and the people around it.
struct Night {
    force: Caller,
    coordinator: Caller,
    lead: Caller,
    /// The other school's.
    other_lead: Caller,
    notification: Notification,
    notification_id: String,
    line_id: String,
}

/// Pippa, on the primary school's roll, in an incident that was just submitted.
async fn night(world: &World) -> Night {
    world.roll("2026-11-18", &[pippa()]).await;
    night_of(world, incident("43-1", vec![pippa().child()])).await
}

/// The same of another notification of one child.
async fn night_of(world: &World, notification: Notification) -> Night {
    let force = world.force(FORCE).await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let other_lead = world.key_adult(SECONDARY, "lead", "Other McTestface").await;
    let submitted = force.submit(notification.clone()).await;
    world.settled().await;
    Night {
        force,
        coordinator: world.coordinator(FORCE).await,
        lead,
        other_lead,
        notification,
        notification_id: submitted.notification_id,
        line_id: submitted.children[0].line_id.clone(),
    }
}

/// The code of a refusal.
fn code(refused: &tonic::Status) -> &'static str {
    tests::caller::problem(refused).code().as_str()
}
