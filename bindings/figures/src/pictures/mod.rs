//! The pictures of `docs/figures.md`: light and dark, whichever the reader's screen is.

mod accuracy;
mod day;
mod home;
mod sheet;

use std::fs;
use std::path::Path;

use svg::Document;

use crate::Failure;
use crate::report::Report;

/// Draws them all into the folder `figures` beside the page.
pub(crate) fn write(docs: &Path, report: &Report) -> Result<(), Failure> {
    let folder = docs.join("figures");
    fs::create_dir_all(&folder)?;
    for (name, picture) in draw(report)? {
        svg::save(folder.join(name), &picture)?;
    }
    Ok(())
}

pub(crate) fn draw(report: &Report) -> Result<[(&'static str, Document); 3], Failure> {
    Ok([("accuracy.svg", accuracy::draw(report)), ("day.svg", day::draw(report)?), ("home.svg", home::draw(report)?)])
}
