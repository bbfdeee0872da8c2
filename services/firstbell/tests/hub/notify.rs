//! Pushing files.

use crate::desk::{Desk, Open, Printed, hub};
use firstbell::{
    commands::notify::{Format, Push},
    error::CommandError,
    exit::Exit,
};
use proptest::prelude::*;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const HEADER: &str = "force,reference,occurred_at,forename,surname,date_of_birth,circumstances";
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

pub(crate) struct File {
    folder: TempDir,
    format: Format,
}

impl File {
    pub(crate) fn csv(text: &str) -> Self {
        Self::new("night.csv", Format::Csv, text.as_bytes())
    }

    fn jsonl(bytes: &[u8]) -> Self {
        Self::new("night.jsonl", Format::Jsonl, bytes)
    }

    fn new(name: &str, format: Format, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
        Self { folder, format }
    }

    pub(crate) fn path(&self) -> PathBuf {
        let name = match self.format {
            Format::Csv => "night.csv",
            Format::Jsonl => "night.jsonl",
        };
        self.folder.path().join(name)
    }

    pub(crate) fn has_progress(&self) -> bool {
        let mut path = self.path().into_os_string();
        path.push(".progress");
        Path::new(&path).exists()
    }

    pub(crate) fn push(&self, url: &str) -> Push {
        Push::of(self.path(), self.format, url).give_up_after(SHORT_PATIENCE)
    }

    pub(crate) async fn send(&self, url: &str, printed: &Printed) -> Result<Exit, CommandError> {
        let mut output = printed.output(true);
        self.push(url)
            .run(hub(url), &mut output, CancellationToken::new())
            .await
    }
}

/// One child each, under its own reference.
pub(crate) fn many(count: usize) -> File {
    let mut text = format!("{HEADER}\n");
    for number in 0..count {
        writeln!(
            text,
            "43,T-{number},2026-11-20 22:15,Testy,McTestface,2017-03-09,Alleged."
        )
        .unwrap();
    }
    File::csv(&text)
}

pub(crate) async fn open() -> (Desk, Open) {
    let desk = Desk::default();
    let open = desk.open().await;
    (desk, open)
}

pub(crate) fn summary(printed: &Printed) -> [u64; 4] {
    let object = printed.kind("summary").pop().unwrap();
    ["read", "accepted", "already_known", "refused"].map(|name| object[name].as_u64().unwrap())
}

#[tokio::test]
async fn a_good_file_is_taken_as_a_whole_and_known_the_second_time() {
    let (desk, open) = open().await;
    let file = many(200);
    let (first, second) = (Printed::default(), Printed::default());
    assert_eq!(file.send(&open.url(), &first).await.unwrap(), Exit::Done);
    assert_eq!(file.send(&open.url(), &second).await.unwrap(), Exit::Done);
    assert_eq!(summary(&first), [200, 200, 0, 0]);
    assert_eq!(summary(&second), [200, 0, 200, 0]);
    assert_eq!(desk.taken(), 200);
    assert!(!file.has_progress());
}

