//! Organisations and their webhooks.

use super::{Act, Registry, fresh_command, random};
use crate::{
    checks::{NewOrganisation, NewWebhook},
    domain::{OrganisationStream, organisation::Command},
    problems, wire,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use host::problem::Problem;
use journal::Reserve;
use keys::KeyKind;
use policy::{Organisation, OrganisationKind};
use proto::access::v1 as public;

// === impl Registry ===

impl Registry {
    /// Registers an organisation, or gives it another name.
    pub(crate) async fn register_organisation(
        &self,
        by: &str,
        new: NewOrganisation,
    ) -> Result<public::RegisterOrganisationResponse, Problem> {
        let command = Command::Register(wire::OrganisationRegistered {
            kind: new.organisation.kind.into(),
            code: new.organisation.code.clone(),
            name: new.name,
        });
        let position = self.on_organisation(by, &new.organisation, command).await?;
        Ok(public::RegisterOrganisationResponse { position })
    }

    /// Names where an organisation's webhook goes, under a new secret, or takes it away.
    pub(crate) async fn set_webhook(
        &self,
        by: &str,
        new: NewWebhook,
    ) -> Result<public::SetWebhookResponse, Problem> {
        let secret = random::<32>()?;
        let target = match &new.url {
            None => None,
            Some(url) => {
                let plain = public::WebhookTarget {
                    url: url.clone(),
                    secret: secret.to_vec(),
                };
                let about = self.stream_of("webhook", &new.organisation, "").id;
                Some(self.seal(KeyKind::Contact, about, &plain).await?)
            }
        };
        let shown = target.is_some();
        let command = Command::SetWebhook(wire::WebhookSet {
            kind: new.organisation.kind.into(),
            code: new.organisation.code.clone(),
            target,
        });
        let position = self.on_organisation(by, &new.organisation, command).await?;
        let secret = if shown {
            format!("whsec_{}", STANDARD.encode(secret))
        } else {
            String::new()
        };
        Ok(public::SetWebhookResponse { secret, position })
    }

    /// An agency exists once it is registered; the others are known by their public codes.
    pub(super) async fn known(
        &self,
        organisation: &Organisation,
        path: &str,
    ) -> Result<(), Problem> {
        if organisation.kind != OrganisationKind::Agency {
            return Ok(());
        }
        let rows = self.views.current().await.map_err(problems::of_read)?;
        if rows.name_of(organisation).is_none() {
            return Err(Problem::invalid_field(
                path,
                "names no registered agency",
                "have the hub's operator register the agency first",
            ));
        }
        Ok(())
    }

    async fn on_organisation(
        &self,
        by: &str,
        organisation: &Organisation,
        command: Command,
    ) -> Result<String, Problem> {
        let act = Act {
            stream: &self.stream_of("organisation", organisation, ""),
            by,
            command: fresh_command()?,
            reserve: Reserve::Keep,
        };
        let outcome = self.act::<OrganisationStream>(act, &command).await;
        let outcome = outcome.map_err(|error| problems::of_execute(error, problems::never))?;
        self.shown(outcome.position).await
    }
}
