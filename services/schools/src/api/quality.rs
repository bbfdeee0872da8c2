//! How well matching does in use, for those who answer for it.

use super::{Desk, allow, internal, view_failed};
use crate::quality::{
    Counted, Counts, Drift, Group, Period,
    days::{MOST_WEEKS, WEEKS, date_of, day_of},
    measure::{Council, before_and_recent, groups, weeks},
    withheld::without_small,
};
use host::problem::Problem;
use policy::{Action, Object, Principal, permit};
use proto::schools::v1::{
    QualityCounts, QualityDrift, QualityGroup, QualityRequest, QualityResponse, QualityWeek,
    quality_service_server::QualityService,
};
use tonic::{Request, Response, Status};

/// The report on matching.
pub struct QualityDoor(pub Desk);

#[tonic::async_trait]
impl QualityService for QualityDoor {
    async fn quality(
        &self,
        request: Request<QualityRequest>,
    ) -> Result<Response<QualityResponse>, Status> {
        Ok(Response::new(self.0.quality(request).await?))
    }
}

impl Desk {
    async fn quality(&self, request: Request<QualityRequest>) -> Result<QualityResponse, Problem> {
        let principal = self.caller(&request, Action::QualityRead)?;
        let QualityRequest { force, weeks } = request.into_inner();
        if !force.is_empty() {
            allow(&principal, Action::QualityRead, &Object::Force(&force))?;
        }
        let period = Period::ending_with(day_of(self.now()), period_weeks(weeks)?);
        let quality = self.quality.clone();
        let counted = tokio::task::spawn_blocking(move || quality.count(&period));
        let mut counted = counted
            .await
            .map_err(|error| internal(&error))?
            .map_err(view_failed)?;
        counted.retain(|counted| {
            let of = counted.group.force.as_str();
            (force.is_empty() || force == of)
                && permit(&principal, Action::QualityRead, &Object::Force(of)).is_granted()
        });
        Ok(told(&counted, &period, &principal))
    }
}

fn period_weeks(weeks: u32) -> Result<i64, Problem> {
    match i64::from(weeks) {
        0 => Ok(WEEKS),
        weeks if weeks <= MOST_WEEKS => Ok(weeks),
        _ => Err(Problem::invalid_field(
            "weeks",
            "is longer than a year",
            "send 1 to 52, or nothing for 4",
        )),
    }
}

fn told(counted: &[Counted], period: &Period, principal: &Principal) -> QualityResponse {
    let date = |day| date_of(day).to_string();
    let mut answer = QualityResponse {
        from: date(period.start()),
        until: date(period.until.saturating_sub(1)),
        ..QualityResponse::default()
    };
    // Whoever may see a force's children one by one may count them one by one.
    let (seen, unseen): (Vec<_>, Vec<_>) = groups(counted, period).into_iter().partition(|group| {
        permit(principal, Action::QueueList, &Object::Force(&group.force)).is_granted()
    });
    let groups = seen.into_iter().chain(without_small(unseen));
    answer.groups = groups.map(told_group).collect();
    for (force, weeks) in weeks(counted) {
        let [before, recent] = before_and_recent(&weeks, period);
        let drifts = Drift::between(&before, &recent);
        answer
            .drifts
            .extend(drifts.map(|drift| told_drift(&force, &drift)));
        answer
            .weeks
            .extend(weeks.iter().map(|(week, counts)| QualityWeek {
                force: force.clone(),
                from: date(period.week(*week)),
                counts: Some(told_counts(counts)),
            }));
    }
    answer
}

fn told_group(group: Group) -> QualityGroup {
    QualityGroup {
        counts: Some(told_counts(&group.counts)),
        council: match group.council {
            Council::NotKnown => String::new(),
            Council::Withheld => "withheld".to_owned(),
            Council::Code(code) => code,
        },
        force: group.force,
        model_version: group.model,
    }
}

fn told_counts(counts: &Counts) -> QualityCounts {
    QualityCounts {
        decisions: counts.decisions,
        sure: counts.sure,
        unsure: counts.unsure,
        none: counts.none,
        asked: counts.asked,
        asked_no: counts.asked_no,
        conflicting: counts.conflicting,
        overturned: counts.overturned,
        overturned_left: counts.overturned_left,
        misdirected: counts.misdirected,
        restored: counts.restored,
        chose_first: counts.chose_first,
        chose_other: counts.chose_other,
        chose_elsewhere: counts.chose_elsewhere,
        chose_no_school: counts.chose_no_school,
    }
}

fn told_drift(force: &str, drift: &Drift) -> QualityDrift {
    let measure = match drift.measure.words() {
        (measure, None) => measure.to_owned(),
        (measure, Some(field)) => format!("{field}.{measure}"),
    };
    QualityDrift {
        force: force.to_owned(),
        measure,
        before: drift.before.0,
        before_of: drift.before.1,
        recent: drift.recent.0,
        recent_of: drift.recent.1,
        z: drift.z(),
        drifted: drift.is_told(),
    }
}
