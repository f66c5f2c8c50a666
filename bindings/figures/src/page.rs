//! The table of `docs/figures.md`, between its markers.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Failure;
use crate::report::Report;

const BEGIN: &str = "<!-- figures:begin -->\n";
const END: &str = "<!-- figures:end -->";

/// Puts the table in its place; the text around it stays.
pub(crate) fn write(docs: &Path, report: &Report) -> Result<(), Failure> {
    let path = docs.join("figures.md");
    let page = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let page = with_table(&page, &table(report)).ok_or_else(|| {
        format!("{}: the markers `{}` and `{END}` are not there, in this order", path.display(), BEGIN.trim())
    })?;
    Ok(fs::write(path, page)?)
}

fn with_table(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

pub(crate) fn table(report: &Report) -> String {
    let mut table = String::from(
        "| strategy | settings | mean error | 95 % within | draws a day | draws at home | attack, 1 day | attack, 30 days |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for line in &report.strategies {
        let figures = &line.figures;
        let attacks = [figures.attack.first(), figures.attack.last()];
        let [first, last] = attacks.map(|attack| attack.map_or("–".to_owned(), |attack| metres(attack.error_m)));
        let _ = writeln!(
            table,
            "| {} | {} | {} ± {:.0} | {} | {:.1} | {:.1} | {first} | {last} |",
            line.key.name(),
            line.settings,
            metres(figures.mean_error_m),
            figures.standard_error_m,
            metres(figures.error_95_m),
            figures.draws_a_day,
            figures.draws_at_home,
        );
    }
    table
}

/// Whole metres, thousands apart.
pub(crate) fn metres(value: f64) -> String {
    let digits = format!("{value:.0}");
    match digits.len() {
        4.. => format!("{},{} m", &digits[..digits.len() - 3], &digits[digits.len() - 3..]),
        _ => format!("{digits} m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_between_its_markers() {
        let page = format!("before\n{BEGIN}old\n{END}\nafter\n");
        assert_eq!(with_table(&page, "new\n").unwrap(), format!("before\n{BEGIN}new\n{END}\nafter\n"));
        assert_eq!(with_table("no markers", "new\n"), None);
        assert_eq!(with_table(&format!("{END}{BEGIN}"), "new\n"), None);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([metres(49.6), metres(1234.4), metres(12_345.0)], ["50 m", "1,234 m", "12,345 m"]);
    }
}
