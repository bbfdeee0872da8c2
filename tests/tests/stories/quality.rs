//! How well matching does in use: a made day, and what the report tells of it to whom.

use crate::code;
use clap::Parser;
use firstbell::{cli::Cli, commands::dispatch, exit::Exit, output::Output};
use proto::{
    police::v1::Child,
    schools::v1::{QualityCounts, QualityRequest, QualityResponse},
};
use serde_json::Value;
use std::{
    fs, io,
    sync::{Arc, Mutex},
};
use tests::{
    caller::{Answer, Caller},
    people::{COUNCIL, FORCE, PRIMARY, Pupil, SECONDARY, incident, orlo, pippa, pupil},
    world::World,
};

/// What a command printed.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl io::Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn wren() -> Pupil {
    pupil("Wren", "Quillfeather", "2018-09-10")
}

/// One of two children of this name, one at each school: the report does not say which.
fn robin(born: &str) -> Pupil {
    pupil("Robin", "Samename", born)
}

fn some_robin() -> Child {
    let mut child = robin("2016-02-03").child();
    child.identity.as_mut().unwrap().date_of_birth.clear();
    child
}

/// Three sure children, one of two, and one whom nobody knows. One of the sure ones is "not ours",
/// and one was by mistake. Lines in that order.
async fn day(world: &World) -> (Caller, Vec<String>) {
    let roll = [
        pippa(),
        orlo(),
        wren(),
        robin("2016-02-03"),
        robin("2015-06-07").at(SECONDARY),
    ];
    world.roll("2026-11-18", &roll).await;
    let force = world.force(FORCE).await;
    let coordinator = world.coordinator(FORCE).await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let nobody = pupil("Nobody", "Onroll", "2014-04-04").child();
    let children = vec![
        pippa().child(),
        orlo().child(),
        wren().child(),
        some_robin(),
        nobody,
    ];
    let submitted = force.submit(incident("43-1", children)).await;
    world.settled().await;
    let lines: Vec<_> = submitted
        .children
        .into_iter()
        .map(|child| child.line_id)
        .collect();

    let card = lead.card().await;
    let opened = lead.open(&card.card_id).await.unwrap();
    let alert = |forename: &str| {
        let mut children = opened.incidents.iter().flat_map(|one| &one.children);
        let is = |child: &&proto::schools::v1::OpenAlert| {
            let identity = child.identity.as_ref();
            identity.is_some_and(|identity| identity.forename == forename)
        };
        children.find(is).unwrap().alert_id.clone()
    };
    lead.disown(&alert("Orlo")).await;
    lead.disown(&alert("Wren")).await;
    lead.restore(&alert("Wren")).await.unwrap();
    world.settled().await;

    coordinator.route(&lines[1], SECONDARY).await.unwrap();
    let robin = coordinator.open_child(&lines[3]).await.unwrap();
    let first = robin.candidates[0].school.clone();
    coordinator.route(&lines[3], &first).await.unwrap();
    coordinator.to_council(&lines[4], COUNCIL).await;
    world.settled().await;
    (coordinator, lines)
}

async fn report(caller: &Caller, force: &str) -> QualityResponse {
    let request = QualityRequest {
        force: force.to_owned(),
        weeks: 0,
    };
    caller
        .quality()
        .quality(request)
        .await
        .unwrap()
        .into_inner()
}

/// Councils with how many decisions, and all counts together.
fn told(report: &QualityResponse) -> (Vec<(&str, u32)>, [u32; 12]) {
    let mut councils = Vec::new();
    let mut total = [0; 12];
    for group in &report.groups {
        let counts = group.counts.unwrap();
        councils.push((group.council.as_str(), counts.decisions));
        for (sum, count) in total.iter_mut().zip(all(&counts)) {
            *sum += count;
        }
    }
    (councils, total)
}

fn all(counts: &QualityCounts) -> [u32; 12] {
    [
        counts.decisions,
        counts.sure,
        counts.unsure,
        counts.none,
        counts.overturned,
        counts.overturned_left,
        counts.misdirected,
        counts.restored,
        counts.chose_first,
        counts.chose_other,
        counts.chose_elsewhere,
        counts.chose_no_school,
    ]
}