#[tokio::test]
async fn bad_rows_are_named_and_cost_no_other_notification() {
    let (desk, open) = open().await;
    let mut bytes = format!(
        "{HEADER}\n\
         43,T-1,2026-11-20 22:15,Testy,CANARY,2017-03-09,Alleged.\n\
         43,T-2,20 November CANARY,Testy,CANARY,2017-03-09,Alleged.\n\
         43,T-3,2026-11-20 22:15,Testy,CANARY,2017-03-09,\"CANARY\n\
         43,T-4,2026-11-20 22:15,Testy,CANARY\n\
         43,T-5,2026-11-20 22:15,Testy,CANARY,2017-03-09,Alleged.\n\
         43,,2026-11-20 22:15,Testy,CANARY,2017-03-09,Alleged.\n"
    )
    .into_bytes();
    bytes.extend(b"43,T-6,2026-11-20 22:15,Test\xe9,CANARY,2017-03-09,Alleged.\n");
    bytes.extend(b"43,T-7,2026-11-20 22:15,Test\0,CANARY,2017-03-09,Alleged.\n");
    bytes.extend(b"43,T-8,2026-11-20 22:15,Robert'); DROP TABLE--,<b>CANARY</b>,2017-03-09,");
    let file = File::new("night.csv", Format::Csv, &bytes);
    let printed = Printed::default();
    assert_eq!(
        file.send(&open.url(), &printed).await.unwrap(),
        Exit::Listed
    );
    let refused: Vec<_> = printed
        .kind("refused")
        .iter()
        .map(|object| {
            let field = object["field"].as_str().unwrap().to_owned();
            (object["line"].as_u64().unwrap(), field)
        })
        .collect();
    let expected = [
        (3, "occurred_at"),
        (4, ""),
        (5, ""),
        (7, "reference"),
        (8, "forename"),
        (9, "forename"),
    ];
    assert_eq!(
        refused,
        expected.map(|(line, field)| (line, field.to_owned()))
    );
    assert_eq!(summary(&printed), [9, 3, 0, 6]);
    assert_eq!(desk.taken(), 3);
    assert!(!printed.text().contains("CANARY"));
}

