//! What is true of every table: broken lines cost themselves alone.

use crate::refused;
use directory::roll;
use jiff::civil::date;

const HEADER: &str = "urn,forename,surname,date_of_birth,address\n";

fn read(body: &[u8]) -> (u64, Vec<(u64, &'static str)>) {
    let file = roll::read(&[HEADER.as_bytes(), body].concat(), date(2026, 3, 1))
        .expect("the header is right");
    (file.report.rows_taken, refused(&file.report))
}

#[test]
fn a_stray_quote_swallows_no_good_line() {
    let body = b"100000,Testy,\"McTestface,2014-03-12,\n100000,Orla,Sample,2012-01-01,\n100000,Finn,Sample,2013-01-01,\n";
    assert_eq!(read(body), (2, vec![(2, "line")]));
}

#[test]
fn a_pair_of_stray_quotes_swallows_no_good_line_between_them() {
    // Read as one record it has the right number of values.
    let body = b"100000,Testy,\"McTestface,2014-03-12,\n100000,Orla,Sample,2012-01-01,\n100000,Finn,Sample\",2013-01-01,\n100000,Una,Sample,2015-01-01,\n";
    assert_eq!(read(body), (3, vec![(2, "surname")]));
}

#[test]
fn a_file_that_breaks_off_within_a_quote_keeps_what_came_before() {
    let body = b"100000,Orla,Sample,2012-01-01,\n100000,Testy,McTestface,2014-03-12,\"1 Made";
    assert_eq!(read(body), (1, vec![(3, "line")]));
}

#[test]
fn lines_may_end_with_a_carriage_return_alone() {
    let file = [HEADER, "100000,Orla,Sample,2012-01-01,\nx\n"].concat();
    let file = file.replace('\n', "\r");
    let file = roll::read(file.as_bytes(), date(2026, 3, 1)).unwrap();
    assert_eq!(file.report.rows_taken, 1);
    assert_eq!(refused(&file.report), [(3, "line")]);
}

#[test]
fn a_line_that_is_too_long_too_short_or_has_too_much_is_refused() {
    let long = format!("100000,Testy,{},2014-03-12,\n", "x".repeat(200_000));
    let body = [
        long.as_str(),
        "100000,Testy,McTestface\n",
        "100000,Testy,McTestface,2014-03-12,,more\n",
        "100000,Orla,Sample,2012-01-01,\n",
    ]
    .concat();
    assert_eq!(
        read(body.as_bytes()),
        (1, vec![(2, "line"), (3, "line"), (4, "line")])
    );
    let wide = format!("100000,Testy,{},2014-03-12,\n", "x".repeat(2_000));
    assert_eq!(read(wide.as_bytes()), (0, vec![(2, "surname")]));
}

#[test]
fn a_value_that_is_not_utf_8_is_refused_by_name() {
    assert_eq!(
        read(b"100000,Zo\xeb,Sample,2014-03-12,\n100000,Orla,Sample,2012-01-01,\n"),
        (1, vec![(2, "forename")])
    );
}

#[test]
fn at_most_a_thousand_refusals_are_named_and_all_are_counted() {
    let body = "x\n".repeat(1_500);
    let file = roll::read([HEADER, &body].concat().as_bytes(), date(2026, 3, 1)).unwrap();
    assert_eq!(
        (file.report.refused.len(), file.report.rows_refused),
        (1_000, 1_500)
    );
}
