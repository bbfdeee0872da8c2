//! The door for the weights that children are matched by: learn, take into use, ask which are.

use super::{Desk, internal, timestamp, unavailable, unrecorded, view_failed};
use crate::{
    domain::model::{LEAST_REPORTS, ModelRefusal},
    learning::{
        CollectError, Collector, Learnt,
        report::{IDENTITIES, Side},
    },
    records::TakeError,
    wire::stored as s,
};
use ::matching::{Agreement, Chances, Field, Identity, Model};
use host::problem::{Code, Problem};
use policy::Action;
use proto::schools::v1::{
    AgreementWeight, GetModelRequest, GetModelResponse, IdentityChange, LearnModelRequest,
    LearnModelResponse, MatchThresholds, PeopleAgree, UseModelRequest, UseModelResponse,
    WeightChange, matching_service_server::MatchingService,
};
use tonic::{Request, Response, Status};

/// Learning, and what comes of it.
pub struct MatchingDoor(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl MatchingService for MatchingDoor {
    async fn learn_model(&self, request: Request<LearnModelRequest>) -> Answer<LearnModelResponse> {
        Ok(Response::new(self.0.learn_model(request).await?))
    }

    async fn use_model(&self, request: Request<UseModelRequest>) -> Answer<UseModelResponse> {
        Ok(Response::new(self.0.use_model(request).await?))
    }

    async fn get_model(&self, request: Request<GetModelRequest>) -> Answer<GetModelResponse> {
        Ok(Response::new(self.0.get_model(request).await?))
    }
}

impl Desk {
    async fn learn_model(
        &self,
        request: Request<LearnModelRequest>,
    ) -> Result<LearnModelResponse, Problem> {
        let principal = self.caller(&request, Action::MatchingLearn)?;
        let _turn = self.records.turn_of_models().await;
        let collector = Collector {
            router: &self.router,
            lines: &self.lines,
            view: &self.view,
        };
        let lessons = collector.collect().await.map_err(uncollected)?;
        if lessons.len() < usize::try_from(LEAST_REPORTS).unwrap_or(usize::MAX) {
            return Err(too_few(lessons.len()));
        }
        let (reference, in_use) = (self.reference.clone(), self.router.matching.settings());
        let before = in_use.model.clone();
        let learning = tokio::task::spawn_blocking(move || {
            crate::learning::learn(&reference, &lessons, &in_use)
        });
        let learnt = learning.await.map_err(|error| internal(&error))?;
        let record = record(&learnt, &before);
        let answer = answer(&learnt, &before, ModelRefusal::of(&record));
        let recorded = self.records.learnt(&principal, record).await;
        recorded.map_err(unrecorded)?;
        Ok(answer)
    }

    async fn use_model(
        &self,
        request: Request<UseModelRequest>,
    ) -> Result<UseModelResponse, Problem> {
        let principal = self.caller(&request, Action::MatchingUse)?;
        let UseModelRequest { model_version } = request.into_inner();
        let _turn = self.records.turn_of_models().await;
        let taken = self.records.take_model(&principal, &model_version).await;
        let (model, before, position) = taken.map_err(not_taken)?;
        self.router.matching.take(model);
        Ok(UseModelResponse {
            model_version,
            before,
            position: self.show_position(position),
        })
    }

    async fn get_model(
        &self,
        request: Request<GetModelRequest>,
    ) -> Result<GetModelResponse, Problem> {
        self.caller(&request, Action::MatchingRead)?;
        let in_use = self.records.model_in_use().await.map_err(unrecorded)?;
        Ok(GetModelResponse {
            model_version: in_use.model.version,
            since: in_use.since.and_then(|at| timestamp(at.as_millisecond())),
        })
    }
}

fn record(learnt: &Learnt, before: &Model) -> s::ModelLearnt {
    let [overturned_before, overturned_after] = learnt.report.overturned();
    s::ModelLearnt {
        model: Some(s::WeightModel::of(&learnt.model)),
        beside: before.version.clone(),
        reports: learnt.report.reports,
        decided: learnt.report.decided,
        overturned_before,
        overturned_after,
        by: None,
    }
}

fn answer(learnt: &Learnt, before: &Model, unfit: Option<ModelRefusal>) -> LearnModelResponse {
    let report = &learnt.report;
    LearnModelResponse {
        model_version: learnt.model.version.clone(),
        in_use: before.version.clone(),
        unfit: unfit.map(|refusal| refusal.to_string()).unwrap_or_default(),
        reports: report.reports,
        decided: report.decided,
        weights: weight_changes(before, &learnt.model),
        identities: identity_changes(&report.identities),
        people_before: Some(people(&report.before)),
        people_after: Some(people(&report.after)),
        thresholds_before: Some(thresholds(&report.before)),
        thresholds_after: Some(thresholds(&report.after)),
    }
}

fn weight_changes(before: &Model, after: &Model) -> Vec<WeightChange> {
    let mut changes = Vec::new();
    for field in Field::ALL {
        for (degree, agreement) in Agreement::DEGREES.into_iter().enumerate() {
            let weight = |model: &Model| weight(model.chances(field), degree, agreement);
            let known = |side: &AgreementWeight| side.same > 0.0 || side.other > 0.0;
            let (before, after) = (weight(before), weight(after));
            if known(&before) || known(&after) {
                changes.push(WeightChange {
                    field: field.name().to_owned(),
                    agreement: agreement.name().to_owned(),
                    before: Some(before),
                    after: Some(after),
                });
            }
        }
    }
    changes
}

fn weight(chances: &Chances, degree: usize, agreement: Agreement) -> AgreementWeight {
    let of = |side: &[f64; 5]| side.get(degree).copied().unwrap_or_default();
    AgreementWeight {
        same: of(&chances.same),
        other: of(&chances.other),
        bits: chances.bits(agreement),
    }
}

fn identity_changes(counts: &[[u32; 3]; 3]) -> Vec<IdentityChange> {
    let rows = IDENTITIES.into_iter().zip(counts);
    let changes = rows.flat_map(|(before, row)| {
        let row = IDENTITIES.into_iter().zip(row);
        row.map(move |(after, reports)| IdentityChange {
            before: identity(before).to_owned(),
            after: identity(after).to_owned(),
            reports: *reports,
        })
    });
    changes.collect()
}

fn identity(identity: Identity) -> &'static str {
    match identity {
        Identity::Sure => "sure",
        Identity::Unsure => "unsure",
        Identity::None => "none",
    }
}

