//! The way to a running hub: one channel, with the token on every call.

use crate::{cli::Connection, error::CommandError};
use std::{env, fs, net::IpAddr, time::Duration};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, ClientTlsConfig, Endpoint, Uri},
};

/// Environment variable that holds the token where no file does.
pub const TOKEN_VARIABLE: &str = "FIRSTBELL_TOKEN";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A hub that is gone without a word is noticed after at most two of these.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The channel that generated clients are made from.
pub type Hub = InterceptedService<Channel, Bearer>;

/// Puts the token on every call.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

/// A channel to the hub. It connects with the first call and again whenever it must.
///
/// Must be called within the runtime.
pub fn connect(connection: &Connection) -> Result<Hub, CommandError> {
    connect_as(&connection.hub, &token(connection)?)
}

/// As [`connect`], with a token that is at hand.
pub fn connect_as(hub: &str, token: &str) -> Result<Hub, CommandError> {
    let bearer = Bearer::from_token(token)?;
    let uri: Uri = hub.parse().map_err(|_| {
        CommandError::Usage("--hub is no address: write it as https://hub.example.org")
    })?;
    let mut endpoint = Endpoint::from(uri.clone())
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_while_idle(true);
    match uri.scheme_str() {
        Some("https") => {
            let roots = ClientTlsConfig::new().with_native_roots();
            endpoint = endpoint
                .tls_config(roots)
                .map_err(CommandError::Connection)?;
        }
        Some("http") if is_this_machine(&uri) => {}
        Some("http") => {
            return Err(CommandError::Usage(
                "--hub with http:// would send the token in the clear over the network: use https://",
            ));
        }
        _ => {
            return Err(CommandError::Usage(
                "--hub must begin with https://, or with http:// for a hub on this machine",
            ));
        }
    }
    Ok(InterceptedService::new(endpoint.connect_lazy(), bearer))
}

fn is_this_machine(uri: &Uri) -> bool {
    uri.host().is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

/// From the file if one is named, else from the environment; never from the command line, where
/// every user of the machine could read it.
pub fn token(connection: &Connection) -> Result<String, CommandError> {
    if let Some(file) = &connection.token_file {
        return fs::read_to_string(file).map_err(CommandError::no_input("--token-file"));
    }
    env::var(TOKEN_VARIABLE).map_err(|_| {
        CommandError::Token("no token: name its file with --token-file or set FIRSTBELL_TOKEN")
    })
}

// === impl Bearer ===

impl Bearer {
    fn from_token(token: &str) -> Result<Self, CommandError> {
        let mut value: MetadataValue<Ascii> = format!("Bearer {}", token.trim())
            .parse()
            .map_err(|_| CommandError::Token("the token holds characters that no token has"))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request
            .metadata_mut()
            .insert("authorization", self.0.clone());
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn connection(hub: &str, token: &str) -> (Connection, tempfile::NamedTempFile) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "{token}").unwrap();
        let connection = Connection {
            hub: hub.to_owned(),
            token_file: Some(file.path().to_owned()),
        };
        (connection, file)
    }

    #[tokio::test]
    async fn plain_http_is_only_for_a_hub_on_this_machine() {
        for (hub, taken) in [
            ("http://127.0.0.1:8420", true),
            ("http://localhost:8420", true),
            ("http://[::1]:8420", true),
            ("https://hub.example.org", true),
            ("http://hub.example.org", false),
            ("http://127.0.0.1.example.org", false),
            ("ftp://127.0.0.1", false),
            ("127.0.0.1:8420", false),
            ("no address", false),
        ] {
            let (connection, _file) = connection(hub, "fb_test");
            assert_eq!(connect(&connection).is_ok(), taken, "{hub}");
        }
    }

    #[tokio::test]
    async fn a_token_file_that_is_not_there_is_named_by_its_option() {
        let (mut connection, _file) = connection("http://127.0.0.1:1", "fb_test");
        connection.token_file = Some("/no/such/file".into());
        let error = connect(&connection).err().unwrap();
        assert_eq!(error.to_string(), "read the file of --token-file");
    }

    #[tokio::test]
    async fn a_token_with_control_characters_is_refused_without_being_repeated() {
        let (connection, _file) = connection("http://127.0.0.1:1", "fb_\u{7}secret");
        let error = connect(&connection).err().unwrap();
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn the_token_is_marked_so_that_no_debug_form_shows_it() {
        let bearer = Bearer::from_token("fb_secret\n").unwrap();
        assert!(!format!("{:?}", bearer.0).contains("secret"));
        assert_eq!(bearer.0.as_bytes(), b"Bearer fb_secret");
    }
}
