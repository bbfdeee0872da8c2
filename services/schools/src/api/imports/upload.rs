//! A file as it arrives, and its reading apart from those who wait for other answers.

use super::super::internal;
use host::problem::{Code, Problem};
use proto::schools::v1::{ImportChunk, ImportHeader};
use tonic::{Request, Streaming};

/// Larger files are no extract of anything: England's whole directory is 60 MB.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// A file that has arrived whole.
pub(super) struct Upload {
    pub(super) header: ImportHeader,
    pub(super) data: Vec<u8>,
}

pub(super) type ImportRequest = Request<Streaming<ImportChunk>>;

// === impl Upload ===

impl Upload {
    /// Reads the file on a thread that may take its time.
    pub(super) async fn read<T: Send + 'static>(
        self,
        read: impl FnOnce(&[u8]) -> T + Send + 'static,
    ) -> Result<(Self, T), Problem> {
        let work = move || {
            let read = read(&self.data);
            (self, read)
        };
        let read = tokio::task::spawn_blocking(work).await;
        read.map_err(|error| internal(&error))
    }
}

/// Waits for the whole of a file.
pub(super) async fn receive(request: ImportRequest) -> Result<Upload, Problem> {
    let mut chunks = request.into_inner();
    let mut upload = Upload {
        header: ImportHeader::default(),
        data: Vec::new(),
    };
    let broken = |_| Problem::new(Code::Malformed, "the upload broke off: send the file again");
    while let Some(chunk) = chunks.message().await.map_err(broken)? {
        if let Some(header) = chunk.header {
            upload.header = header;
        }
        if upload.data.len().saturating_add(chunk.data.len()) > MOST_BYTES {
            return Err(Problem::new(
                Code::TooLarge,
                "the file is larger than 256 MiB: send it in parts",
            ));
        }
        upload.data.extend_from_slice(&chunk.data);
    }
    Ok(upload)
}
