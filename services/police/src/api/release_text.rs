//! Lets held text go, as it stands or edited.

use super::{
    Parts, caller::Caller, check::check_content, correct::line_id, failure, marks, seal::Seal,
};
use crate::domain::{Command, Notification, NotificationId, Notifications};
use host::problem::Problem;
use journal::{CommandId, Reserve, decider};
use policy::Action;
use proto::police::v1::{ChildContent, ReleaseTextRequest, ReleaseTextResponse};
use proto::sealing::Sealed;

impl Parts {
    pub(super) async fn release_text(
        &self,
        caller: &Caller,
        request: ReleaseTextRequest,
    ) -> Result<ReleaseTextResponse, Problem> {
        let action = Action::NotificationCorrect;
        let (id, state) = self
            .of_caller(caller, action, &request.notification_id)
            .await?;
        let line = request.line;
        let edited = request.content.as_ref();
        let (sealed, print) = self.edited(id, &state, line, edited).await?;
        // The version is part of the id: text that a later correction held again waits anew.
        let version = state.lines.get(&line).map_or(0, |line| line.version);
        let (number, version) = (line.to_be_bytes(), version.to_be_bytes());
        let command = CommandId::derive(&[b"police.release", &id.0, &number, &version, &print]);
        let context = self.context(caller, id, command, Reserve::MayUse);
        let command = Command::Release {
            line,
            edited: sealed,
        };
        let outcome =
            decider::execute::<Notifications>(&self.journal, &id.stream(), &context, &command)
                .await
                .map_err(failure::execute)?;
        let position = outcome.position.unwrap_or_default();
        Ok(ReleaseTextResponse {
            position: marks::write(self.journal.identity(), position),
        })
    }

    /// The edited text, sealed, with what tells it apart; nothing where it goes out as it stands.
    async fn edited(
        &self,
        id: NotificationId,
        state: &Notification,
        line: u32,
        content: Option<&ChildContent>,
    ) -> Result<(Option<Sealed>, Vec<u8>), Problem> {
        let Some(content) = content.filter(|_| state.lines.contains_key(&line)) else {
            return Ok((None, Vec::new()));
        };
        check_content(content)?;
        let line = line_id(id, state, line);
        let seal = Seal::with_keys(&self.sealer, id, &[line])
            .await
            .map_err(|no_keys| no_keys.refused_at("notification_id", "line"))?;
        let print = seal.text_print(content);
        let sealed = seal.content(line, content).await?;
        Ok((Some(sealed), print))
    }
}
