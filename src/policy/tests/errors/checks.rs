//! Every check of a policy, by one change of a small one in TOML.

use super::*;

#[test]
fn every_check_says_what_it_found_where_and_what_would_be_right() {
    let cases = [
        // Tables and their keys.
        (
            "[protection]\nradius_m = 200\n",
            "",
            "line 1: missing key `protection`; expected a table `protection` with `radius_m`",
        ),
        (
            "[protection]\nradius_m = 200\n",
            "protection = 200\n",
            "line 2: protection: `200` is not right here; expected a table",
        ),
        (
            "radius_m = 200",
            "",
            "line 2: protection: missing key `radius_m`; expected a distance in metres, such as `radius_m = 200`",
        ),
        ("version = 1", "version = 1.0", "line 1: version: version `1.0` is not known; expected `version = 1`"),
        (
            "version = 1",
            "vershun = 1",
            "line 1: vershun: unknown key `vershun`, did you mean `version`?; expected one of `version`, `protection`, `accounting`, `budget`, `receipts`, `zones`, `sensitive`, `purposes`, `ceilings`, `destinations`",
        ),
        (
            "[purposes.weather]",
            "[purpose.weather]",
            "line 10: purpose: unknown key `purpose`, did you mean `purposes`?; expected one of `version`, `protection`, `accounting`, `budget`, `receipts`, `zones`, `sensitive`, `purposes`, `ceilings`, `destinations`",
        ),
        (
            "[destinations.eu]",
            "[destination.eu]",
            "line 17: destination: unknown key `destination`, did you mean `destinations`?; expected one of `version`, `protection`, `accounting`, `budget`, `receipts`, `zones`, `sensitive`, `purposes`, `ceilings`, `destinations`",
        ),
        (
            "[purposes.weather]",
            "purposes.rain = 3\n[purposes.weather]",
            "line 10: budget[1].purposes: unknown key `purposes`, did you mean `purpose`?; expected one of `epsilon`, `rho`, `window`, `purpose`",
        ),
        (
            "mechanism = { kind = \"planar-laplace\", epsilon = 0.5 }\n",
            "",
            "line 10: purposes.weather: missing key `mechanism`; expected the noise, such as `mechanism = { kind = \"planar-laplace\", epsilon = 0.5 }`",
        ),
        (
            r#"mechanism = { kind = "planar-laplace", epsilon = 0.5 }"#,
            r#"mechanism = "planar-laplace""#,
            "line 11: purposes.weather.mechanism: the word \"planar-laplace\" alone is not right here; expected a table with `kind = \"planar-laplace\"` and the keys of that kind",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = 0.5, delta = 1e-9 }",
            "line 11: purposes.weather.mechanism.delta: unknown key `delta`; expected `epsilon`",
        ),
        (
            ", epsilon = 0.5 }",
            " }",
            "line 11: purposes.weather.mechanism: missing key `epsilon`; expected a number above zero, such as `epsilon = 0.5`",
        ),
        (
            "grid = { kind = \"h3\", resolution = 6 }\n",
            "",
            "line 10: purposes.weather: missing key `grid`; expected a grid, such as `grid = { kind = \"h3\", resolution = 6 }`",
        ),
        (
            "time_bucket = \"1h\"\n",
            "",
            "line 10: purposes.weather: missing key `time_bucket`; expected the span that times are told to, such as `time_bucket = \"1h\"`",
        ),
        (
            r#"time_bucket = "1h""#,
            r#"time_buckets = "1h""#,
            "line 15: purposes.weather.time_buckets: unknown key `time_buckets`, did you mean `time_bucket`?; expected one of `mechanism`, `repeat`, `grid`, `interval`, `time_bucket`, `keep`, `when_spent`, `ceiling`",
        ),
        (
            "jurisdiction = \"DE\"\n",
            "",
            "line 17: destinations.eu: missing key `jurisdiction`; expected a country by ISO 3166-1, such as `jurisdiction = \"DE\"`",
        ),
        (
            "operator = \"Example Weather GmbH\"\n",
            "",
            "line 17: destinations.eu: missing key `operator`; expected who runs it, such as `operator = \"Example Weather GmbH\"`",
        ),
        (
            r#"jurisdiction = "DE""#,
            r#"jurisdiction = ["DE"]"#,
            "line 18: destinations.eu.jurisdiction: a list is not right here; expected text in quotes",
        ),
        (
            "keep = []",
            r#"keep = ["altitude", 3]"#,
            "line 16: purposes.weather.keep[1]: `3` is not right here; expected one of `altitude`, `speed`, `course`",
        ),
        (
            "keep = []",
            r#"keep = ["accuracy"]"#,
            "line 16: purposes.weather.keep[0]: `accuracy` is not known; expected one of `altitude`, `speed`, `course`",
        ),
        // Names.
        (
            "[destinations.eu]",
            r#"[destinations.""]"#,
            "line 17: destinations.\"\": \"\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        (
            "[purposes.weather]",
            r#"[purposes."wétter"]"#,
            "line 10: purposes.wétter: \"wétter\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        (
            "[purposes.weather]",
            r#"[purposes."wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"]"#,
            "line 10: purposes.wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww…: \"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww…\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        (
            r#"operator = "Example Weather GmbH""#,
            r#"operator = """#,
            "line 19: destinations.eu.operator: the name is empty; expected a name of 1 to 200 characters without control characters",
        ),
        (
            r#"operator = "Example Weather GmbH""#,
            "operator = \"a\\u0007b\"",
            "line 19: destinations.eu.operator: \"a\\u{7}b\" cannot be a name; expected a name of 1 to 200 characters without control characters",
        ),
        (
            r#"operator = "Example Weather GmbH""#,
            "operator = \"Example Weather GmbH\"\nkeys = \"\\t\"",
            "line 20: destinations.eu.keys: the name is empty; expected a name of 1 to 200 characters without control characters",
        ),
        (
            r#"operator = "Example Weather GmbH""#,
            "operator = \"Example Weather GmbH\"\nkeys = [\"a\"]",
            "line 20: destinations.eu.keys: a list is not right here; expected text in quotes",
        ),
        (
            r#"jurisdiction = "DE""#,
            r#"jurisdiction = "de""#,
            "line 18: destinations.eu.jurisdiction: unknown jurisdiction \"de\", did you mean \"DE\"?; expected a country's two capital letters by ISO 3166-1, such as \"DE\"",
        ),
        (
            r#"jurisdiction = "DE""#,
            r#"jurisdiction = "Germany""#,
            "line 18: destinations.eu.jurisdiction: unknown jurisdiction \"Germany\"; expected a country's two capital letters by ISO 3166-1, such as \"DE\"",
        ),
        (
            r#"operator = "Example Weather GmbH""#,
            "operator = \"Example Weather GmbH\"\nretention = \"0d\"",
            "line 20: destinations.eu.retention: the retention is zero; expected a span above zero, or no `retention`",
        ),
        (
            r#"operator = "Example Weather GmbH""#,
            "operator = \"Example Weather GmbH\"\nretention = 30",
            "line 20: destinations.eu.retention: missing unit: `30`; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        // Budgets.
        (
            "[[budget]]\nepsilon = 8\nwindow = \"24h\"\n[[budget]]\nepsilon = 60\nwindow = \"30d\"\n",
            "",
            "line 1: missing key `budget`; expected one or more windows, such as `epsilon = 8` in `window = \"24h\"`",
        ),
        (
            "[[budget]]\nepsilon = 8\nwindow = \"24h\"\n[[budget]]\nepsilon = 60\nwindow = \"30d\"\n",
            "[budget]\nepsilon = 8\nwindow = \"24h\"\n",
            "line 4: budget: a table is not right here; expected a list",
        ),
        (
            "window = \"24h\"\n",
            "",
            "line 4: budget[0]: missing key `window`; expected a span of time, such as `window = \"24h\"`",
        ),
        (
            r#"window = "24h""#,
            r#"window = "24""#,
            "line 6: budget[0].window: missing unit: \"24\"; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"window = "24h""#,
            r#"window = "1y""#,
            "line 6: budget[0].window: unknown unit: \"1y\"; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"window = "24h""#,
            "window = 24",
            "line 6: budget[0].window: missing unit: `24`; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"window = "24h""#,
            r#"window = "99999999999999d""#,
            "line 6: budget[0].window: \"99999999999999d\" is over 36500d; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            "epsilon = 8",
            "epsilon = 0",
            "line 5: budget[0].epsilon: `0` is no privacy loss; expected a number above zero and at most 9000000000, such as 8",
        ),
        (
            "epsilon = 8",
            "epsilon = 1e10",
            "line 5: budget[0].epsilon: `10000000000` is no privacy loss; expected a number above zero and at most 9000000000, such as 8",
        ),
        ("epsilon = 8", r#"epsilon = "8""#, "line 5: budget[0].epsilon: \"8\" is not right here; expected a number"),
        (
            "epsilon = 8",
            "epsilon = 8\nrho = 1",
            "line 6: budget[0].rho: `rho` is no budget in pure accounting; expected `epsilon = 8`, or a table `accounting` with `kind = \"zcdp\"`",
        ),
        (
            "epsilon = 8",
            "epsilon = 0.0000005",
            "line 11: purposes.weather.mechanism.epsilon: no draw could ever be afforded: one costs 0.5000012 (its epsilon 0.5 and 0.0000012 for rounding), and the budget is 0.0000005 in 24 h; expected a budget of at least 0.5000012 in 24 h",
        ),
        // Noise, repeats and times.
        (
            "radius_m = 200",
            "radius_m = 0",
            "line 3: protection.radius_m: `0` is not above zero; expected a distance in metres above zero, such as 200",
        ),
        (
            "radius_m = 200",
            "radius_m = nan",
            "line 3: protection.radius_m: `NaN` is not above zero; expected a distance in metres above zero, such as 200",
        ),
        (
            "radius_m = 200",
            "radius_m = inf",
            "line 3: protection.radius_m: `inf` is not finite; expected a distance in metres above zero, such as 200",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = inf }",
            "line 11: purposes.weather.mechanism.epsilon: `inf` is not finite; expected a number above zero, such as 0.5",
        ),
        (
            r#"{ kind = "planar-laplace", epsilon = 0.5 }"#,
            r#"{ kind = "laplace", epsilon = 0.5 }"#,
            "line 11: purposes.weather.mechanism.kind: `laplace` is not known; expected one of `planar-laplace`, `gaussian`",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "6 miles", epsilon = 1 }"#,
            "line 12: purposes.weather.repeat.within: unknown unit: \"6 miles\"; expected a whole number and its unit, m or km, such as \"10km\"",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "-6km", epsilon = 1 }"#,
            "line 12: purposes.weather.repeat.within: \"-6km\" is no length; expected a whole number and its unit, m or km, such as \"10km\"",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "20001km", epsilon = 1 }"#,
            "line 12: purposes.weather.repeat.within: \"20001km\" is over 20000km, and no two places are further apart; expected a whole number and its unit, m or km, such as \"10km\"",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "6km" }"#,
            "line 12: purposes.weather.repeat: missing key `epsilon`; expected a number above zero, such as `epsilon = 0.5`",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "6km", epsilon = nan }"#,
            "line 12: purposes.weather.repeat.epsilon: `NaN` is no privacy loss; expected a number above zero, such as 0.5",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "6km", epsilon = 1, recall = -1 }"#,
            "line 12: purposes.weather.repeat.recall: `-1` is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#"{ kind = "hold", within = "6km", epsilon = 1, recalls = 16 }"#,
            "line 12: purposes.weather.repeat.recalls: unknown key `recalls`, did you mean `recall`?; expected one of `within`, `epsilon`, `recall`",
        ),
        (
            r#"{ kind = "fresh" }"#,
            r#""hold""#,
            "line 12: purposes.weather.repeat: the word \"hold\" alone is not right here; expected a table with `kind = \"hold\"` and the keys of that kind",
        ),
        (
            r#"interval = "1h""#,
            r#"interval = "-1h""#,
            "line 14: purposes.weather.interval: \"-1h\" is no span of time; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"interval = "1h""#,
            r#"interval = "1.5h""#,
            "line 14: purposes.weather.interval: unknown unit: \"1.5h\"; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"interval = "1h""#,
            r#"interval = """#,
            "line 14: purposes.weather.interval: \"\" is no span of time; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"interval = "1h""#,
            r#"interval = "400000d""#,
            "line 14: purposes.weather.interval: \"400000d\" is over 36500d; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#"time_bucket = "1h""#,
            r#"time_bucket = "0h""#,
            "line 15: purposes.weather.time_bucket: a time bucket of 0 s does not divide a day; expected a span of whole seconds that divides 24 h, such as \"15min\", \"1h\" or \"24h\"",
        ),
        // Not TOML.
        (
            "radius_m = 200",
            "radius_m = 200 m",
            "line 3: string values must be quoted, expected literal string; expected valid TOML",
        ),
        (
            "radius_m = 200",
            "radius_m =",
            "line 3: string values must be quoted, expected literal string; expected valid TOML",
        ),
        (
            r#"jurisdiction = "DE""#,
            r#"jurisdiction = "DE"#,
            "line 18: invalid basic string, expected `\"`; expected valid TOML",
        ),
        ("[destinations.eu]", "[purposes.weather]", "line 17: duplicate key; expected valid TOML"),
        (
            "[protection]",
            "[protection]]",
            "line 2: unexpected key or value, expected newline, `#`; expected valid TOML",
        ),
        ("version = 1", "version: 1", "line 1: key with no value, expected `=`; expected valid TOML"),
    ];
    right(&cases, toml_error);
}
