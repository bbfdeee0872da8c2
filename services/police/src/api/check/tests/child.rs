//! What is said of one child.

use super::{super::dates, refused_child, refused_who};
use proto::police::v1::{ChildContent, Handling, Voice};

#[test]
fn a_child_has_some_name() {
    let only = |forename: &str, surname: &str| {
        refused_who(|who| {
            who.forename = forename.into();
            who.surname = surname.into();
        })
    };
    assert!(only("Testy", "").is_empty());
    assert!(only("", "McTestface").is_empty());
    assert_eq!(only(" ", ""), ["children[0].identity"]);
    assert_eq!(
        refused_child(|child| child.identity = None),
        ["children[0].identity"]
    );
}

#[test]
fn names_may_hold_markup_and_other_scripts_but_no_control_characters() {
    for name in [
        "<b>Testy</b>",
        "Robert'); DROP TABLE",
        "王小明",
        "O’Brien",
        "=cmd()",
    ] {
        assert!(
            refused_who(|who| who.forename = name.into()).is_empty(),
            "{name}"
        );
    }
    for name in [
        "Tes\u{0}ty",
        "Tes\tty",
        "Tes\nty",
        "\u{1b}[31m",
        &"x".repeat(101),
    ] {
        let paths = refused_who(|who| who.forename = name.into());
        assert_eq!(paths, ["children[0].identity.forename"], "{name:?}");
    }
}

#[test]
fn a_child_is_under_eighteen_on_the_day_of_the_incident() {
    let born = |date: &str| refused_who(|who| who.date_of_birth = date.into());
    let path = "children[0].identity.date_of_birth";
    assert!(born("2008-11-21").is_empty());
    assert_eq!(born("2008-11-20"), [path]);
    assert!(born("").is_empty());
    assert!(born("2026-11-21").is_empty());
    for date in [
        "2026-11-22",
        "2026-02-30",
        "20160229",
        "29/02/2016",
        "2016-2-29",
        "x",
        "1893-01-01",
    ] {
        assert_eq!(born(date), [path], "{date}");
    }
    assert!(refused_who(|who| who.age = Some(17)).is_empty());
    assert_eq!(
        refused_who(|who| who.age = Some(18)),
        ["children[0].identity.age"]
    );
}

#[test]
fn who_was_born_on_leap_day_comes_of_age_on_the_first_of_march() {
    let born = jiff::civil::date(2008, 2, 29);
    assert_eq!(dates::age_on(jiff::civil::date(2026, 2, 28), born), 17);
    assert_eq!(dates::age_on(jiff::civil::date(2026, 3, 1), born), 18);
}

#[test]
fn an_identifier_that_would_find_another_child_is_refused() {
    for upn in ["H801200001001", "h801200001001"] {
        assert!(refused_who(|who| who.upn = upn.into()).is_empty());
    }
    for upn in ["H80120000100", "A801200001001", "?", "É801200001001"] {
        assert_eq!(
            refused_who(|who| who.upn = upn.into()),
            ["children[0].identity.upn"]
        );
    }
    assert!(refused_who(|who| who.nhs_number = "999 000 0018".into()).is_empty());
    for number in ["9990000019", "999", "99900000180", "x"] {
        let paths = refused_who(|who| who.nhs_number = number.into());
        assert_eq!(paths, ["children[0].identity.nhs_number"]);
    }
}

#[test]
fn texts_may_have_lines_and_have_an_end() {
    let content = |spoil: fn(&mut ChildContent)| {
        refused_child(|child| spoil(child.content.get_or_insert_default()))
    };
    assert!(content(|c| c.circumstances = "One.\r\n\tTwo.".into()).is_empty());
    assert!(content(|c| c.circumstances = "é".repeat(4000)).is_empty());
    let path = |field: &str| vec![format!("children[0].content.{field}")];
    assert_eq!(
        content(|c| c.circumstances = "x".repeat(4001)),
        path("circumstances")
    );
    assert_eq!(
        content(|c| c.circumstances = "a\u{8}".into()),
        path("circumstances")
    );
    assert_eq!(content(|c| c.presence = 77), path("presence"));
    assert_eq!(
        content(|c| c.voice = Some(Voice {
            words: "x".repeat(2001),
            ..Voice::default()
        })),
        path("voice.words")
    );
    assert_eq!(
        content(|c| c.handling = Some(Handling {
            may_not_collect: vec!["x".into(); 11],
            ..Handling::default()
        })),
        path("handling.may_not_collect")
    );
    assert_eq!(
        content(|c| c.relationships = vec!["mother".into()]),
        path("relationships")
    );
}
