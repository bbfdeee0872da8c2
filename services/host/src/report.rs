//! How an error is shown to a person: the whole chain of causes, on one line.

use std::error::Error;

/// The error and each of its causes, joined by `: `.
///
/// A cause that its parent repeats word for word is left out.
pub fn report(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.ends_with(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use thiserror::Error;

    #[derive(Debug, Error)]
    #[error("open the journal")]
    struct Outer(#[source] Middle);

    #[derive(Debug, Error)]
    #[error("read its first page")]
    struct Middle(#[source] std::io::Error);

    #[test]
    fn the_whole_chain_is_told_in_order() {
        let error = Outer(Middle(std::io::Error::other("disk on fire")));
        assert_eq!(
            report(&error),
            "open the journal: read its first page: disk on fire"
        );
    }
}
