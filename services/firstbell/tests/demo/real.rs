//! A hub that runs takes the whole world, refuses nothing, and places every child as its case says.

use crate::{SEED, World};
use clock::{Clock, TurnedClock};
use firstbell::{
    cli::Connection,
    client,
    demo::{
        cases::Case,
        hours::USUAL,
        people,
        post_room::PostRoom,
        script::Target,
        town::{CALENDAR, FORCE, LINKS, SCHOOLS},
    },
    hub::{Folders, Hub},
};
use host::{config::Config, readiness::Readiness};
use keys::{KeyStore, MadeFor, MasterKey};
use proto::{
    access::v1::{
        CreateTokenRequest, Organisation, OrganisationKind, RegisterOrganisationRequest, Role,
        SetContactRequest,
    },
    police::v1::{
        Accountable, ChildStatus, GetNotificationRequest, SubmitNotificationRequest,
        SubmitNotificationResponse, police_service_client::PoliceServiceClient,
    },
    schools::v1::{
        ImportChunk, ImportHeader, ImportReport, directory_service_client::DirectoryServiceClient,
    },
};
use std::{collections::BTreeMap, io::Write, path::Path, sync::Arc, time::Duration};

/// A hub at the beginning of the evening.
struct Evening {
    hub: Hub,
    clock: Arc<TurnedClock>,
}

impl Evening {
    async fn begin(folder: &Path) -> Self {
        let post_room = PostRoom::open().await.unwrap();
        let mut config = Config {
            data: folder.to_owned(),
            listen: ([127, 0, 0, 1], 0).into(),
            ..Config::default()
        };
        config.smtp.host = post_room.address.ip().to_string();
        config.smtp.port = post_room.address.port();
        "hub@example.org".clone_into(&mut config.smtp.from);
        config.smtp.starttls = false;
        let folders = Folders::below(&config.data);
        folders.make().unwrap();
        let master = MasterKey::generate_file(&folders.master_key()).unwrap();
        KeyStore::init(&folders.keys, &master, MadeFor::Tests).unwrap();
        let clock = Arc::new(TurnedClock::new(USUAL.at(17, 0)));
        let hub = Hub::start(&config, clock.clone(), Readiness::new())
            .await
            .unwrap();
        Self { hub, clock }
    }

