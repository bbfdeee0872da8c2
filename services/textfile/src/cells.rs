//! The cells of a text that holds one record.

use csv::ByteRecord;
use csv_core::{ReadRecordResult, Reader};

/// Parts a text that holds one record into its cells.
pub(crate) struct Cells {
    /// Boxed: its tables are large, and whoever holds records is moved about.
    reader: Box<Reader>,
    /// Room for every byte of a record, and for the end of every cell.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

// === impl Cells ===

impl Cells {
    pub(crate) fn new() -> Self {
        Self {
            reader: Box::new(Reader::new()),
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The cells of a text that holds exactly one record.
    pub(crate) fn of(&mut self, text: &[u8]) -> Option<ByteRecord> {
        let most = text.split(|byte| *byte == b',').count();
        self.bytes.resize(text.len() + 1, 0);
        self.ends.resize(most + 1, 0);
        self.reader.reset();
        let (bytes, ends) = (&mut self.bytes[..], &mut self.ends[..]);
        let (result, read, mut written, mut ended) = self.reader.read_record(text, bytes, ends);
        let rest = text.get(read..).unwrap_or_default();
        if result == ReadRecordResult::InputEmpty {
            // An empty input says that the text ends here.
            let bytes = bytes.get_mut(written..).unwrap_or_default();
            let ends = ends.get_mut(ended..).unwrap_or_default();
            let (_, _, more, more_ends) = self.reader.read_record(&[], bytes, ends);
            (written, ended) = (written + more, ended + more_ends);
        }
        let is_one = ended > 0 && rest.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        is_one.then(|| self.first(written, ended))
    }

    fn first(&self, written: usize, ended: usize) -> ByteRecord {
        let bytes = self.bytes.get(..written).unwrap_or_default();
        let ends = self.ends.get(..ended).unwrap_or_default();
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let mut cells = ByteRecord::with_capacity(written, ended);
        for (begin, end) in begins.zip(ends) {
            cells.push_field(bytes.get(begin..*end).unwrap_or_default());
        }
        cells
    }
}
