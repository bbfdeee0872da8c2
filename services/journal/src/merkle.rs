//! RFC 6962 tree hash over a growing list, kept as the few subtrees that a next leaf can touch.

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 hash of the tree.
pub type TreeHash = [u8; 32];

/// The right edge of a Merkle tree: enough to add leaves and to tell the root, 32 bytes per level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    count: u64,
    /// Roots of the complete subtrees, largest first: one for each bit set in `count`.
    peaks: Vec<TreeHash>,
}

// === impl Frontier ===

impl Frontier {
    /// Leaves so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds one leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        let mut node = hash(&[&[0], leaf]);
        let mut below = self.count;
        while below & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                node = hash(&[&[1], &left, &node]);
            }
            below >>= 1;
        }
        self.peaks.push(node);
        self.count = self.count.saturating_add(1);
    }

    /// The Merkle tree hash of all leaves; of none, the hash of the empty string.
    pub fn root(&self) -> TreeHash {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| hash(&[&[1], &left, &right]))
            .unwrap_or_else(|| hash(&[]))
    }
}

fn hash(parts: &[&[u8]]) -> TreeHash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::hex;
    use proptest::prelude::*;

    /// The definition of RFC 6962, section 2.1, word for word.
    fn by_definition(leaves: &[Vec<u8>]) -> TreeHash {
        match leaves {
            [] => hash(&[]),
            [leaf] => hash(&[&[0], leaf]),
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(k);
                hash(&[&[1], &by_definition(left), &by_definition(right)])
            }
        }
    }

    fn of(leaves: &[Vec<u8>]) -> Frontier {
        let mut frontier = Frontier::default();
        for leaf in leaves {
            frontier.push(leaf);
        }
        frontier
    }

    #[test]
    fn the_roots_are_those_of_the_published_vectors() {
        // The eight inputs and roots that certificate transparency implementations test against.
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::default();
        assert_eq!(
            hex(&frontier.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for (input, root) in inputs.iter().zip(roots) {
            let leaf: Vec<u8> = (0..input.len() / 2)
                .map(|i| u8::from_str_radix(&input[i * 2..i * 2 + 2], 16).unwrap())
                .collect();
            frontier.push(&leaf);
            assert_eq!(hex(&frontier.root()), root);
        }
    }

    proptest! {
        #[test]
        fn any_list_has_the_root_of_the_definition(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..130)
        ) {
            let frontier = of(&leaves);
            prop_assert_eq!(frontier.root(), by_definition(&leaves));
            prop_assert_eq!(frontier.count(), leaves.len() as u64);
        }
    }
}
