//! `firstbell watch`: one line for each change, live, without content.

mod text;

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use host::problem::{Code, Problem};
use proto::{
    police::v1::{
        NotificationChange, WatchNotificationsRequest, police_service_client::PoliceServiceClient,
    },
    schools::v1::{InboxChange, WatchInboxRequest, inbox_service_client::InboxServiceClient},
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tonic::{Response, Status, Streaming};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

const EXAMPLE: &str = "\
Examples:
  firstbell watch inbox --token-file dsl.token
  firstbell watch notifications --json

Each line says that something changed, never what it is about; names, schools and references stay
inside. After a lost connection it goes on where it was. Ends with Ctrl-C.";

/// What `watch` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct WatchArgs {
    /// What to follow.
    what: What,
    /// Begin after this change: the `at` of the last one seen.
    #[arg(long, value_name = "AT", default_value = "")]
    after: String,
}

/// What can be followed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum What {
    /// The cards of a school, for its Key Adults.
    Inbox,
    /// The notifications of a force, for its senders and coordinators.
    Notifications,
}

/// A change in a stream.
trait Change {
    fn at(&self) -> &str;
    fn show(&self, output: &mut Output) -> Result<(), CommandError>;
}

/// Follows until `stop` is cancelled, and over lost connections.
pub async fn run(
    args: &WatchArgs,
    hub: Hub,
    output: &mut Output,
    stop: CancellationToken,
) -> Result<Exit, CommandError> {
    let after = args.after.clone();
    let following = async {
        match args.what {
            What::Inbox => {
                let open = async |after| {
                    let mut inbox = InboxServiceClient::new(hub.clone());
                    inbox.watch_inbox(WatchInboxRequest { after }).await
                };
                follow(open, after, output).await
            }
            What::Notifications => {
                let open = async |after| {
                    let mut police = PoliceServiceClient::new(hub.clone());
                    police
                        .watch_notifications(WatchNotificationsRequest { after })
                        .await
                };
                follow(open, after, output).await
            }
        }
    };
    tokio::select! {
        error = following => Err(error),
        () = stop.cancelled() => Ok(Exit::Done),
    }
}

/// Follows for ever; ends only with what makes going on pointless.
async fn follow<T: Change>(
    open: impl AsyncFn(String) -> Result<Response<Streaming<T>>, Status>,
    mut after: String,
    output: &mut Output,
) -> CommandError {
    let mut pause = FIRST_PAUSE;
    loop {
        let ended = match open(after.clone()).await {
            Ok(stream) => {
                pause = FIRST_PAUSE;
                show_all(stream.into_inner(), &mut after, output).await
            }
            Err(status) => Err(status.into()),
        };
        if let Err(error) = ended
            && !passes(&error)
        {
            return error;
        }
        eprintln!("firstbell: the hub is away; going on when it is back");
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

async fn show_all<T: Change>(
    mut stream: Streaming<T>,
    after: &mut String,
    output: &mut Output,
) -> Result<(), CommandError> {
    while let Some(change) = stream.message().await? {
        change.show(output)?;
        change.at().clone_into(after);
    }
    Ok(())
}

/// Whether waiting may help.
fn passes(error: &CommandError) -> bool {
    matches!(error, CommandError::Refused(problem) if passes_by_itself(problem))
}

fn passes_by_itself(problem: &Problem) -> bool {
    let code = problem.code();
    matches!(
        code,
        Code::Unavailable | Code::Timeout | Code::NoSpace | Code::Internal
    )
}

impl Change for InboxChange {
    fn at(&self) -> &str {
        &self.at
    }

    fn show(&self, output: &mut Output) -> Result<(), CommandError> {
        text::card(self, output)
    }
}

impl Change for NotificationChange {
    fn at(&self) -> &str {
        &self.at
    }

    fn show(&self, output: &mut Output) -> Result<(), CommandError> {
        text::notification(self, output)
    }
}