#[tokio::test]
async fn the_children_of_one_notification_go_together_or_not_at_all() {
    let (desk, open) = open().await;
    let file = File::csv(&format!(
        "{HEADER}\n\
         43,T-1,2026-11-20 22:15,Testy,McTestface,2017-03-09,Alleged.\n\
         43,T-1,,Mocky,McTestface,2012-09-01,\n\
         43,T-2,2026-11-20 22:15,Testy,Specimen,2017-03-09,Alleged.\n\
         43,T-2,2026-11-20 23:15,Mocky,Specimen,2012-09-01,\n\
         43,T-2,,Dummy,\"Specimen,2012-09-01,\n\
         43,T-2,,Exampla,Specimen,2013-09-01,\n\
         43,T-1,,Dummy,McTestface,2014-09-01,\n"
    ));
    let printed = Printed::default();
    file.send(&open.url(), &printed).await.unwrap();
    assert_eq!((desk.taken(), desk.children()), (1, 2));
    let lines: Vec<_> = printed
        .kind("refused")
        .iter()
        .map(|o| o["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn what_the_hub_refuses_or_holds_is_named_by_line_and_column() {
    let (_desk, open) = open().await;
    let file = File::csv(&format!(
        "{HEADER}\n\
         43,T-1,2026-11-20 22:15,Testy,McTestface,2017-03-09,Alleged.\n\
         43,T-1,,Refusa,McTestface,2012-09-01,\n\
         43,T-2,2026-11-20 22:15,Testy,Specimen,2017-03-09,Alleged.\n\
         43,T-2,,Mocky,Specimen,2017-03-09,Held.\n"
    ));
    let printed = Printed::default();
    assert_eq!(
        file.send(&open.url(), &printed).await.unwrap(),
        Exit::Listed
    );
    let refused = printed.kind("refused");
    assert_eq!(
        (&refused[0]["line"], &refused[0]["field"]),
        (&2.into(), &"".into())
    );
    assert_eq!(
        (&refused[1]["line"], &refused[1]["field"]),
        (&3.into(), &"forename".into())
    );
    let held = printed.kind("held");
    assert_eq!(
        (&held[0]["line"], &held[0]["field"]),
        (&5.into(), &"circumstances".into())
    );
    assert_eq!(held[0]["notification_id"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn another_content_under_the_same_reference_is_refused_with_the_hubs_remedy() {
    let (desk, open) = open().await;
    many(1)
        .send(&open.url(), &Printed::default())
        .await
        .unwrap();
    let changed = File::csv(&format!(
        "{HEADER}\n43,T-0,2026-11-20 22:15,Testy,Changed,,\n"
    ));
    let printed = Printed::default();
    changed.send(&open.url(), &printed).await.unwrap();
    let refused = printed.kind("refused").remove(0);
    assert_eq!(
        (&refused["line"], &refused["field"]),
        (&2.into(), &"reference".into())
    );
    assert_eq!(refused["remedy"], "send a correction");
    assert_eq!(desk.taken(), 1);
}

#[tokio::test]
async fn a_line_of_a_hundred_megabytes_is_refused_by_number_and_the_rest_goes_on() {
    let (desk, open) = open().await;
    let line = |n: u32| format!("{{\"force\":\"43\",\"reference\":\"T-{n}\"}}\n").into_bytes();
    let mut bytes = line(1);
    bytes.resize(bytes.len() + 100 * 1024 * 1024, b'x');
    bytes.push(b'\n');
    bytes.extend(line(2));
    bytes.extend(b"{\"force\":\"43\",\"reference\":\"T-");
    let printed = Printed::default();
    File::jsonl(&bytes)
        .send(&open.url(), &printed)
        .await
        .unwrap();
    let lines: Vec<_> = printed
        .kind("refused")
        .iter()
        .map(|o| o["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 4]);
    assert_eq!(desk.taken(), 2);
}

#[tokio::test]
async fn people_get_a_table_and_a_sentence() {
    let (_desk, open) = open().await;
    let file = File::csv(&format!("{HEADER}\n43,T-1,never,Testy,McTestface,,\n"));
    let printed = Printed::default();
    let mut output = printed.output(false);
    file.push(&open.url())
        .run(hub(&open.url()), &mut output, CancellationToken::new())
        .await
        .unwrap();
    let text = printed.text();
    assert!(
        text.contains("2  refused  occurred_at               is not a date and time; write it"),
        "{text}"
    );
    assert!(text.ends_with(
        "1 notifications read: 0 accepted, 0 already known, 1 refused; 0 texts held.\n"
    ));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_said_so() {
    let (_desk, open) = open().await;
    let push = Push::of("/no/such/file.csv".into(), Format::Csv, &open.url());
    let mut output = Printed::default().output(true);
    let ended = push
        .run(hub(&open.url()), &mut output, CancellationToken::new())
        .await;
    let error = ended.unwrap_err();
    assert_eq!(error.exit(), Exit::NoInput);
    assert_eq!(error.to_string(), "read the file of the argument FILE");
}

#[tokio::test]
async fn an_empty_file_is_not_taken_for_a_night_without_notifications() {
    let (_desk, open) = open().await;
    for file in [File::csv(""), File::jsonl(b"")] {
        let printed = Printed::default();
        let ended = file.send(&open.url(), &printed).await;
        assert_eq!(ended.unwrap(), Exit::Listed);
        assert_eq!(printed.kind("refused")[0]["reason"], "the file is empty");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever stands between them, good rows arrive and no value is printed.
    #[test]
    fn noise_between_good_rows_loses_none_of_them(
        noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6),
    ) {
        let mut bytes = format!("{HEADER}\n").into_bytes();
        for (number, junk) in noise.iter().enumerate() {
            bytes.extend(format!("43,T-{number},2026-11-20 22:15,CANARY,CANARY,,\n").bytes());
            bytes.extend(junk);
            bytes.extend(b",CANARY\n");
        }
        // A quote that is never closed costs one line, but one that the junk closes itself may
        // span lines of the junk, never a good row: those hold no quote.
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (taken, text) = runtime.block_on(async {
            let (desk, open) = open().await;
            let printed = Printed::default();
            let file = File::new("night.csv", Format::Csv, &bytes);
            file.send(&open.url(), &printed).await.unwrap();
            (desk.taken(), printed.text())
        });
        prop_assert_eq!(taken, noise.len());
        prop_assert!(!text.contains("CANARY"));
    }
}
