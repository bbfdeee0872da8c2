//! How the schools service sends mail.

use super::{HubError, part};
use host::config::Smtp;
use schools::telling::{MailSettings, Mailer};

/// As the configuration says.
pub(super) fn mailer(smtp: &Smtp) -> Result<Mailer, HubError> {
    if smtp.host.is_empty() {
        tracing::warn!("no SMTP server is configured: every step that needs mail fails visibly");
        return Ok(Mailer::none());
    }
    let read = |path: &std::path::Path| std::fs::read(path).map_err(part("a file of smtp"));
    let password = smtp.password_file.as_deref().map(read).transpose()?;
    let password = password.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let settings = MailSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        from: smtp.from.clone(),
        credentials: password
            .filter(|_| !smtp.user.is_empty())
            .map(|password| (smtp.user.clone(), password)),
        starttls: smtp.starttls,
        authority: smtp.ca_file.as_deref().map(read).transpose()?,
    };
    Mailer::smtp(&settings).map_err(part("mail"))
}