const THE_DAY: [u32; 12] = [5, 3, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_decisions_is_counted_with_what_became_of_them() {
    let mut world = World::start().await;
    let (coordinator, lines) = day(&world).await;
    let before = report(&coordinator, FORCE).await;
    assert_eq!(told(&before), (vec![(COUNCIL, 5)], THE_DAY));
    assert_eq!(before.groups[0].model_version, "standard-2");
    assert_eq!(
        (before.from.as_str(), before.until.as_str()),
        ("2026-10-24", "2026-11-20")
    );
    assert_eq!(before.weeks.len(), 1);
    assert_eq!(before.weeks[0].from, "2026-11-14");
    let sure = before.drifts.iter().find(|drift| drift.measure == "sure");
    let sure = sure.unwrap();
    assert_eq!((sure.before_of, sure.recent, sure.recent_of), (0, 3, 5));
    assert!(before.drifts.iter().all(|drift| !drift.drifted), "too few");

    // A new view counts the same, and the weeks go on.
    world
        .restart(|folders| {
            for suffix in ["", "-wal", "-shm"] {
                let _ =
                    fs::remove_file(folders.views.join(format!("schools-view.sqlite3{suffix}")));
            }
        })
        .await;
    world.settled().await;
    assert_eq!(report(&coordinator, "").await, before);
    world.turn_to("2026-12-18T12:00").await;
    let later = report(&coordinator, "").await;
    assert_eq!((later.groups.len(), later.weeks.len()), (0, 1));

    // What only the child's key showed is not known any more; that there was a decision is.
    world.restart_at("2026-12-18T12:01").await;
    world.operator().destroy_keys(&lines[3]).await;
    world.settled().await;
    let request = QualityRequest {
        weeks: 52,
        ..QualityRequest::default()
    };
    let year = coordinator.quality().quality(request).await.unwrap();
    let (_, total) = told(year.get_ref());
    let mut left = THE_DAY;
    left[8] = 0;
    assert_eq!(total, left);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_is_for_the_force_and_the_operator_and_withholds_what_would_tell_of_a_child() {
    let world = World::start().await;
    let (coordinator, lines) = day(&world).await;
    let operators = report(world.operator(), "").await;
    assert_eq!(told(&operators), (vec![("withheld", 5)], THE_DAY));

    // A hidden child's council is nobody's to see.
    coordinator.hide(&lines[0]).await;
    world.settled().await;
    let own = report(&coordinator, "").await;
    let mut councils = told(&own).0;
    councils.sort_unstable();
    assert_eq!(councils, [(COUNCIL, 4), ("withheld", 1)]);
    assert_eq!(told(&own).1, THE_DAY);

    // Another force's is not there, exactly as one that never was.
    let other = world.coordinator("44").await;
    let ask = async |force: &str| {
        let path = format!("/v1/quality?force={force}");
        Answer::of(other.get(&path)).await
    };
    let (theirs, nothing) = (ask(FORCE).await, ask("99").await);
    assert_eq!((theirs.status, theirs.bytes), (404, nothing.bytes));
    assert_eq!(report(&other, "").await.groups, []);
    let sender = world.force(FORCE).await;
    let refused = sender.quality().quality(QualityRequest::default()).await;
    assert_eq!(code(&refused.unwrap_err()), "forbidden");
    let too_long = QualityRequest {
        weeks: 53,
        ..QualityRequest::default()
    };
    let refused = coordinator.quality().quality(too_long).await;
    assert_eq!(code(&refused.unwrap_err()), "invalid_field");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_prints_the_report_for_people_and_for_programs() {
    let world = World::start().await;
    let (coordinator, _) = day(&world).await;
    let lines = quality(&world, &coordinator, &["--json"]).await;
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["until"], "2026-11-20");
    let group = &lines[1]["group"];
    assert_eq!(
        (&group["council"], &group["sure"]),
        (&COUNCIL.into(), &3.into())
    );
    assert_eq!(group["overturned"], 1);
    assert!(
        lines
            .iter()
            .any(|line| line["drift"]["measure"] == "postcode.missing")
    );
    let table = quality(&world, &coordinator, &[]).await;
    for shown in ["3 (60.0 %)", "1 (1, 1)", "1, 0, 1, 1", "No share changed"] {
        assert!(table.contains(shown), "{table}");
    }
    world.finish().await;
}

/// What `firstbell quality` prints.
async fn quality(world: &World, caller: &Caller, more: &[&str]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &caller.token).unwrap();
    let hub = format!("http://{}", world.config.listen);
    let token = file.path().display().to_string();
    let words = [
        "firstbell",
        "--hub",
        &hub,
        "--token-file",
        &token,
        "quality",
    ];
    let cli = Cli::try_parse_from(words.iter().chain(more)).ok().unwrap();
    let printed = Printed::default();
    let mut output = Output::new(cli.json, printed.clone());
    let exit = dispatch(cli, &mut output).await.unwrap();
    assert_eq!(exit, Exit::Done);
    let bytes = printed.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}
