//! The door of those who load schools, calendars and rolls.

use super::Desk;
use proto::schools::v1::{
    CoverageRequest, CoverageResponse, ImportChunk, ImportReport,
    directory_service_server::DirectoryService,
};
use tonic::{Request, Response, Status, Streaming};

/// Imports and coverage.
pub struct DirectoryDoor(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DirectoryService for DirectoryDoor {
    async fn import_schools(
        &self,
        request: Request<Streaming<ImportChunk>>,
    ) -> Answer<ImportReport> {
        Ok(Response::new(self.0.import_schools(request).await?))
    }

    async fn import_links(&self, request: Request<Streaming<ImportChunk>>) -> Answer<ImportReport> {
        Ok(Response::new(self.0.import_links(request).await?))
    }

    async fn import_calendar(
        &self,
        request: Request<Streaming<ImportChunk>>,
    ) -> Answer<ImportReport> {
        Ok(Response::new(self.0.import_calendar(request).await?))
    }

    async fn import_roll(&self, request: Request<Streaming<ImportChunk>>) -> Answer<ImportReport> {
        Ok(Response::new(self.0.import_roll(request).await?))
    }

    async fn coverage(&self, request: Request<CoverageRequest>) -> Answer<CoverageResponse> {
        Ok(Response::new(self.0.coverage(request)?))
    }
}
