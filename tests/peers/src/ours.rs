//! Our own figures, from our own program.

use crate::{BoxError, report::Figure};
use std::process::{Command, Stdio};

/// Runs the benchmark of appends, in the current folder.
pub(crate) fn append(firstbell: &str) -> Result<Vec<Figure>, BoxError> {
    let output = Command::new(firstbell)
        .args(["--json", "bench", "append"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("our own benchmark failed".into());
    }
    let lines = std::str::from_utf8(&output.stdout)?.lines();
    lines
        .map(|line| serde_json::from_str(line).map_err(BoxError::from))
        .collect()
}