    /// Waits until schools has heard of every contact: whoever cannot be asked is not asked.
    async fn settle(&self) {
        let settled = async {
            while !self.hub.is_settled(self.clock.now()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let patience = Duration::from_secs(60);
        tokio::time::timeout(patience, settled).await.unwrap();
    }

    fn door(&self, token: &str) -> client::Hub {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        write!(file, "{token}").unwrap();
        let connection = Connection {
            hub: format!("http://{}", self.hub.address),
            token_file: Some(file.path().to_owned()),
        };
        client::connect(&connection).unwrap()
    }

    async fn name_contacts(&self, world: &World) {
        let access = &self.hub.access;
        for contact in people::contacts(&world.town, USUAL, SEED) {
            let organisation = Organisation {
                kind: contact.kind,
                code: contact.code.clone(),
                name: "Made up".to_owned(),
            };
            let request = RegisterOrganisationRequest {
                organisation: Some(organisation),
            };
            access.register_organisation(request).await.unwrap();
            let request = SetContactRequest {
                contact: Some(contact),
            };
            access.set_contact(request).await.unwrap();
        }
    }

    async fn import(&self, world: &World) {
        let token = self.hub.access.bootstrap_operator_token().await.unwrap();
        let mut directory = DirectoryServiceClient::new(self.door(&token));
        let plain = |bytes: &[u8]| file(bytes.to_vec(), ImportHeader::default());
        taken_whole(directory.import_schools(plain(SCHOOLS)).await);
        taken_whole(directory.import_links(plain(LINKS)).await);
        taken_whole(directory.import_calendar(plain(CALENDAR)).await);
        for roll in world.pupils.rolls(&world.town, USUAL) {
            let header = ImportHeader {
                as_at: roll.as_at.to_string(),
                schools: roll.schools,
                ..ImportHeader::default()
            };
            taken_whole(directory.import_roll(file(roll.csv, header)).await);
        }
    }

    async fn police(&self) -> PoliceServiceClient<client::Hub> {
        let request = CreateTokenRequest {
            kind: OrganisationKind::Force.into(),
            code: FORCE.to_owned(),
            roles: vec![Role::ForceCoordinator.into()],
            contact_id: people::COORDINATOR.to_owned(),
            days: 1,
            ..CreateTokenRequest::default()
        };
        let token = self.hub.access.create_token(request).await.unwrap().token;
        PoliceServiceClient::new(self.door(&token))
    }
}

fn file(data: Vec<u8>, header: ImportHeader) -> impl futures::Stream<Item = ImportChunk> {
    let header = Some(header);
    futures::stream::iter([ImportChunk { header, data }])
}

fn taken_whole(answer: Result<tonic::Response<ImportReport>, tonic::Status>) {
    let report = answer.unwrap().into_inner();
    assert!(report.refused.is_empty() && report.rows_read > 0);
}

/// Submits everything at its time, and says where each child stands by then.
async fn submit(evening: &Evening, world: &World) -> BTreeMap<Target, ChildStatus> {
    let mut police = evening.police().await;
    let mut placed = BTreeMap::new();
    for one in &world.script.submissions {
        evening.clock.turn_to(one.at);
        let notification = Some(one.notification.clone());
        let answer = police
            .submit_notification(SubmitNotificationRequest { notification })
            .await
            .unwrap()
            .into_inner();
        let held = answer
            .children
            .iter()
            .filter(|child| !child.held.is_empty());
        assert_eq!(held.count(), usize::from(one.case == Some(Case::HeldText)));
        let children = settled(&mut police, answer, expected(one.case).2).await;
        placed.extend(one.targets().into_iter().zip(children));
    }
    placed
}

/// The children once none of them is on its way any more and each has so many alerts; after five
/// seconds as they are.
async fn settled(
    police: &mut PoliceServiceClient<client::Hub>,
    answer: SubmitNotificationResponse,
    alerts: usize,
) -> Vec<ChildStatus> {
    let mut children = Vec::new();
    for _ in 0..1_000 {
        let request = GetNotificationRequest {
            notification_id: answer.notification_id.clone(),
            at_least: answer.position.clone(),
        };
        let answer = police.get_notification(request).await.unwrap();
        children = answer.into_inner().children;
        let is_settled =
            |child: &ChildStatus| child.detail != "in_transit" && child.alerts.len() >= alerts;
        if children.iter().all(is_settled) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    children
}

fn expected(case: Option<Case>) -> (Accountable, &'static str, usize) {
    use Accountable::{Routed, WithCoordinator};
    match case {
        Some(Case::WhichTwin | Case::TooLittle | Case::Namesakes | Case::Moved) => {
            (WithCoordinator, "unsure", 0)
        }
        Some(Case::HiddenUnmatched) => (WithCoordinator, "hidden", 0),
        Some(Case::OnNoRoll | Case::UnderFive) => (WithCoordinator, "unmatched", 0),
        Some(Case::StaleYes | Case::StaleNo) => (WithCoordinator, "asked", 0),
        Some(Case::DualRegistered) => (Routed, "", 2),
        _ => (Routed, "", 1),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_hub_takes_everything_and_places_every_child_as_its_case_says() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::usual();
    let evening = Evening::begin(folder.path()).await;
    evening.name_contacts(&world).await;
    evening.import(&world).await;
    evening.settle().await;

    let placed = submit(&evening, &world).await;

    for one in &world.script.submissions {
        for target in one.targets() {
            let child = &placed[&target];
            let found = (
                child.accountable(),
                child.detail.as_str(),
                child.alerts.len(),
            );
            assert_eq!(found, expected(one.case), "{:?}", one.case);
            let late = child.alerts.iter().any(|alert| alert.late_on_arrival);
            let is_late = matches!(one.case, Some(Case::DaysLate | Case::AfterTheBell));
            assert_eq!(late, is_late, "{:?}", one.case);
        }
    }
    evening.hub.stop().await;
}
