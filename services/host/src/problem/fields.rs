//! Collects every wrong field of a request, so that the sender can mend all of them at once.

use super::{Code, FieldProblem, Problem};

/// The wrong fields found so far.
#[derive(Clone, Debug, Default)]
pub struct FieldErrors {
    fields: Vec<FieldProblem>,
}

// === impl FieldErrors ===

impl FieldErrors {
    /// None found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes one wrong field: where it is (`children[1].identity.date_of_birth`), what is wrong with
    /// it without its value ("is not a date"), and what to do ("write it as YYYY-MM-DD").
    pub fn add(
        &mut self,
        path: impl Into<String>,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.fields.push(FieldProblem {
            path: path.into(),
            reason: reason.into(),
            remedy: remedy.into(),
        });
    }

    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The refusal that names them all, or nothing if there are none.
    pub fn into_result(self) -> Result<(), Problem> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let mut problem = Problem::of(Code::InvalidField);
        problem.fields = self.fields;
        Err(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_wrong_fields_are_named_in_one_refusal() {
        let mut errors = FieldErrors::new();
        errors.add("force", "is not two digits", "write it as 43");
        errors.add("children", "is empty", "name at least one child");
        let problem = errors.into_result().unwrap_err();
        let paths: Vec<_> = problem.fields().iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["force", "children"]);
        assert_eq!(problem.code(), Code::InvalidField);
    }

    #[test]
    fn no_wrong_field_is_no_refusal() {
        assert!(FieldErrors::new().is_empty());
        assert!(FieldErrors::new().into_result().is_ok());
    }
}
