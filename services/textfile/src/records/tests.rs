//! Records among broken lines, and files made to be slow to read.

use super::*;
use proptest::prelude::*;

const LONGEST: usize = 1024 * 1024;

type Read = Vec<(u64, Result<Vec<String>, Flaw>)>;

fn read(file: &[u8]) -> Read {
    let mut records = Records::new(file, LONGEST);
    let mut seen = Vec::new();
    while let Some(record) = records.next_record().unwrap() {
        let cells = record.cells.iter();
        let texts = cells
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect();
        seen.push((record.line, record.flaw.map_or(Ok(texts), Err)));
    }
    seen
}

fn good(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, Flaw>) {
    (
        line,
        Ok(cells.iter().map(|&cell| cell.to_owned()).collect()),
    )
}

#[test]
fn quoted_cells_may_hold_commas_quotes_and_line_ends() {
    let file = b"a,\"b,\"\"c\"\"\r\nd\"\r\n\ne,5\" tall\n";
    let expected = [good(1, &["a", "b,\"c\"\r\nd"]), good(4, &["e", "5\" tall"])];
    assert_eq!(read(file), expected);
}

#[test]
fn an_unclosed_quote_costs_its_own_line_only() {
    let file = b"a,\"b\nc,d\ne,f";
    let expected = [
        (1, Err(Flaw::Unclosed)),
        good(2, &["c", "d"]),
        good(3, &["e", "f"]),
    ];
    assert_eq!(read(file), expected);
}

#[test]
fn a_stray_quote_that_meets_the_next_one_costs_its_own_line_only() {
    let file = b"a,\"b\nc,\"d\"\ne,f\n";
    let expected = [
        (1, Err(Flaw::AfterQuote)),
        good(2, &["c", "d"]),
        good(3, &["e", "f"]),
    ];
    assert_eq!(read(file), expected);
}

#[test]
fn two_stray_quotes_do_not_swallow_the_row_between_them() {
    let mut records = Records::new(&b"a,b\nc,\"d\ne,f\ng,\",h\n"[..], LONGEST);
    records.expect_width(2);
    let mut good = Vec::new();
    while let Some(record) = records.next_record().unwrap() {
        good.extend(record.flaw.is_none().then_some(record.line));
    }
    assert_eq!(good, [1, 3]);
}

#[test]
fn an_unclosed_quote_before_megabytes_of_rows_costs_its_own_line_only() {
    let mut file = b"a,\"b\n".to_vec();
    for _ in 0..200_000 {
        file.extend_from_slice(b"c,d,e,f\n");
    }
    let seen = read(&file);
    assert_eq!(seen.len(), 200_001);
    assert_eq!(seen.iter().filter(|(_, cells)| cells.is_err()).count(), 1);
}

/// Lines of which each opens a quote, whether or not one is open: megabytes of them.
fn quote_after_quote() -> Vec<u8> {
    b"x\",\"\n".repeat(200_000)
}

#[test]
fn lines_that_all_open_a_quote_cost_themselves_only() {
    let mut file = b"a,b\n".to_vec();
    file.extend(quote_after_quote());
    let mut records = Records::new(&file[..], LONGEST);
    records.next_record().unwrap();
    let mut lines = 1;
    while let Some(record) = records.next_record().unwrap() {
        lines += 1;
        assert_eq!((record.line, record.flaw), (lines, Some(Flaw::Unclosed)));
    }
    assert_eq!(lines, 200_001);
}

#[test]
fn lines_that_all_open_a_quote_which_closes_in_the_end_cost_themselves_only() {
    for width in [None, Some(3)] {
        let mut file = quote_after_quote();
        file.extend(b"\"\n");
        let mut records = Records::new(&file[..], LONGEST);
        if let Some(width) = width {
            records.expect_width(width);
        }
        let mut lines = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            records.resume_below_first_line();
            lines.push(record.line);
        }
        assert_eq!(lines, (1..=200_001).collect::<Vec<_>>());
    }
}

#[test]
fn whoever_doubts_a_record_reads_on_below_its_first_line() {
    let mut records = Records::new(&b"a,\"b\nc,d\ne\",f\ng,h\n"[..], LONGEST);
    let first = records.next_record().unwrap().unwrap();
    assert_eq!((first.line, first.cells.len()), (1, 3));
    records.resume_below_first_line();
    let mut lines = Vec::new();
    while let Some(record) = records.next_record().unwrap() {
        lines.push((record.line, record.flaw));
    }
    let expected = [(2, None), (3, None), (4, None)];
    assert_eq!(lines, expected);
}

#[test]
fn a_record_of_many_lines_is_as_long_as_a_line_may_be() {
    let file = format!("a,\"{}\",b\nc,d\n", "x\n".repeat(40));
    let mut seen = Vec::new();
    let mut records = Records::new(file.as_bytes(), 64);
    while let Some(record) = records.next_record().unwrap() {
        seen.push((record.line, record.flaw));
    }
    assert_eq!(seen.first(), Some(&(1, Some(Flaw::Unclosed))));
    assert_eq!(seen.last(), Some(&(42, None)));
}

#[test]
fn spaces_after_a_quoted_cell_are_no_text() {
    assert_eq!(read(b"\"a\" ,b\n"), [good(1, &["a ", "b"])]);
}

#[test]
fn a_bare_carriage_return_splits_nothing() {
    assert_eq!(read(b"a,b\rc,d\n"), [(1, Err(Flaw::BareReturn))]);
}

proptest! {
    #[test]
    fn every_line_ends_up_in_some_record(file in "[a,\"\r\n]{0,60}") {
        let mut records = Records::new(file.as_bytes(), LONGEST);
        let mut end = 0;
        while let Some(record) = records.next_record().unwrap() {
            prop_assert!(record.end > end);
            end = record.end;
        }
        let tail = file.as_bytes().get(usize::try_from(end).unwrap()..).unwrap();
        prop_assert!(tail.trim_ascii().is_empty());
    }

    #[test]
    fn a_record_that_is_taken_reads_as_the_library_reads_it(
        cells in prop::collection::vec("[a-z,\"\n]{1,8}", 1..5),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&cells).unwrap();
        let file = writer.into_inner().unwrap();
        prop_assume!(!file.trim_ascii().is_empty());
        prop_assert_eq!(read(&file), [(1, Ok(cells.clone()))]);
        let mut records = Records::new(&file[..], LONGEST);
        records.expect_width(cells.len());
        prop_assert_eq!(records.next_record().unwrap().unwrap().flaw, None);
    }
}
