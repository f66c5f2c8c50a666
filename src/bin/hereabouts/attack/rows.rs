//! The findings in plain words: a row for each attack, a column for each way of sending.

use hereabouts::audit::attack::Spread;
use hereabouts::audit::{AnchorFindings, Attacked, Findings, Guess};

use crate::map::distance;

/// One attack.
pub(crate) struct Row {
    pub(crate) name: String,
    /// What it comes to, in the order of [`COLUMNS`].
    pub(crate) cells: Vec<Cell>,
    /// One sentence for whoever has never heard of any of this.
    pub(crate) meaning: &'static str,
}

/// What an attack comes to.
pub(crate) struct Cell {
    pub(crate) figure: String,
}

/// A way of sending.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) of: fn(&Findings) -> &Attacked,
}

/// This policy first, then ever more naive ideas.
pub(crate) const COLUMNS: [Column; 5] = [
    Column { name: "this policy", of: |findings| &findings.sent },
    Column { name: "fresh noise", of: |findings| &findings.fresh_noise },
    Column { name: "jitter", of: |findings| &findings.jitter },
    Column { name: "fixed offset", of: |findings| &findings.fixed_offset },
    Column { name: "raw", of: |findings| &findings.raw },
];

/// Every attack that the journey has something for.
pub(crate) fn rows(findings: &Findings) -> Vec<Row> {
    let row = |name: &str, meaning, cell: &dyn Fn(&Attacked) -> Option<Cell>| {
        let cells: Vec<_> = COLUMNS.iter().map(|column| cell((column.of)(findings))).collect();
        let none = || Cell { figure: "–".to_owned() };
        cells.iter().any(Option::is_some).then(|| Row {
            name: name.to_owned(),
            cells: cells.into_iter().map(|cell| cell.unwrap_or_else(none)).collect(),
            meaning,
        })
    };
    let anchor = |anchor: &Option<AnchorFindings>| anchor.as_ref().and_then(AnchorFindings::best).map(of_guess);
    let within = findings.sent.candidates.map_or(String::new(), |left| format!(" within {}", distance(left.within_m)));
    let rows = [
        row(
            "Error on home",
            "Whoever collects what is sent guesses where the bed stands: so far off is the best guess.",
            &|attacked| anchor(&attacked.home),
        ),
        row("Error on work", "The same of where one spends working hours, Monday to Friday.", &|attacked| {
            anchor(&attacked.work)
        }),
        row(
            "Error on each movement",
            "From one place that is sent to the next one reads off a way: so far is it from the way that was gone.",
            &|attacked| attacked.movement_error_m.map(of_spread),
        ),
        row(
            &format!("Places{within} that fit"),
            "So many places around home could have sent all that was sent from there. Whatever cannot have is ruled out \
             for certain.",
            &|attacked| {
                let left = attacked.candidates?;
                let share = 100.0 * left.left as f64 / left.tried.max(1) as f64;
                let figure = if left.left == 1 { "1 place".to_owned() } else { format!("{share:.0} %") };
                Some(Cell { figure })
            },
        ),
        row(
            "Linked by time alone",
            "Where another service keeps a log of the same phone, exact times give each entry its counterpart; a whole \
             hour seldom does.",
            &|attacked| {
                let figure = format!("{:.0} %", 100.0 * attacked.linked_share.mean);
                Some(Cell { figure })
            },
        ),
    ];
    rows.into_iter().flatten().collect()
}

fn of_guess(guess: Guess) -> Cell {
    of_spread(guess.error_m)
}

fn of_spread(spread: Spread) -> Cell {
    Cell { figure: distance(spread.mean) }
}

/// The places that one comes back to, with their names.
pub(crate) fn anchors(attacked: &Attacked) -> impl Iterator<Item = (&'static str, &AnchorFindings)> {
    [("home", &attacked.home), ("work", &attacked.work)]
        .into_iter()
        .filter_map(|(name, anchor)| Some((name, anchor.as_ref()?)))
}

/// The attack in words.
pub(crate) fn words(guess: &Guess) -> String {
    let knows = if guess.told { "told which were drawn there" } else { "going by the hours" };
    format!("{}, {knows}", guess.estimator)
}

/// So many days.
pub(crate) fn days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
