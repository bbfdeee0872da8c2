//! Establishment extracts.

use crate::{refused, urn};
use directory::{Directory, Error, Grid, Kind, Stated, Status, schools};
use jiff::civil::date;

const EXTRACT: &[u8] = include_bytes!("../../testdata/gias-extract.csv");
const SCHOOLS: &[u8] = include_bytes!("../../testdata/schools.csv");
const TODAY: jiff::civil::Date = date(2026, 3, 11);

fn directory(data: &[u8]) -> Directory {
    let mut directory = Directory::default();
    directory.take_schools(schools::read(data).expect("the header is right"));
    directory
}

/// Schools that a name alone likely means.
fn named(directory: &Directory, name: &str) -> Vec<matching::Urn> {
    let stated = Stated {
        name,
        ..Stated::default()
    };
    directory.meant(&stated, TODAY).likely
}

#[test]
fn a_real_extract_with_the_full_header_is_read_and_says_what_it_passed_over() {
    let extract = schools::read(EXTRACT).unwrap();
    let report = extract.report;
    // The last ten rows of the sample come from an extract with more columns than its header has:
    // those that are schools are taken with their first columns alone.
    assert_eq!(
        refused(&report),
        [(11, "line"), (14, "line"), (17, "line"), (20, "line")]
    );
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|(reason, rows)| (*reason, *rows))
        .collect();
    let expected = [
        ("closed: kept only to find its successor", 3),
        ("not a school", 4),
        ("teaches adults only", 2),
    ];
    assert_eq!(skipped, expected);
    assert_eq!(
        (report.rows_read, report.rows_taken, report.rows_refused),
        (19, 10, 0)
    );
    assert_eq!(extract.establishments.len(), 13);
}

#[test]
fn a_row_that_does_not_fit_the_header_is_not_believed_beyond_its_first_columns() {
    let directory = directory(EXTRACT);
    let school = directory.get(urn(105_135)).unwrap();
    assert_eq!(
        (school.name.as_str(), school.council.as_str(), school.kind),
        ("St Paul's Academy", "203", Kind::Secondary)
    );
    assert!(
        school.phone.is_empty()
            && school.postcode.is_empty()
            && school.head == directory::Head::default()
    );
    let shifted = b"URN,EstablishmentName,LA (code),EstablishmentStatus (name)\n100001,Sample,School,202,Open\n";
    assert_eq!(
        refused(&schools::read(shifted).unwrap().report),
        [(2, "LA (code)")]
    );
}

#[test]
fn an_establishment_has_what_the_hub_needs_of_it() {
    let directory = directory(EXTRACT);
    let school = directory.get(urn(100_002)).unwrap();
    assert_eq!(
        (school.name.as_str(), school.council.as_str(), school.kind),
        ("St Paul's Cathedral School", "201", Kind::Independent)
    );
    assert!(school.boarding && school.open_on(TODAY) && !school.is_college());
    assert_eq!((school.low_age, school.high_age), (Some(4), Some(13)));
    assert!(!school.phone.is_empty() && school.head.first_name == "Simon");
    assert_eq!(school.known_to, Some(date(2017, 9, 29)));
    let grid = Grid {
        easting: 532_160,
        northing: 181_151,
    };
    assert_eq!(school.grid, Some(grid));
    let closed = directory.get(urn(100_004)).unwrap();
    assert_eq!(
        (closed.status, closed.closed, closed.open_on(TODAY)),
        (Status::Closed, Some(date(1992, 8, 31)), false)
    );
}

#[test]
fn a_shorter_extract_reads_the_same_in_either_encoding() {
    // Given the same rows in UTF-8, with a byte order mark, and in Windows-1252
    let text = std::str::from_utf8(SCHOOLS).unwrap();
    let with_mark = [b"\xef\xbb\xbf", SCHOOLS].concat();
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    // Then all three say the same
    for data in [SCHOOLS, &with_mark, &windows] {
        let directory = directory(data);
        assert_eq!(directory.schools().count(), 24);
        let name = &directory.get(urn(126_416)).unwrap().name;
        assert_eq!(
            name,
            "St Thomas à Becket Church of England Aided Primary School"
        );
    }
}

#[test]
fn councils_and_stated_names_lead_to_schools() {
    let directory = directory(SCHOOLS);
    let council: Vec<_> = directory
        .of_council("203")
        .map(|school| school.urn)
        .collect();
    assert!(council == [urn(100_113), urn(105_135), urn(144_091)]);
    assert_eq!(directory.of_council("999").count(), 0);
    assert!(named(&directory, "ST PAULS ACADEMY") == [urn(105_135)]);
    assert!(
        named(&directory, "St. Mary’s Catholic Primary School") == [urn(100_350), urn(144_091)]
    );
    assert_eq!(named(&directory, "St Mary's").len(), 4);
}

#[test]
fn a_second_extract_replaces_its_schools_and_keeps_the_others() {
    let mut directory = directory(SCHOOLS);
    let changed = "URN,EstablishmentName,LA (code),EstablishmentStatus (name)\n100012,Sample Academy,203,Closed\n";
    directory.take_schools(schools::read(changed.as_bytes()).unwrap());
    assert_eq!(directory.schools().count(), 24);
    assert!(named(&directory, "Carlton Primary School").is_empty());
    assert!(
        directory
            .of_council("203")
            .any(|school| school.urn == urn(100_012))
    );
    assert!(
        directory
            .of_council("202")
            .all(|school| school.urn != urn(100_012))
    );
}

#[test]
fn bad_rows_are_refused_by_name_and_cost_no_good_one() {
    let data = "URN,EstablishmentName,LA (code),EstablishmentStatus (name)\n\
        ,Sample School,202,Open\n100001,,202,Open\n100002,Sample School,20,Open\n100003,Sample School,202,Ajar\n\
        100004,Sample School,202,Open\n100004,Sample School,202,Open\n100005,Sample";
    let extract = schools::read(data.as_bytes()).unwrap();
    let expected = [
        (2, "URN"),
        (3, "EstablishmentName"),
        (4, "LA (code)"),
        (5, "EstablishmentStatus (name)"),
        (7, "URN"),
        (8, "line"),
    ];
    assert_eq!(refused(&extract.report), expected);
    assert_eq!(
        (extract.report.rows_taken, extract.report.rows_read),
        (1, 7)
    );
}

#[test]
fn a_file_that_is_no_extract_is_refused_whole() {
    let error = |data: &[u8]| schools::read(data).err().unwrap();
    assert_eq!(error(b""), Error::Empty);
    assert_eq!(error(b"\xff\xfeU\0R\0N\0"), Error::Encoding);
    assert_eq!(error(b"Testy,McTestface\n"), Error::NoHeader);
    assert_eq!(
        error(b"URN,EstablishmentName\n"),
        Error::MissingColumns {
            columns: vec!["LA (code)"]
        }
    );
}
