//! Every command that a file tells to run, or a person to type, is one that the program has.

use super::{
    composed::Composed,
    tools::{deploy, text},
};
use clap::{CommandFactory, Parser};
use firstbell::{cli::Cli, hub::Folders};
use std::path::Path;

#[test]
fn every_container_runs_a_command_of_the_program() {
    let composed = Composed::alone();
    let mut served = Vec::new();
    for process in composed.processes() {
        let command = process.words("/command");
        parsed(&command);
        assert_eq!(command, ["serve", process.name]);
        served.push(process.name);
        let check = process.words("/healthcheck/test");
        assert_eq!(check[..2], ["CMD", "/usr/local/bin/firstbell"]);
        parsed(&check[2..]);
    }
    assert_eq!(served, ["access", "door", "keys", "police", "schools"]);
}

#[test]
fn what_init_makes_is_where_keys_and_access_look_for_it() {
    let composed = Composed::alone();
    let init = composed.container("init");
    assert_eq!(init.words("/command"), ["init"]);
    let folders = Folders::below(Path::new("/data"));
    let (keys, access) = (composed.container("keys"), composed.container("access"));
    let data = folders.data.to_str().unwrap();
    let journals = folders.journals.to_str().unwrap();
    assert_eq!(init.volume(data), keys.volume(data));
    assert_eq!(init.volume(journals), access.volume(journals));
    assert!(init.volume(data).is_some() && init.volume(journals).is_some());
    assert_ne!(keys.volume(data), access.volume(data));
}

#[test]
fn every_unit_runs_a_command_of_the_program() {
    for (unit, service) in [
        ("firstbell.service", ""),
        ("firstbell@.service", "keys"),
        ("firstbell@.service", "access"),
        ("firstbell@.service", "police"),
        ("firstbell@.service", "schools"),
        ("firstbell@.service", "door"),
    ] {
        let unit = text(unit).replace("%i", service);
        let start = unit
            .lines()
            .find_map(|line| line.strip_prefix("ExecStart="));
        let words: Vec<_> = start.unwrap().split(' ').collect();
        assert_eq!(words[0], "/usr/local/bin/firstbell");
        parsed(&words[1..]);
    }
}

#[test]
fn every_command_that_a_text_names_is_there() {
    let cli = Cli::command();
    let mut named = 0;
    for file in std::fs::read_dir(deploy()).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_dir() {
            continue;
        }
        let text = text(file.file_name().to_str().unwrap());
        for after in text.split("`firstbell ").skip(1) {
            let word = after.split(|c: char| c == '`' || c.is_whitespace()).next();
            let is_there = cli.find_subcommand(word.unwrap()).is_some();
            assert!(is_there, "{:?} names {word:?}", file.file_name());
            named += 1;
        }
    }
    assert!(named > 3, "commands are found in the texts");
}

fn parsed(words: &[&str]) {
    let words = std::iter::once("firstbell").chain(words.iter().copied());
    let cli = Cli::try_parse_from(words);
    assert!(cli.is_ok(), "{}", cli.err().unwrap());
}
