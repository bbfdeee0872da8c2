//! Our appends and those of cqrs-es on its database, in turns; then the ratios.
//!
//! `peers DATABASE-URL FIRSTBELL`: an empty database, and the program under test. Prints one JSON
//! object a line, each the median of the turns, as `firstbell --json bench` does.

mod cqrs;
mod load;
mod ours;
mod report;

use report::{Figure, Report};
use std::{env, error::Error, time::Duration};

type BoxError = Box<dyn Error + Send + Sync>;

const WRITERS: [usize; 3] = [1, 16, 64];
const TURNS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);

const PLAIN: &str = "one INSERT of 512 bytes and its commit in the same PostgreSQL, nothing else";
const PEER: &str = "cqrs-es 0.5 with postgres-es 0.5 in the same run";

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut args = env::args().skip(1);
    let (Some(url), Some(firstbell)) = (args.next(), args.next()) else {
        return Err("usage: peers DATABASE-URL FIRSTBELL".into());
    };
    cqrs::make_tables(&url).await?;
    let mut report = Report::default();
    for turn in 0..TURNS {
        for figure in ours::append(&firstbell)? {
            report.add(figure);
        }
        for writers in WRITERS {
            let peer = cqrs::round(&url, turn, writers, ROUND).await?;
            let plain = cqrs::plain_round(&url, writers, ROUND).await?;
            let name = format!("cqrs-es.{writers}");
            report.add(Figure::new(
                &name,
                peer.rate(),
                "events/s",
                plain.rate(),
                PLAIN,
            ));
            for (which, share) in [("median", 0.5), ("p99", 0.99)] {
                let (value, beside) = (peer.at_ms(share), plain.at_ms(share));
                let name = format!("{name}.{which}");
                report.add(Figure::new(&name, value, "ms", beside, PLAIN));
            }
        }
    }
    for writers in WRITERS {
        report.divide(
            &format!("append.{writers}"),
            &format!("cqrs-es.{writers}"),
            PEER,
        );
    }
    report.print()
}
