//! Links between establishments, and which school is told in place of another.

use crate::urn;
use directory::{Directory, Successor, links, schools};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const LINKS: &[u8] = include_bytes!("../../testdata/gias-links.csv");
const SCHOOLS: &[u8] = include_bytes!("../../testdata/schools.csv");
const TODAY: Date = date(2026, 3, 11);

fn real() -> Directory {
    made(SCHOOLS, LINKS)
}

fn made(schools: &[u8], links: &[u8]) -> Directory {
    let mut directory = Directory::default();
    directory.take_schools(schools::read(schools).expect("the header is right"));
    directory.take_links(links::read(links).expect("the header is right"));
    directory
}

/// Schools by (number, status, last change of the extract) and links by (from, to, type, date).
fn small(rows: &[(u32, &str, &str)], links: &[(u32, u32, &str, &str)]) -> Directory {
    let mut schools = vec![
        "URN,EstablishmentName,LA (code),EstablishmentStatus (name),LastChangedDate".to_owned(),
    ];
    schools.extend(
        rows.iter().map(|(number, status, changed)| {
            format!("{number},Sample School,202,{status},{changed}")
        }),
    );
    let mut text = vec!["URN,LinkURN,LinkName,LinkType,LinkEstablishedDate".to_owned()];
    text.extend(
        links
            .iter()
            .map(|(from, to, kind, on)| format!("{from},{to},Sample Academy,{kind},{on}")),
    );
    made(schools.join("\n").as_bytes(), text.join("\n").as_bytes())
}

#[test]
fn only_successor_links_are_taken_and_windows_1252_is_read() {
    let report = links::read(LINKS).unwrap().report;
    assert!(report.refused.is_empty());
    let skipped: u64 = report.skipped.values().sum();
    assert_eq!(
        (report.rows_taken, report.rows_taken + skipped),
        (16, report.rows_read)
    );
    assert_eq!(
        report.skipped.get("says nothing about where pupils went"),
        Some(&3)
    );
}

#[test]
fn a_school_merged_into_another_is_followed_there() {
    assert!(real().successor(urn(100_012), TODAY) == Successor::Moved(urn(100_021)));
    assert!(real().successor(urn(100_012), date(2021, 8, 30)) == Successor::Same);
}

#[test]
fn a_school_without_links_is_told_itself_and_a_number_nobody_knows_is_unknown() {
    assert!(real().successor(urn(100_021), TODAY) == Successor::Same);
    assert!(real().successor(urn(999_999), TODAY) == Successor::Unknown);
}

#[test]
fn a_successor_that_is_not_in_the_directory_is_named_and_the_old_school_kept() {
    assert!(
        real().successor(urn(100_113), TODAY)
            == Successor::NotInDirectory {
                successor: urn(150_068)
            }
    );
    let half = real().successor(urn(135_073), TODAY);
    assert!(
        half == Successor::NotInDirectory {
            successor: urn(147_355)
        }
    );
    let missing = [(100_113, 150_068), (135_073, 147_355), (145_956, 148_763)]
        .map(|(old, new)| (urn(old), urn(new)));
    assert!(real().missing_successors(TODAY) == missing);
}

#[test]
fn what_cannot_be_told_apart_is_several() {
    // Split, and the parts split again; merged into each other; replaced, yet both open.
    let split = real().successor(urn(135_886), TODAY);
    assert!(split == Successor::Several(vec![urn(135_886), urn(145_956), urn(145_957)]));
    let merged = Successor::Several(vec![urn(101_144), urn(101_146)]);
    assert!(
        real().successor(urn(101_144), TODAY) == merged
            && real().successor(urn(101_146), TODAY) == merged
    );
    assert!(
        real().successor(urn(136_136), TODAY)
            == Successor::Several(vec![urn(136_136), urn(141_491)])
    );
}

#[test]
fn a_closed_school_is_followed_along_the_whole_chain() {
    let rows = [(100_001, "Closed", ""), (100_003, "Open", "")];
    let chain = [
        (100_001, 100_002, "Successor", ""),
        (100_002, 100_003, "Successor", "01-09-2020"),
    ];
    assert!(small(&rows, &chain).successor(urn(100_001), TODAY) == Successor::Moved(urn(100_003)));
    assert!(small(&rows, &chain).successor(urn(100_002), TODAY) == Successor::Moved(urn(100_003)));
    assert!(small(&rows, &[]).successor(urn(100_001), TODAY) == Successor::Closed);
    assert!(
        small(&rows, &chain[..1]).successor(urn(100_001), TODAY)
            == Successor::NotInDirectory {
                successor: urn(100_002)
            }
    );
}

#[test]
fn an_extract_that_knows_of_later_things_and_has_the_school_open_is_right() {
    let link = [(100_001, 100_002, "Successor - merged", "01-09-2020")];
    let at = |changed| {
        small(&[(100_001, "Open", changed), (100_002, "Open", "")], &link)
            .successor(urn(100_001), TODAY)
    };
    assert!(at("02-09-2020") == Successor::Same);
    assert!(at("31-08-2020") == Successor::Moved(urn(100_002)));
    let undated = [(100_001, 100_002, "Successor - merged", "")];
    assert!(
        small(&[(100_001, "Open", ""), (100_002, "Open", "")], &undated)
            .successor(urn(100_001), TODAY)
            == Successor::Same
    );
}

#[test]
fn bad_links_are_refused_by_name() {
    let data = b"URN,LinkURN,LinkType\n100001,100001,Successor\n1,100002,Successor\n100001,,Successor\n100001,100002,Successor\n";
    let links = links::read(data).unwrap();
    assert_eq!(
        crate::refused(&links.report),
        [(2, "LinkURN"), (3, "URN"), (4, "LinkURN")]
    );
    assert_eq!(links.links.len(), 1);
}

proptest! {
    /// Circles, forks and long chains of any kind.
    #[test]
    fn following_always_ends_and_leads_only_to_open_schools(
        statuses in proptest::collection::vec(prop_oneof!["Open", "Closed", "Proposed to open"], 8),
        links in proptest::collection::vec((0_u32..10, 0_u32..10, prop_oneof!["Successor", "Successor - merged", "Successor - Split School"], prop_oneof!["", "01-09-2020", "01-09-2030"]), 0..30),
    ) {
        let rows: Vec<_> = (100_000..).zip(&statuses).map(|(number, status)| (number, status.as_str(), "")).collect();
        let links: Vec<_> = links.iter().map(|(a, b, kind, on)| (100_000 + a, 100_000 + b, kind.as_str(), on.as_str())).collect();
        let directory = small(&rows, &links);
        let open = |urn: &matching::Urn| directory.get(*urn).is_some_and(|school| school.open_on(TODAY));
        for number in 100_000..100_010 {
            match directory.successor(urn(number), TODAY) {
                Successor::Moved(to) => prop_assert!(open(&to) && to != urn(number)),
                Successor::Several(of) => prop_assert!(of.iter().all(open) && !of.is_empty()),
                Successor::NotInDirectory { successor } => prop_assert!(directory.get(successor).is_none()),
                Successor::Same | Successor::Closed | Successor::Unknown => {}
            }
        }
    }
}
