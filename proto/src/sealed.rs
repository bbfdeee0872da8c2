//! Debug forms that give nothing away.

use crate::firstbell::sealed::v1::Sealed;
use std::fmt;

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("key_id", &self.key_id)
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

include!(concat!(env!("OUT_DIR"), "/redacted.rs"));
