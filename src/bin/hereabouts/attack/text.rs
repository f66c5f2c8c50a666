//! The findings as a table for a terminal.

use std::fmt::{Result, Write as _};

use hereabouts::audit::Findings;

use super::rows::{COLUMNS, anchors, days, rows, words};
use crate::map::distance;

/// All findings.
pub(crate) fn table(findings: &Findings) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(findings, &mut text);
    text
}

fn write(findings: &Findings, text: &mut String) -> Result {
    let bill = &findings.bill;
    writeln!(
        text,
        "{} to {}: {}, replayed {} times, seed {}",
        findings.purposes.join(", "),
        findings.destinations.join(", "),
        days(findings.days),
        findings.runs,
        findings.seed,
    )?;
    writeln!(
        text,
        "{} ticks, {:.0} draws, {:.0} answers held, {:.0} silences; {} {:.1} in all\n",
        bill.ticks,
        bill.draws.mean,
        bill.held.mean,
        bill.silences.mean,
        bill.accounting.symbol(),
        bill.loss.mean
    )?;
    write!(text, "{:<28}", "")?;
    for column in &COLUMNS {
        write!(text, " {:>14}", column.name)?;
    }
    writeln!(text)?;
    let rows = rows(findings);
    for row in &rows {
        write!(text, "{:<28}", row.name)?;
        row.cells.iter().try_for_each(|cell| write!(text, " {:>14}", cell.figure))?;
        writeln!(text)?;
    }
    writeln!(text)?;
    for row in &rows {
        writeln!(text, "{}: {}", row.name, row.meaning)?;
    }
    for (name, anchor) in anchors(&findings.sent) {
        writeln!(text, "\n{name}, under this policy, by the best attack:")?;
        for through in &anchor.through {
            let error_m = through.best.error_m;
            writeln!(
                text,
                "  after {:<8} {:>7} off ({} to {}), {:.1} draws there: {}",
                days(through.day),
                distance(error_m.mean),
                distance(error_m.low),
                distance(error_m.high),
                through.draws,
                words(&through.best),
            )?;
        }
    }
    writeln!(text, "\nwhat fresh draws at one place would leave, without cells, hold and recall:")?;
    for fresh in &findings.fresh_draws {
        writeln!(
            text,
            "  {:>5} draws: {} by the geometric median, {} by the average",
            fresh.draws,
            distance(fresh.geometric_median_m.mean),
            distance(fresh.average_exact_m),
        )?;
    }
    Ok(())
}
