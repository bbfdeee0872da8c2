//! Pupil rolls.

use crate::{refused, urn};
use directory::{Error, roll};
use jiff::civil::{Date, date};
use matching::{EnrolmentStatus, RollRow, Sex};
use proptest::prelude::*;

const AS_AT: Date = date(2026, 3, 1);
const FULL: &str = "100000,H801200001001,999 000 0018,Testy,Mae,McTestface,Tess,Sample,2014-03-12,F,\"12 Sample Road,\nExampleton\",ZZ1 1AA,dual,2020-09-01,2026-07-22";

fn file(rows: &[&str]) -> String {
    format!("{}\n{}\n", roll::HEADER.join(","), rows.join("\n"))
}

fn read(rows: &[&str]) -> (Vec<RollRow>, directory::Report) {
    let file = roll::read(file(rows).as_bytes(), AS_AT).expect("the header is right");
    (file.schools.into_values().flatten().collect(), file.report)
}

/// A row with these values, the others empty.
fn row(values: &[(&str, &str)]) -> String {
    let plain = [
        ("urn", "100000"),
        ("forename", "Testy"),
        ("surname", "McTestface"),
        ("date_of_birth", "2014-03-12"),
    ];
    let value = |name: &&str| {
        let find = |in_: &[(&str, &str)]| {
            in_.iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| (*v).to_owned())
        };
        find(values).or_else(|| find(&plain)).unwrap_or_default()
    };
    roll::HEADER.iter().map(value).collect::<Vec<_>>().join(",")
}

#[test]
fn a_full_row_is_taken_with_everything_it_says() {
    let (rows, report) = read(&[FULL]);
    assert_eq!(
        (report.rows_read, report.rows_taken, report.version.len()),
        (1, 1, 16)
    );
    let [pupil] = rows.as_slice() else {
        panic!("one pupil")
    };
    let expected = RollRow {
        row_id: pupil.row_id,
        urn: urn(100_000),
        upn: "H801200001001".parse().ok(),
        nhs_number: "9990000018".parse().ok(),
        forename: "Testy".into(),
        middle_names: "Mae".into(),
        surname: "McTestface".into(),
        known_as: "Tess".into(),
        former_surname: "Sample".into(),
        date_of_birth: Some(date(2014, 3, 12)),
        sex: Sex::Female,
        address: "12 Sample Road,, Exampleton".into(),
        postcode: "ZZ1 1AA".into(),
        status: EnrolmentStatus::Dual,
        from: Some(date(2020, 9, 1)),
        to: Some(date(2026, 7, 22)),
    };
    assert!(*pupil == expected);
}

#[test]
fn columns_come_in_any_order_and_most_may_be_missing() {
    let data =
        "\u{feff}surname,date_of_birth,urn,forename\r\nMcTestface,2014-03-12,100000,Testy\r\n";
    let file = roll::read(data.as_bytes(), AS_AT).unwrap();
    let rows = &file.schools[&urn(100_000)];
    assert_eq!(
        (rows.len(), rows[0].forename.as_str(), rows[0].status),
        (1, "Testy", EnrolmentStatus::Main)
    );
}

#[test]
fn a_row_is_named_after_the_pupil_and_not_the_line() {
    let id = |values: &[(&str, &str)]| read(&[&row(values)]).0[0].row_id;
    assert!(
        id(&[])
            == id(&[
                ("forename", "TESTY"),
                ("postcode", "ZZ1 1AA"),
                ("to", "2026-02-01")
            ])
    );
    assert!(id(&[]) != id(&[("forename", "Orla")]));
    assert!(
        id(&[("upn", "H801200001001")]) == id(&[("upn", "H801200001001"), ("surname", "Changed")])
    );
}

