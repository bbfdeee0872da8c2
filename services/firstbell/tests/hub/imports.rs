//! Loading files, and the other commands that ask once.

use crate::{
    desk::{Printed, serve},
    office::Office,
};
use clap::Parser;
use firstbell::{cli::Cli, commands, error::CommandError, exit::Exit};
use proto::{
    access::v1::{OrganisationKind, Role, access_service_server::AccessServiceServer},
    operator::v1::operator_service_server::OperatorServiceServer,
    schools::v1::{ImportMode, directory_service_server::DirectoryServiceServer},
};
use std::{fs, path::Path};
use tonic::transport::Server;

/// Runs one command line against an office.
async fn run(office: &Office, words: &[&str]) -> (Result<Exit, CommandError>, Printed) {
    let router = Server::builder()
        .add_service(DirectoryServiceServer::new(office.clone()))
        .add_service(OperatorServiceServer::new(office.clone()))
        .add_service(AccessServiceServer::new(office.clone()));
    let open = serve(router, "127.0.0.1:0".parse().unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, "fb_test").unwrap();
    let url = open.url();
    let fixed = [
        "firstbell",
        "--hub",
        &url,
        "--token-file",
        token.to_str().unwrap(),
    ];
    let cli = Cli::try_parse_from(fixed.iter().chain(words)).unwrap();
    let printed = Printed::default();
    let mut output = printed.output(cli.json);
    (commands::dispatch(cli, &mut output).await, printed)
}

fn file(folder: &Path, content: &[u8]) -> String {
    let path = folder.join("file.csv");
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_large_file_arrives_whole_in_small_chunks_with_its_header_once() {
    let office = Office::default();
    let folder = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..3_000_000_u32)
        .flat_map(u32::to_le_bytes)
        .take(3_000_000)
        .collect();
    let name = file(folder.path(), &content);
    let line = [
        "import",
        "roll",
        &name,
        "--as-at",
        "2026-11-20",
        "--mode",
        "delta",
        "--school",
        "100000",
    ];
    let (ended, printed) = run(&office, &line).await;
    assert_eq!(ended.unwrap(), Exit::Listed);
    let chunks = office.chunks.lock().unwrap();
    let arrived: Vec<u8> = chunks
        .iter()
        .flat_map(|(_, chunk)| chunk.data.clone())
        .collect();
    assert!(arrived == content);
    assert!(
        chunks
            .iter()
            .all(|(what, chunk)| *what == "roll" && chunk.data.len() <= 256 * 1024)
    );
    let headers: Vec<_> = chunks
        .iter()
        .filter_map(|(_, chunk)| chunk.header.clone())
        .collect();
    assert_eq!(headers.len(), 1);
    assert_eq!(
        (headers[0].mode(), headers[0].as_at.as_str()),
        (ImportMode::Delta, "2026-11-20")
    );
    assert!(
        printed
            .text()
            .contains("3 rows read: 1 taken, 1 passed over, 1 refused; version 0123")
    );
}

#[tokio::test]
async fn each_kind_of_file_goes_through_its_own_door() {
    let folder = tempfile::tempdir().unwrap();
    for what in ["schools", "links", "calendar"] {
        let office = Office::default();
        let name = file(folder.path(), b"");
        let (ended, printed) = run(&office, &["import", what, &name, "--json"]).await;
        ended.unwrap();
        let chunks = office.chunks.lock().unwrap();
        assert_eq!(chunks.len(), 1);
        assert_eq!(chunks[0].0, what);
        assert!(chunks[0].1.header.is_some());
        assert_eq!(printed.kind("refused")[0]["line"], 3);
    }
}

#[tokio::test]
async fn a_folder_in_place_of_a_file_is_said_so_and_not_taken_for_an_empty_file() {
    let office = Office::default();
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().to_str().unwrap();
    let (ended, _) = run(&office, &["import", "schools", name]).await;
    assert_eq!(ended.unwrap_err().exit(), Exit::NoInput);
    let chunks = office.chunks.lock().unwrap();
    assert!(chunks.is_empty());
}

#[tokio::test]
async fn contacts_are_named_one_by_one_and_a_refused_one_costs_no_other() {
    let office = Office::default();
    let folder = tempfile::tempdir().unwrap();
    let text = "kind,code,contact_id,roles,name,email\n\
        school,100000,dsl-1,key_adult,Testy McTestface,testy@example.org\n\
        school,100001,dsl-2,key_adult,Mocky McTestface,mocky@example.org\n\
        school,100002,dsl-3,no_role,Dummy McTestface,dummy@example.org\n\
        school,100003,dsl-4,head,Exampla McTestface,exampla@example.org\n";
    let name = file(folder.path(), text.as_bytes());
    let (ended, printed) = run(&office, &["import", "contacts", &name]).await;
    assert_eq!(ended.unwrap(), Exit::Listed);
    let contacts = office.contacts.lock().unwrap();
    let codes: Vec<_> = contacts
        .iter()
        .map(|contact| contact.code.as_str())
        .collect();
    assert_eq!(codes, ["100000", "100003"]);
    let text = printed.text();
    assert!(
        text.contains("4 rows read: 2 taken, 0 passed over, 2 refused"),
        "{text}"
    );
    let lines: Vec<_> = text
        .lines()
        .filter_map(|line| line.trim().chars().next())
        .collect();
    assert!(lines.contains(&'3') && lines.contains(&'4'), "{text}");
    assert!(!text.contains("esty") && !text.contains("example.org"));
}

