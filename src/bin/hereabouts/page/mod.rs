//! What every page of the command is made of: one file, without script, and nothing in it from anywhere else.

pub(crate) mod canvas;

use std::fs;
use std::path::Path;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use svg::Document;

use crate::failure::Failure;
use crate::map;

/// A whole page. It forbids itself scripts, and to load anything.
pub(crate) fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { (body) }
        }
    }
}

/// Writes a page.
pub(crate) fn write(path: &Path, page: Markup) -> Result<(), Failure> {
    fs::write(path, page.into_string()).map_err(|error| Failure::output(&error))
}

/// A slip of the hand must not cost an input.
pub(crate) fn refuse_overwriting<'a>(path: &Path, inputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    let Ok(written) = path.canonicalize() else { return Ok(()) };
    if inputs.into_iter().any(|input| input.canonicalize().is_ok_and(|input| input == written)) {
        return Err(Failure::usage("the report is also an input: give it another name"));
    }
    Ok(())
}

pub(crate) fn svg(document: &Document) -> PreEscaped<String> {
    PreEscaped(document.to_string())
}

/// A figure and its unit are not parted at the end of a line.
pub(crate) fn distance(metres: f64) -> String {
    together(&map::distance(metres))
}

pub(crate) fn together(figure: &str) -> String {
    figure.replace(' ', "\u{a0}")
}
