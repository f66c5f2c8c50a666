//! The corpus of bad policies: of each its line, its path, what is wrong and what would be right.

mod budgets;
mod checks;
mod files;
mod grids;
mod json;
mod places;
mod zcdp;

use super::*;

/// Each case is what is changed in a good policy, into what, and the message.
fn right(cases: &[(&str, &str, &str)], error: impl Fn(&str, &str) -> PolicyError) {
    let said = cases.iter().map(|(from, to, right)| (error(from, to).to_string(), *to, *right));
    let wrong: Vec<_> = said.filter(|(left, _, right)| left != right).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_error_names_the_line_and_what_would_be_right() {
    let cases = [
        // Unknown, missing, of a wrong type.
        (
            "radius_m = 200",
            "radius = 200",
            "line 3: protection.radius: unknown key `radius`, did you mean `radius_m`?; expected one of `radius_m`, `devices`",
        ),
        (
            "operator =",
            "opperator =",
            "line 19: destinations.eu.opperator: unknown key `opperator`, did you mean `operator`?; expected one of `jurisdiction`, `operator`, `keys`, `seal_to`, `floor`, `retention`, `interval`, `keep`",
        ),
        (
            "epsilon = 0.5 }",
            "epsilom = 0.5 }",
            "line 11: purposes.weather.mechanism.epsilom: unknown key `epsilom`, did you mean `epsilon`?; expected `epsilon`",
        ),
        (
            "version = 1\n",
            "version = 1\ncolour = 3\n",
            "line 2: colour: unknown key `colour`; expected one of `version`, `protection`, `accounting`, `budget`, `receipts`, `zones`, `sensitive`, `purposes`, `ceilings`, `destinations`",
        ),
        ("version = 1\n", "\n", "line 1: missing key `version`; expected `version = 1`"),
        (
            "interval = \"1h\"\n",
            "",
            "line 10: purposes.weather: missing key `interval`; expected the time between ticks, such as `interval = \"1h\"`",
        ),
        (
            "repeat = { kind = \"fresh\" }\n",
            "",
            "line 10: purposes.weather: missing key `repeat`; expected what happens on each tick, such as `repeat = { kind = \"hold\", within = \"10km\", epsilon = 0.5, recall = 16 }`",
        ),
        (
            "radius_m = 200",
            "radius_m = \"200\"",
            "line 3: protection.radius_m: \"200\" is not right here; expected a number",
        ),
        (
            "operator = \"Example Weather GmbH\"",
            "operator = 7",
            "line 19: destinations.eu.operator: `7` is not right here; expected text in quotes",
        ),
        (
            "keep = []",
            "keep = \"speed\"",
            "line 16: purposes.weather.keep: \"speed\" is not right here; expected a list",
        ),
        (
            "resolution = 6",
            "resolution = 6.5",
            "line 13: purposes.weather.grid.resolution: `6.5` is not right here; expected a small whole number, 0 or more",
        ),
        (
            "keep = []",
            "keep = [\"speed\",\n\"hight\"]",
            "line 17: purposes.weather.keep[1]: `hight` is not known; expected one of `altitude`, `speed`, `course`",
        ),
        ("version = 1", "version = 2", "line 1: version: version `2` is not known; expected `version = 1`"),
        ("version = 1", "version = \"1\"", "line 1: version: version \"1\" is not known; expected `version = 1`"),
        // Kinds.
        (
            "kind = \"h3\"",
            "kind = \"h4\"",
            "line 13: purposes.weather.grid.kind: `h4` is not known, did you mean `h3`?; expected one of `metric`, `decimal`, `geohash`, `h3`, `s2`, `olc`, `places`",
        ),
        (
            "kind = \"h3\"",
            "kind = 3",
            "line 13: purposes.weather.grid.kind: `3` is not right here; expected one of `metric`, `decimal`, `geohash`, `h3`, `s2`, `olc`, `places`",
        ),
        (
            "{ kind = \"h3\", resolution = 6 }",
            "{ resolution = 6 }",
            "line 13: purposes.weather.grid: missing key `kind`; expected a `kind`: one of `metric`, `decimal`, `geohash`, `h3`, `s2`, `olc`, `places`",
        ),
        (
            "{ kind = \"h3\", resolution = 6 }",
            "\"h3\"",
            "line 13: purposes.weather.grid: the word \"h3\" alone is not right here; expected a table with `kind = \"h3\"` and the keys of that kind",
        ),
        (
            "resolution = 6",
            "level = 6",
            "line 13: purposes.weather.grid.level: unknown key `level`; expected `resolution`",
        ),
        (
            "area_km2 = 1.0",
            "preset = \"californa\"",
            "line 20: destinations.eu.floor.preset: `californa` is not known, did you mean `california`?; expected one of `california`, `connecticut`, `delaware`, `indiana`, `iowa`, `kentucky`, `maryland`, `minnesota`, `montana`, `nebraska`, `new-hampshire`, `new-jersey`, `oregon`, `rhode-island`, `tennessee`, `texas`, `utah`, `virginia`, `28-cfr-202`, `padfa`, `google-play`, `apple`, `all`",
        ),
        (
            "\"fresh\" }",
            "\"fresh\", within = 3 }",
            "line 12: purposes.weather.repeat.within: unknown key `within`; expected no other key beside `kind`",
        ),
        (
            "resolution = 6",
            "resolution = 13",
            "line 13: purposes.weather.grid.resolution: the resolution of an H3 grid is out of range; expected 0 to 12",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", epsilon = 1 }",
            "line 12: purposes.weather.repeat: missing key `within`; expected a length, such as `within = \"10km\"`",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = 6, epsilon = 1 }",
            "line 12: purposes.weather.repeat.within: missing unit: `6`; expected a whole number and its unit, m or km, such as \"10km\"",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"0km\", epsilon = 1 }",
            "line 12: purposes.weather.repeat.within: `0` m is no distance; expected a length above zero, such as \"10km\"",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"600m\", epsilon = 1 }",
            "line 12: purposes.weather.repeat.within: 600 m is less than the noise of the tests, which would answer at random; \
             expected a distance of at least 604 m, or a larger epsilon here",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"800m\", epsilon = 1, recall = 16 }",
            "line 12: purposes.weather.repeat.within: 800 m is less than the noise of the tests, which would answer at random; \
             expected a distance of at least 906 m, or a larger epsilon here",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"6km\", epsilon = 0 }",
            "line 12: purposes.weather.repeat.epsilon: `0` is no privacy loss; expected a number above zero, such as 0.5",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"6km\", epsilon = 1, recall = 65 }",
            "line 12: purposes.weather.repeat.recall: `65` draws are more than can be recalled; expected a whole number from 0 to 64",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"6km\", epsilon = 7, recall = 16 }",
            "line 12: purposes.weather.repeat.epsilon: no stay could ever be ended: one costs 7 and its end up to 7, and the \
             budget is 8 in 24 h; expected a budget of at least 14 in 24 h, or a smaller epsilon here or of the mechanism",
        ),
        (
            "{ kind = \"fresh\" }",
            "{ kind = \"hold\", within = \"6km\", epsilon = 7.6 }",
            "line 12: purposes.weather.repeat.epsilon: no stay could ever be ended: one costs 7.6 and its end up to 0.5000012, and \
             the budget is 8 in 24 h; expected a budget of at least 8.1000012 in 24 h, or a smaller epsilon here or of the mechanism",
        ),
        // What this version cannot honour.
        (
            "{ kind = \"planar-laplace\", epsilon = 0.5 }",
            "{ kind = \"gaussian\", sigma_m = 300 }",
            "line 11: purposes.weather.mechanism.sigma_m: unknown key `sigma_m`; expected `rho`",
        ),
        (
            "floor =",
            "seal_to = \"abc\"\nfloor =",
            if cfg!(feature = "seal") {
                "line 20: destinations.eu.seal_to: this is no public key; expected the 43 letters, digits, hyphens and underscores \
                 that `hereabouts keygen` prints"
            } else {
                "line 20: destinations.eu.seal_to: `seal_to` cannot be honoured: this build does not seal, and the operator could \
                 read what it gets; expected a build with the feature `seal`, or a destination without `seal_to`"
            },
        ),
        (
            "[protection]",
            "[accounting]\ncurrency = \"zcdp\"\n[protection]",
            "line 2: accounting: missing key `kind`; expected a `kind`: one of `pure`, `zcdp`",
        ),
        // Zones.
        (
            "[protection]",
            "[zones]\nepsilon = 0.5\n[protection]",
            "line 2: zones: missing key `radius`; expected a length, such as `radius = \"300m\"`",
        ),
        (
            "[protection]",
            "[zones]\nradius = \"300m\"\n[protection]",
            "line 2: zones: missing key `epsilon`; expected a number above zero, such as `epsilon = 0.5`",
        ),
        (
            "[protection]",
            "[zones]\nepsilon = 0.5\nradius = 300\n[protection]",
            "line 4: zones.radius: missing unit: `300`; expected a whole number and its unit, m or km, such as \"10km\"",
        ),
        (
            "[protection]",
            "[zones]\nepsilon = 0.5\nradius = \"0m\"\n[protection]",
            "line 4: zones.radius: `0` m is no distance; expected a length above zero, such as \"300m\"",
        ),
        (
            "[protection]",
            "[zones]\nepsilon = 0.5\nradius_m = 300\n[protection]",
            "line 4: zones.radius_m: unknown key `radius_m`, did you mean `radius`?; expected one of `epsilon`, `radius`",
        ),
        (
            "[protection]",
            "[zones]\nepsilon = 0\nradius = \"300m\"\n[protection]",
            "line 3: zones.epsilon: `0` is not above zero; expected a number above zero, such as 0.5",
        ),
        (
            "[protection]",
            "[zones]\nepsilon = 40\nradius = \"300m\"\n[protection]",
            "line 3: zones.epsilon: `40` makes a noise of scale 5.028 m, below the 5.4 m of the proof; expected an epsilon of at most 37.245 at a radius of 200 m",
        ),
        (
            "[protection]",
            "[zones]\nepsilon = 9\nradius = \"300m\"\n[protection]",
            "line 3: zones.epsilon: no draw could ever be afforded: one costs 9.0000012 (its epsilon 9 and 0.0000012 for rounding), and the budget is 8 in 24 h; expected a budget of at least 9.0000012 in 24 h, or an epsilon of at most 7.9999988 here",
        ),
        // One currency.
        (
            "{ kind = \"planar-laplace\", epsilon = 0.5 }",
            "{ kind = \"gaussian\", rho = 0.1 }",
            "line 11: purposes.weather.mechanism.kind: Gaussian noise has no pure epsilon, and this policy counts nothing else; \
             expected `planar-laplace`, or a table `accounting` with `kind = \"zcdp\"` and budgets in `rho`",
        ),
        (
            "epsilon = 8",
            "rho = 8",
            "line 5: budget[0].rho: `rho` is no budget in pure accounting; expected `epsilon = 8`, or a table `accounting` with `kind = \"zcdp\"`",
        ),
        (
            "[protection]",
            "[accounting]\nkind = \"zcdp\"\n[protection]",
            "line 7: budget[0].epsilon: `epsilon` is no budget in zcdp accounting; expected `rho = 1`, or a policy without `accounting`",
        ),
        (
            "epsilon = 8",
            "",
            "line 4: budget[0]: missing key `epsilon`; expected a number above zero, such as `epsilon = 8`",
        ),
        // Numbers.
        (
            "epsilon = 0.5 }",
            "epsilon = -1 }",
            "line 11: purposes.weather.mechanism.epsilon: `-1` is not above zero; expected a number above zero, such as 0.5",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = 0 }",
            "line 11: purposes.weather.mechanism.epsilon: `0` is not above zero; expected a number above zero, such as 0.5",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = nan }",
            "line 11: purposes.weather.mechanism.epsilon: `NaN` is not above zero; expected a number above zero, such as 0.5",
        ),
        (
            "epsilon = 60",
            "epsilon = inf",
            "line 8: budget[1].epsilon: `inf` is no privacy loss; expected a number above zero and at most 9000000000, such as 8",
        ),
        (
            "radius_m = 200",
            "radius_m = -200",
            "line 3: protection.radius_m: `-200` is not above zero; expected a distance in metres above zero, such as 200",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = 8 }",
            "line 11: purposes.weather.mechanism.epsilon: no draw could ever be afforded: one costs 8.0000012 (its epsilon 8 and 0.0000012 for rounding), and the budget is 8 in 24 h; expected a budget of at least 8.0000012 in 24 h, or an epsilon of at most 7.9999988 here",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = 40 }",
            "line 11: purposes.weather.mechanism.epsilon: `40` makes a noise of scale 5.028 m, below the 5.4 m of the proof; expected an epsilon of at most 37.245 at a radius of 200 m",
        ),
        (
            "epsilon = 0.5 }",
            "epsilon = 1e-9 }",
            "line 11: purposes.weather.mechanism.epsilon: `0.000000001` makes a noise of a scale beyond the Earth's radius; expected an epsilon of at least 0.000031569 at a radius of 200 m",
        ),
        // Spans.
        (
            "interval = \"1h\"",
            "interval = 3600",
            "line 14: purposes.weather.interval: missing unit: `3600`; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            "interval = \"1h\"",
            "interval = \"15\"",
            "line 14: purposes.weather.interval: missing unit: \"15\"; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            "interval = \"1h\"",
            "interval = \"1month\"",
            "line 14: purposes.weather.interval: unknown unit: \"1month\"; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            "interval = \"1h\"",
            "interval = \"0h\"",
            "line 14: purposes.weather.interval: an interval of 0 s is no time between ticks; expected whole seconds, at least one, such as \"1h\"",
        ),
        (
            "time_bucket = \"1h\"",
            "time_bucket = \"7h\"",
            "line 15: purposes.weather.time_bucket: a time bucket of 7 h does not divide a day; expected a span of whole seconds that divides 24 h, such as \"15min\", \"1h\" or \"24h\"",
        ),
        (
            "time_bucket = \"1h\"",
            "time_bucket = \"2d\"",
            "line 15: purposes.weather.time_bucket: a time bucket of 48 h does not divide a day; expected a span of whole seconds that divides 24 h, such as \"15min\", \"1h\" or \"24h\"",
        ),
        (
            "window = \"30d\"",
            "window = \"1d\"",
            "line 9: budget[1].window: two windows are 24 h long; expected one window of each length",
        ),
        (
            "window = \"30d\"",
            "window = \"0d\"",
            "line 9: budget[1].window: a window cannot be 0 s long; expected a span of time above zero, such as \"24h\"",
        ),
        // Destinations.
        (
            "jurisdiction = \"DE\"",
            "jurisdiction = \"UK\"",
            "line 18: destinations.eu.jurisdiction: unknown jurisdiction \"UK\", did you mean \"GB\"?; expected a country's two capital letters by ISO 3166-1, such as \"DE\"",
        ),
        (
            "jurisdiction = \"DE\"",
            "jurisdiction = \"EU\"",
            "line 18: destinations.eu.jurisdiction: unknown jurisdiction \"EU\"; expected a country's two capital letters by ISO 3166-1, such as \"DE\"",
        ),
        (
            "operator = \"Example Weather GmbH\"",
            "operator = \" \"",
            "line 19: destinations.eu.operator: the name is empty; expected a name of 1 to 200 characters without control characters",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{}",
            "line 20: destinations.eu.floor: the floor has no test; expected one of `area_km2`, `radius_m`, `decimals`, `preset`",
        ),
        (
            "area_km2 = 1.0",
            "radius_m = 0",
            "line 20: destinations.eu.floor.radius_m: `0` is not above zero; expected a number above zero",
        ),
        (
            "[destinations.eu]",
            "[destinations.\"e u\"]",
            "line 17: destinations.e u: \"e u\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        // Not TOML.
        ("[protection]", "[protection", "line 2: unclosed table, expected `]`; expected valid TOML"),
        ("radius_m = 200", "radius_m = 200\nradius_m = 20", "line 4: duplicate key; expected valid TOML"),
    ];
    right(&cases, toml_error);
}
