//! The whole journey: the true track, and the cells that were sent in its stead.

use std::collections::BTreeMap;

use hereabouts::Position;
use hereabouts::audit::{Projection, Rehearsal, SentBesideTruth};
use svg::Document;
use svg::node::element::Group;

use crate::page::canvas::{area, canvas, dot, scale_bar, way};

const MOST_POINTS: usize = 3_000;
const MARGIN: f64 = 26.0;

/// Draws it as wide as a screen allows; `None` if nothing was sent.
pub(super) fn draw(rehearsal: &Rehearsal, width: f64) -> Option<Document> {
    let (track, sent) = (rehearsal.true_track(), rehearsal.first_run());
    let mut cells: BTreeMap<[u64; 2], (&SentBesideTruth, f64)> = BTreeMap::new();
    for sent in &sent {
        let key = [sent.place.latitude_deg().to_bits(), sent.place.longitude_deg().to_bits()];
        cells.entry(key).or_insert((sent, 0.0)).1 += 1.0;
    }
    let most = cells.values().map(|(_, count)| *count).fold(0.0, f64::max);
    let outline = |sent: &SentBesideTruth| -> Vec<Position> {
        sent.cell.boundary().exterior().coords().map(|corner| Position::new(corner.y, corner.x)).collect()
    };
    let every = track.len().div_ceil(MOST_POINTS).max(1);
    let track: Vec<Position> = track.iter().step_by(every).map(|(place, _)| *place).collect();
    let projection = Projection::about(&track);
    let corners: Vec<_> = cells.values().flat_map(|(sent, _)| outline(sent)).collect();
    let planes: Vec<_> = track.iter().chain(&corners).map(|place| projection.plane(place)).collect();
    let first = planes.first()?;
    let (mut west, mut east, mut south, mut north) = (first.east_m, first.east_m, first.north_m, first.north_m);
    for plane in &planes {
        (west, east) = (west.min(plane.east_m), east.max(plane.east_m));
        (south, north) = (south.min(plane.north_m), north.max(plane.north_m));
    }
    let (width_m, height_m) = ((east - west).max(400.0), (north - south).max(400.0));
    // A phone is higher than wide.
    let most_height = if width < 500.0 { 1.1 * width } else { 0.72 * width };
    let scale = ((width - 2.0 * MARGIN) / width_m).min((most_height - 2.0 * MARGIN) / height_m);
    let height = (height_m * scale + 2.0 * MARGIN).max(0.4 * width);
    let at = |place: &Position| {
        let plane = projection.plane(place);
        (
            width / 2.0 + (plane.east_m - (west + east) / 2.0) * scale,
            height / 2.0 - (plane.north_m - (south + north) / 2.0) * scale,
        )
    };
    let mut group = Group::new();
    for (sent, count) in cells.values() {
        let corners: Vec<_> = outline(sent).iter().map(at).collect();
        group = group.add(
            area(&corners, "both cell").set("fill-opacity", 0.15 + 0.45 * (count / most).sqrt()).set("stroke-width", 1),
        );
    }
    let along: Vec<_> = track.iter().map(at).collect();
    group = group
        .add(way(&along, "edge").set("fill", "none").set("stroke-width", 4))
        .add(way(&along, "line truth").set("stroke-width", 2));
    for (sent, _) in cells.values() {
        group = group.add(dot(at(&sent.place), 5.0, "area sent edge").set("stroke-width", 1.5));
    }
    let document = canvas(width, height, "The true journey as a line, and the cells that were sent in its stead");
    Some(scale_bar(document.add(group), height, scale, 150.0))
}
