//! Where a field is, written out only when it is wrong.

use std::fmt;

/// A path such as `children[1].identity.date_of_birth`.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'static str,
    index: Option<usize>,
}

// === impl Path ===

impl Path<'_> {
    /// The request itself.
    pub(crate) const ROOT: &'static Path<'static> = &Path {
        parent: None,
        name: "",
        index: None,
    };

    /// A field of it.
    pub(crate) fn field(&self, name: &'static str) -> Path<'_> {
        Path {
            parent: Some(self),
            name,
            index: None,
        }
    }

    /// An entry of a repeated field of it; `index` from 0.
    pub(crate) fn item(&self, name: &'static str, index: usize) -> Path<'_> {
        Path {
            parent: Some(self),
            name,
            index: Some(index),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent.filter(|parent| !parent.name.is_empty()) {
            write!(f, "{parent}.")?;
        }
        f.write_str(self.name)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_the_contract_has_it() {
        let child = Path::ROOT.item("children", 1);
        let identity = child.field("identity");
        assert_eq!(
            identity.field("date_of_birth").to_string(),
            "children[1].identity.date_of_birth"
        );
        assert_eq!(Path::ROOT.field("force").to_string(), "force");
    }
}
