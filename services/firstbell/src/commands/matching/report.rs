//! The report of `matching learn`: what learnt weights would change, before and after.

use crate::{error::CommandError, output::Output};
use proto::schools::v1::{
    AgreementWeight, IdentityChange, LearnModelResponse, MatchThresholds, PeopleAgree, WeightChange,
};
use serde_json::{Value, json};

/// Weights are shown from this change on, in bits; less decides about nobody.
const WORTH_SHOWING: f64 = 0.1;

/// Shows it as one JSON object, or as tables.
pub(super) fn show(learnt: &LearnModelResponse, output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        return output.object(&object(learnt));
    }
    output.line(&format!(
        "Learnt {} from {} reports, {} of them decided by people; in use is {}.",
        learnt.model_version, learnt.reports, learnt.decided, learnt.in_use
    ))?;
    show_weights(&learnt.weights, output)?;
    let moved = learnt.identities.iter().filter(|change| change.reports > 0);
    output.line("\nHow the same reports are decided:")?;
    output.table(&["before", "after", "reports"], moved.map(identity))?;
    output.line("\nWhat people say to that:")?;
    let (before, after) = (people(learnt, false), people(learnt, true));
    let rows = before.into_iter().zip(after);
    let rows = rows.map(|((name, before), (_, after))| {
        vec![name.to_owned(), before.to_string(), after.to_string()]
    });
    output.table(&["", "before", "after"], rows)?;
    output.line("\nWhat a match needs, in bits (learning never lowers it):")?;
    output.table(&["", "before", "after"], thresholds(learnt))?;
    output.line(&last(learnt))
}

fn show_weights(weights: &[WeightChange], output: &mut Output) -> Result<(), CommandError> {
    let bits = |change: &WeightChange| {
        let [before, after] = sides(change);
        (after.bits - before.bits).abs()
    };
    let shown: Vec<_> = weights
        .iter()
        .filter(|change| bits(change) >= WORTH_SHOWING)
        .map(weight)
        .collect();
    let same = weights.len() - shown.len();
    if !shown.is_empty() {
        let head = [
            "field",
            "agreement",
            "same child",
            "another child",
            "weight",
        ];
        output.table(&head, shown)?;
    }
    output.line(&format!("{same} weights stay as they are."))
}

fn last(learnt: &LearnModelResponse) -> String {
    if learnt.unfit.is_empty() {
        let version = &learnt.model_version;
        format!(
            "\nNothing has changed. To decide by these weights: firstbell matching use {version}"
        )
    } else {
        format!("\nThese weights cannot be used: {}.", learnt.unfit)
    }
}

fn weight(change: &WeightChange) -> Vec<String> {
    let [before, after] = sides(change);
    let chance = |of: fn(&AgreementWeight) -> f64| {
        format!("{} → {}", percent(of(&before)), percent(of(&after)))
    };
    vec![
        change.field.clone(),
        change.agreement.clone(),
        chance(|side| side.same),
        chance(|side| side.other),
        format!("{:+.1} → {:+.1}", before.bits, after.bits),
    ]
}

/// Two digits that count, however small the chance.
fn percent(chance: f64) -> String {
    let percent = chance * 100.0;
    match percent {
        10.0.. => format!("{percent:.0} %"),
        1.0.. => format!("{percent:.1} %"),
        0.01.. => format!("{percent:.2} %"),
        _ => format!("{percent:.1e} %"),
    }
}

fn identity(change: &IdentityChange) -> Vec<String> {
    vec![
        change.before.clone(),
        change.after.clone(),
        change.reports.to_string(),
    ]
}