fn people(side: &Side) -> PeopleAgree {
    let (
        [sure_upheld, first_upheld, none_upheld],
        [sure_overturned, first_overturned, none_overturned],
    ) = (side.upheld, side.overturned);
    PeopleAgree {
        sure_upheld,
        sure_overturned,
        first_upheld,
        first_overturned,
        none_upheld,
        none_overturned,
    }
}

fn thresholds(side: &Side) -> MatchThresholds {
    let needed = &side.thresholds;
    MatchThresholds {
        sure: needed.sure,
        candidate: needed.candidate,
        margin: needed.margin,
        personal: needed.personal,
        twin: needed.twin,
    }
}

fn too_few(reports: usize) -> Problem {
    let message = format!(
        "Weights are learnt from {LEAST_REPORTS} reports at least, and this hub has {reports}: learn \
         when there are more."
    );
    Problem::new(Code::Conflict, message)
}

fn not_taken(error: TakeError) -> Problem {
    match error {
        TakeError::Unknown => Problem::not_found(),
        TakeError::Refused(refusal) => Problem::new(
            Code::Conflict,
            format!("The weights are not taken into use: {refusal}."),
        ),
        TakeError::Record(error) => unrecorded(error),
    }
}

fn uncollected(error: CollectError) -> Problem {
    match error {
        CollectError::View(error) => view_failed(error),
        error @ (CollectError::Read(_) | CollectError::Open(_)) => unavailable(error),
    }
}
