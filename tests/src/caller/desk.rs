//! What coordinators, duty desks, officers for hidden locations and the hub's operator do.

use super::Caller;
use proto::{
    operator::v1::DestroyKeysRequest,
    schools::v1::{
        CallSheetEntry, CallSheetRequest, CloseChildRequest, HideLocationRequest, ImportChunk,
        ImportHeader, ImportMode, ImportReport, ListQueueRequest, OpenChildRequest, QueueEntry,
        QueuedChild, ResolveReason, RouteChildRequest, SendToCouncilDeskRequest,
    },
};
use tonic::Status;

// === impl Caller ===

impl Caller {
    /// Children who wait at this desk.
    pub async fn queue(&self) -> Vec<QueueEntry> {
        let answer = self.desk().list_queue(ListQueueRequest::default()).await;
        answer.unwrap().into_inner().children
    }

    /// One child with the candidates.
    pub async fn open_child(&self, line_id: &str) -> Result<QueuedChild, Status> {
        let request = OpenChildRequest {
            line_id: line_id.to_owned(),
        };
        Ok(self.desk().open_child(request).await?.into_inner())
    }

    /// Sends a child's alert to a school.
    pub async fn route(&self, line_id: &str, urn: &str) -> Result<(), Status> {
        let version = self.open_child(line_id).await?.version;
        let request = RouteChildRequest {
            line_id: line_id.to_owned(),
            version,
            school: urn.to_owned(),
            reason: ResolveReason::SchoolConfirmedByPhone.into(),
        };
        self.desk().route_child(request).await.map(drop)
    }

    /// Sends a child who is at no school to a council's desk.
    pub async fn to_council(&self, line_id: &str, council: &str) {
        let request = SendToCouncilDeskRequest {
            line_id: line_id.to_owned(),
            council: council.to_owned(),
            reason: ResolveReason::HomeEducated.into(),
            version: self.open_child(line_id).await.unwrap().version,
        };
        self.desk().send_to_council_desk(request).await.unwrap();
    }

    /// Says that nobody needs to act for a child any more.
    pub async fn close(&self, line_id: &str, reason: ResolveReason) -> Result<(), Status> {
        let request = CloseChildRequest {
            line_id: line_id.to_owned(),
            reason: reason.into(),
            version: self.open_child(line_id).await?.version,
        };
        self.desk().close_child(request).await.map(drop)
    }

    /// Withholds where a child is at school.
    pub async fn hide(&self, line_id: &str) {
        let request = HideLocationRequest {
            line_id: line_id.to_owned(),
        };
        self.desk().hide_location(request).await.unwrap();
    }

    /// Schools to ring.
    pub async fn call_sheet(&self) -> Vec<CallSheetEntry> {
        let request = CallSheetRequest::default();
        let answer = self.desk().call_sheet(request).await;
        answer.unwrap().into_inner().schools
    }

    /// Loads a roll.
    pub async fn import_roll(
        &self,
        as_at: &str,
        mode: ImportMode,
        csv: String,
    ) -> Result<ImportReport, Status> {
        let header = ImportHeader {
            as_at: as_at.to_owned(),
            mode: mode.into(),
            schools: Vec::new(),
        };
        let file = upload(header, csv);
        Ok(self.directory().import_roll(file).await?.into_inner())
    }

    /// Loads an establishment extract.
    pub async fn import_schools(&self, csv: &str) {
        let file = upload(ImportHeader::default(), csv.to_owned());
        let report = self.directory().import_schools(file).await.unwrap();
        assert!(report.into_inner().refused.is_empty());
    }

    /// Destroys a child's keys.
    pub async fn destroy_keys(&self, line_id: &str) {
        let request = DestroyKeysRequest {
            line_id: line_id.to_owned(),
        };
        self.operator().destroy_keys(request).await.unwrap();
    }
}

fn upload(
    header: ImportHeader,
    csv: String,
) -> impl tonic::IntoStreamingRequest<Message = ImportChunk> {
    tokio_stream::once(ImportChunk {
        header: Some(header),
        data: csv.into_bytes(),
    })
}
