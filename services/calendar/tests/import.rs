//! Calendar files as people save them: what is taken, and what is refused by line, field and remedy.

use calendar::{
    BankHolidays, Calendars, Parsed, PlaceKind, SchoolPlace, Settings, TEMPLATE, parse_calendar,
};
use jiff::civil::date;

const HEADER: &str = "scope,code,kind,from,to,days,first_bell,delivery_hour,closing\n";

fn parse(rows: &str) -> Parsed {
    parse_calendar(format!("{HEADER}{rows}").as_bytes())
}

/// Line and field of each refused row.
fn refused(parsed: &Parsed) -> Vec<(u64, &str)> {
    parsed
        .refused
        .iter()
        .map(|row| (row.line, row.field.as_str()))
        .collect()
}

#[test]
fn the_template_is_a_file_that_is_taken_whole() {
    let parsed = parse_calendar(TEMPLATE.as_bytes());

    assert_eq!(refused(&parsed), []);
    assert_eq!((parsed.rows_read, parsed.rows_taken), (8, 8));
    assert_eq!(parsed.calendars.len(), 3);
    assert!(TEMPLATE.starts_with(HEADER));
}

#[test]
fn a_file_from_a_spreadsheet_has_a_mark_line_ends_blank_rows_and_columns_in_any_order() {
    let file = "\u{feff}kind,code,scope,from,to\r\n\
                term,909,council,2026-09-02,2026-10-23\r\n\
                ,,,,\r\n\
                \r\n\
                inset ,\"909\",council,2026-09-02\r\n\
                inset,909,council,soon\r\n";

    let parsed = parse_calendar(file.as_bytes());

    assert_eq!(refused(&parsed), [(6, "from")]);
    assert_eq!((parsed.rows_read, parsed.rows_held_back), (3, 2));
}

#[test]
fn what_was_written_is_what_the_school_day_says() {
    let parsed = parse(
        "school,100001,term,2026-09-02,2026-12-18,,,,\n\
         school,100001,inset,2026-09-02,,,,,\n\
         school,100001,hours,,,,08:40,,15:30\n\
         school,100001,hours,,,Fri,8:55,,13:00:00\n",
    );
    let mut calendars = Calendars::new(BankHolidays::default());
    calendars.take(parsed.calendars, "v1");
    let place = SchoolPlace {
        urn: "100001".to_owned(),
        trust: None,
        council: None,
        kind: PlaceKind::Day,
    };
    let hours = |date| {
        let day = calendars.school_day(&Settings::default(), &place, date)?;
        Some(format!("{} to {}", day.opens, day.closes))
    };

    assert_eq!(hours(date(2026, 9, 2)), None);
    assert_eq!(hours(date(2026, 9, 3)).unwrap(), "08:40:00 to 15:30:00");
    assert_eq!(hours(date(2026, 9, 4)).unwrap(), "08:55:00 to 13:00:00");
}

