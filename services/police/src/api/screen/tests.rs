//! Text that names somebody or something else is held; a child's own family name is not.

use super::*;
use proptest::prelude::*;
use proto::police::v1::{ChildIdentity, Handling, Party, Voice};

fn child(forename: &str, surname: &str) -> Child {
    Child {
        identity: Some(ChildIdentity {
            forename: forename.into(),
            surname: surname.into(),
            stated_school: "Oakfield Primary School".into(),
            address: "12 Acacia Avenue, Exampletown".into(),
            postcode: "EX1 2AB".into(),
            ..ChildIdentity::default()
        }),
        content: Some(ChildContent::default()),
        ..Child::default()
    }
}

/// Testy and Alix live together and go to different schools; Robin is elsewhere with another adult.
fn family() -> Notification {
    let mut alix = child("Alix", "McTestface");
    alix.identity.as_mut().unwrap().stated_school = "St. Mary's C of E Primary School".into();
    let mut robin = child("Robin", "Sample");
    let elsewhere = robin.identity.as_mut().unwrap();
    elsewhere.address = "Flat 3, 7 Linden Lane".into();
    elsewhere.postcode = "EX9 9ZZ".into();
    Notification {
        children: vec![child("Testy", "McTestface"), alix, robin],
        parties: vec![Party {
            forename: "Zoë".into(),
            surname: "McTestface".into(),
            phone: "+44 7700 900123".into(),
            address: "12 Acacia Avenue".into(),
            workplace: "Elmbridge Academy".into(),
            ..Party::default()
        }],
        ..Notification::default()
    }
}

/// Why `text` is held when it stands in the circumstances of the first child.
fn held(text: &str) -> Option<HeldReason> {
    let mut family = family();
    family.children[0].content.as_mut().unwrap().circumstances = text.into();
    let screened = Screen::of(&family).part(0, &family.children[0], |_| false);
    assert_eq!(
        screened.public.circumstances.is_empty(),
        !screened.held.is_empty() || text.is_empty()
    );
    screened.held.first().map(HeldField::reason)
}

#[test]
fn a_sibling_or_a_parent_by_name_is_another_person() {
    for text in [
        "Alix was in the kitchen.",
        "He shouted at ALIX.",
        "Alix's arm was hurt.",
        "Mum (Zoe) rang us.",
        "zoë",
        "the Sample boy",
    ] {
        assert_eq!(held(text), Some(HeldReason::Person), "{text}");
    }
}

#[test]
fn the_childs_own_name_and_the_familys_are_nobody_elses() {
    for text in [
        "Testy hid upstairs.",
        "The McTestface household is known.",
        "",
        "Alixandra rang.",
    ] {
        assert_eq!(held(text), None, "{text}");
    }
}

#[test]
fn the_school_of_another_child_is_held_however_it_is_written() {
    for text in [
        "sister is at St Marys",
        "goes to Saint Mary's C. of E.",
        "works at Elmbridge",
    ] {
        assert_eq!(held(text), Some(HeldReason::School), "{text}");
    }
    for text in [
        "at Oakfield Primary School",
        "goes to primary school",
        "the church hall",
    ] {
        assert_eq!(held(text), None, "{text}");
    }
}

#[test]
fn somebody_elses_address_is_held_and_the_childs_own_is_not() {
    for text in [
        "taken to 7 Linden Lane",
        "at linden lane",
        "EX9 9ZZ",
        "in ex99zz now",
    ] {
        assert_eq!(held(text), Some(HeldReason::Address), "{text}");
    }
    for text in [
        "at 12 Acacia Avenue",
        "EX1 2AB",
        "in the lane",
        "flat 3 times",
    ] {
        assert_eq!(held(text), None, "{text}");
    }
}

#[test]
fn a_telephone_number_is_held_in_any_form() {
    for text in [
        "ring 07700 900123",
        "0044 (7700) 900-123",
        "call+447700900123now",
    ] {
        assert_eq!(held(text), Some(HeldReason::Phone), "{text}");
    }
    assert_eq!(held("ring 01632 960001"), None);
}

#[test]
fn every_text_of_a_child_is_screened_and_only_the_held_ones_are_emptied() {
    let mut family = family();
    let named = || "Alix".to_owned();
    family.children[0].content = Some(ChildContent {
        whereabouts: named(),
        circumstances: "Loud shouting.".into(),
        voice: Some(Voice {
            words: named(),
            ..Voice::default()
        }),
        relationships: vec!["mother".into(), named()],
        handling: Some(Handling {
            conditions: named(),
            note: named(),
            may_not_collect: vec![named()],
            collection_risk: true,
            ..Handling::default()
        }),
        ..ChildContent::default()
    });
    let screened = Screen::of(&family).part(0, &family.children[0], |_| false);
    let fields: Vec<_> = screened
        .held
        .iter()
        .map(|held| held.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "whereabouts",
            "voice.words",
            "relationships[1]",
            "handling.conditions",
            "handling.note"
        ]
    );
    let handling = screened.public.handling.unwrap();
    assert!(handling.collection_risk && handling.note.is_empty());
    assert_eq!(handling.may_not_collect, ["Alix"]);
    assert_eq!(screened.public.circumstances, "Loud shouting.");
    assert_eq!(screened.public.relationships, ["mother", ""]);
}

#[test]
fn what_the_sender_knowingly_releases_goes_out_as_it_stands() {
    let mut family = family();
    family.children[0].release_text = true;
    family.children[0].content.as_mut().unwrap().circumstances = "Alix".into();
    let screened = Screen::of(&family).part(0, &family.children[0], |_| true);
    assert!(screened.held.is_empty());
    assert_eq!(screened.public.circumstances, "Alix");
}

#[test]
fn a_sibling_known_only_from_before_is_another_person_too() {
    let mut family = family();
    let content = family.children[0].content.as_mut().unwrap();
    content.circumstances = "Testy and Jordan".into();
    let part = |known: &'static str| {
        Screen::of(&family)
            .part(0, &family.children[0], |word| word == known)
            .held
            .len()
    };
    assert_eq!(part("jordan"), 1);
    assert_eq!(part("testy"), 0);
}

proptest! {
    #[test]
    fn a_strangers_name_is_found_wherever_it_stands(
        before in "[ -@]{0,5}[a-z ]{0,20}[ .,;:!?(\"]",
        after in "[ .,;:!?)\"]\\PC{0,20}",
    ) {
        let text = format!("{before}Alix{after}");
        prop_assert_eq!(held(&text), Some(HeldReason::Person));
    }

    #[test]
    fn no_text_panics(text in any::<String>(), name in any::<String>()) {
        let mut family = family();
        family.children[1] = child(&name, &text);
        family.parties[0].phone.clone_from(&name);
        family.parties[0].address.clone_from(&text);
        family.children[0].content.as_mut().unwrap().circumstances = text;
        Screen::of(&family).part(0, &family.children[0], |_| false);
    }
}
