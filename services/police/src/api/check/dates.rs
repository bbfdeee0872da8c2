//! Dates and times: real, not in the future, in the right order.

use super::{Rules, path::Path, texts::Fields};
use jiff::{SignedDuration, Timestamp, civil::Date};
use proto::police::v1::Notification;

/// When it happened and when police first knew.
pub(crate) struct Moments {
    pub(crate) occurred_at: Timestamp,
    pub(crate) known_at: Timestamp,
}

/// The days that birth dates are held against, in Europe/London.
#[derive(Clone, Copy)]
pub(crate) struct Today {
    /// Today.
    pub(crate) now: Date,
    /// The day of the incident; none where that is wrong itself.
    pub(crate) incident: Option<Date>,
}

/// From this age on a person is no child; the arrangements end there.
pub(crate) const ADULT: i16 = 18;

/// Nobody who is a child now was alive before.
const LONGEST_CHILDHOOD: SignedDuration = SignedDuration::from_hours(24 * 366 * 18);

// === impl Moments ===

impl Moments {
    /// Both times of a notification; none where one of them is wrong.
    pub(crate) fn check(
        notification: &Notification,
        rules: &Rules,
        now: Timestamp,
        fields: &mut Fields,
    ) -> Option<Self> {
        let at = Path::ROOT.field("occurred_at");
        let Some(given) = &notification.occurred_at else {
            fields.add(
                at,
                "is missing",
                "say when it happened, in UTC or with an offset",
            );
            return None;
        };
        let occurred_at = moment(given, rules, now, at, fields);
        let Some(given) = &notification.known_at else {
            let known_at = occurred_at?;
            let ok = recent(known_at, rules, now, at, fields);
            return ok.then_some(Self {
                occurred_at: known_at,
                known_at,
            });
        };
        let at = Path::ROOT.field("known_at");
        let known_at = moment(given, rules, now, at, fields)?;
        let ok = recent(known_at, rules, now, at, fields);
        let moments = Self {
            occurred_at: occurred_at?,
            known_at,
        };
        (moments.in_order(fields) && ok).then_some(moments)
    }

    fn in_order(&self, fields: &mut Fields) -> bool {
        let before = self.known_at.duration_since(self.occurred_at);
        if before < SignedDuration::ZERO {
            fields.add(
                Path::ROOT.field("known_at"),
                "is before the incident",
                "police cannot have known before it happened; correct one of the two times",
            );
        }
        if before > LONGEST_CHILDHOOD {
            fields.add(
                Path::ROOT.field("occurred_at"),
                "lies more than eighteen years before police knew",
                "check the year",
            );
        }
        (SignedDuration::ZERO..=LONGEST_CHILDHOOD).contains(&before)
    }
}

fn moment(
    given: &prost_types::Timestamp,
    rules: &Rules,
    now: Timestamp,
    at: Path<'_>,
    fields: &mut Fields,
) -> Option<Timestamp> {
    let sound = (0..1_000_000_000).contains(&given.nanos);
    let read = Timestamp::new(given.seconds, given.nanos).ok();
    let Some(moment) = read.filter(|_| sound) else {
        fields.add(at, "is no time", "write it as YYYY-MM-DDTHH:MM:SSZ");
        return None;
    };
    if moment.duration_since(now) > rules.skew {
        fields.add(
            at,
            "lies in the future",
            "correct it, or check the sender's clock and time zone",
        );
        return None;
    }
    Some(moment)
}

fn recent(
    known_at: Timestamp,
    rules: &Rules,
    now: Timestamp,
    at: Path<'_>,
    fields: &mut Fields,
) -> bool {
    let old = now.duration_since(known_at) > rules.oldest_known;
    if old {
        fields.add(
            at,
            "lies too far back for when police first knew",
            "check the year; for an old incident that came to light now, give known_at",
        );
    }
    !old
}

/// An ISO date that has come, or nothing where the field is empty or wrong.
pub(crate) fn birth(text: &str, today: Date, at: Path<'_>, fields: &mut Fields) -> Option<Date> {
    if text.is_empty() {
        return None;
    }
    let Some(date) = iso_date(text) else {
        fields.add(at, "is no date", "write it as YYYY-MM-DD");
        return None;
    };
    if date > today {
        fields.add(at, "lies in the future", "correct it, or leave it empty");
        return None;
    }
    Some(date)
}

fn iso_date(text: &str) -> Option<Date> {
    let parts = |b: &[u8]| b.len() == 10 && b.get(4) == Some(&b'-') && b.get(7) == Some(&b'-');
    parts(text.as_bytes()).then(|| text.parse().ok()).flatten()
}

/// Age in whole years; who was born on 29 February comes of age on 1 March.
pub(crate) fn age_on(day: Date, birth: Date) -> i16 {
    let not_yet = (day.month(), day.day()) < (birth.month(), birth.day());
    day.year() - birth.year() - i16::from(not_yet)
}
