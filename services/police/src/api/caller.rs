//! Who asks, and within which remit.

use host::{
    problem::{Code, Problem},
    telemetry::current_traceparent,
};
use jiff::Timestamp;
use policy::{Action, Object, OrganisationKind, Principal, Verifier, permit};
use tonic::metadata::MetadataMap;

/// Who asks, and when.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    /// W3C `traceparent`, or empty.
    pub(crate) traceparent: String,
    pub(crate) now: Timestamp,
}

// === impl Caller ===

impl Caller {
    /// Reads the caller of a call.
    pub(crate) fn of(
        metadata: &MetadataMap,
        verifier: &Verifier,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let principal = Principal::from_metadata(metadata, verifier, now)
            .map_err(|_| Problem::of(Code::Unauthenticated))?;
        Ok(Self {
            principal,
            // What we do about the call is a part of the caller's trace, and what comes of it of ours.
            traceparent: current_traceparent().unwrap_or_else(|| traceparent(metadata)),
            now,
        })
    }

    /// The force that the caller acts for; for anybody else there is nothing here.
    pub(crate) fn force(&self) -> Result<&str, Problem> {
        let own = &self.principal.organisation;
        if own.kind == OrganisationKind::Force {
            Ok(&own.code)
        } else {
            Err(Problem::not_found())
        }
    }

    /// Whether the caller's roles include the action at all.
    pub(crate) fn may(&self, action: Action) -> Result<(), Problem> {
        self.permitted(action, &Object::None)
    }

    /// Whether the caller may do this to something of `force`.
    pub(crate) fn may_for(&self, action: Action, force: &str) -> Result<(), Problem> {
        self.permitted(action, &Object::Force(force))
    }

    fn permitted(&self, action: Action, object: &Object<'_>) -> Result<(), Problem> {
        permit(&self.principal, action, object)
            .granted()
            .map_err(|refusal| proto::door::v1::Problem::from(refusal).into())
    }
}

/// Taken only in the form that the standard gives it, for it is stored.
fn traceparent(metadata: &MetadataMap) -> String {
    let given = metadata
        .get("traceparent")
        .and_then(|value| value.to_str().ok());
    given
        .filter(|text| is_traceparent(text))
        .unwrap_or_default()
        .to_owned()
}

fn is_traceparent(text: &str) -> bool {
    let plain = |b: u8| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 55 && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_standard_trace_parent_is_stored() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert!(is_traceparent(good));
        assert!(!is_traceparent("Testy McTestface"));
        assert!(!is_traceparent(&good.replace("b7", "T.")));
    }
}
