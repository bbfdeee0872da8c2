//! A file on its way to the hub, in chunks.

use crate::error::CommandError;
use futures::{Stream, stream};
use indicatif::{ProgressBar, ProgressDrawTarget};
use proto::schools::v1::{ImportChunk, ImportHeader, ImportReport};
use std::{future::Future, io, path::Path, sync::Arc};
use tokio::{
    fs::File,
    io::AsyncReadExt,
    sync::{Mutex, oneshot},
};
use tonic::{Response, Status};

const CHUNK: usize = 256 * 1024;

/// The argument that names the file.
pub(super) const FILE: &str = "the argument FILE";

/// One file that is being sent.
pub(super) struct Upload {
    source: Arc<Mutex<Source>>,
    failed: oneshot::Receiver<io::Error>,
    bar: ProgressBar,
}

struct Source {
    file: File,
    header: Option<ImportHeader>,
    failure: Option<oneshot::Sender<io::Error>>,
    bar: ProgressBar,
}

// === impl Upload ===

impl Upload {
    /// Opens the file.
    pub(super) async fn open(
        file: &Path,
        header: ImportHeader,
        json: bool,
    ) -> Result<Self, CommandError> {
        let file = File::open(file).await.map_err(no_input())?;
        let size = file.metadata().await.map_err(no_input())?.len();
        let target = if json {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(size), target);
        let (failure, failed) = oneshot::channel();
        let source = Source {
            file,
            header: Some(header),
            failure: Some(failure),
            bar: bar.clone(),
        };
        Ok(Self {
            source: Arc::new(Mutex::new(source)),
            failed,
            bar,
        })
    }

    /// The file's content. At least one chunk, even of an empty file: it carries the header.
    pub(super) fn chunks(&self) -> impl Stream<Item = ImportChunk> + Send + use<> {
        stream::unfold(Arc::clone(&self.source), |source| async {
            let chunk = source.lock().await.next().await;
            chunk.map(|chunk| (chunk, source))
        })
    }

    /// Waits for the hub's report. Where the file cannot be read to its end the call is broken off:
    /// ending the stream would pass half a file off as a whole one.
    pub(super) async fn finish(
        self,
        call: impl Future<Output = Result<Response<ImportReport>, Status>>,
    ) -> Result<ImportReport, CommandError> {
        let answer = tokio::select! {
            answer = call => answer.map(Response::into_inner).map_err(CommandError::from),
            Ok(error) = self.failed => Err(no_input()(error)),
        };
        self.bar.finish_and_clear();
        answer
    }
}

fn no_input() -> impl FnOnce(io::Error) -> CommandError {
    CommandError::no_input(FILE)
}

// === impl Source ===

impl Source {
    async fn next(&mut self) -> Option<ImportChunk> {
        let mut data = Vec::with_capacity(CHUNK);
        let read = (&mut self.file)
            .take(CHUNK as u64)
            .read_to_end(&mut data)
            .await;
        if let Err(error) = read {
            if let Some(failure) = self.failure.take() {
                // Nobody listens any more only where the call has ended already.
                let _ = failure.send(error);
            }
            return std::future::pending().await;
        }
        let header = self.header.take();
        if data.is_empty() && header.is_none() {
            return None;
        }
        self.bar.inc(data.len() as u64);
        Some(ImportChunk { header, data })
    }
}
