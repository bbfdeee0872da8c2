//! Time from the hub's answer until both children are on their school's live stream.

use super::{
    BoxError, Figure, bare,
    figure::Times,
    forms,
    night::{Elsewhere, Night},
    plain,
};
use proto::{
    police::v1::police_service_client::PoliceServiceClient,
    schools::v1::{WatchInboxRequest, inbox_service_client::InboxServiceClient},
};
use std::{
    collections::HashMap,
    fs::File,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::Mutex as AsyncMutex, task::JoinSet, time::MissedTickBehavior};
use tonic::{Streaming, transport::Channel};

const A_SECOND: u32 = 200;
const WARM_UP: usize = 400;
const MEASURED: usize = 4_000;
/// Synced writes, over the same time: enough to show a stall of the disk, and too few to slow it.
const WRITES_A_SECOND: u32 = A_SECOND / 10;
const WRITES: usize = (WARM_UP + MEASURED) / 10;
/// Nothing takes this long unless it is lost.
const PATIENCE: Duration = Duration::from_secs(60);
const AIM: Duration = Duration::from_millis(100);

const BARE: &str = "the whole call to a bare gRPC server at the same pace";
const SYNCED: &str = "512 bytes and fdatasync on the same disk at the same time, 20 a second";

/// When each notification, by its id, was first seen with both children.
type Seen = Arc<Mutex<HashMap<String, Instant>>>;

/// A steady pace of notifications, whatever the answers take; to a hub in `folder`, or one elsewhere.
pub(super) async fn run(
    folder: &Path,
    elsewhere: Option<&Elsewhere>,
) -> Result<Vec<Figure>, BoxError> {
    let (night, name) = match elsewhere {
        None => (Night::begin(folder).await?, "visible"),
        Some(hub) => (Night::elsewhere(hub).await?, "visible.elsewhere"),
    };
    let bare = bare::connect(bare::serve(night.threads()?).await?)?;
    let seen = Seen::default();
    let mut watchers = watch(&night, &seen).await?;
    let echoed = echo(&bare, &night).await?;
    let (accepted, synced) = tokio::try_join!(submit(&night), sync(folder))?;
    let waits = waits(&accepted, &seen, &mut watchers).await?;
    watchers.shutdown().await;
    night.end().await?;
    let mut figures = Vec::new();
    figures.extend(compare(name, &waits, &echoed, BARE));
    figures.extend(compare(&format!("{name}.synced"), &waits, &synced, SYNCED));
    Ok(figures)
}

fn compare(name: &str, waits: &Times, beside: &Times, against: &'static str) -> [Figure; 3] {
    let [median, p99] = Figure::times(name, waits, beside, against);
    let name = format!("{name}.within_100_ms");
    let (waits, beside) = (waits.percent_within(AIM), beside.percent_within(AIM));
    let within = Figure::new(name, waits, "%", beside, against);
    [median, p99, within]
}

/// Runs one `call` for each number, so many `a_second`; what they say, in order.
async fn steadily<T, F>(
    a_second: u32,
    count: usize,
    call: impl Fn(usize) -> F,
) -> Result<Vec<T>, BoxError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, BoxError>> + Send + 'static,
{
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / a_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut calls = JoinSet::new();
    for number in 0..count {
        ticks.tick().await;
        let call = call(number);
        calls.spawn(async move { call.await.map(|said| (number, said)) });
    }
    let mut said = Vec::with_capacity(count);
    while let Some(one) = calls.join_next().await {
        said.push(one??);
    }
    said.sort_by_key(|(number, _)| *number);
    Ok(said.into_iter().map(|(_, said)| said).collect())
}

async fn echo(bare: &Channel, night: &Night) -> Result<Times, BoxError> {
    let known_at = night.clock.now();
    let call = |number| {
        let bare = bare.clone();
        async move {
            let asked = Instant::now();
            bare::echo(&bare, forms::submission(number, known_at)).await?;
            Ok(asked.elapsed())
        }
    };
    let times = steadily(A_SECOND, WARM_UP + MEASURED / 4, call).await?;
    Ok(Times::of(times.into_iter().skip(WARM_UP)))
}

/// How long the disk takes for writes one after the other, each from the moment at which it was due.
async fn sync(folder: &Path) -> Result<Times, BoxError> {
    let file = Arc::new(AsyncMutex::new(File::create(folder.join("synced"))?));
    let call = |_| {
        let file = Arc::clone(&file);
        async move {
            let due = Instant::now();
            let mut file = file.lock_owned().await;
            tokio::task::spawn_blocking(move || plain::write_synced(&mut file)).await??;
            Ok(due.elapsed())
        }
    };
    Ok(Times::of(steadily(WRITES_A_SECOND, WRITES, call).await?))
}

/// Ids of the notifications, with the moment of the answer.
async fn submit(night: &Night) -> Result<Vec<(String, Instant)>, BoxError> {
    let desk = PoliceServiceClient::new(night.connect(&night.force)?);
    let known_at = night.clock.now();
    let call = |number| {
        let mut desk = desk.clone();
        async move {
            let submission = forms::submission(number, known_at);
            let answer = desk.submit_notification(submission).await?.into_inner();
            Ok((answer.notification_id, Instant::now()))
        }
    };
    let mut accepted = steadily(A_SECOND, WARM_UP + MEASURED, call).await?;
    accepted.drain(..WARM_UP);
    Ok(accepted)
}

/// Opens the live stream of every school.
async fn watch(night: &Night, seen: &Seen) -> Result<JoinSet<Result<(), BoxError>>, BoxError> {
    let mut watchers = JoinSet::new();
    for token in &night.schools {
        let mut inbox = InboxServiceClient::new(night.connect(token)?);
        let changes = inbox.watch_inbox(WatchInboxRequest::default()).await?;
        watchers.spawn(look(changes.into_inner(), Arc::clone(seen)));
    }
    Ok(watchers)
}

async fn look(
    mut changes: Streaming<proto::schools::v1::InboxChange>,
    seen: Seen,
) -> Result<(), BoxError> {
    while let Some(change) = changes.message().await? {
        let now = Instant::now();
        let card = change.card.unwrap_or_default();
        if card.alerts.len() < 2 {
            continue;
        }
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(card.card_id).or_insert(now);
    }
    Ok(())
}

/// Waits until everything accepted was seen.
async fn waits(
    accepted: &[(String, Instant)],
    seen: &Seen,
    watchers: &mut JoinSet<Result<(), BoxError>>,
) -> Result<Times, BoxError> {
    let begun = Instant::now();
    loop {
        if let Some(ended) = watchers.try_join_next() {
            ended??;
            return Err("a school's live stream ended early".into());
        }
        let waits = {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let waits = accepted.iter().map(|(id, answered)| {
                let seen = seen.get(id)?;
                Some(seen.saturating_duration_since(*answered))
            });
            waits.collect::<Option<Vec<_>>>()
        };
        if let Some(waits) = waits {
            return Ok(Times::of(waits));
        }
        if begun.elapsed() > PATIENCE {
            return Err("some notifications never reached their school's live stream".into());
        }
        tokio::time::sleep(AIM).await;
    }
}
