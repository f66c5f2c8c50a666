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
