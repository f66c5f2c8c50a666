//! Windows of one purpose, what happens when the budget is spent, and what the ledger forgets.

use super::*;

#[test]
fn budgets_of_a_purpose_and_what_is_forgotten() {
    let cases = [
        (
            "window = \"24h\"\n[[budget]]\nepsilon = 60\nwindow = \"30d\"",
            "window = \"24h\"\npurpose = \"weather\"",
            "line 4: budget: there is no window over all purposes, whose destinations may collude; expected at least one, such as `epsilon = 8` in `window = \"24h\"`",
        ),
        (
            "[purposes.weather]",
            "[[budget]]\nepsilon = 1\nwindow = \"6h\"\npurpose = \"wether\"\n[purposes.weather]",
            "line 13: budget[2].purpose: there is no purpose `wether`, did you mean `weather`?; expected `weather`",
        ),
        (
            "[purposes.weather]",
            "[[budget]]\nepsilon = 1\nwindow = \"6h\"\npurpose = 7\n[purposes.weather]",
            "line 13: budget[2].purpose: `7` is not right here; expected text in quotes",
        ),
        (
            "[purposes.weather]",
            "[[budget]]\nepsilon = 0.4\nwindow = \"6h\"\npurpose = \"weather\"\n[purposes.weather]",
            "line 15: purposes.weather.mechanism.epsilon: no draw could ever be afforded: one costs 0.5000012 (its epsilon 0.5 and 0.0000012 for rounding), and the budget is 0.4 in 6 h for this purpose; expected a budget of at least 0.5000012 in 6 h, or an epsilon of at most 0.3999988 here",
        ),
        (
            "[purposes.weather]",
            "[[budget]]\nepsilon = 1\nwindow = \"6h\"\npurpose = \"weather\"\n[[budget]]\nepsilon = 2\nwindow = \"6h\"\npurpose = \"weather\"\n[purposes.weather]",
            "line 16: budget[3].window: two windows of `weather` are 6 h long; expected one window of each length",
        ),
        (
            "keep = []",
            "keep = []\nwhen_spent = \"stand\"",
            "line 17: purposes.weather.when_spent: `stand` is not known; expected one of `withhold`, `hold`",
        ),
        (
            "keep = []",
            "keep = []\nwhen_spent = true",
            "line 17: purposes.weather.when_spent: `true` is not right here; expected one of `withhold`, `hold`",
        ),
        (
            "version = 1\n",
            "version = 1\n[receipts]\nretention = \"0s\"\n",
            "line 3: receipts.retention: the retention is zero; expected a span above zero, or no `receipts`",
        ),
        (
            "version = 1\n",
            "version = 1\n[receipts]\n",
            "line 2: receipts: missing key `retention`; expected a span of time, such as `retention = \"90d\"`",
        ),
        (
            "version = 1\n",
            "version = 1\n[receipts]\nretention = 90\n",
            "line 3: receipts.retention: missing unit: `90`; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
    ];
    right(&cases, toml_error);
}

#[test]
fn ceilings_and_what_a_destination_wants_less_of() {
    let ceiling = |table: &str| format!("[ceilings.city]\n{table}\n[purposes.weather]");
    let cases = [
        (
            ceiling("floor = {}"),
            "line 11: ceilings.city.floor: the floor has no test; expected one of `area_km2`, `radius_m`, `decimals`, `preset`",
        ),
        (
            ceiling("interval = \"1h\""),
            "line 10: ceilings.city: missing key `floor`; expected the least size of a cell, such as `floor = { area_km2 = 100 }`",
        ),
        (
            ceiling("floor = { area_km2 = 9, coarsen = false }"),
            "line 11: ceilings.city.floor.coarsen: a ceiling makes grids coarser, and refuses none; expected a floor without `coarsen = false`",
        ),
        (
            ceiling("floor = { area_km2 = 9 }\ninterval = \"0s\""),
            "line 12: ceilings.city.interval: an interval of 0 s is no time between ticks; expected whole seconds, at least one, such as \"1h\"",
        ),
        (
            ceiling("floor = { area_km2 = 1e9 }"),
            "line 11: ceilings.city.floor: the purpose `weather` has no grid of its kind under this ceiling: the smallest cells of h3:6, its pentagons, have 18.16 km², below the 1,000,000,000 km² of `area_km2`; expected a lower floor, or h3, s2 or metric as the grid of the purpose",
        ),
        (
            "[ceilings.off]\nfloor = { area_km2 = 9 }\n[purposes.weather]".to_owned(),
            "line 10: ceilings.off: the ceiling `off` is always there, and cannot be another; expected another name, such as `city`",
        ),
        (
            "[ceilings.\"my town\"]\nfloor = { area_km2 = 9 }\n[purposes.weather]".to_owned(),
            "line 10: ceilings.my town: \"my town\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        (
            "[purposes.weather]\nceiling = \"citty\"".to_owned(),
            "line 11: purposes.weather.ceiling: there is no ceiling `citty`; expected one of `off`, `precise`",
        ),
    ];
    let cases: Vec<_> = cases.iter().map(|(to, right)| ("[purposes.weather]", to.as_str(), *right)).collect();
    right(&cases, toml_error);
    let cases = [
        (
            "jurisdiction = \"DE\"\n",
            "jurisdiction = \"DE\"\ninterval = \"90s1\"\n",
            "line 19: destinations.eu.interval: unknown unit: \"90s1\"; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            "jurisdiction = \"DE\"\n",
            "jurisdiction = \"DE\"\ninterval = \"0h\"\n",
            "line 19: destinations.eu.interval: an interval of 0 s is no time between ticks; expected whole seconds, at least one, such as \"1h\"",
        ),
        (
            "jurisdiction = \"DE\"\n",
            "jurisdiction = \"DE\"\nkeep = [\"height\"]\n",
            "line 19: destinations.eu.keep[0]: `height` is not known; expected one of `altitude`, `speed`, `course`",
        ),
    ];
    right(&cases, toml_error);
}
