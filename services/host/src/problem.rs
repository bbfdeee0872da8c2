//! Refusals: one form for both doors.
//!
//! A [`Problem`] says with a stable code what kind of refusal it is, in one sentence what to do, and
//! for every wrong field where it is, what is wrong and how to mend it. It never holds a value that
//! somebody sent. Over gRPC it travels as a status detail, over REST as the body.

mod code;
mod fields;
mod http;
mod status;

pub use code::Code;
pub use fields::FieldErrors;
pub(crate) use http::PROBLEM_JSON;
pub use proto::door::v1::FieldProblem;

use std::borrow::Cow;

/// Why a request was refused. Never carries personal data.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    code: Code,
    message: Cow<'static, str>,
    fields: Vec<FieldProblem>,
}

// === impl Problem ===

impl Problem {
    /// A refusal with a sentence that a person can act on.
    ///
    /// [`Code::NotFound`] always says the same, whatever the sentence: what is outside somebody's
    /// remit must look exactly like what does not exist.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let message = match code {
            Code::NotFound => code.sentence().into(),
            _ => message.into(),
        };
        Self {
            code,
            message,
            fields: Vec::new(),
        }
    }

    /// A refusal with the sentence that goes with its code.
    pub fn of(code: Code) -> Self {
        Self::new(code, code.sentence())
    }

    /// It does not exist, or not for the one who asks.
    pub fn not_found() -> Self {
        Self::of(Code::NotFound)
    }

    /// One field is wrong. `path` as in `children[1].identity.date_of_birth`.
    pub fn invalid_field(
        path: impl Into<String>,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::of(Code::InvalidField).with_field(path, reason, remedy)
    }

    /// The same refusal, naming one more field. [`Code::NotFound`] never names any.
    #[must_use]
    pub fn with_field(
        mut self,
        path: impl Into<String>,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        if self.code != Code::NotFound {
            self.fields.push(FieldProblem {
                path: path.into(),
                reason: reason.into(),
                remedy: remedy.into(),
            });
        }
        self
    }

    /// What kind of refusal it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Every field that was wrong.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.fields
    }
}

impl From<Problem> for proto::door::v1::Problem {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code.as_str().to_owned(),
            message: problem.message.into_owned(),
            fields: problem.fields,
        }
    }
}

impl From<proto::door::v1::Problem> for Problem {
    fn from(wire: proto::door::v1::Problem) -> Self {
        let fields = wire.fields;
        let mut problem = Self::new(Code::parse(&wire.code), wire.message);
        if problem.code != Code::NotFound {
            problem.fields = fields;
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    #[test]
    fn not_found_has_the_same_bytes_whatever_was_said() {
        let bytes = |problem| proto::door::v1::Problem::from(problem).encode_to_vec();
        let plain = bytes(Problem::not_found());
        assert_eq!(
            bytes(Problem::new(Code::NotFound, "no such card for you")),
            plain
        );
        assert_eq!(
            bytes(Problem::not_found().with_field("card_id", "is another school's", "")),
            plain
        );
        let chatty = proto::door::v1::Problem {
            code: "not_found".into(),
            message: "but it exists".into(),
            fields: vec![FieldProblem::default()],
        };
        assert_eq!(bytes(Problem::from(chatty)), plain);
    }

    #[test]
    fn a_problem_survives_the_wire_form() {
        let problem = Problem::invalid_field("force", "is not two digits", "write it as 43")
            .with_field("children", "is empty", "name at least one child");
        let wire = proto::door::v1::Problem::from(problem.clone());
        assert_eq!(Problem::from(wire), problem);
    }
}
