//! A force writes day and month of every birth date in each other's place. Coordinators find the
//! school of each child by hand, until the hub's operator has the hub learn from it.

use crate::code;
use proto::{
    police::v1::{Accountable, Child},
    schools::v1::{
        GetModelRequest, LearnModelRequest, LearnModelResponse, ResolveReason, UseModelRequest,
        UseModelResponse,
    },
};
use serde_json::json;
use tests::{
    caller::{Caller, problem},
    people::{FORCE, PRIMARY, Pupil, incident, pupil},
    world::World,
};
use tonic::Status;

const STANDARD: &str = "standard-2";
/// Reported before anything is learnt.
const REPORTED: usize = 104;
/// Of them, found by a coordinator.
const FOUND: usize = 10;

/// Made-up pupils of the primary school; no two have a name in common.
fn pupils() -> Vec<Pupil> {
    const FIRST: [&str; 12] = [
        "Ba", "De", "Fi", "Go", "Hu", "Ja", "Ke", "Li", "Mo", "Nu", "Pa", "Re",
    ];
    const THEN: [&str; 9] = [
        "bble", "ddle", "ffin", "ggle", "lloon", "mpkin", "nkle", "pple", "zzle",
    ];
    let all = (0..108).map(|nth| {
        let forename = format!("{}{}", FIRST[nth % 12], THEN[nth / 12]);
        let surname = format!("{}{}wick", FIRST[nth / 9], THEN[nth % 9]);
        pupil(&forename, &surname, &born(nth, false))
    });
    all.collect()
}

/// A day of which month and day can be exchanged.
fn born(nth: usize, exchanged: bool) -> String {
    let year = 2015 + nth % 6;
    let (month, day) = (1 + nth % 12, 1 + (nth + 1 + nth / 12) % 12);
    let (month, day) = if exchanged {
        (day, month)
    } else {
        (month, day)
    };
    format!("{year}-{month:02}-{day:02}")
}

/// As this force writes a child down.
fn child(nth: usize) -> Child {
    let mut child = pupils()[nth].child();
    if let Some(identity) = &mut child.identity {
        identity.date_of_birth = born(nth, true);
    }
    child
}

struct Office {
    world: World,
    force: Caller,
    coordinator: Caller,
}

impl Office {
    async fn open() -> Self {
        let world = World::start().await;
        world.roll("2026-11-18", &pupils()).await;
        world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
        Self {
            force: world.force(FORCE).await,
            coordinator: world.coordinator(FORCE).await,
            world,
        }
    }

    /// Everybody is reported, and some are found by hand.
    async fn busy_autumn(&self) {
        for first in (0..REPORTED).step_by(4) {
            let children = (first..first + 4).map(child).collect();
            let notification = incident(&format!("43-{first}"), children);
            self.force.submit(notification).await;
        }
        self.world.settled().await;
        let queue = self.coordinator.queue().await;
        assert_eq!(queue.len(), REPORTED, "nobody is sure of an exchanged date");
        for entry in queue.iter().take(FOUND) {
            let routed = self.coordinator.route(&entry.line_id, PRIMARY).await;
            routed.unwrap();
        }
        self.world.settled().await;
    }

    /// One more report; who answers for the child, and by which weights it was matched.
    async fn one_more(&self, nth: usize) -> (Accountable, Vec<String>) {
        let reference = format!("43-{nth}-{}", self.in_use().await);
        let notification = incident(&reference, vec![child(nth)]);
        let submitted = self.force.submit(notification).await;
        self.world.settled().await;
        let status = self.force.child(&submitted.notification_id).await;
        let line_id = &submitted.children[0].line_id;
        (status.accountable(), self.world.matched_by(line_id).await)
    }

    async fn in_use(&self) -> String {
        let mut door = self.world.operator().matching();
        let model = door.get_model(GetModelRequest {}).await.unwrap();
        model.into_inner().model_version
    }

    async fn learn(&self) -> LearnModelResponse {
        let mut door = self.world.operator().matching();
        let learnt = door.learn_model(LearnModelRequest {}).await;
        learnt.unwrap().into_inner()
    }

