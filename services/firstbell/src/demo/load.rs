//! Tells the demo's hub of its town: schools, links, calendar, rolls, people.

use super::{
    hours::Night,
    people,
    pupils::Pupils,
    stage::{Player, Stage, refused},
    town::{self, Town},
};
use crate::{client::Hub as Channel, error::CommandError};
use policy::{OrganisationKind, Role};
use proto::{
    access::v1::{Organisation, RegisterOrganisationRequest, SetContactRequest},
    schools::v1::{
        ImportChunk, ImportHeader, ImportMode, directory_service_client::DirectoryServiceClient,
    },
};

/// What the hub was told.
pub struct Loaded {
    /// Schools with a roll.
    pub schools: usize,
    /// Pupils on rolls.
    pub pupils: usize,
}

/// Loads everything through the hub's own doors.
pub async fn load(
    stage: &Stage,
    town: &Town,
    pupils: &Pupils,
    night: Night,
    seed: u64,
) -> Result<Loaded, CommandError> {
    let operator = Player::new(OrganisationKind::Operator, "hub", Role::HubOperator, "");
    let channel = stage.as_player(&operator).await?;
    for (kind, code, name) in [
        (OrganisationKind::Force, town::FORCE, "Demo force"),
        (OrganisationKind::Council, town::COUNCIL, "Demo council"),
    ] {
        let organisation = Organisation {
            kind: kind.into(),
            code: code.to_owned(),
            name: name.to_owned(),
        };
        let request = RegisterOrganisationRequest {
            organisation: Some(organisation),
        };
        let access = &stage.hub.access;
        access
            .register_organisation(request)
            .await
            .map_err(refused)?;
    }
    let mut directory = DirectoryServiceClient::new(channel);
    directory.import_schools(upload(town::SCHOOLS)).await?;
    directory.import_links(upload(town::LINKS)).await?;
    directory.import_calendar(upload(town::CALENDAR)).await?;
    let pupils = load_rolls(&mut directory, town, pupils, night).await?;
    for contact in people::contacts(town, night, seed) {
        let request = SetContactRequest {
            contact: Some(contact),
        };
        stage
            .hub
            .access
            .set_contact(request)
            .await
            .map_err(refused)?;
    }
    stage.settle().await;
    Ok(Loaded {
        schools: town.schools.len(),
        pupils,
    })
}

async fn load_rolls(
    directory: &mut DirectoryServiceClient<Channel>,
    town: &Town,
    pupils: &Pupils,
    night: Night,
) -> Result<usize, CommandError> {
    let mut loaded = 0;
    for roll in pupils.rolls(town, night) {
        let header = ImportHeader {
            as_at: roll.as_at.to_string(),
            mode: ImportMode::Whole.into(),
            schools: roll.schools,
        };
        let report = directory
            .import_roll(chunks(Some(header), &roll.csv))
            .await?;
        loaded += usize::try_from(report.into_inner().rows_taken).unwrap_or(usize::MAX);
    }
    Ok(loaded)
}

fn upload(data: &[u8]) -> impl futures::Stream<Item = ImportChunk> + Send + 'static {
    chunks(None, data)
}

const CHUNK: usize = 256 * 1024;

fn chunks(
    header: Option<ImportHeader>,
    data: &[u8],
) -> impl futures::Stream<Item = ImportChunk> + Send + 'static {
    let first = ImportChunk {
        header,
        data: Vec::new(),
    };
    let rest = data.chunks(CHUNK).map(|part| ImportChunk {
        header: None,
        data: part.to_vec(),
    });
    futures::stream::iter([first].into_iter().chain(rest).collect::<Vec<_>>())
}
