//! `firstbell quality`: how sure matching is, how often it was overturned, and what changed.

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::schools::v1::{
    QualityCounts, QualityDrift, QualityGroup, QualityRequest, QualityResponse, QualityWeek,
    quality_service_client::QualityServiceClient,
};
use serde_json::{Value, json};

/// All forces, each with its councils, fit in well below this.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// What `quality` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell quality --force 43\n\nCounts the matcher's decisions of the \
    last weeks by force, council of residence and model, what became of them, and compares each share \
    with the same number of weeks before. A share that changed by three standard errors or more is \
    listed, and the command then ends with 2, so that a morning check can raise an alarm."
)]
pub struct QualityArgs {
    /// Two-digit code of one force; without it, everything in the caller's remit.
    #[arg(long, value_name = "CODE", default_value = "")]
    force: String,
    /// How many weeks, up to today.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=52))]
    weeks: u32,
}

pub(super) async fn run(
    args: &QualityArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let request = QualityRequest {
        force: args.force.clone(),
        weeks: args.weeks,
    };
    let mut service = QualityServiceClient::new(hub).max_decoding_message_size(LARGEST_ANSWER);
    let quality = service.quality(request).await?.into_inner();
    if output.is_json() {
        objects(&quality, output)?;
    } else {
        tables(&quality, output)?;
    }
    let has_drifted = quality.drifts.iter().any(|drift| drift.drifted);
    Ok(if has_drifted {
        Exit::Listed
    } else {
        Exit::Done
    })
}

fn objects(quality: &QualityResponse, output: &mut Output) -> Result<(), CommandError> {
    output.object(&json!({"from": quality.from, "until": quality.until}))?;
    for group in &quality.groups {
        let mut object =
            json!({"force": group.force, "council": group.council, "model": group.model_version});
        put(&mut object, &counts(group.counts.as_ref()));
        output.object(&json!({"group": object}))?;
    }
    for week in &quality.weeks {
        let mut object = json!({"force": week.force, "from": week.from});
        put(&mut object, &counts(week.counts.as_ref()));
        output.object(&json!({"week": object}))?;
    }
    for drift in &quality.drifts {
        output.object(&json!({"drift": {
            "force": drift.force, "measure": drift.measure,
            "before": drift.before, "before_of": drift.before_of,
            "recent": drift.recent, "recent_of": drift.recent_of,
            "z": drift.z, "drifted": drift.drifted,
        }}))?;
    }
    Ok(())
}

fn put(object: &mut Value, counts: &QualityCounts) {
    let all = [
        ("decisions", counts.decisions),
        ("sure", counts.sure),
        ("unsure", counts.unsure),
        ("none", counts.none),
        ("asked", counts.asked),
        ("asked_no", counts.asked_no),
        ("conflicting", counts.conflicting),
        ("overturned", counts.overturned),
        ("overturned_left", counts.overturned_left),
        ("misdirected", counts.misdirected),
        ("restored", counts.restored),
        ("chose_first", counts.chose_first),
        ("chose_other", counts.chose_other),
        ("chose_elsewhere", counts.chose_elsewhere),
        ("chose_no_school", counts.chose_no_school),
    ];
    for (name, count) in all {
        object[name] = count.into();
    }
}

fn counts(counts: Option<&QualityCounts>) -> QualityCounts {
    counts.copied().unwrap_or_default()
}

fn tables(quality: &QualityResponse, output: &mut Output) -> Result<(), CommandError> {
    output.line(&format!(
        "Decisions from {} to {}.",
        quality.from, quality.until
    ))?;
    if quality.groups.is_empty() {
        return output.line("None.");
    }
    output.table(
        &[
            "force",
            "council",
            "model",
            "decisions",
            "sure",
            "unsure",
            "none",
            "asked (no)",
            "conflicting",
            "not ours (left, opened)",
            "taken back",
            "chosen: first, other, elsewhere, no school",
        ],
        quality.groups.iter().map(group_row),
    )?;
    output.table(
        &[
            "force",
            "week from",
            "decisions",
            "sure",
            "unsure",
            "none",
            "not ours",
        ],
        quality.weeks.iter().map(week_row),
    )?;
    let drifted: Vec<_> = quality
        .drifts
        .iter()
        .filter(|drift| drift.drifted)
        .collect();
    if drifted.is_empty() {
        return output.line("No share changed by three standard errors.");
    }
    output.table(
        &["force", "what changed", "before", "now", "standard errors"],
        drifted.into_iter().map(drift_row),
    )
}

fn group_row(group: &QualityGroup) -> Vec<String> {
    let counts = counts(group.counts.as_ref());
    let council = match group.council.as_str() {
        "" => "not known",
        council => council,
    };
    vec![
        group.force.clone(),
        council.to_owned(),
        group.model_version.clone(),
        counts.decisions.to_string(),
        share(counts.sure, counts.decisions),
        share(counts.unsure, counts.decisions),
        share(counts.none, counts.decisions),
        format!("{} ({})", counts.asked, counts.asked_no),
        counts.conflicting.to_string(),
        format!(
            "{} ({}, {})",
            counts.overturned, counts.overturned_left, counts.misdirected
        ),
        counts.restored.to_string(),
        format!(
            "{}, {}, {}, {}",
            counts.chose_first, counts.chose_other, counts.chose_elsewhere, counts.chose_no_school
        ),
    ]
}

fn week_row(week: &QualityWeek) -> Vec<String> {
    let counts = counts(week.counts.as_ref());
    vec![
        week.force.clone(),
        week.from.clone(),
        counts.decisions.to_string(),
        share(counts.sure, counts.decisions),
        share(counts.unsure, counts.decisions),
        share(counts.none, counts.decisions),
        counts.overturned.to_string(),
    ]
}

fn drift_row(drift: &QualityDrift) -> Vec<String> {
    vec![
        drift.force.clone(),
        drift.measure.clone(),
        share(drift.before, drift.before_of),
        share(drift.recent, drift.recent_of),
        format!("{:+.1}", drift.z),
    ]
}

/// A count with its share, such as `3 (25.0 %)`.
fn share(count: u32, of: u32) -> String {
    if of == 0 {
        return count.to_string();
    }
    let percent = 100.0 * f64::from(count) / f64::from(of);
    format!("{count} ({percent:.1} %)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_no_share() {
        assert_eq!(share(3, 12), "3 (25.0 %)");
        assert_eq!(share(0, 0), "0");
    }
}
