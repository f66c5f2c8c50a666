//! `hereabouts policy floors`: every preset, what it asks for, where that is from, and the finest grid of each kind that
//! meets it; or of every grid the figures that a floor tests.

use hereabouts::{Floor, Grid, GridError, Preset};

/// Metric grids are tried in these steps, in metres.
const METRIC_STEP_M: usize = 10;

/// The edges of metric grids that are shown, in metres.
const METRIC_EDGES_M: [f64; 6] = [100.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0];

/// One line for each preset, in columns.
pub(crate) fn presets() -> Result<String, GridError> {
    let mut rows = vec![["preset", "asks for", "finest grids that meet it", "from"].map(str::to_owned)];
    for preset in Preset::EVERY {
        let floor = Floor::none().with_preset(preset);
        let area = floor.least_area_m2().map(|area_m2| format!("area {} km²", significant(area_m2 / 1e6)));
        let radius = floor.least_radius_m().map(|radius_m| format!("radius {} m", (radius_m * 100.0).round() / 100.0));
        let digits = floor.most_decimals().map(|most| format!("digits {most}"));
        let asks = [area, radius, digits].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let metric = (METRIC_STEP_M..1_000_000)
            .step_by(METRIC_STEP_M)
            .filter_map(|edge_m| Grid::metric(edge_m as f64).ok())
            .find(|grid| floor.check(grid).is_ok());
        let others = finest()?.into_iter().filter_map(|grid| floor.coarsened(grid));
        let grids: Vec<String> = metric.into_iter().chain(others).map(|grid| grid.to_string()).collect();
        rows.push([preset.to_string(), asks, grids.join(" "), preset.source().to_owned()]);
    }
    Ok(in_columns(&rows))
}

/// One line for each grid, in columns.
pub(crate) fn grids() -> Result<String, GridError> {
    let heads = ["grid", "smallest cell, km²", "circle in each, radius in m", "digits"].map(str::to_owned);
    let metric: Vec<Grid> = METRIC_EDGES_M.into_iter().rev().map(Grid::metric).collect::<Result<_, _>>()?;
    let mut rows = vec![heads];
    let of_a_kind = |finest: Grid| {
        let mut kind: Vec<Grid> = core::iter::successors(Some(finest), Grid::coarser).collect();
        kind.reverse();
        kind
    };
    for grid in metric.into_iter().chain(finest()?.into_iter().flat_map(of_a_kind)) {
        let (area_km2, inradius_m) = (grid.smallest_area_m2() / 1e6, grid.smallest_inradius_m());
        rows.push([grid.to_string(), significant(area_km2), significant(inradius_m), grid.decimals().to_string()]);
    }
    Ok(in_columns(&rows))
}

/// The finest grid of each kind that a policy can name; metric grids have none that is worth naming.
fn finest() -> Result<[Grid; 5], GridError> {
    Ok([Grid::h3(12)?, Grid::s2(20)?, Grid::decimal(5)?, Grid::geohash(9)?, Grid::open_location_code(11)?])
}

/// Four significant figures, or all of a whole number; none ends on zeros behind the point.
fn significant(value: f64) -> String {
    let decimals = (3.0 - value.log10().floor()).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn in_columns(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let line = |[a, b, c, d]: &[String; 4]| format!("{a:0$}  {b:1$}  {c:2$}  {d}", widths[0], widths[1], widths[2]);
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
