//! A hub with its town, everybody's tokens, and the judge.

use super::{chance::Chance, hub::HubProcess, push::Push, record::Record, town};
use clock::{Clock, SystemClock};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tests::program::{command, run};

/// What a site is made of: one process or several.
pub(super) trait Hub {
    fn url(&self) -> &str;
    fn data(&self) -> &Path;
    /// Starts what is down, and waits until it answers.
    async fn start(&mut self);
    /// Asks it to end, and waits until it has.
    fn stop(&mut self);
    /// `audit` of the hub, which is down, must find nothing.
    fn audit(&self);
    /// Whether it is still there, whatever was done to it.
    fn lives(&mut self) -> bool;
    /// What its clock shows.
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }
    /// What it wrote last, for whoever has to find out why.
    fn last_words(&self) -> String;
}

pub(super) struct Site<H = HubProcess> {
    pub(super) hub: H,
    pub(super) record: Record,
    pub(super) folder: tempfile::TempDir,
    pub(super) client: reqwest::Client,
    nights: usize,
}

// === impl Site ===

impl Site {
    /// A hub that is up, in a town that it knows.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Self::open_in(folder, &data, 1).await
    }

    /// The same with its data elsewhere, and this reserve of free space in MiB.
    pub(super) async fn open_in(folder: tempfile::TempDir, data: &Path, reserve: usize) -> Self {
        let hub = HubProcess::init(folder.path(), data, reserve);
        Self::furnished(hub, folder).await
    }
}

impl<H: Hub> Site<H> {
    /// A new hub, once it is up and knows the town.
    pub(super) async fn furnished(mut hub: H, folder: tempfile::TempDir) -> Self {
        hub.start().await;
        let site = Self {
            hub,
            record: Record::default(),
            folder,
            client: reqwest::Client::new(),
            nights: 0,
        };
        site.furnish();
        site
    }

    fn furnish(&self) {
        let today = SystemClock.now().in_tz("Europe/London").unwrap().date();
        let old = today.checked_sub(2.years()).unwrap();
        self.import(&["schools"], &town::schools_csv());
        self.import(&["contacts"], &town::contacts_csv());
        for (stale, as_at) in [(false, today), (true, old)] {
            let as_at = as_at.to_string();
            let roll = town::roll_csv(stale);
            self.import(&["roll", "--as-at", &as_at, "--mode", "whole"], &roll);
        }
        let force = [
            "--role",
            "force-sender",
            "--role",
            "force-coordinator",
            "--name",
            "Testy Desk",
        ];
        self.make_token("force", town::FORCE, &force, "force.token");
        for school in town::SCHOOLS {
            let adult = ["--role", "key-adult", "--contact", "lead"];
            self.make_token("school", school, &adult, &format!("{school}.token"));
        }
    }

    fn import(&self, what: &[&str], text: &str) {
        let file = self.folder.path().join(format!("{}.csv", what[0]));
        fs::write(&file, text).unwrap();
        let (what, options) = what.split_at(1);
        let mut import = self.as_operator();
        import.arg("import").args(what).arg(file).args(options);
        run(&mut import, &[0]);
    }

    fn make_token(&self, kind: &str, code: &str, who: &[&str], file: &str) {
        let mut create = self.as_operator();
        create
            .args(["token", "create", "--kind", kind, "--code", code])
            .args(who);
        let made = run(&mut create, &[0]);
        fs::write(self.folder.path().join(file), made.stdout).unwrap();
    }

    /// A command of the one who runs the hub.
    pub(super) fn as_operator(&self) -> Command {
        let mut operator = command();
        let token = self.hub.data().join("operator.token");
        operator
            .args(["--hub", self.hub.url(), "--token-file"])
            .arg(token);
        operator
    }

    fn token_file(&self, of: &str) -> PathBuf {
        self.folder.path().join(format!("{of}.token"))
    }

    pub(super) fn token(&self, of: &str) -> String {
        let file = match of {
            "operator" => self.hub.data().join("operator.token"),
            _ => self.token_file(of),
        };
        fs::read_to_string(file).unwrap().trim().to_owned()
    }

    /// Asks by REST; the answer's status and body, 0 and nothing where the hub was not reached.
    pub(super) async fn post(&self, path: &str, of: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.hub.url());
        let asked = self.client.post(url).bearer_auth(self.token(of));
        let asked = asked
            .header("content-type", "application/json")
            .body(body.to_string());
        let Ok(answer) = asked.send().await else {
            return (0, Value::Null);
        };
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap_or_default();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Submits one notification about a child on nobody's roll.
    pub(super) async fn submit(&self, reference: &str) -> (u16, Value) {
        let child = json!({
            "identity": {"forename": "Testy", "surname": "Nobody", "dateOfBirth": "2014-05-06"},
            "content": {"circumstances": "Alleged shouting.", "presence": "PRESENCE_NEARBY"},
            "residenceCouncil": "825",
        });
        let occurred = (SystemClock.now() - 1.hour()).to_string();
        let body = json!({"notification": {
            "force": town::FORCE, "reference": reference, "occurredAt": occurred,
            "children": [child],
        }});
        self.post("/v1/police/notifications", "force", &body).await
    }

    /// A new night's file, not yet pushed.
    pub(super) fn night(&mut self, notifications: usize, chance: &mut Chance) -> Push {
        self.nights += 1;
        let name = format!("night-{}", self.nights);
        let night = town::night(&name, notifications, self.hub.now(), chance);
        Push::of(
            night,
            self.folder.path(),
            &name,
            self.hub.url(),
            &self.record,
        )
    }

    /// The outside judge must find nothing.
    #[track_caller]
    pub(super) fn judge(&self) {
        let answers = self.folder.path().join("answers.jsonl");
        self.record.write(&answers);
        let mut judge = Command::new(env!("CARGO_BIN_EXE_judge"));
        judge
            .arg(&answers)
            .args(["--hub", self.hub.url(), "--queue", "--force-token"]);
        judge.arg(self.token_file("force"));
        for school in town::SCHOOLS {
            let file = self.token_file(school);
            judge.args(["--school", &format!("{school}={}", file.display())]);
        }
        let said = judge.output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        print!(
            "{}",
            text.lines()
                .last()
                .map(|last| format!("{last}\n"))
                .unwrap_or_default()
        );
        assert!(
            said.status.success(),
            "the judge is not content:\n{text}{}\nthe hub said last:\n{}",
            String::from_utf8_lossy(&said.stderr),
            self.hub.last_words(),
        );
    }

    /// The judge is content, and so is the audit of the hub once it is down. Then it is up again.
    pub(super) async fn judge_and_audit(&mut self) {
        self.judge();
        self.hub.stop();
        self.hub.audit();
        self.hub.start().await;
    }
}
