//! A real mail server beside the hub, with a certificate authority of its own.

use crate::wait::eventually;
use authority::Authority;
use host::config::Smtp;
use serde::Deserialize;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

/// A mail server that runs.
pub struct MailServer {
    port: u16,
    folder: TempDir,
    received: Arc<Mutex<Vec<Mail>>>,
    process: Child,
    _stdin: Option<ChildStdin>,
}

/// One message as the server took it.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// Recipients of the envelope.
    pub to: Vec<String>,
    /// Sender of the envelope.
    pub sender: String,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// With its angle brackets.
    pub message_id: String,
    /// Subject.
    pub subject: String,
    /// Body.
    pub text: String,
    /// Every byte of it, header and body.
    pub raw: String,
}

/// Where the hub sends from.
pub const FROM: &str = "hub@firstbell.example.org";

// === impl MailServer ===

impl MailServer {
    /// Starts the server; refuses nobody but recipients whose name begins with `refused`.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signed = Authority::make(folder.path()).sign("server", "localhost");
        let mut process = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("smtp_server.py"))
            .args([signed.certificate, signed.key])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the mail server starts").unwrap();
        let first: serde_json::Value = serde_json::from_str(&first).unwrap();
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let postbox = Arc::clone(&received);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mail = serde_json::from_str(&line).unwrap();
                postbox.lock().unwrap().push(mail);
            }
        });
        Self {
            port,
            folder,
            received,
            process,
            _stdin: stdin,
        }
    }

    /// How a hub is told to use this server and to trust its authority.
    pub fn settings(&self) -> Smtp {
        Smtp {
            ca_file: Some(self.folder.path().join("authority.pem")),
            ..self.untrusted()
        }
    }

    /// How a hub is told to use this server without trusting its authority.
    pub fn untrusted(&self) -> Smtp {
        Smtp {
            host: "localhost".to_owned(),
            port: self.port,
            from: FROM.to_owned(),
            ..Smtp::default()
        }
    }

    /// Everything that was taken so far, in order.
    pub fn received(&self) -> Vec<Mail> {
        self.received.lock().unwrap().clone()
    }

    /// Everything that was taken for this recipient, once there are so many.
    pub async fn mail_for(&self, recipient: &str, count: usize) -> Vec<Mail> {
        eventually(&format!("{count} messages for {recipient}"), async || {
            let mut mail = self.received();
            mail.retain(|mail| mail.to.iter().any(|to| to == recipient));
            if mail.len() == count {
                Ok(mail)
            } else {
                Err(format!("{} messages", mail.len()))
            }
        })
        .await
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Python with aiosmtpd, as `tests/run` installs it.
fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/venv/bin/python3");
    let python = std::env::var_os("FIRSTBELL_TEST_PYTHON").map_or(installed, PathBuf::from);
    assert!(
        python.exists(),
        "the mail server of the tests is not installed: run tests/run once"
    );
    python
}
