//! How far a school is from where the child lives.

use crate::{
    Establishment,
    places::{Grid, district},
};

/// How far a school may be from the child's district to be near, in metres.
const NEAR_M: f64 = 15_000.0;
/// How far apart two schools are at least before the nearer is preferred, in metres: a district is
/// no address.
const AS_NEAR_M: f64 = 5_000.0;
/// How many times as far as the nearest school another may be.
const AS_NEAR: f64 = 2.0;

/// Where the child lives, as far as is known.
pub(super) struct Home<'a> {
    pub(super) council: &'a str,
    pub(super) district: String,
    /// The middle of the district.
    pub(super) grid: Option<Grid>,
}

// === impl Home ===

impl Home<'_> {
    pub(super) fn is_near(&self, school: &Establishment) -> bool {
        let there = || !self.district.is_empty() && district(&school.postcode) == self.district;
        let near = || {
            self.distance(school)
                .map_or_else(there, |metres| metres <= NEAR_M)
        };
        school.council == self.council || near()
    }

    pub(super) fn distance(&self, school: &Establishment) -> Option<f64> {
        Some(self.grid?.metres_to(school.grid?))
    }

    /// How far a school may be, where one at least has a place.
    pub(super) fn farthest(&self, schools: &[&Establishment]) -> Option<f64> {
        let distances = schools.iter().filter_map(|school| self.distance(school));
        let nearest = distances.min_by(f64::total_cmp)?;
        Some((nearest * AS_NEAR).max(AS_NEAR_M))
    }
}