    async fn take(&self, version: &str) -> Result<UseModelResponse, Status> {
        let mut door = self.world.operator().matching();
        let request = UseModelRequest {
            model_version: version.to_owned(),
        };
        Ok(door.use_model(request).await?.into_inner())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_coordinators_found_is_learnt_from_and_taken_into_use_by_a_person() {
    // Given a hub with reports, some of which a coordinator decided
    let mut office = Office::open().await;
    office.busy_autumn().await;

    // When the operator has it learn, then the report says what would change, and nothing has changed
    let learnt = office.learn().await;
    assert_eq!(learnt.unfit, "");
    assert_eq!((learnt.in_use.as_str(), learnt.reports), (STANDARD, 104));
    assert_eq!(learnt.decided, 10);
    let became_sure = moved(&learnt, "unsure", "sure");
    assert!(became_sure > 90, "{became_sure}");
    let people = learnt.people_after.unwrap();
    assert_eq!((people.sure_overturned, people.first_overturned), (0, 0));
    assert_eq!(learnt.thresholds_before, learnt.thresholds_after);
    let learnt = learnt.model_version;
    let standard = (Accountable::WithCoordinator, vec![STANDARD.to_owned()]);
    assert_eq!(office.one_more(104).await, standard);

    // When they are taken into use, then the next child is matched by them, surely
    let taken = office.take(&learnt).await.unwrap();
    assert_eq!(taken.before, STANDARD);
    let by_learnt = (Accountable::Routed, vec![learnt.clone()]);
    assert_eq!(office.one_more(105).await, by_learnt);

    // And so it stays after a restart; one can go back; and a backup brings back what it held
    office.world.restart(|_| ()).await;
    assert_eq!(office.one_more(106).await, by_learnt);
    office.world.back_up("learnt").await;
    assert_eq!(office.take(STANDARD).await.unwrap().before, learnt);
    assert_eq!(office.one_more(107).await, standard);
    office.world.restore("learnt").await;
    assert_eq!(office.in_use().await, learnt);
    office.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weights_are_learnt_from_many_reports_by_the_hubs_operator_and_name_nobody() {
    let office = Office::open().await;
    // Given a hub that has just begun
    let operator = office.world.operator();
    let refused = operator.matching().learn_model(LearnModelRequest {}).await;
    let refused = refused.unwrap_err();
    assert_eq!(code(&refused), "conflict");
    assert!(problem(&refused).message().contains("100 reports at least"));
    office.busy_autumn().await;
    let young = office.coordinator.queue().await[0].line_id.clone();
    let reason = ResolveReason::NotOfSchoolAge;
    office.coordinator.close(&young, reason).await.unwrap();
    office.world.settled().await;

    // Then nobody else learns or takes weights, and none that were not learnt here are taken
    let mut door = office.coordinator.matching();
    let refused = door.learn_model(LearnModelRequest {}).await.unwrap_err();
    assert_eq!(code(&refused), "forbidden");
    let use_standard = UseModelRequest {
        model_version: STANDARD.to_owned(),
    };
    let refused = door.use_model(use_standard).await.unwrap_err();
    assert_eq!(code(&refused), "forbidden");
    let unknown = office.take("learnt-00000000").await.unwrap_err();
    assert_eq!(code(&unknown), "not_found");

    // And the report holds no name, no birth date and no id
    let answer = operator.post("/v1/matching/models", &json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["decided"], 11);
    let text = String::from_utf8(answer.bytes).unwrap();
    for pupil in pupils() {
        for value in [&pupil.forename, &pupil.surname, &pupil.born] {
            assert!(!text.contains(value.as_str()), "a report names somebody");
        }
    }
    assert!(!text.contains(&young) && !text.contains(PRIMARY));
    office.world.finish().await;
}

fn moved(learnt: &LearnModelResponse, before: &str, after: &str) -> u32 {
    let mut changes = learnt.identities.iter();
    let change = changes.find(|change| change.before == before && change.after == after);
    change.unwrap().reports
}
