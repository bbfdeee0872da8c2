//! Which events a reader of everything wants to see.

use crate::{
    log::Kept,
    wire::streams::read_req::options::{FilterOptions, filter_options},
};
use fancy_regex::{Regex, RegexBuilder};
use tonic::Status;

/// A wish, checked.
#[derive(Default)]
pub(crate) struct Filter {
    by_stream: bool,
    /// Any of them will do; none at all: every event will.
    prefixes: Vec<String>,
    pattern: Option<Regex>,
    /// So many events are looked at between two checkpoints.
    pub(crate) window: Option<u32>,
}

/// A pattern that needs more steps than this for one name matches nothing.
const STEPS: usize = 10_000;

// === impl Filter ===

impl Filter {
    /// Reads a wish; patterns that are none are refused.
    pub(crate) fn read(options: FilterOptions) -> Result<Self, Status> {
        use filter_options::{Filter as By, Window};
        let window = match options.window {
            Some(Window::Max(most)) => most,
            _ => 32,
        };
        let window = window.saturating_mul(options.checkpoint_interval_multiplier.max(1));
        let (by_stream, expression) = match options.filter {
            Some(By::StreamIdentifier(expression)) => (true, expression),
            Some(By::EventType(expression)) => (false, expression),
            None => (false, filter_options::Expression::default()),
        };
        let pattern = match expression.regex.as_str() {
            "" => None,
            regex => Some(pattern(regex)?),
        };
        Ok(Self {
            by_stream,
            prefixes: expression.prefix,
            pattern,
            window: Some(window.max(1)),
        })
    }

    /// Whether this event is wanted.
    pub(crate) fn wants(&self, kept: &Kept) -> bool {
        let name = if self.by_stream {
            &kept.stream
        } else {
            &kept.event.kind
        };
        match &self.pattern {
            Some(pattern) => pattern.is_match(name).unwrap_or(false),
            None if self.prefixes.is_empty() => true,
            None => self.prefixes.iter().any(|prefix| name.starts_with(prefix)),
        }
    }
}

fn pattern(regex: &str) -> Result<Regex, Status> {
    let built = RegexBuilder::new(regex).backtrack_limit(STEPS).build();
    built.map_err(|_| Status::invalid_argument("the filter is no regular expression"))
}
