//! The findings in plain words: a row for each attack, with the raw journey beside it.

use hereabouts::audit::{AnchorFindings, Findings, Through};
use hereabouts::audit::attack::Spread;

use crate::map::distance;
use crate::summary::grouped;

/// One attack.
pub(crate) struct Row {
    pub(crate) name: String,
    /// What is left of it against what was sent.
    pub(crate) sent: String,
    /// The same against the raw journey.
    pub(crate) raw: String,
    /// One sentence for whoever has never heard of any of this.
    pub(crate) meaning: &'static str,
}

const NOTHING: &str = "nothing to go by";

/// Every attack.
pub(crate) fn rows(findings: &Findings) -> Vec<Row> {
    let mut rows = Vec::new();
    let anchors = [
        (
            "Where home is",
            &findings.home,
            "Whoever collects what is sent at night guesses where the bed stands: this is how far off the best guess is.",
        ),
        (
            "Where work is",
            &findings.work,
            "The same with what is sent in working hours, Monday to Friday.",
        ),
    ];
    for (name, anchor, meaning) in anchors {
        let Some(anchor) = anchor else { continue };
        rows.push(Row {
            name: name.to_owned(),
            sent: anchor.best_error_m().map_or(NOTHING.to_owned(), spread),
            raw: anchor.best_raw_error_m().map_or(NOTHING.to_owned(), distance),
            meaning,
        });
    }
    if let (Some(sent), Some(raw)) = (findings.movement_error_m, findings.raw_movement_error_m) {
        rows.push(Row {
            name: "Each movement".to_owned(),
            sent: spread(sent),
            raw: distance(raw),
            meaning: "From one place that is sent to the next one reads off a way: this is how far it is from the way \
                      that was gone.",
        });
    }
    if let Some(left) = findings.candidates {
        let of = |count: usize| format!("{} of {}", grouped(count as u64), grouped(left.tried as u64));
        rows.push(Row {
            name: format!("Places within {} that fit", distance(left.within_m)),
            sent: of(left.left),
            raw: of(left.raw_left),
            meaning: "So many places around home could have sent all of this: none can be ruled out for certain.",
        });
    }
    let share = |share: f64| format!("{:.0} %", 100.0 * share);
    rows.push(Row {
        name: "Linked by time alone".to_owned(),
        sent: share(findings.linked.share.mean),
        raw: share(findings.linked.raw_share),
        meaning: "Where another service keeps a log of the same phone, exact times give each entry its counterpart; a \
                  whole hour seldom does.",
    });
    rows
}

/// What the days leave, in one sentence.
pub(crate) fn sentence(name: &str, last: &Through) -> String {
    let days = if last.day == 1 { "one day".to_owned() } else { format!("{} days", last.day) };
    let theory = last.fresh_draws_error_m.map_or(String::new(), |error_m| {
        format!("; as many fresh draws, were there no cells, would leave {}", distance(error_m))
    });
    let raw = last.raw_error_m.map_or(String::new(), |error_m| format!(" Raw: {}.", distance(error_m)));
    format!(
        "After {days} the best attack on {name} is off by {} on average ({:.0} draws there{theory}).{raw}",
        distance(last.error_m.mean),
        last.draws,
    )
}

/// A mean with the range of nine runs in ten.
pub(crate) fn spread(spread: Spread) -> String {
    format!("{} ({} to {})", distance(spread.mean), distance(spread.low), distance(spread.high))
}

/// The places that one comes back to, with their names.
pub(crate) fn anchors(findings: &Findings) -> impl Iterator<Item = (&'static str, &AnchorFindings)> {
    [("home", &findings.home), ("work", &findings.work)]
        .into_iter()
        .filter_map(|(name, anchor)| Some((name, anchor.as_ref()?)))
}
