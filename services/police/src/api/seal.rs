//! Seals a checked notification: each personal value once, here, where it enters.
//!
//! In reading order: [`prints`] tells later whether something changed without opening it; keys are
//! made durable first, then the shared part and each child line are sealed under keys of their own.

mod prints;

use super::{
    check::Checked,
    erased::NoKeys,
    failure::{self, failed},
    screen::{Screened, name_words},
};
use crate::{
    domain::{NotificationId, ids::LineId},
    wire::stored::{HeldText, KeptLine, Prints},
};
use host::problem::Problem;
use jiff::tz::TimeZone;
use keys::{KeyError, KeyId, Sealer};
use prost::Message;
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, IncidentTimes, Notification, ResidenceArea, SealedChild,
    SealedShared, SharedContent, SharedIdentity,
};
use proto::sealing::{FieldClass, Sealed};

pub(super) use self::prints::Printer;

/// Seals one notification.
pub(super) struct Seal<'a> {
    /// Seals under the grants of this service.
    pub(super) sealer: &'a Sealer,
    /// The notification.
    pub(super) id: NotificationId,
    /// Prints of the notification itself.
    printer: Printer,
}

// === impl Seal ===

impl<'a> Seal<'a> {
    /// Makes the keys of the notification and of these lines, durably, where they are not there yet.
    pub(super) async fn with_keys(
        sealer: &'a Sealer,
        id: NotificationId,
        lines: &[LineId],
    ) -> Result<Self, NoKeys> {
        let ids: Vec<KeyId> = std::iter::once(id.key())
            .chain(lines.iter().flat_map(|line| [line.key(), line.area_key()]))
            .collect();
        match sealer.make(&ids).await {
            Ok(()) => Ok(Self::with_known_key(sealer, id).await?),
            Err(KeyError::Destroyed) => Err(NoKeys::look(sealer.keys(), id, lines).await?),
            Err(error) => Err(failure::key(error).into()),
        }
    }

    /// For a notification whose keys were made before.
    pub(super) async fn with_known_key(
        sealer: &'a Sealer,
        id: NotificationId,
    ) -> Result<Self, Problem> {
        let printer = Printer::of(sealer, &id.key(), FieldClass::Identity).await?;
        Ok(Self {
            sealer,
            id,
            printer,
        })
    }

    /// The print of a whole request.
    pub(super) fn request_print(&self, canonical: &Notification) -> Vec<u8> {
        self.printer.print("request", &[&canonical.encode_to_vec()])
    }

    /// The print of a text that is released.
    pub(super) fn text_print(&self, content: &ChildContent) -> Vec<u8> {
        self.printer.print("text", &[&content.encode_to_vec()])
    }

    /// The shared part and what tells whether it changes.
    pub(super) async fn shared(
        &self,
        checked: &Checked,
        london: &TimeZone,
    ) -> Result<(SealedShared, Prints), Problem> {
        let n = &checked.notification;
        let referral = n.referral.clone().unwrap_or_default();
        let identity = SharedIdentity {
            reference: n.reference.clone(),
            referral_reference: referral.reference,
        };
        let content = SharedContent {
            place: n.place.clone(),
            police_actions: n.police_actions.clone(),
            parties: n.parties.clone(),
        };
        let times = IncidentTimes {
            occurred_at_ms: checked.occurred_at.as_millisecond(),
            known_at_ms: checked.known_at.as_millisecond(),
        };
        let incident = london.to_datetime(checked.occurred_at);
        let key = self.id.key();
        let sealed = SealedShared {
            incident_date: incident.date().to_string(),
            incident_hour: u32::from(incident.hour().unsigned_abs()),
            urgent: n.urgent,
            risk_grade: n.risk_grade,
            risk_tool: n.risk_tool,
            referral_sent: referral.sent,
            previous_incidents: n.previous_incidents,
            identity: Some(self.seal(&key, FieldClass::Identity, &identity).await?),
            content: Some(self.seal(&key, FieldClass::Content, &content).await?),
            times: Some(self.seal(&key, FieldClass::Time, &times).await?),
        };
        let prints = self.shared_prints(&sealed, &identity, &content, &times);
        Ok((sealed, prints))
    }