fn people(learnt: &LearnModelResponse, after: bool) -> [(&'static str, u32); 6] {
    let side = if after {
        learnt.people_after
    } else {
        learnt.people_before
    };
    let PeopleAgree {
        sure_upheld,
        sure_overturned,
        first_upheld,
        first_overturned,
        none_upheld,
        none_overturned,
    } = side.unwrap_or_default();
    [
        ("sure, and people say the same", sure_upheld),
        ("sure, and people say otherwise", sure_overturned),
        ("unsure, first candidate right", first_upheld),
        ("unsure, first candidate wrong", first_overturned),
        ("none, and on no roll", none_upheld),
        ("none, though on a roll", none_overturned),
    ]
}

fn thresholds(learnt: &LearnModelResponse) -> Vec<Vec<String>> {
    let before = learnt.thresholds_before.unwrap_or_default();
    let after = learnt.thresholds_after.unwrap_or_default();
    let row = |name: &str, of: fn(&MatchThresholds) -> f64| {
        let [before, after] = [&before, &after].map(|side| format!("{:.1}", of(side)));
        vec![name.to_owned(), before, after]
    };
    vec![
        row("to be a candidate", |needed| needed.candidate),
        row("to be sure", |needed| needed.sure),
        row("ahead of the next person", |needed| needed.margin),
        row("without what a household shares", |needed| needed.personal),
        row("without what twins share", |needed| needed.twin),
    ]
}

fn object(learnt: &LearnModelResponse) -> Value {
    let side = |side: &AgreementWeight| json!({ "same": side.same, "other": side.other, "bits": side.bits });
    let weights = learnt.weights.iter().map(|change| {
        let [before, after] = sides(change);
        json!({
            "field": change.field, "agreement": change.agreement,
            "before": side(&before), "after": side(&after)
        })
    });
    let identities = learnt.identities.iter().map(|change| {
        json!({ "before": change.before, "after": change.after, "reports": change.reports })
    });
    json!({
        "model": learnt.model_version, "in_use": learnt.in_use, "unfit": learnt.unfit,
        "reports": learnt.reports, "decided": learnt.decided,
        "weights": weights.collect::<Vec<_>>(), "identities": identities.collect::<Vec<_>>(),
        "people": {
            "before": agreed(learnt.people_before), "after": agreed(learnt.people_after)
        },
        "thresholds": {
            "before": needed(learnt.thresholds_before), "after": needed(learnt.thresholds_after)
        },
    })
}

fn agreed(side: Option<PeopleAgree>) -> Value {
    let side = side.unwrap_or_default();
    json!({
        "sure_upheld": side.sure_upheld, "sure_overturned": side.sure_overturned,
        "first_upheld": side.first_upheld, "first_overturned": side.first_overturned,
        "none_upheld": side.none_upheld, "none_overturned": side.none_overturned,
    })
}

fn needed(side: Option<MatchThresholds>) -> Value {
    let side = side.unwrap_or_default();
    json!({
        "sure": side.sure, "candidate": side.candidate, "margin": side.margin,
        "personal": side.personal, "twin": side.twin,
    })
}

fn sides(change: &WeightChange) -> [AgreementWeight; 2] {
    [&change.before, &change.after].map(|side| side.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Shown(Arc<Mutex<Vec<u8>>>);

    impl Write for Shown {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn learnt(unfit: &str) -> LearnModelResponse {
        let weight = |same, bits| AgreementWeight {
            same,
            other: 0.0002,
            bits,
        };
        let change = |agreement: &str, before, after| WeightChange {
            field: "date_of_birth".to_owned(),
            agreement: agreement.to_owned(),
            before: Some(before),
            after: Some(after),
        };
        LearnModelResponse {
            model_version: "learnt-0a1b2c3d".to_owned(),
            in_use: "standard-2".to_owned(),
            unfit: unfit.to_owned(),
            reports: 320,
            decided: 41,
            weights: vec![
                change("exact", weight(0.92, 12.17), weight(0.92, 12.16)),
                change("variant", weight(0.015, 6.2), weight(0.31, 10.6)),
            ],
            identities: vec![IdentityChange {
                before: "unsure".to_owned(),
                after: "sure".to_owned(),
                reports: 12,
            }],
            ..LearnModelResponse::default()
        }
    }

    fn shown(json: bool, learnt: &LearnModelResponse) -> String {
        let to = Shown::default();
        show(learnt, &mut Output::new(json, to.clone())).unwrap();
        let bytes = to.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn people_read_what_changes_and_how_to_take_it_into_use() {
        let text = shown(false, &learnt(""));
        for part in [
            "Learnt learnt-0a1b2c3d from 320 reports, 41 of them decided by people",
            "1.5 % → 31 %",
            "+6.2 → +10.6",
            "1 weights stay as they are",
            "firstbell matching use learnt-0a1b2c3d",
        ] {
            assert!(text.contains(part), "{part:?} in {text}");
        }
    }

    #[test]
    fn weights_that_are_unfit_are_not_offered() {
        let text = shown(false, &learnt("surname weighs more where it agrees less"));
        assert!(
            text.contains("cannot be used: surname weighs more"),
            "{text}"
        );
        assert!(!text.contains("matching use"), "{text}");
    }

    #[test]
    fn programs_get_one_object_with_every_number() {
        let object: Value = serde_json::from_str(&shown(true, &learnt(""))).unwrap();
        assert_eq!(object["model"], "learnt-0a1b2c3d");
        assert_eq!(object["weights"][1]["after"]["same"], 0.31);
        assert_eq!(object["identities"][0]["reports"], 12);
        assert_eq!(object["people"]["after"]["sure_overturned"], 0);
    }

    #[test]
    fn a_small_chance_keeps_its_digits() {
        let shown = [0.92, 0.015, 0.000_2, 0.000_000_2].map(percent);
        assert_eq!(shown, ["92 %", "1.5 %", "0.02 %", "2.0e-5 %"]);
    }
}
