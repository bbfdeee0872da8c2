//! Where schools are, and so where postcode districts are: in the middle of their schools.

use crate::Establishment;
use matching::Urn;
use std::collections::BTreeMap;

/// A place on the British National Grid, in metres.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grid {
    /// East of the origin.
    pub easting: u32,
    /// North of the origin.
    pub northing: u32,
}

/// Schools' places by postcode district.
#[derive(Default)]
pub(crate) struct Places {
    districts: BTreeMap<String, BTreeMap<Urn, Grid>>,
}

impl Grid {
    /// Distance as the crow flies.
    pub(crate) fn metres_to(self, other: Self) -> f64 {
        let east = f64::from(self.easting) - f64::from(other.easting);
        let north = f64::from(self.northing) - f64::from(other.northing);
        east.hypot(north)
    }
}

// === impl Places ===

impl Places {
    pub(crate) fn add(&mut self, school: &Establishment) {
        let district = district(&school.postcode);
        if let Some(grid) = school.grid.filter(|_| !district.is_empty()) {
            let schools = self.districts.entry(district).or_default();
            schools.insert(school.urn, grid);
        }
    }

    pub(crate) fn remove(&mut self, school: &Establishment) {
        let district = district(&school.postcode);
        if let Some(schools) = self.districts.get_mut(&district) {
            schools.remove(&school.urn);
        }
    }

    /// The middle of a district's schools; none where it has none.
    pub(crate) fn middle_of(&self, district: &str) -> Option<Grid> {
        let schools = self.districts.get(district)?;
        let mean = |of: fn(&Grid) -> u32| {
            let sum: u64 = schools.values().map(|grid| u64::from(of(grid))).sum();
            let count = u64::try_from(schools.len()).ok()?;
            u32::try_from(sum.checked_div(count)?).ok()
        };
        Some(Grid {
            easting: mean(|grid| grid.easting)?,
            northing: mean(|grid| grid.northing)?,
        })
    }
}

/// The first half of a postcode, in capitals; the whole of what is only that half. Empty for no postcode.
pub(crate) fn district(postcode: &str) -> String {
    let letters = postcode.chars().filter(char::is_ascii_alphanumeric);
    let mut code: String = letters.take(8).map(|c| c.to_ascii_uppercase()).collect();
    if code.len() > 4 {
        code.truncate(code.len() - 3);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_district_is_the_first_half_however_it_is_written() {
        for (postcode, expected) in [
            ("ZZ1 1AA", "ZZ1"),
            ("zz11aa", "ZZ1"),
            ("ZZ12 3BB", "ZZ12"),
            ("zz12", "ZZ12"),
            ("Z1 1AA", "Z1"),
            ("", ""),
            ("ﷺ", ""),
        ] {
            assert_eq!(district(postcode), expected, "{postcode}");
        }
    }
}