#[tokio::test]
async fn a_token_is_printed_once_and_alone() {
    let office = Office::default();
    let line = [
        "token",
        "create",
        "--kind",
        "school",
        "--code",
        "100000",
        "--role",
        "key-adult",
        "--contact",
        "dsl-1",
        "--days",
        "30",
    ];
    let (ended, printed) = run(&office, &line).await;
    assert_eq!(ended.unwrap(), Exit::Done);
    assert_eq!(printed.text(), "fb_made\n");
    let asked = office.tokens.lock().unwrap().remove(0);
    assert_eq!(
        (asked.kind(), asked.code.as_str()),
        (OrganisationKind::School, "100000")
    );
    assert_eq!(asked.roles().collect::<Vec<_>>(), [Role::KeyAdult]);
    assert_eq!((asked.contact_id.as_str(), asked.days), ("dsl-1", 30));
}

#[tokio::test]
async fn tokens_are_listed_and_revoked() {
    let office = Office::default();
    let (ended, printed) = run(&office, &["token", "list", "--json"]).await;
    ended.unwrap();
    assert_eq!(printed.objects()[0]["organisation"], "school 100000");
    assert_eq!(printed.objects()[0]["roles"], "key-adult");
    let (ended, _) = run(&office, &["token", "revoke", "t1"]).await;
    assert_eq!(ended.unwrap(), Exit::Done);
    let (ended, _) = run(&office, &["token", "revoke", "t2"]).await;
    assert_eq!(ended.unwrap_err().exit(), Exit::Failed);
}

#[tokio::test]
async fn coverage_ends_with_2_where_there_are_gaps() {
    let office = Office::default();
    let (ended, printed) = run(&office, &["coverage"]).await;
    assert_eq!(ended.unwrap(), Exit::Listed);
    assert!(printed.text().contains("no contact has been named"));
    let (ended, _) = run(&office, &["coverage", "--council", "330"]).await;
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[tokio::test]
async fn a_refused_backup_names_the_field_and_the_remedy() {
    let office = Office::default();
    let (ended, printed) = run(&office, &["backup", "evening", "--json"]).await;
    ended.unwrap();
    assert_eq!(printed.objects()[0]["folder"], "backups/evening");
    let (ended, _) = run(&office, &["backup", "../evening"]).await;
    let error = ended.unwrap_err().to_string();
    assert!(
        error.contains("name has other characters: use a-z"),
        "{error}"
    );
}

#[tokio::test]
async fn completions_and_templates_need_no_hub() {
    for words in [
        ["firstbell", "completions", "bash"],
        ["firstbell", "notify", "--template"],
    ] {
        let cli = Cli::try_parse_from(words).unwrap();
        let printed = Printed::default();
        let ended = commands::dispatch(cli, &mut printed.output(false)).await;
        assert_eq!(ended.unwrap(), Exit::Done);
        assert!(printed.text().contains("force"));
    }
}

#[tokio::test]
async fn set_aside_ends_with_2_where_something_is_and_tries_one_again() {
    let office = Office::default();
    let (ended, printed) = run(&office, &["set-aside"]).await;
    assert_eq!(ended.unwrap(), Exit::Listed);
    assert!(printed.text().contains("it is not its message"));
    let again = |sequence| ["set-aside", "--retry", "schools", "police", sequence];
    let (ended, _) = run(&office, &again("41")).await;
    assert_eq!(ended.unwrap(), Exit::Done);
    let (ended, printed) = run(&office, &again("42")).await;
    assert_eq!(ended.unwrap(), Exit::Listed);
    assert!(printed.text().contains("it stays set aside"));
    let (ended, _) = run(&office, &again("last")).await;
    assert_eq!(ended.unwrap_err().exit(), Exit::Usage);
}

#[tokio::test]
async fn standing_shows_who_lags_and_ends_with_2_where_something_is_set_aside() {
    let office = Office::default();
    let (ended, printed) = run(&office, &["standing"]).await;
    assert_eq!(ended.unwrap(), Exit::Listed);
    assert!(printed.text().contains("41 of 43"), "{}", printed.text());
}
