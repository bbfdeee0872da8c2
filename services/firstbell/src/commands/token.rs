//! `firstbell token`: makes, lists and revokes tokens.

use super::organisation::{KindWord, RoleWord, organisation_text, roles_text};
use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::access::v1::{
    CreateTokenRequest, CreateTokenResponse, ListTokensRequest, OrganisationKind,
    RevokeTokenRequest, Role, TokenInfo, access_service_client::AccessServiceClient,
};
use serde_json::json;

const EXAMPLE: &str = "\
Examples:
  firstbell token create --kind school --code 100000 --role key-adult --contact dsl-1 > dsl.token
  firstbell token list --kind school --code 100000
  firstbell token revoke 0f3a…";

/// What `token` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct TokenArgs {
    #[command(subcommand)]
    verb: TokenVerb,
}

#[derive(clap::Subcommand)]
enum TokenVerb {
    /// Make a token and print it, once, on standard output.
    Create(CreateArgs),
    /// Make a token worthless at once.
    Revoke {
        /// The token's id, as `token list` shows it.
        token_id: String,
    },
    /// List tokens, never the tokens themselves.
    List {
        /// Only those of organisations of this kind.
        #[arg(long, requires = "code")]
        kind: Option<KindWord>,
        /// Only those of the organisation with this code.
        #[arg(long, requires = "kind")]
        code: Option<String>,
    },
}

#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell token create --kind force --code 43 --role \
    force-sender --name \"Records system\" --days 30 > sender.token"
)]
struct CreateArgs {
    /// Kind of the organisation.
    #[arg(long)]
    kind: KindWord,
    /// Its code.
    #[arg(long)]
    code: String,
    /// A role of the holder; may be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<RoleWord>,
    /// The contact whom the token is for, so that a confirmation has a name.
    #[arg(
        long,
        value_name = "ID",
        required_unless_present = "name",
        conflicts_with = "name"
    )]
    contact: Option<String>,
    /// Name of a person or system that is no contact.
    #[arg(long)]
    name: Option<String>,
    /// How long it is good, in days.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
}

pub(super) async fn run(
    args: &TokenArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let mut access = AccessServiceClient::new(hub);
    match &args.verb {
        TokenVerb::Create(args) => {
            let made = access
                .create_token(create_request(args))
                .await?
                .into_inner();
            show_created(&made, output)?;
        }
        TokenVerb::Revoke { token_id } => {
            let request = RevokeTokenRequest {
                token_id: token_id.clone(),
            };
            access.revoke_token(request).await?;
            show_revoked(token_id, output)?;
        }
        TokenVerb::List { kind, code } => {
            let request = ListTokensRequest {
                kind: kind
                    .map_or(OrganisationKind::Unspecified, Into::into)
                    .into(),
                code: code.clone().unwrap_or_default(),
            };
            let listed = access.list_tokens(request).await?.into_inner();
            show_list(&listed.tokens, output)?;
        }
    }
    Ok(Exit::Done)
}

fn create_request(args: &CreateArgs) -> CreateTokenRequest {
    CreateTokenRequest {
        kind: OrganisationKind::from(args.kind).into(),
        code: args.code.clone(),
        roles: args
            .roles
            .iter()
            .map(|&role| Role::from(role).into())
            .collect(),
        contact_id: args.contact.clone().unwrap_or_default(),
        name: args.name.clone().unwrap_or_default(),
        days: args.days,
        command_id: String::new(),
    }
}

/// Standard output has the token and nothing else, so that it can go straight into a file.
fn show_created(made: &CreateTokenResponse, output: &mut Output) -> Result<(), CommandError> {
    let expires = moment(made.expires_at);
    if output.is_json() {
        return output.object(&json!({
            "token_id": made.token_id, "token": made.token, "expires_at": expires
        }));
    }
    eprintln!(
        "token {} is good until {expires}; it is shown this once",
        made.token_id
    );
    output.line(&made.token)
}

fn show_revoked(token_id: &str, output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        return output.object(&json!({"token_id": token_id, "revoked": true}));
    }
    output.line(&format!("token {token_id} is revoked"))
}

fn show_list(tokens: &[TokenInfo], output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        return tokens.iter().try_for_each(|token| {
            output.object(&json!({
                "token_id": token.token_id,
                "organisation": organisation_text(token.organisation.as_ref()),
                "roles": roles_text(token.roles()),
                "contact_id": token.contact_id,
                "expires_at": moment(token.expires_at),
                "revoked": token.revoked,
            }))
        });
    }
    let rows = tokens.iter().map(|token| {
        vec![
            token.token_id.clone(),
            organisation_text(token.organisation.as_ref()),
            roles_text(token.roles()),
            token.contact_id.clone(),
            moment(token.expires_at),
            if token.revoked { "revoked" } else { "" }.to_owned(),
        ]
    });
    output.table(&["id", "for", "roles", "contact", "until", ""], rows)
}

fn moment(at: Option<prost_types::Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}
