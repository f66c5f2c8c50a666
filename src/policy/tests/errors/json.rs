//! The same in JSON: one wording serves both formats, and every line is right.

use super::*;

#[test]
fn json_faults_name_the_same_lines_and_paths() {
    let cases = [
        (r#""version": 1,"#, r#""version": 1, // one"#, "line 2: key must be a string; expected valid JSON"),
        (
            r#""version": 1,"#,
            r#""version": 1, "version": 1,"#,
            "line 2: the key `version` stands twice; expected valid JSON",
        ),
        (
            r#""version": 1,"#,
            r#""version": null,"#,
            "line 2: version: version null is not known; expected `version = 1`",
        ),
        (r#""version": 1,"#, r#""version": 1,,"#, "line 2: key must be a string; expected valid JSON"),
        (r#""radius_m": 200 }"#, "'radius_m': 200 }", "line 4: key must be a string; expected valid JSON"),
        (r#""radius_m": 200 }"#, r#""radius_m": 200, }"#, "line 4: trailing comma; expected valid JSON"),
        (r#""radius_m": 200 }"#, r#""radius_m": 200"#, "line 22: EOF while parsing an object; expected valid JSON"),
        (
            r#""radius_m": 200"#,
            r#""radius": 200"#,
            "line 4: protection.radius: unknown key `radius`, did you mean `radius_m`?; expected one of `radius_m`, `devices`",
        ),
        (
            r#""radius_m": 200"#,
            r#""radius_m": null"#,
            "line 4: protection.radius_m: null is not right here; expected a number",
        ),
        (r#""radius_m": 200"#, r#""radius_m": NaN"#, "line 4: expected value; expected valid JSON"),
        (
            r#""radius_m": 200"#,
            r#""radius_m": 200, "radius_m": 1"#,
            "line 4: the key `radius_m` stands twice; expected valid JSON",
        ),
        (
            r#""radius_m": 200"#,
            r#""radius_m": 200, "devices": null"#,
            "line 4: protection.devices: null is not right here; expected a list",
        ),
        (
            r#""radius_m": 200"#,
            r#""radius_m": [200]"#,
            "line 4: protection.radius_m: a list is not right here; expected a number",
        ),
        (r#""epsilon": 8,"#, r#""epsilon": 1e999,"#, "line 6: number out of range; expected valid JSON"),
        (
            r#""epsilon": 8,"#,
            r#""epsilon": null,"#,
            "line 6: budget[0].epsilon: null is not right here; expected a number",
        ),
        (
            r#""window": "30d""#,
            r#""window": "24h""#,
            "line 9: budget[1].window: two windows are 24 h long; expected one window of each length",
        ),
        (
            r#""window": "30d""#,
            r#""window": null"#,
            "line 9: budget[1].window: null is not right here; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#""epsilon": 0.5"#,
            r#""epsilon": -1"#,
            "line 11: purposes.weather.mechanism.epsilon: `-1` is not above zero; expected a number above zero, such as 0.5",
        ),
        (
            r#""epsilon": 0.5"#,
            r#""epsilon": null"#,
            "line 11: purposes.weather.mechanism.epsilon: null is not right here; expected a number",
        ),
        (
            r#""epsilon": 0.5"#,
            r#""epsilon": "0.5""#,
            "line 11: purposes.weather.mechanism.epsilon: \"0.5\" is not right here; expected a number",
        ),
        (
            r#""kind": "planar-laplace""#,
            r#""kind": null"#,
            "line 11: purposes.weather.mechanism.kind: null is not right here; expected one of `planar-laplace`, `gaussian`",
        ),
        (
            r#""kind": "fresh""#,
            r#""kind": "hold""#,
            "line 12: purposes.weather.repeat: missing key `within`; expected a length, such as `within = \"10km\"`",
        ),
        (
            r#""kind": "fresh""#,
            r#""kind": "held""#,
            "line 12: purposes.weather.repeat.kind: `held` is not known, did you mean `hold`?; expected one of `fresh`, `hold`",
        ),
        (
            r#""kind": "fresh""#,
            r#""kind": "fresh", "recall": 16"#,
            "line 12: purposes.weather.repeat.recall: unknown key `recall`; expected no other key beside `kind`",
        ),
        (
            r#"{ "kind": "h3", "resolution": 6 }"#,
            "null",
            "line 13: purposes.weather.grid: null is not right here; expected one of `metric`, `decimal`, `geohash`, `h3`, `s2`, `olc`, `places`",
        ),
        (
            r#"{ "kind": "h3", "resolution": 6 }"#,
            r#"["h3", 6]"#,
            "line 13: purposes.weather.grid: a list is not right here; expected one of `metric`, `decimal`, `geohash`, `h3`, `s2`, `olc`, `places`",
        ),
        (
            r#""resolution": 6"#,
            r#""resolution": "6""#,
            "line 13: purposes.weather.grid.resolution: \"6\" is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#""resolution": 6"#,
            r#""resolution": 18446744073709551615"#,
            "line 13: purposes.weather.grid.resolution: `1.8446744073709552e19` is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#""resolution": 6"#,
            r#""resolution": 6.0"#,
            "line 13: purposes.weather.grid.resolution: `6.0` is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#""resolution": 6"#,
            r#""resolution": 13"#,
            "line 13: purposes.weather.grid.resolution: the resolution of an H3 grid is out of range; expected 0 to 12",
        ),
        (
            r#""interval": "1h""#,
            r#""interval": 60"#,
            "line 14: purposes.weather.interval: missing unit: `60`; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#""interval": "1h""#,
            r#""interval": null"#,
            "line 14: purposes.weather.interval: null is not right here; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (r#""keep": []"#, r#""keep": null"#, "line 16: purposes.weather.keep: null is not right here; expected a list"),
        (
            r#""keep": []"#,
            r#""keep": {}"#,
            "line 16: purposes.weather.keep: a table is not right here; expected a list",
        ),
        (
            r#""keep": []"#,
            "\"keep\": [\"speed\",\n\"height\"]",
            "line 17: purposes.weather.keep[1]: `height` is not known; expected one of `altitude`, `speed`, `course`",
        ),
        (
            "\"jurisdiction\": \"DE\",\n",
            "",
            "line 17: destinations.eu: missing key `jurisdiction`; expected a country by ISO 3166-1, such as `jurisdiction = \"DE\"`",
        ),
        (
            r#""jurisdiction": "DE""#,
            r#""jurisdiction": null"#,
            "line 18: destinations.eu.jurisdiction: null is not right here; expected text in quotes",
        ),
        (
            r#""operator": "Example Weather GmbH""#,
            r#""operator": "Example Weather GmbH", "keys": null"#,
            "line 19: destinations.eu.keys: null is not right here; expected text in quotes",
        ),
        (
            r#""operator": "Example Weather GmbH""#,
            r#""operator": "Example Weather GmbH", "retention": null"#,
            "line 19: destinations.eu.retention: null is not right here; expected a whole number and its unit, s, min, h or d, such as \"15min\"",
        ),
        (
            r#""operator": "Example Weather GmbH""#,
            r#""operator": "Example Weather GmbH", "operater": "x""#,
            "line 19: destinations.eu.operater: unknown key `operater`, did you mean `operator`?; expected one of `jurisdiction`, `operator`, `keys`, `seal_to`, `floor`, `retention`, `interval`, `keep`",
        ),
        (r#"{ "area_km2": 1.0 }"#, "null", "line 20: destinations.eu.floor: null is not right here; expected a table"),
        (
            r#"{ "area_km2": 1.0 }"#,
            r#"{ "area_km2": null }"#,
            "line 20: destinations.eu.floor.area_km2: null is not right here; expected a number",
        ),
        (
            r#"{ "area_km2": 1.0 }"#,
            r#"{ "preset": null }"#,
            "line 20: destinations.eu.floor.preset: null is not right here; expected one of `california`, `connecticut`, `delaware`, `indiana`, `iowa`, `kentucky`, `maryland`, `minnesota`, `montana`, `nebraska`, `new-hampshire`, `new-jersey`, `oregon`, `rhode-island`, `tennessee`, `texas`, `utah`, `virginia`, `28-cfr-202`, `padfa`, `google-play`, `apple`, `all`",
        ),
        (
            r#""area_km2": 1.0"#,
            r#""area_km2": 1.0, "keys": 1"#,
            "line 20: destinations.eu.floor.keys: unknown key `keys`; expected one of `area_km2`, `radius_m`, `decimals`, `preset`, `coarsen`",
        ),
        (
            r#""area_km2": 1.0"#,
            r#""preset": "California""#,
            "line 20: destinations.eu.floor.preset: `California` is not known, did you mean `california`?; expected one of `california`, `connecticut`, `delaware`, `indiana`, `iowa`, `kentucky`, `maryland`, `minnesota`, `montana`, `nebraska`, `new-hampshire`, `new-jersey`, `oregon`, `rhode-island`, `tennessee`, `texas`, `utah`, `virginia`, `28-cfr-202`, `padfa`, `google-play`, `apple`, `all`",
        ),
        (
            r#""area_km2": 1.0"#,
            r#""area_km2": 1e8"#,
            "line 20: destinations.eu.floor: the purpose `weather`: the smallest cells of h3:6, its pentagons, have 18.16 km², below the 100,000,000 km² of `area_km2`; and no grid of its kind is coarse enough: the smallest cells of h3:0, its pentagons, have 2,550,958 km², below the 100,000,000 km² of `area_km2`; expected a lower floor",
        ),
        (
            r#""area_km2": 1.0"#,
            r#""area_km2": 1.0, "coarsen": null"#,
            "line 20: destinations.eu.floor.coarsen: null is not right here; expected `true` or `false`",
        ),
        (
            r#""eu": {"#,
            r#""": {"#,
            "line 17: destinations.\"\": \"\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        (
            r#""eu": {"#,
            "\"e\\nu\": {",
            "line 17: destinations.e\\nu: \"e\\nu\" cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)",
        ),
        (r#""budget": [ {"#, r#""budget": [ null, {"#, "line 5: budget[0]: null is not right here; expected a table"),
    ];
    right(&cases, json_error);
}
