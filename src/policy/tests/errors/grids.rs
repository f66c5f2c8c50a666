//! Grids, floors and where devices are, by one change of a small policy in TOML.

use super::*;

#[test]
fn every_check_of_grids_and_floors_says_what_it_found_and_what_would_be_right() {
    let cases = [
        // Grids.
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "metric" }"#,
            "line 13: purposes.weather.grid: missing key `edge_m`; expected a length in metres, such as `edge_m = 2000`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "metric", edge_m = 9 }"#,
            "line 13: purposes.weather.grid.edge_m: the edge of a metric grid is out of range; expected 10 to 1000000 metres",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "metric", edge_m = 1000001 }"#,
            "line 13: purposes.weather.grid.edge_m: the edge of a metric grid is out of range; expected 10 to 1000000 metres",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "metric", edge_m = nan }"#,
            "line 13: purposes.weather.grid.edge_m: the edge of a metric grid is out of range; expected 10 to 1000000 metres",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "metric", edge_km = 2 }"#,
            "line 13: purposes.weather.grid.edge_km: unknown key `edge_km`, did you mean `edge_m`?; expected `edge_m`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "decimal" }"#,
            "line 13: purposes.weather.grid: missing key `places`; expected digits after the point, such as `places = 2`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "decimal", places = 6 }"#,
            "line 13: purposes.weather.grid.places: the places of a decimal grid are out of range; expected 0 to 5",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "decimal", places = -1 }"#,
            "line 13: purposes.weather.grid.places: `-1` is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "geohash" }"#,
            "line 13: purposes.weather.grid: missing key `length`; expected the length of a code, such as `length = 4`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "geohash", length = 0 }"#,
            "line 13: purposes.weather.grid.length: the length of a geohash is out of range; expected 1 to 9",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "geohash", length = 10 }"#,
            "line 13: purposes.weather.grid.length: the length of a geohash is out of range; expected 1 to 9",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "h3" }"#,
            "line 13: purposes.weather.grid: missing key `resolution`; expected a resolution from 0 to 12, such as `resolution = 6`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "h3", resolution = 300 }"#,
            "line 13: purposes.weather.grid.resolution: `300` is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "h3", resolution = true }"#,
            "line 13: purposes.weather.grid.resolution: `true` is not right here; expected a small whole number, 0 or more",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "s2" }"#,
            "line 13: purposes.weather.grid: missing key `level`; expected a level from 0 to 20, such as `level = 12`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "s2", level = 21 }"#,
            "line 13: purposes.weather.grid.level: the level of an S2 grid is out of range; expected 0 to 20",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "olc" }"#,
            "line 13: purposes.weather.grid: missing key `length`; expected the length of a code, such as `length = 4`",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "olc", length = 7 }"#,
            "line 13: purposes.weather.grid.length: the length of an Open Location Code is out of range; expected 2, 4, 6, 8, 10 or 11",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            r#"{ kind = "olc", length = 12 }"#,
            "line 13: purposes.weather.grid.length: the length of an Open Location Code is out of range; expected 2, 4, 6, 8, 10 or 11",
        ),
        (
            r#"{ kind = "h3", resolution = 6 }"#,
            "6",
            "line 13: purposes.weather.grid: `6` is not right here; expected one of `metric`, `decimal`, `geohash`, `h3`, `s2`, `olc`, `places`",
        ),
        // Floors.
        (
            "{ area_km2 = 1.0 }",
            r#""all""#,
            "line 20: destinations.eu.floor: \"all\" is not right here; expected a table",
        ),
        (
            "{ area_km2 = 1.0 }",
            "[{ area_km2 = 1.0 }]",
            "line 20: destinations.eu.floor: a list is not right here; expected a table",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ area = 1 }",
            "line 20: destinations.eu.floor.area: unknown key `area`; expected one of `area_km2`, `radius_m`, `decimals`, `preset`, `coarsen`",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ area_km2 = 0 }",
            "line 20: destinations.eu.floor.area_km2: `0` is not above zero; expected a number above zero",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ area_km2 = -1 }",
            "line 20: destinations.eu.floor.area_km2: `-1` is not above zero; expected a number above zero",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ area_km2 = inf }",
            "line 20: destinations.eu.floor.area_km2: `inf` is not finite; expected a number above zero",
        ),
        (
            "{ area_km2 = 1.0 }",
            r#"{ area_km2 = "1" }"#,
            "line 20: destinations.eu.floor.area_km2: \"1\" is not right here; expected a number",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ radius_m = nan }",
            "line 20: destinations.eu.floor.radius_m: `NaN` is not above zero; expected a number above zero",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ decimals = -1 }",
            "line 20: destinations.eu.floor.decimals: `-1` is not right here; expected a small whole number, 0 or more",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ decimals = 1.5 }",
            "line 20: destinations.eu.floor.decimals: `1.5` is not right here; expected a small whole number, 0 or more",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ decimals = 256 }",
            "line 20: destinations.eu.floor.decimals: `256` is not right here; expected a small whole number, 0 or more",
        ),
        (
            "{ area_km2 = 1.0 }",
            r#"{ preset = ["california", "apple"] }"#,
            "line 20: destinations.eu.floor.preset: a list is not right here; expected one of `california`, `connecticut`, `delaware`, `indiana`, `iowa`, `kentucky`, `maryland`, `minnesota`, `montana`, `nebraska`, `new-hampshire`, `new-jersey`, `oregon`, `rhode-island`, `tennessee`, `texas`, `utah`, `virginia`, `28-cfr-202`, `padfa`, `google-play`, `apple`, `all`",
        ),
        (
            "{ area_km2 = 1.0 }",
            r#"{ preset = "google play" }"#,
            "line 20: destinations.eu.floor.preset: `google play` is not known, did you mean `google-play`?; expected one of `california`, `connecticut`, `delaware`, `indiana`, `iowa`, `kentucky`, `maryland`, `minnesota`, `montana`, `nebraska`, `new-hampshire`, `new-jersey`, `oregon`, `rhode-island`, `tennessee`, `texas`, `utah`, `virginia`, `28-cfr-202`, `padfa`, `google-play`, `apple`, `all`",
        ),
        (
            "{ area_km2 = 1.0 }",
            r#"{ preset = "oregano" }"#,
            "line 20: destinations.eu.floor.preset: `oregano` is not known, did you mean `oregon`?; expected one of `california`, `connecticut`, `delaware`, `indiana`, `iowa`, `kentucky`, `maryland`, `minnesota`, `montana`, `nebraska`, `new-hampshire`, `new-jersey`, `oregon`, `rhode-island`, `tennessee`, `texas`, `utah`, `virginia`, `28-cfr-202`, `padfa`, `google-play`, `apple`, `all`",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ coarsen = true }",
            "line 20: destinations.eu.floor: the floor has no test; expected one of `area_km2`, `radius_m`, `decimals`, `preset`",
        ),
        (
            "{ area_km2 = 1.0 }",
            r#"{ area_km2 = 1, coarsen = "no" }"#,
            "line 20: destinations.eu.floor.coarsen: \"no\" is not right here; expected `true` or `false`",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ area_km2 = 100, coarsen = false }",
            "line 20: destinations.eu.floor: the purpose `weather`: the smallest cells of h3:6, its pentagons, have 18.16 km², below the 100 km² of `area_km2`; expected h3:5 or a coarser grid for the purpose, or a floor without `coarsen = false`",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ decimals = 1, coarsen = false }",
            "line 20: destinations.eu.floor: the purpose `weather`: h3:6 prints 2 digits after the point, more than the 1 of `decimals`; expected h3:3 or a coarser grid for the purpose, or a floor without `coarsen = false`",
        ),
        (
            "{ area_km2 = 1.0 }",
            "{ radius_m = 2000000 }",
            "line 20: destinations.eu.floor: the purpose `weather`: the narrowest cells of h3:6, its pentagons, hold a circle of 2,228 m radius, below the 2,000,000 m of `radius_m`; and no grid of its kind is coarse enough: the narrowest cells of h3:0, its pentagons, hold a circle of 836,811 m radius, below the 2,000,000 m of `radius_m`; expected a lower floor",
        ),
        (
            "{ area_km2 = 1.0 }",
            r#"{ preset = "28-cfr-202", radius_m = 2229, coarsen = false }"#,
            "line 20: destinations.eu.floor: the purpose `weather`: the narrowest cells of h3:6, its pentagons, hold a circle of 2,228 m radius, below the 2,229 m of `radius_m`; expected h3:5 or a coarser grid for the purpose, or a floor without `coarsen = false`",
        ),
        // Where devices are.
        (
            "radius_m = 200",
            "radius_m = 200\ndevices = []",
            "line 4: protection.devices: there is no country; expected one or more countries by ISO 3166-1, or no `devices`",
        ),
        (
            "radius_m = 200",
            "radius_m = 200\ndevices = \"US\"",
            "line 4: protection.devices: \"US\" is not right here; expected a list",
        ),
        (
            "radius_m = 200",
            "radius_m = 200\ndevices = [\"DE\",\n\"USA\"]",
            "line 5: protection.devices[1]: unknown jurisdiction \"USA\"; expected a country's two capital letters by ISO 3166-1, such as \"DE\"",
        ),
        (
            "radius_m = 200",
            "radius_m = 200\ndevices = [1]",
            "line 4: protection.devices[0]: `1` is not right here; expected text in quotes",
        ),
        (
            "radius_m = 200",
            "radius_m = 200\ndevice = [\"US\"]",
            "line 4: protection.device: unknown key `device`, did you mean `devices`?; expected one of `radius_m`, `devices`",
        ),
    ];
    right(&cases, toml_error);
}
