//! The tables of `docs/figures.md`, each between its markers.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Failure;
use crate::report::{Answers, Line, Report};

const END: &str = "<!-- figures:end -->";

/// Puts the tables in their places; the text around them stays.
pub(crate) fn write(docs: &Path, report: &Report) -> Result<(), Failure> {
    let path = docs.join("figures.md");
    let mut page = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    for (name, table) in tables(report) {
        let begin = begin(name);
        page = with_table(&page, &begin, &table)
            .ok_or_else(|| format!("{}: there is no `{begin}` with `{END}` after it", path.display()))?;
    }
    Ok(fs::write(path, page)?)
}

pub(crate) fn tables(report: &Report) -> [(&'static str, String); 4] {
    [
        ("strategies", table("strategy", &report.strategies)),
        ("other days", table("strategy", &report.on_other_days)),
        ("changed", table("what is changed", &report.changed)),
        ("answers", answers(&report.answers)),
    ]
}

fn begin(name: &str) -> String {
    format!("<!-- figures:begin {name} -->")
}

fn with_table(page: &str, begin: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{begin}\n{table}{END}{after}"))
}

fn table(of: &str, lines: &[Line]) -> String {
    let mut table = format!(
        "| {of} | settings | mean error | 95 % within | draws a day | home after 1 day | after 30 days |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for Line { name, settings, figures, .. } in lines {
        let [first, last] = [figures.attack[0], figures.last_attack()].map(|attack| metres(attack.error_m));
        let mean = format!("{} ± {:.0}", metres(figures.mean_error_m), figures.standard_error_m);
        let (within, draws) = (metres(figures.error_95_m), figures.draws_a_day);
        let _ = writeln!(table, "| {name} | {settings} | {mean} | {within} | {draws:.1} | {first} | {last} |");
    }
    table
}

fn answers(lines: &[Answers]) -> String {
    let mut table = String::from("| days | by the draws at home | by these and every answer |\n| --- | --- | --- |\n");
    for Answers { name, draws_m, answers_m, standard_error_m, .. } in lines {
        let (draws, answers) = (metres(*draws_m), metres(*answers_m));
        let _ = writeln!(table, "| {name} | {draws} | {answers} ± {standard_error_m:.0} |");
    }
    table
}

fn metres(value: f64) -> String {
    format!("{} m", thousands(value))
}

/// A whole number, its thousands apart.
pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    match digits.len().checked_sub(3) {
        Some(split @ 1..) => format!("{},{}", &digits[..split], &digits[split..]),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_between_its_markers() {
        let begin = begin("changed");
        let page = |table: &str| format!("a\n<!-- figures:begin -->\nb\n{END}\n{begin}\n{table}{END}\nc\n");
        assert_eq!(with_table(&page("old\n"), &begin, "new\n").unwrap(), page("new\n"));
        assert_eq!(with_table("no markers", &begin, "new\n"), None);
        assert_eq!(with_table(&format!("{END}{begin}"), &begin, "new\n"), None);
    }

    #[test]
    fn the_readme_quotes_the_table() {
        let (readme, page) = (include_str!("../../../README.md"), include_str!("../../../docs/figures.md"));
        for (before, strategy) in
            [("attacks on home is off by ", "hold and recall"), ("budget leaves ", "fresh noise, less often")]
        {
            let quoted = readme.split_once(before).and_then(|(_, rest)| rest.split_once(" m")).unwrap().0;
            let line = page.lines().find(|line| line.starts_with(&format!("| {strategy} |"))).unwrap();
            assert!(line.ends_with(&format!("| {quoted} m |")), "README.md has {quoted} m, figures.md: {line}");
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([metres(49.6), metres(1234.4), metres(12_345.0)], ["50 m", "1,234 m", "12,345 m"]);
    }
}