    fn shared_prints(
        &self,
        sealed: &SealedShared,
        identity: &SharedIdentity,
        content: &SharedContent,
        times: &IncidentTimes,
    ) -> Prints {
        let clear = [
            sealed.risk_grade.to_be_bytes(),
            sealed.risk_tool.to_be_bytes(),
            i32::from(sealed.referral_sent).to_be_bytes(),
            sealed.previous_incidents.to_be_bytes(),
        ];
        let (content, times) = (content.encode_to_vec(), times.encode_to_vec());
        let urgent = [u8::from(sealed.urgent)];
        Prints {
            material: self
                .printer
                .print("shared material", &[&content, &times, &urgent]),
            rest: self
                .printer
                .print("shared rest", &[&identity.encode_to_vec(), &clear.concat()]),
        }
    }

    /// One child line, its text parted by the screen, with what stays inside.
    pub(super) async fn child(
        &self,
        line: LineId,
        child: &Child,
        screened: Screened,
    ) -> Result<(SealedChild, KeptLine), Problem> {
        let printer = Printer::of(self.sealer, &line.key(), FieldClass::Content).await?;
        let nobody = ChildIdentity::default();
        let identity = child.identity.as_ref().unwrap_or(&nobody);
        let held = self.held(line, child, &screened).await?;
        let sealed = SealedChild {
            line_id: line.to_string(),
            line: child.line,
            owner_force: child.residence_force.clone(),
            hidden_location: child.hidden_location,
            text_held: held.is_some(),
            identity: Some(
                self.seal(&line.key(), FieldClass::Identity, identity)
                    .await?,
            ),
            content: Some(self.content(line, &screened.public).await?),
            area: self.area(line, child).await?,
        };
        let kept = KeptLine {
            line_id: line.to_string(),
            prints: Some(line_prints(&printer, child)),
            name_prints: name_words(identity)
                .iter()
                .map(|word| printer.word(word))
                .collect(),
            held,
        };
        Ok((sealed, kept))
    }

    /// A child's text under the key of its line.
    pub(super) async fn content(
        &self,
        line: LineId,
        content: &ChildContent,
    ) -> Result<Sealed, Problem> {
        self.seal(&line.key(), FieldClass::Content, content).await
    }

    async fn held(
        &self,
        line: LineId,
        child: &Child,
        screened: &Screened,
    ) -> Result<Option<HeldText>, Problem> {
        let (Some(whole), false) = (&child.content, screened.held.is_empty()) else {
            return Ok(None);
        };
        Ok(Some(HeldText {
            content: Some(self.content(line, whole).await?),
            fields: screened.held.clone(),
        }))
    }

    async fn area(&self, line: LineId, child: &Child) -> Result<Option<Sealed>, Problem> {
        if child.residence_council.is_empty() && child.responsible_council.is_empty() {
            return Ok(None);
        }
        let area = ResidenceArea {
            residence_council: child.residence_council.clone(),
            responsible_council: child.responsible_council.clone(),
        };
        self.seal(&line.area_key(), FieldClass::Area, &area)
            .await
            .map(Some)
    }

    async fn seal<M: Message>(
        &self,
        key: &KeyId,
        class: FieldClass,
        plain: &M,
    ) -> Result<Sealed, Problem> {
        let sealed = self.sealer.seal(key, class, plain).await;
        sealed.map_err(|error| match error {
            keys::SealError::Key(error) => failure::key(error),
            keys::SealError::Cipher => failed(&error),
        })
    }
}

fn line_prints(printer: &Printer, child: &Child) -> Prints {
    let identity = child.identity.as_ref().map(Message::encode_to_vec);
    let content = child.content.as_ref().map(Message::encode_to_vec);
    let (identity, content) = (identity.unwrap_or_default(), content.unwrap_or_default());
    let hidden = [u8::from(child.hidden_location)];
    let rest = [
        child.residence_force.as_bytes(),
        child.residence_council.as_bytes(),
        child.responsible_council.as_bytes(),
        &[u8::from(child.release_text)],
    ];
    Prints {
        material: printer.print("line material", &[&identity, &content, &hidden]),
        rest: printer.print("line rest", &rest),
    }
}
