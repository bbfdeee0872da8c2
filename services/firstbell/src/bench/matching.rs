//! Matching of any roll and any reports, beside what a look-up of exact names and birth dates finds.
//!
//! Weights are learnt from the two files first, without looking at who is who: the reports' own
//! answers serve the scoring alone.

mod answers;
mod exact;
mod reports;

use super::{BoxError, figure::Figure};
use answers::{Answer, Score};
use directory::Directory;
use exact::Exact;
use jiff::civil::Date;
use matching::{Decision, Identity, Roll, Settings};
use reports::Report;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const AGAINST: &str = "a look-up of exact names and birth date, sure where one pupil has them";
const MIB: f64 = 1024.0 * 1024.0;

/// What `bench matching` reads and writes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct MatchingFiles {
    /// matching: the roll, in the columns of `import roll`.
    #[arg(long, value_name = "FILE", required_if_eq("names", "matching"))]
    pub roll: Option<PathBuf>,
    /// matching: the reports, in the columns `report_id`, `forename`, `surname`, `known_as`,
    /// `date_of_birth`, `age`, `sex`, `address`, `postcode`, `upn`, `nhs_number`, `school_name`,
    /// `true_upn`; all but the first may be empty.
    #[arg(long, value_name = "FILE", required_if_eq("names", "matching"))]
    pub reports: Option<PathBuf>,
    /// matching: a GIAS extract, which tells what a school's name may mean.
    #[arg(long, value_name = "FILE")]
    pub schools: Option<PathBuf>,
    /// matching: where to write `report_id,decision,upn,candidates`, one line for each report.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Learns, matches and scores; ages are those of `today`.
pub(super) fn run(files: &MatchingFiles, today: Date) -> Result<Vec<Figure>, BoxError> {
    let (Some(roll_file), Some(reports)) = (&files.roll, &files.reports) else {
        return Err("name a --roll and --reports".into());
    };
    let directory = directory_of(files.schools.as_deref())?;
    let began = Instant::now();
    let roll = load(roll_file, today)?;
    let loaded = began.elapsed();
    let reports = reports::read(reports, &directory, today)?;
    let queries: Vec<_> = reports.iter().map(|report| report.query.clone()).collect();
    let mut settings = Settings {
        // The reports are about this roll: how many children are on none is learnt.
        population: 0,
        ..Settings::default()
    };
    settings.model = roll.learn(&queries, &settings);
    let ours = answer_all(&reports, |report| {
        answered(&roll, &roll.decide(&report.query, &settings))
    });
    // Before the look-up takes memory of its own.
    let peak = peak_mib();
    let exact = Exact::new(&roll);
    let beside = answer_all(&reports, |report| exact.answer(&report.query));
    if let Some(out) = &files.out {
        answers::write(out, &reports, &ours.answers)?;
    }
    let mut figures = figures(&reports, &ours, &beside);
    figures.push(peak_figure(peak, roll_file)?);
    figures.push(load_figure(loaded, roll_file)?);
    Ok(figures)
}

fn directory_of(extract: Option<&Path>) -> Result<Directory, BoxError> {
    let mut directory = Directory::default();
    if let Some(extract) = extract {
        directory.take_schools(directory::schools::read(&fs::read(extract)?)?);
    }
    Ok(directory)
}

/// Loads each school's rows and lets them go, so that no row is held twice for long.
fn load(file: &Path, today: Date) -> Result<Roll, BoxError> {
    let rows = directory::roll::read(&fs::read(file)?, today)?;
    let mut roll = Roll::default();
    for (school, rows) in rows.schools {
        roll.replace(school, today, &rows)?;
    }
    Ok(roll)
}

/// Every report's answer, and how long each took.
struct Answered {
    answers: Vec<Answer>,
    times: super::figure::Times,
}

fn answer_all(reports: &[Report], answer: impl Fn(&Report) -> Answer) -> Answered {
    let timed = reports.iter().map(|report| {
        let began = Instant::now();
        (answer(report), began.elapsed())
    });
    let (answers, times): (Vec<_>, Vec<_>) = timed.unzip();
    Answered {
        answers,
        times: super::figure::Times::of(times),
    }
}

fn answered(roll: &Roll, decision: &Decision) -> Answer {
    let mut candidates: Vec<String> = Vec::new();
    for candidate in &decision.candidates {
        let row = roll.row(candidate.urn, candidate.row_id);
        let upn = row.and_then(|row| row.upn);
        let upn = upn.map(|upn| upn.as_str().to_owned());
        candidates.extend(upn.filter(|upn| !candidates.contains(upn)));
    }
    Answer {
        decision: decision.identity,
        candidates,
    }
}

fn figures(reports: &[Report], ours: &Answered, exact: &Answered) -> Vec<Figure> {
    let ours_scored = Score::of(reports, &ours.answers).shares();
    let exact_scored = Score::of(reports, &exact.answers).shares();
    let shares = ours_scored.into_iter().zip(exact_scored);
    let mut figures: Vec<_> = shares
        .map(|((name, value), (_, beside))| Figure::share(name, value, beside, AGAINST))
        .collect();
    let median = [ours, exact].map(|answered| answered.times.at_ms(0.5));
    figures.push(Figure::new(
        "median_ms",
        median[0],
        "ms",
        median[1],
        AGAINST,
    ));
    figures
}

/// The most memory that was held, beside the size of the file.
fn peak_figure(peak: f64, roll: &Path) -> Result<Figure, BoxError> {
    #[expect(clippy::cast_precision_loss, reason = "a file is far below 2^52 bytes")]
    let file = fs::metadata(roll)?.len() as f64 / MIB;
    let against = "the size of the roll's file";
    Ok(Figure::new("peak_mib", peak, "MiB", file, against))
}

/// How long the roll took to load, beside reading its bytes.
fn load_figure(loaded: Duration, roll: &Path) -> Result<Figure, BoxError> {
    let began = Instant::now();
    io::copy(&mut fs::File::open(roll)?, &mut io::sink())?;
    let read = began.elapsed().as_secs_f64();
    let against = "reading the same file";
    Ok(Figure::new(
        "load_seconds",
        loaded.as_secs_f64(),
        "s",
        read,
        against,
    ))
}

/// The most memory that this program held, in MiB; 0 where the system does not say.
fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

/// Whether a decision is sure.
fn is_sure(decision: Identity) -> bool {
    decision == Identity::Sure
}
