//! Maps: everything that was sent, and where a place could be.

use std::collections::BTreeMap;

use hereabouts::audit::{Disclosure, LikelyArea, Plane, Projection};
use hereabouts::{Cell, Position, Timestamp};
use svg::Document;
use svg::Node;
use svg::node::element::{ClipPath, Definitions, Group, Path, Rectangle};

use crate::map::labels::{Area, Places};
use crate::map::{path, round};
use crate::page::canvas::{area, canvas, dot, label, scale_bar};

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 320.0;
const MARGIN: f64 = 22.0;

/// The smallest extent that is drawn, in metres.
const LEAST_M: f64 = 600.0;

/// A place that was sent, once or again and again.
pub(super) struct Spot {
    pub(super) grid: String,
    pub(super) name: String,
    pub(super) cell: Cell,
    pub(super) times: usize,
    pub(super) stood_s: f64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

/// Every place that was sent and is not forgotten; what stood longest is first.
pub(super) fn spots(disclosure: &Disclosure) -> Vec<Spot> {
    let mut spots: BTreeMap<(&str, &str), Spot> = BTreeMap::new();
    for sent in &disclosure.releases {
        let Some((name, cell)) = sent.cell.as_deref().zip(sent.shape()) else { continue };
        let spot = spots.entry((&sent.grid, name)).or_insert_with(|| Spot {
            grid: sent.grid.clone(),
            name: name.to_owned(),
            cell,
            times: 0,
            stood_s: 0.0,
            first: sent.time,
            last: sent.time,
        });
        spot.times += 1;
        // What was told for a bucket of time stood for that at least.
        spot.stood_s += sent.stood().as_secs_f64().max(sent.span_s.min(900.0));
        (spot.first, spot.last) = (spot.first.min(sent.time), spot.last.max(sent.stood_until));
    }
    let mut spots: Vec<Spot> = spots.into_values().collect();
    spots.sort_by(|one, other| other.stood_s.total_cmp(&one.stood_s));
    spots
}

/// From places to points of a picture.
struct View {
    projection: Projection,
    middle: Plane,
    scale: f64,
}

impl View {
    fn of(places: &[Position]) -> Self {
        let projection = Projection::about(places);
        let planes = || places.iter().map(|place| projection.plane(place));
        let (mut west, mut south, mut east, mut north) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for plane in planes() {
            (west, east) = (west.min(plane.east_m), east.max(plane.east_m));
            (south, north) = (south.min(plane.north_m), north.max(plane.north_m));
        }
        let (width_m, height_m) = ((east - west).max(LEAST_M), (north - south).max(LEAST_M));
        let scale = ((WIDTH - 2.0 * MARGIN) / width_m).min((HEIGHT - 2.0 * MARGIN) / height_m);
        let middle = Plane { east_m: (west + east) / 2.0, north_m: (south + north) / 2.0 };
        Self { projection, middle, scale }
    }

    fn at(&self, place: &Position) -> (f64, f64) {
        let plane = self.projection.plane(place);
        (
            WIDTH / 2.0 + (plane.east_m - self.middle.east_m) * self.scale,
            HEIGHT / 2.0 - (plane.north_m - self.middle.north_m) * self.scale,
        )
    }

