//! Seals what this service adds, and makes the opaque names it is known by.

use crate::wire::plain::{Actor, ImportedFile, PassedTo};
use jiff::civil::Date;
use journal::{CommandId, StreamName, id::hex};
use keys::{KeyId, KeyKind, OpenError, Opened, SealError, Sealer};
use matching::fold;
use policy::Principal;
use prost::Message;
use proto::{
    access::v1::Role,
    police::v1::{ChildIdentity, Party},
    schools::v1::{Confirmer, CouncilRef, SchoolRef},
    sealing::{FieldClass, Sealed},
};

/// Seals and names for the schools service.
#[derive(Clone)]
pub struct Seals {
    sealer: Sealer,
}

// === impl Seals ===

impl Seals {
    /// Seals with this sealer.
    pub fn new(sealer: Sealer) -> Self {
        Self { sealer }
    }

    /// The sealer behind it.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Opens a value; none where its key is destroyed or it was never there.
    pub async fn open<M: Message + Default>(
        &self,
        sealed: Option<&Sealed>,
    ) -> Result<Option<M>, OpenError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        Ok(match self.sealer.open(sealed).await? {
            Opened::Plain(value) => Some(value),
            Opened::Destroyed => None,
        })
    }

    /// As [`Seals::open`], for what is only shown: a value that was changed, or that is not for this
    /// service, counts as absent, so that one bad value hides itself and nothing else.
    pub async fn open_to_show<M: Message + Default>(
        &self,
        sealed: Option<&Sealed>,
    ) -> Result<Option<M>, OpenError> {
        match self.open(sealed).await {
            Err(error @ (OpenError::Corrupt | OpenError::NotGranted)) => {
                tracing::error!(%error, "a sealed value is shown as absent");
                Ok(None)
            }
            opened => opened,
        }
    }

    /// A school, under the line's key.
    pub async fn school(&self, line: [u8; 16], school: &SchoolRef) -> Result<Sealed, SealError> {
        let key = KeyId::of(KeyKind::ChildLine, line);
        self.sealer.seal(&key, FieldClass::Location, school).await
    }

    /// Anything that says where a child is, under the line's key.
    pub async fn location<M: Message>(
        &self,
        line: [u8; 16],
        value: &M,
    ) -> Result<Sealed, SealError> {
        let key = KeyId::of(KeyKind::ChildLine, line);
        self.sealer.seal(&key, FieldClass::Location, value).await
    }

    /// A council, under the line's area key.
    pub async fn council(&self, line: [u8; 16], code: &str) -> Result<Sealed, SealError> {
        let key = KeyId::of(KeyKind::Area, line);
        let council = CouncilRef {
            code: code.to_owned(),
        };
        self.sealer.seal(&key, FieldClass::Area, &council).await
    }

    /// Who acted, under a key of this record.
    pub async fn confirmer(
        &self,
        command: CommandId,
        principal: &Principal,
    ) -> Result<Sealed, SealError> {
        self.record(command, &person(principal)).await
    }

    /// Who changed what the hub works from, and for which organisation, under a key of this record.
    pub async fn changed_by(
        &self,
        command: CommandId,
        principal: &Principal,
    ) -> Result<Sealed, SealError> {
        let actor = Actor {
            person: Some(person(principal)),
            organisation_kind: principal.organisation.kind.into(),
            organisation: principal.organisation.code.clone(),
        };
        self.record(command, &actor).await
    }

    /// The school that a record is about, under a key of this record.
    pub async fn recorded_school(
        &self,
        command: CommandId,
        urn: &str,
    ) -> Result<Sealed, SealError> {
        let school = SchoolRef {
            urn: urn.to_owned(),
            ..SchoolRef::default()
        };
        self.record_of(command, FieldClass::Location, &school).await
    }

    /// The file that a record is about, under a key of this record.
    pub async fn imported_file(
        &self,
        command: CommandId,
        version: &str,
    ) -> Result<Sealed, SealError> {
        let file = ImportedFile {
            version: version.to_owned(),
        };
        self.record_of(command, FieldClass::Location, &file).await
    }

    /// Whom an alert was passed to, under a key of this record.
    pub async fn passed_to(
        &self,
        command: CommandId,
        contact_id: &str,
    ) -> Result<Sealed, SealError> {
        let to = PassedTo {
            contact_id: contact_id.to_owned(),
        };
        self.record(command, &to).await
    }

    async fn record<M: Message>(&self, command: CommandId, value: &M) -> Result<Sealed, SealError> {
        self.record_of(command, FieldClass::Identity, value).await
    }

    async fn record_of<M: Message>(
        &self,
        command: CommandId,
        class: FieldClass,
        value: &M,
    ) -> Result<Sealed, SealError> {
        let key = KeyId::of(KeyKind::Record, *command.as_bytes());
        let made = self.sealer.make(std::slice::from_ref(&key)).await;
        made.map_err(SealError::Key)?;
        self.sealer.seal(&key, class, value).await
    }

    /// Names the day of a school.
    pub fn school_day(&self, urn: &str, date: Date) -> [u8; 16] {
        let date = date.to_string();
        self.half("schools.day", &[urn.as_bytes(), date.as_bytes()])
    }

    /// Names an import by all that makes it this one and no other.
    pub fn import(&self, parts: &[&[u8]]) -> [u8; 16] {
        self.half("schools.import", parts)
    }

    /// Names a model of weights, or what is in use of them.
    pub fn model(&self, name: &str) -> [u8; 16] {
        self.half("schools.model", &[name.as_bytes()])
    }

    /// Names the content of a file.
    pub fn content(&self, version: &str) -> String {
        hex(&self.half("schools.content", &[version.as_bytes()]))
    }

    /// An id that names nobody outside this stream.
    pub fn actor(&self, stream: &StreamName, principal: &Principal) -> String {
        let parts = [stream.as_str().as_bytes(), principal.id.as_bytes()];
        hex(&self.half("actor", &parts))
    }

    /// Names an alert: from line, school and attempt.
    pub fn alert_id(&self, line: [u8; 16], urn: &str, attempt: usize) -> String {
        let attempt = (attempt as u64).to_be_bytes();
        hex(&self.half("schools.alert", &[&line, urn.as_bytes(), &attempt]))
    }

    /// Names an enquiry: from line, school and attempt.
    pub fn enquiry_id(&self, line: [u8; 16], urn: &str, attempt: usize) -> String {
        let attempt = (attempt as u64).to_be_bytes();
        hex(&self.half("schools.enquiry", &[&line, urn.as_bytes(), &attempt]))
    }

    /// Names a version of a calendar within one line.
    pub fn calendar_version(&self, line: [u8; 16], version: &str) -> String {
        hex(&self.half("schools.calendar", &[&line, version.as_bytes()]))
    }

    /// What views call a school.
    pub fn school_tag(&self, urn: &str) -> String {
        hex(&self.half("schools.view.school", &[urn.as_bytes()]))
    }

    /// What views call a council.
    pub fn council_tag(&self, code: &str) -> String {
        hex(&self.half("schools.view.council", &[code.as_bytes()]))
    }

    /// What views call a child, for linking possible duplicates: none without name and birth date.
    pub fn child_tag(&self, child: &ChildIdentity) -> Option<String> {
        let names = [fold(&child.forename), fold(&child.surname)];
        let whole = names.iter().all(|name| !name.is_empty()) && !child.date_of_birth.is_empty();
        whole.then(|| {
            let parts = [
                names[0].as_bytes(),
                names[1].as_bytes(),
                child.date_of_birth.as_bytes(),
            ];
            hex(&self.half("schools.view.child", &parts))
        })
    }

    /// What views call a person by name, to find conflicts of interest: none without a whole name.
    pub fn person_tag(&self, name: &str) -> Option<String> {
        let folded = fold(name);
        let mut words = folded.split(' ').filter(|word| !TITLES.contains(word));
        // A middle name or a title more or less makes nobody somebody else.
        let (first, last) = (words.next()?, words.next_back()?);
        let parts = [first.as_bytes(), last.as_bytes()];
        Some(hex(&self.half("schools.view.person", &parts)))
    }

    /// What views call a party.
    pub fn party_tag(&self, party: &Party) -> Option<String> {
        self.person_tag(&format!("{} {}", party.forename, party.surname))
    }

    fn half(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 16] {
        let whole = self.sealer.opaque(purpose, parts);
        let mut half = [0; 16];
        half.copy_from_slice(&whole[..16]);
        half
    }
}

const TITLES: [&str; 11] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lady",
];

fn person(principal: &Principal) -> Confirmer {
    Confirmer {
        name: principal.name.clone(),
        role: role_name(principal).to_owned(),
    }
}

/// The role a person acts in, as the force and the record show it.
fn role_name(principal: &Principal) -> &'static str {
    const NAMES: [(Role, &str); 7] = [
        (Role::KeyAdult, "key adult"),
        (Role::Head, "head"),
        (Role::ForceCoordinator, "force coordinator"),
        (Role::DutyDesk, "duty desk"),
        (Role::HiddenLocationOfficer, "hidden-location officer"),
        (Role::HubOperator, "hub operator"),
        (Role::RecordsFeed, "record system"),
    ];
    NAMES
        .into_iter()
        .find(|(role, _)| principal.holds(*role))
        .map_or("other", |(_, name)| name)
}
