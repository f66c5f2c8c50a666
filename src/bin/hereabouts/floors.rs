//! `hereabouts policy floors`: every preset, what it asks for, where that is from, and the finest grid of each kind that
//! meets it.

use hereabouts::{Floor, Grid, GridError, Preset};

/// Metric grids are tried in these steps, in metres.
const METRIC_STEP_M: usize = 10;

/// The kinds, by the finest grid of each that the policy file can name; metric grids have no finest, and come apart.
fn finest() -> Result<[Grid; 5], GridError> {
    Ok([Grid::h3(12)?, Grid::s2(20)?, Grid::decimal(5)?, Grid::geohash(9)?, Grid::open_location_code(11)?])
}

/// One line for each preset, in columns.
pub(crate) fn table() -> Result<String, GridError> {
    let heads = ["preset", "asks for", "finest grids that meet it", "from"].map(str::to_owned);
    let mut rows = vec![heads];
    for preset in Preset::EVERY {
        let floor = Floor::none().with_preset(preset);
        let area = floor.least_area_m2().map(|area_m2| format!("area {} km²", (area_m2 / 100.0).round() / 1e4));
        let radius = floor.least_radius_m().map(|radius_m| format!("radius {} m", (radius_m * 100.0).round() / 100.0));
        let digits = floor.most_decimals().map(|most| format!("digits {most}"));
        let asks = [area, radius, digits].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let metric = (METRIC_STEP_M..1_000_000)
            .step_by(METRIC_STEP_M)
            .filter_map(|edge_m| Grid::metric(edge_m as f64).ok())
            .find(|grid| floor.check(grid).is_ok());
        let others = finest()?.into_iter().map(|grid| floor.coarsened(grid));
        let grids: Vec<String> = metric.into_iter().chain(others.flatten()).map(|grid| grid.to_string()).collect();
        rows.push([preset.to_string(), asks, grids.join(" "), preset.source().to_owned()]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let lines = rows.iter().map(|[preset, asks, grids, from]| {
        format!("{preset:0$}  {asks:1$}  {grids:2$}  {from}", widths[0], widths[1], widths[2])
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