#[test]
fn each_wrong_cell_is_named_by_line_and_column() {
    let cases = [
        ("nursery,100001,term,2026-09-02,2026-10-23,,,,", "scope"),
        (",100001,term,2026-09-02,2026-10-23,,,,", "scope"),
        ("school,1001,term,2026-09-02,2026-10-23,,,,", "code"),
        ("council,9O9,term,2026-09-02,2026-10-23,,,,", "code"),
        ("trust,a b,term,2026-09-02,2026-10-23,,,,", "code"),
        ("school,100001,holiday,2026-09-02,,,,,", "kind"),
        ("school,100001,term,,2026-10-23,,,,", "from"),
        ("school,100001,term,2026-09-02,,,,,", "to"),
        ("school,100001,term,02/09/2026,2026-10-23,,,,", "from"),
        ("school,100001,term,2026-02-30,2026-10-23,,,,", "from"),
        ("school,100001,term,0206-09-02,2026-10-23,,,,", "from"),
        ("school,100001,term,2026-09-02,2026-09-01,,,,", "to"),
        ("school,100001,term,2026-09-02,2062-10-23,,,,", "to"),
        ("school,100001,inset,2026-09-02,,fri,,,", "days"),
        ("school,100001,inset,2026-09-02,,,08:50,,", "first_bell"),
        ("school,100001,hours,,,,,,15:15", "first_bell"),
        ("school,100001,hours,,,,08.50,,15:15", "first_bell"),
        ("school,100001,hours,,,,24:00,,", "first_bell"),
        ("school,100001,hours,,,,07:29,,15:15", "first_bell"),
        ("school,100001,hours,,,,08:50,,3:15", "closing"),
        ("school,100001,hours,,,friyay,08:50,,15:15", "days"),
        ("school,100001,hours,,,,08:50,09:00,15:15", "delivery_hour"),
        ("school,100001,hours,2026-09-02,,,08:50,,15:15", "from"),
        ("school,100001,delivery,,,,,6pm,", "delivery_hour"),
        ("school,100001,weekend,,,,,,", "days"),
        ("school,100001,weekend,,,none sat,,,", "days"),
        ("school,100001,inset,2026-09-02,,,,,,x", "row"),
    ];
    for (row, field) in cases {
        let parsed = parse(&format!("\n{row}\n"));
        assert_eq!(refused(&parsed), [(3, field)], "{row}");
        assert_eq!((parsed.rows_read, parsed.rows_taken), (1, 0), "{row}");
    }
}

#[test]
fn a_wrong_row_costs_its_whole_calendar_and_no_other() {
    let parsed = parse(
        "school,100001,term,2026-09-02,2026-10-23,,,,\n\
         school,100002,term,2026-09-02,2026-10-23,,,,\n\
         school,100001,term,2026-11-02,2026-11-31,,,,\n",
    );

    assert_eq!(refused(&parsed), [(4, "to")]);
    assert_eq!((parsed.rows_taken, parsed.rows_held_back), (1, 1));
    let codes: Vec<_> = parsed.calendars.iter().map(|held| &held.code).collect();
    assert_eq!(codes, ["100002"]);
}

#[test]
fn a_row_that_is_flawed_as_a_whole_still_spoils_its_calendar() {
    let mut file = HEADER.as_bytes().to_vec();
    file.extend(b"school,100001,inset,2026-09-02,,,,,\nschool,100001,inset,2026-\xff9-03,,,,,\n");

    let parsed = parse_calendar(&file);

    assert_eq!(refused(&parsed), [(3, "row")]);
    assert_eq!(parsed.rows_held_back, 1);
    assert!(parsed.calendars.is_empty());
}

#[test]
fn a_quote_that_is_never_closed_is_told_as_what_it_is() {
    let parsed = parse(
        "school,100001,inset,\"2026-09-02,,,,,\n\
         school,100002,inset,2026-09-02,,,,,\n",
    );

    assert_eq!(refused(&parsed), [(2, "row")]);
    assert!(parsed.refused[0].reason.contains("double quote"));
    assert!(parsed.calendars.is_empty());
}

#[test]
fn a_header_without_the_needed_columns_refuses_the_file() {
    for file in [
        "",
        "\n",
        "school,100001,term\n",
        "scope;code;kind\n",
        "\u{0}",
    ] {
        let parsed = parse_calendar(file.as_bytes());
        assert_eq!(refused(&parsed), [(1, "header")]);
        assert_eq!(parsed.rows_read, 0);
    }
}

#[test]
fn an_unknown_or_repeated_column_is_refused_by_name() {
    let field = |header: &str| parse_calendar(header.as_bytes()).refused[0].field.clone();

    assert_eq!(field("scope,code,kind,first bell\n"), "first bell");
    assert_eq!(field("scope,code,kind,code\n"), "code");
    assert_eq!(field("scope,code,kind,\u{1b}[2Jx\n"), "2Jx");
}

#[test]
fn a_refusal_never_repeats_a_value() {
    let parsed = parse("school,100001,term,Testy,McTestface,,,,\n");

    let told = format!("{:?}", parsed.refused);
    assert!(!told.contains("Testy") && !told.contains("100001"));
}
