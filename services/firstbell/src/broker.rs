//! How this process reaches the broker: the settings of the configuration, and who it is there.

use bus::nats::NatsSettings;
use host::config;
use std::io;

/// Who a command is at the broker: whoever it signs in as, since answers come to an inbox of that name.
pub fn name(config: &config::Nats) -> &str {
    match config.user.as_str() {
        "" => "firstbell",
        user => user,
    }
}

/// What the configuration says of the broker, for whoever is called `name` there. Reads the password
/// from its file.
pub fn settings(config: &config::Nats, name: &str) -> io::Result<NatsSettings> {
    let password = config.password_file.as_ref();
    let password = password.map(std::fs::read_to_string).transpose()?;
    let password = password.unwrap_or_default().trim().to_owned();
    Ok(NatsSettings {
        url: config.url.clone(),
        name: name.to_owned(),
        login: (!config.user.is_empty()).then(|| (config.user.clone(), password)),
        ca_file: config.ca_file.clone(),
        certificate: config.certificate_file.clone().zip(config.key_file.clone()),
        replicas: config.replicas,
    })
}
