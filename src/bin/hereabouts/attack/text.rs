//! The findings as a table for a terminal.

use std::fmt::Write as _;

use hereabouts::audit::Findings;

use super::rows::{anchors, rows, sentence, spread};
use crate::map::distance;

/// All findings.
pub(crate) fn table(findings: &Findings) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(findings, &mut text);
    text
}

fn write(findings: &Findings, text: &mut String) -> std::fmt::Result {
    let bill = &findings.bill;
    writeln!(
        text,
        "{} to {}: {}, replayed {} times with fresh noise each",
        findings.purposes.join(", "),
        findings.destinations.join(", "),
        if findings.days == 1 { "one day".to_owned() } else { format!("{} days", findings.days) },
        findings.runs,
    )?;
    writeln!(
        text,
        "{} ticks, {:.0} draws, {:.0} answers that held, {:.0} silences; ε {:.1} in all\n",
        bill.ticks, bill.draws.mean, bill.held.mean, bill.silences.mean, bill.epsilon.mean
    )?;
    writeln!(text, "{:<34} {:>28} {:>16}", "attack", "error on what was sent", "on raw fixes")?;
    for row in rows(findings) {
        writeln!(text, "{:<34} {:>28} {:>16}", row.name, row.sent, row.raw)?;
    }
    for (name, anchor) in anchors(findings) {
        writeln!(text, "\n{name}, after all days:")?;
        for guess in &anchor.guesses {
            let sent = guess.error_m.map_or("nothing to go by".to_owned(), spread);
            let raw = guess.raw_error_m.map_or("nothing to go by".to_owned(), distance);
            writeln!(text, "  {:<40} {sent:>28} {raw:>16}", guess.estimator.to_string())?;
        }
        for through in &anchor.through {
            writeln!(text, "  {}", sentence(name, through))?;
        }
    }
    Ok(())
}
