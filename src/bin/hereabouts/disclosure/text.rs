//! The report for a terminal.

use std::fmt::{Result, Write as _};

use hereabouts::audit::{Disclosure, Inference};

use super::map::spots;
use super::words;

/// More places than this are counted and not listed.
const MOST_PLACES: usize = 20;

pub(super) fn text(disclosure: &Disclosure) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(disclosure, &mut text);
    text
}

fn write(disclosure: &Disclosure, text: &mut String) -> Result {
    writeln!(text, "What {} was told ({}), as of {}", disclosure.operator, disclosure.destination, disclosure.at)?;
    writeln!(text, "\n{}", words::sent(disclosure))?;
    for (name, sentence) in [
        ("Who runs it", words::runs(disclosure)),
        ("Who can read it", words::reads(disclosure)),
        ("Who could be compelled", words::compelled(disclosure)),
        ("How long it is kept", words::keeps(disclosure)),
    ] {
        writeln!(text, "  {name}: {sentence}")?;
    }
    let told =
        [words::forgotten(disclosure), words::kept(disclosure), words::names(disclosure), words::stand_ins(disclosure)];
    for sentence in told.iter().flatten() {
        writeln!(text, "  {sentence}")?;
    }
    writeln!(text, "\nWhat it tells")?;
    writeln!(
        text,
        "  {}",
        words::stored(disclosure).replace("The map shows what the key adds", "This is what the key adds")
    )?;
    for inference in [&disclosure.home, &disclosure.work] {
        write_inference(disclosure, inference, text)?;
    }
    let spots = spots(disclosure);
    if !spots.is_empty() {
        writeln!(text, "\nEach place, by how long it stood")?;
        for spot in spots.iter().take(MOST_PLACES) {
            writeln!(
                text,
                "  {:<10} {:<24} {:>4} ×, {:>10} in all, {} to {} UTC",
                spot.grid,
                spot.name,
                spot.times,
                words::span(spot.stood_s),
                words::moment(spot.first),
                words::moment(spot.last)
            )?;
        }
        if spots.len() > MOST_PLACES {
            writeln!(text, "  and {} more: `hereabouts receipts`, or --html", spots.len() - MOST_PLACES)?;
        }
    }
    writeln!(text, "\nWhat it was not sent")?;
    for sentence in words::not_sent(disclosure) {
        writeln!(text, "  {sentence}")?;
    }
    writeln!(text, "\nWhat bounds all this")?;
    writeln!(text, "  {}", words::meaning(disclosure))?;
    writeln!(text, "  {}", words::draws(disclosure))?;
    let symbol = disclosure.loss.accounting.symbol();
    for window in &disclosure.loss.windows {
        let span = words::span(window.window_s);
        writeln!(text, "  In the last {span}: {symbol} {:.2} of {}", window.spent, window.budget)?;
    }
    Ok(())
}

fn write_inference(disclosure: &Disclosure, inference: &Inference, text: &mut String) -> Result {
    for sentence in words::inferred(disclosure, inference) {
        writeln!(text, "  {}", sentence.replace("in the inner part", "in a part of it"))?;
    }
    if let Some(likely) = &inference.likely {
        writeln!(
            text,
            "  Likeliest: {:.4}, {:.4}; within {} one time in two, within {} 19 times in 20.",
            likely.latitude_deg,
            likely.longitude_deg,
            crate::map::distance(likely.half_radius_m),
            crate::map::distance(likely.most_radius_m),
        )?;
    }
    Ok(())
}