    fn outline(&self, cell: &Cell) -> Vec<(f64, f64)> {
        corners(cell).iter().map(|corner| self.at(corner)).collect()
    }
}

fn corners(cell: &Cell) -> Vec<Position> {
    cell.boundary().exterior().coords().map(|corner| Position::new(corner.y, corner.x)).collect()
}

/// An empty map, whose inside does not run over its frame.
fn framed(title: &str, id: &str, inside: Group) -> Document {
    let frame = Rectangle::new().set("width", WIDTH).set("height", HEIGHT).set("rx", 8);
    canvas(WIDTH, HEIGHT, title)
        .add(Definitions::new().add(ClipPath::new().set("id", id).add(frame)))
        .add(inside.set("clip-path", format!("url(#{id})")))
}

/// Everything that was sent: cells, the fuller their colour the longer they stood, numbered as in the table.
pub(super) fn everything(spots: &[Spot], id: &str, numbered: usize) -> Option<Document> {
    let most_s = spots.first()?.stood_s;
    let places: Vec<Position> = spots.iter().flat_map(|spot| corners(&spot.cell)).collect();
    let view = View::of(&places);
    let mut inside = Group::new();
    // The fullest last: it is not to be hidden.
    for spot in spots.iter().rev() {
        let share = (spot.stood_s / most_s).sqrt();
        inside.append(
            area(&view.outline(&spot.cell), "both cell")
                .set("fill-opacity", round_share(0.12 + 0.55 * share))
                .set("stroke-width", 1),
        );
    }
    let mut labels = Places::within(Area { left: 2.0, top: 2.0, width: WIDTH - 4.0, height: HEIGHT - 4.0 });
    labels.take(Area { left: 0.0, top: HEIGHT - 44.0, width: 180.0, height: 44.0 });
    for (index, spot) in spots.iter().enumerate().take(numbered) {
        let (x, y) = view.at(&spot.cell.centre());
        inside.append(dot((x, y), 3.0, "area sent"));
        let text = (index + 1).to_string();
        let Some(place) = labels.beside(x, y, 2.0, 9.0 * text.len() as f64, 16.0) else { continue };
        inside.append(label(place.left, place.top + 13.0, 13.5, "ink", &text));
    }
    let title = "Every place that was sent: the fuller its colour, the longer it stood";
    Some(scale_bar(framed(title, id, inside), HEIGHT, view.scale, 120.0))
}

/// Where a place could be: the areas of 95 % and of 50 %, the likeliest place, and the cells that it was read from.
pub(super) fn likely(likely: &LikelyArea, spots: &[Spot], id: &str, name: &str) -> Document {
    let (most, half) = (likely.most_outlines(), likely.half_outlines());
    let places: Vec<Position> = most.iter().flatten().copied().chain([likely.place()]).collect();
    let view = View::of(&places);
    let mut inside = Group::new();
    for spot in spots {
        inside.append(area(&view.outline(&spot.cell), "both cell").set("fill-opacity", 0.1).set("stroke-width", 0.8));
    }
    for (outlines, opacity) in [(&most, 0.22), (&half, 0.4)] {
        inside.append(region(&view, outlines).set("fill-opacity", opacity));
    }
    let place = view.at(&likely.place());
    for (class, width) in [("edge", 6.0), ("line sent", 3.0)] {
        inside.append(dot(place, 7.0, class).set("fill", "none").set("stroke-width", width));
    }
    let title = format!(
        "Where {name} could be: the area that holds it 19 times in 20, and the inner one that holds it one time in two"
    );
    scale_bar(framed(&title, id, inside), HEIGHT, view.scale, 120.0)
}

/// Closed lines as one shape; what lies within two of them is a hole.
fn region(view: &View, outlines: &[Vec<Position>]) -> Path {
    let closed = |outline: &Vec<Position>| {
        let points: Vec<_> = outline.iter().map(|place| view.at(place)).collect();
        format!("{}Z", path(&rounded(&smooth(&points))))
    };
    let all: String = outlines.iter().map(closed).collect();
    Path::new()
        .set("d", all)
        .set("class", "both sent")
        .set("fill-rule", "evenodd")
        .set("stroke-width", 1.5)
        .set("stroke-linejoin", "round")
}

/// A closed line without the little steps of its raster: each point is the mean of those around it.
fn smooth(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let reach = (points.len() / 24).min(4);
    let window = 2 * reach + 1;
    let around = |index: usize| points.iter().cycle().skip(index).take(window);
    let mean = |index: usize| {
        let (x, y) = around(index).fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
        (x / window as f64, y / window as f64)
    };
    (0..points.len()).map(mean).collect()
}

/// A closed line without its corners, each cut at a quarter of its sides (G. Chaikin, 1974).
fn rounded(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let next = points.iter().cycle().skip(1);
    let between =
        |(x1, y1): &(f64, f64), (x2, y2): &(f64, f64), share: f64| (x1 + share * (x2 - x1), y1 + share * (y2 - y1));
    points.iter().zip(next).flat_map(|(one, other)| [between(one, other, 0.25), between(one, other, 0.75)]).collect()
}

fn round_share(share: f64) -> f64 {
    round(10.0 * share) / 10.0
}
