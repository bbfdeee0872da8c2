//! Comparing where the child lives and which school was named.

use super::Agreement;
use crate::Urn;

/// Words that half of all addresses have.
const COMMON: [&str; 16] = [
    "road", "rd", "street", "st", "avenue", "ave", "lane", "ln", "close", "drive", "dr", "way",
    "flat", "the", "of", "and",
];

/// Exact for the same postcode; close for the same district (all but the last three characters).
pub(crate) fn postcodes(report: &str, roll: &str) -> Agreement {
    if report.is_empty() || roll.is_empty() {
        return Agreement::Missing;
    }
    let district = |code: &str| {
        code.len()
            .checked_sub(3)
            .and_then(|end| code.get(..end).map(str::to_owned))
    };
    match (district(report), district(roll)) {
        _ if report == roll => Agreement::Exact,
        (Some(ours), Some(theirs)) if ours == theirs && !ours.is_empty() => Agreement::Close,
        _ => Agreement::Differs,
    }
}

/// Exact where every telling word of the shorter address is in the other, house number included;
/// close where half of them are.
pub(crate) fn addresses(report: &str, roll: &str) -> Agreement {
    let (ours, theirs) = (telling(report), telling(roll));
    let shorter = ours.len().min(theirs.len());
    if shorter == 0 {
        return Agreement::Missing;
    }
    let shared = ours.iter().filter(|word| theirs.contains(word)).count();
    let house = |words: &[&str]| {
        words
            .iter()
            .find(|w| w.starts_with(|c: char| c.is_ascii_digit()))
            .map(|w| (*w).to_owned())
    };
    let same_house = Agreement::of(house(&ours), house(&theirs)) != Agreement::Differs;
    if shared >= shorter && shorter >= 2 && same_house {
        Agreement::Exact
    } else if shared * 2 >= shorter {
        Agreement::Close
    } else {
        Agreement::Differs
    }
}

/// Words that tell one address from another, each once.
fn telling(address: &str) -> Vec<&str> {
    let mut words: Vec<&str> = address
        .split_whitespace()
        .filter(|word| !COMMON.contains(word))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Exact where the stated name means this school alone; close where it may mean others too.
pub(crate) fn schools(stated: &[Urn], roll: Urn) -> Agreement {
    match stated {
        [] => Agreement::Missing,
        [only] if *only == roll => Agreement::Exact,
        several if several.contains(&roll) => Agreement::Close,
        _ => Agreement::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_agree_by_district() {
        assert_eq!(postcodes("EX11AA", "EX11AA"), Agreement::Exact);
        assert_eq!(postcodes("EX11AA", "EX12BB"), Agreement::Close);
        assert_eq!(postcodes("EX11AA", "EX21AA"), Agreement::Differs);
        assert_eq!(postcodes("EX", "E"), Agreement::Differs);
        assert_eq!(postcodes("1AA", "2AA"), Agreement::Differs);
        assert_eq!(postcodes("", "EX11AA"), Agreement::Missing);
    }

    #[test]
    fn an_address_is_exact_only_in_the_same_house() {
        let roll = "12 sample road exampleton";
        assert_eq!(addresses("12 sample rd", roll), Agreement::Exact);
        assert_eq!(addresses("14 sample road", roll), Agreement::Close);
        assert_eq!(addresses("3 other way", roll), Agreement::Differs);
        assert_eq!(addresses("the road", roll), Agreement::Missing);
    }
}