#[test]
fn impossible_rows_are_refused_by_line_and_field() {
    for (name, value) in [
        ("urn", ""),
        ("urn", "EY123456"),
        ("date_of_birth", "2014-02-30"),
        ("date_of_birth", "12/03/2014"),
        ("date_of_birth", "1814-03-12"),
        ("date_of_birth", "2026-03-02"),
        ("date_of_birth", ""),
        ("enrolment_status", "perhaps"),
        ("from", "soon"),
        ("to", "2026-13-01"),
        ("forename", "Te\u{0}sty"),
        ("surname", "\u{1b}[2J"),
    ] {
        let (rows, report) = read(&[&row(&[(name, value)]), &row(&[("forename", "Orla")])]);
        assert_eq!(refused(&report), [(2, name)], "{value:?}");
        assert_eq!((rows.len(), report.rows_refused), (1, 1));
    }
    let (_, report) = read(&[
        &row(&[("forename", ""), ("surname", "")]),
        &row(&[("from", "2025-09-01"), ("to", "2025-08-31")]),
    ]);
    assert_eq!(refused(&report), [(2, "surname"), (3, "to")]);
}

#[test]
fn a_slip_in_an_identifier_is_named_and_the_pupil_taken_without_it() {
    let (rows, report) = read(&[&row(&[
        ("upn", "A801200001001"),
        ("nhs_number", "9990000019"),
        ("sex", "?"),
    ])]);
    assert_eq!(
        refused(&report),
        [(2, "upn"), (2, "nhs_number"), (2, "sex")]
    );
    assert_eq!(
        (rows.len(), report.rows_taken, report.rows_refused),
        (1, 1, 0)
    );
    assert!(rows[0].upn.is_none() && rows[0].nhs_number.is_none());
}

#[test]
fn a_pupil_twice_on_one_roll_is_refused_unless_she_left_and_came_back() {
    let (rows, report) = read(&[&row(&[]), &row(&[]), &row(&[("urn", "100001")])]);
    assert_eq!(
        (rows.len(), refused(&report)),
        (2, vec![(3, "date_of_birth")])
    );
    let (earlier, later) = (
        row(&[("from", "2020-09-01"), ("to", "2021-07-20")]),
        row(&[("from", "2024-09-01")]),
    );
    for order in [[&earlier, &later], [&later, &earlier]] {
        let (rows, report) = read(&order.map(String::as_str));
        assert_eq!(
            (
                rows.len(),
                rows[0].to,
                report.rows_taken,
                report.refused.len()
            ),
            (1, None, 1, 0)
        );
    }
}

#[test]
fn no_refusal_repeats_what_the_file_holds() {
    let (_, report) = read(&[
        &row(&[("forename", "Mar\u{7}ked")]),
        &row(&[("urn", "Marked")]),
        &row(&[("upn", "Marked")]),
        "Marked,Marked",
    ]);
    assert_eq!(report.refused.len(), 4);
    assert!(!format!("{report:?}").contains("ked"));
    let header = roll::read(b"urn,forename,surname,date_of_birth,M\xc3\xa4rked\n", AS_AT)
        .err()
        .unwrap();
    assert_eq!(
        header,
        Error::UnknownColumns {
            columns: vec!["column 5".into()]
        }
    );
}

#[test]
fn wrong_headers_are_refused_by_name_with_a_remedy() {
    let error = |header: &str| roll::read(header.as_bytes(), AS_AT).err().unwrap();
    assert_eq!(
        error("urn,forename,surname,date_of_birth,nickname"),
        Error::UnknownColumns {
            columns: vec!["nickname".into()]
        }
    );
    assert_eq!(
        error("urn,forename,forename,surname,date_of_birth"),
        Error::DuplicateColumns {
            columns: vec!["forename".into()]
        }
    );
    assert_eq!(
        error("urn,forename"),
        Error::MissingColumns {
            columns: vec!["surname", "date_of_birth"]
        }
    );
    assert_eq!(error("urn;forename;surname;date_of_birth"), Error::NoHeader);
    assert!(error("urn").remedy().contains("Add the columns"));
}

proptest! {
    #[test]
    fn no_bytes_panic_and_every_row_is_accounted_for(noise in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..200) {
        let mut data = file(&[FULL, &row(&[])]).into_bytes();
        let at = at.min(data.len());
        data.splice(at..at, noise);
        if let Ok(file) = roll::read(&data, AS_AT) {
            let skipped: u64 = file.report.skipped.values().sum();
            prop_assert_eq!(file.report.rows_read, file.report.rows_taken + skipped + file.report.rows_refused);
            let rows: usize = file.schools.values().map(Vec::len).sum();
            prop_assert_eq!(u64::try_from(rows).unwrap(), file.report.rows_taken);
        }
    }
}
