//! E-mail over SMTP: that something waits, never what.

use jiff::{Timestamp, tz::TimeZone};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor,
    message::{Mailbox, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use proto::{access::v1::ContactCard, schools::v1::Rung};
use std::time::Duration;

/// Where mail goes out.
#[derive(Clone)]
pub struct MailSettings {
    /// SMTP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The hub's own address.
    pub from: String,
    /// User and password, where the server asks for them.
    pub credentials: Option<(String, String)>,
    /// Require STARTTLS. Without it the server must be on this machine.
    pub starttls: bool,
    /// PEM of a certificate authority to trust beside the system's.
    pub authority: Option<Vec<u8>>,
}

/// Sends mail, or says that there is no way to.
#[derive(Clone)]
pub struct Mailer(Option<Smtp>);

#[derive(Clone)]
struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why mail cannot be set up, or a message was not taken. Never names a recipient.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// No SMTP server is configured.
    #[error("send mail: no SMTP server is configured")]
    NotConfigured,
    /// The settings are wrong.
    #[error("set up mail: {0} is not valid")]
    Settings(&'static str),
    /// The recipient's address is no mail address.
    #[error("send mail: the recipient's address is not valid")]
    Address,
    /// The server refused the message for good, or could not be reached.
    #[error("send mail: the server answered {0}")]
    Refused(String),
}

/// One message.
pub(super) struct Message<'a> {
    pub(super) to: &'a ContactCard,
    pub(super) text: Text,
    /// Opaque, the same each time the same step is told to the same recipient.
    pub(super) id: String,
}

/// What a message says.
pub(super) struct Text(String);

const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(20);

/// The content-free words of a step.
pub(super) fn text(rung: Rung, deadline: Option<Timestamp>) -> Text {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let before = deadline
        .map(|at| at.to_zoned(zone).strftime(" before %H:%M").to_string())
        .unwrap_or_default();
    Text(match rung {
        Rung::Head => format!(
            "Firstbell: something needs your safeguarding lead or a deputy{before}. \
             Please find one of them."
        ),
        _ => format!("Firstbell: something needs you{before}. Sign in."),
    })
}

// === impl Mailer ===

impl Mailer {
    /// Without an SMTP server every message is refused, and the ladder climbs.
    pub fn none() -> Self {
        Self(None)
    }

    /// Mail through an SMTP server.
    pub fn smtp(settings: &MailSettings) -> Result<Self, MailerError> {
        let from = settings
            .from
            .parse()
            .map_err(|_| MailerError::Settings("smtp.from"))?;
        let tls = tls(settings)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(TIMEOUT));
        if let Some((user, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self(Some(Smtp {
            transport: builder.build(),
            from,
        })))
    }

    /// Sends one message. What the server refuses for good is not tried again.
    pub(super) async fn send(&self, message: Message<'_>) -> Result<(), MailerError> {
        let smtp = self.0.as_ref().ok_or(MailerError::NotConfigured)?;
        let letter = letter(smtp, message)?;
        let mut tries = 1;
        loop {
            match smtp.transport.send(letter.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if error.is_permanent() || tries == TRIES => {
                    return Err(MailerError::Refused(kind_of(&error)));
                }
                Err(_) => tries += 1,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn tls(settings: &MailSettings) -> Result<Tls, MailerError> {
    if !settings.starttls {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.authority {
        let authority =
            Certificate::from_pem(pem).map_err(|_| MailerError::Settings("smtp.ca_file"))?;
        parameters = parameters.add_root_certificate(authority);
    }
    let parameters = parameters
        .build()
        .map_err(|_| MailerError::Settings("smtp.host"))?;
    Ok(Tls::Required(parameters))
}

fn letter(smtp: &Smtp, message: Message<'_>) -> Result<Letter, MailerError> {
    let to = message
        .to
        .email
        .parse::<lettre::Address>()
        .map_err(|_| MailerError::Address)?;
    let domain = smtp.from.email.domain();
    Letter::builder()
        .from(smtp.from.clone())
        .to(Mailbox::new(None, to))
        .subject("Firstbell")
        .message_id(Some(format!("<{}@{domain}>", message.id)))
        .header(header::ContentType::TEXT_PLAIN)
        .body(message.text.0)
        .map_err(|_| MailerError::Address)
}

/// The server's own words may repeat the recipient's address, so only the code is kept.
fn kind_of(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_by_when_in_london_and_nothing_else() {
        let bell = "2026-07-06T07:50:00Z".parse().ok();
        let Text(text) = text(Rung::Telling, bell);
        assert_eq!(
            text,
            "Firstbell: something needs you before 08:50. Sign in."
        );
    }

    #[test]
    fn the_head_is_told_whom_to_find_and_not_what() {
        let Text(text) = text(Rung::Head, None);
        assert!(text.contains("safeguarding lead"));
        assert!(!text.contains("Sign in"));
    }
}
