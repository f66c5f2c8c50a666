//! The sheet, and the map in its middle.

use std::collections::BTreeMap;

use hereabouts::Position;
use hereabouts::audit::Projection;
use svg::Document;
use svg::node::element::{Circle, ClipPath, Definitions, Group, Path, Polygon};

use super::labels::{Area, Places, ranges};
use super::panel::panel;
use super::shapes::{
    CELL, GROUND, INK, PAPER, QUIET, RULE, SENT, TRUTH, clock, distance, dot, gap, line, path, points, rectangle,
    round, utc, words,
};
use super::strip::strip;
use super::{Caption, Journey, Sent, TrackPoint};

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 860.0;
const FRAME: Area = Area { left: 40.0, top: 112.0, width: 800.0, height: 600.0 };

const FONTS: &str = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";

/// The smallest extent that is drawn, in metres: a journey within a room is still a map.
const LEAST_EXTENT_M: f64 = 400.0;

/// More releases than this are not numbered one by one.
const MOST_NUMBERED: usize = 400;

/// Draws the whole sheet.
pub(crate) fn draw(journey: &Journey, caption: &Caption) -> Document {
    let sheet = Document::new()
        .set("viewBox", (0, 0, WIDTH, HEIGHT))
        .set("width", WIDTH)
        .set("height", HEIGHT)
        .set("font-family", FONTS)
        .set("role", "img")
        .add(svg::node::element::Title::new("The true track of a journey, and the places that were sent in its stead"))
        .add(rectangle(Area { left: 0.0, top: 0.0, width: WIDTH, height: HEIGHT }).set("fill", PAPER))
        .add(words(FRAME.left, 56.0, 30.0, INK, "A journey, and what left the phone").set("font-weight", 650))
        .add(words(FRAME.left, 86.0, 15.0, QUIET, &subtitle(journey, caption)));
    let view = View::new(journey);
    sheet.add(map(journey, &view)).add(strip(journey)).add(panel(journey, caption)).add(words(
        FRAME.left,
        HEIGHT - 22.0,
        12.5,
        QUIET,
        "This picture shows the true track: it is for the phone’s owner, and not for sending.",
    ))
}

fn subtitle(journey: &Journey, caption: &Caption) -> String {
    let purpose = format!("for {}, to {}", caption.purpose, caption.destination);
    let mut times = journey.track().map(|point| point.time);
    let Some(first) = times.next() else {
        return format!("no position · {purpose}");
    };
    let (begin, end) = times.fold((first, first), |(begin, end), time| (begin.min(time), end.max(time)));
    let (begin, end) = (utc(begin), utc(end));
    let until = if begin.date() == end.date() { clock(end) } else { format!("{} {}", end.date(), clock(end)) };
    format!("{} {} to {until} UTC · {purpose}", begin.date(), clock(begin))
}

/// From places to points of the sheet.
struct View {
    projection: Projection,
    middle: (f64, f64),
    pixels_a_metre: f64,
}

impl View {
    fn new(journey: &Journey) -> Self {
        let releases = || journey.sent().map(|(_, sent)| sent);
        let projection =
            Projection::about(journey.track().map(|point| &point.place).chain(releases().map(|sent| &sent.place)));
        let mut extent = Extent::default();
        for point in journey.track() {
            extent.hold(&projection, &point.place, 0.0);
        }
        for sent in releases() {
            extent.hold(&projection, &sent.place, sent.accuracy_m);
        }
        let (width_m, height_m) = extent.size_m();
        let margin = 28.0;
        let pixels_a_metre = ((FRAME.width - 2.0 * margin) / width_m).min((FRAME.height - 2.0 * margin) / height_m);
        Self { projection, middle: extent.middle(), pixels_a_metre }
    }

    fn point(&self, place: &Position) -> (f64, f64) {
        let plane = self.projection.plane(place);
        (
            FRAME.left + FRAME.width / 2.0 + (plane.east_m - self.middle.0) * self.pixels_a_metre,
            FRAME.top + FRAME.height / 2.0 - (plane.north_m - self.middle.1) * self.pixels_a_metre,
        )
    }
}

#[derive(Default)]
struct Extent {
    /// West, south, east, north.
    edges: Option<[f64; 4]>,
}

impl Extent {
    fn hold(&mut self, projection: &Projection, place: &Position, around_m: f64) {
        let plane = projection.plane(place);
        let [west, south, east, north] =
            self.edges.unwrap_or([plane.east_m, plane.north_m, plane.east_m, plane.north_m]);
        self.edges = Some([
            west.min(plane.east_m - around_m),
            south.min(plane.north_m - around_m),
            east.max(plane.east_m + around_m),
            north.max(plane.north_m + around_m),
        ]);
    }

    fn size_m(&self) -> (f64, f64) {
        let [west, south, east, north] = self.edges.unwrap_or_default();
        ((east - west).max(LEAST_EXTENT_M), (north - south).max(LEAST_EXTENT_M))
    }

    fn middle(&self) -> (f64, f64) {
        let [west, south, east, north] = self.edges.unwrap_or_default();
        ((west + east) / 2.0, (south + north) / 2.0)
    }
}

/// The releases of one place.
struct Spot<'a> {
    sent: &'a Sent,
    numbers: Vec<u64>,
}

fn spots(journey: &Journey) -> Vec<Spot<'_>> {
    let mut spots: BTreeMap<[u64; 2], Spot<'_>> = BTreeMap::new();
    for (number, sent) in journey.sent() {
        let key = [sent.place.latitude_deg().to_bits(), sent.place.longitude_deg().to_bits()];
        spots.entry(key).or_insert_with(|| Spot { sent, numbers: Vec::new() }).numbers.push(number);
    }
    let mut spots: Vec<_> = spots.into_values().collect();
    spots.sort_by_key(|spot| spot.numbers.first().copied());
    spots
}

fn map(journey: &Journey, view: &View) -> Group {
    let spots = spots(journey);
    let mut inside = Group::new().set("clip-path", "url(#frame)").add(squares(view));
    for spot in &spots {
        let corners: Vec<_> = spot.sent.cell.iter().map(|corner| view.point(corner)).collect();
        let (x, y) = view.point(&spot.sent.place);
        inside = inside
            .add(
                Circle::new()
                    .set("cx", round(x))
                    .set("cy", round(y))
                    .set("r", round(spot.sent.accuracy_m * view.pixels_a_metre))
                    .set("fill", SENT)
                    .set("fill-opacity", 0.045)
                    .set("stroke", SENT)
                    .set("stroke-opacity", 0.35)
                    .set("stroke-width", 1),
            )
            .add(
                Polygon::new()
                    .set("points", points(&corners))
                    .set("fill", CELL)
                    .set("fill-opacity", 0.14)
                    .set("stroke", CELL)
                    .set("stroke-width", 1.2),
            );
    }
    let mut places = Places::within(FRAME);
    let (legs, ends) = (legs(journey, view), ends(journey, view));
    for (before, after) in legs.iter().zip(legs.iter().skip(1)) {
        if let (Some(from), Some(to)) = (before.last(), after.first()) {
            inside = inside.add(gap(*from, *to));
        }
    }
    for (colour, width) in [("#ffffff", 5.0), (TRUTH, 2.4)] {
        for leg in &legs {
            inside = inside.add(
                Path::new()
                    .set("d", path(leg))
                    .set("fill", "none")
                    .set("stroke", colour)
                    .set("stroke-width", width)
                    .set("stroke-linejoin", "round")
                    .set("stroke-linecap", "round"),
            );
        }
    }
    legs.iter().flatten().for_each(|(x, y)| places.avoid(Area::around(*x, *y, 1.5)));
    for (_, sent) in journey.sent() {
        let (from, to) = (view.point(&sent.true_place), view.point(&sent.place));
        inside = inside
            .add(line(from, to, SENT).set("stroke-width", 1).set("stroke-opacity", 0.5).set("stroke-dasharray", "2 3"))
            .add(dot(from, 3.2, "#ffffff").set("stroke", TRUTH).set("stroke-width", 1.6));
    }
    let scale_bar = Area { left: FRAME.left, top: FRAME.top + FRAME.height - 46.0, width: 240.0, height: 46.0 };
    places.take(scale_bar);
    for ((x, y), _) in &ends {
        places.take(Area::around(*x, *y, 6.0));
        inside = inside.add(
            rectangle(Area::around(*x, *y, 5.0)).set("fill", TRUTH).set("stroke", "#ffffff").set("stroke-width", 1.6),
        );
    }
    for spot in &spots {
        let (x, y) = view.point(&spot.sent.place);
        places.take(Area::around(x, y, 7.0));
        inside = inside.add(dot((x, y), 6.0, SENT).set("stroke", "#ffffff").set("stroke-width", 1.6));
    }
    for (end, text) in &ends {
        inside = inside.add(label(&mut places, *end, text, TRUTH));
    }
    if journey.sent.kept.len() <= MOST_NUMBERED {
        for spot in &spots {
            inside = inside.add(label(&mut places, view.point(&spot.sent.place), &ranges(&spot.numbers), SENT));
        }
    }
    Group::new()
        .add(Definitions::new().add(ClipPath::new().set("id", "frame").add(rectangle(FRAME).set("rx", 6))))
        .add(rectangle(FRAME).set("rx", 6).set("fill", GROUND))
        .add(inside)
        .add(rectangle(FRAME).set("rx", 6).set("fill", "none").set("stroke", RULE))
        .add(scale_bar_and_north(view))
}

/// The track between its gaps.
fn legs(journey: &Journey, view: &View) -> Vec<Vec<(f64, f64)>> {
    let track: Vec<_> = journey.track().collect();
    let legs = track.chunk_by(|one, next| one.leg == next.leg);
    legs.map(|leg| leg.iter().map(|point| view.point(&point.place)).collect()).collect()
}

/// Where the track begins and ends, with the times; one mark where that is the same place.
fn ends(journey: &Journey, view: &View) -> Vec<((f64, f64), String)> {
    let (Some(first), Some(last)) = (journey.track().next(), journey.track().last()) else {
        return Vec::new();
    };
    let text = |name: &str, point: &TrackPoint| format!("{name} {}", clock(utc(point.time)));
    let (start, end) = (view.point(&first.place), view.point(&last.place));
    if (start.0 - end.0).hypot(start.1 - end.1) < 12.0 {
        vec![(end, format!("{}, {}", text("start", first), text("end", last)))]
    } else {
        vec![(start, text("start", first)), (end, text("end", last))]
    }
}

fn label(places: &mut Places, (x, y): (f64, f64), text: &str, colour: &str) -> Group {
    let width = text.chars().count() as f64 * 7.0 + 4.0;
    let Some(area) = places.beside(x, y, 7.0, width, 15.0) else {
        return Group::new();
    };
    Group::new().add(
        words(area.left + 2.0, area.top + 12.0, 12.5, colour, text)
            .set("font-weight", 600)
            .set("stroke", GROUND)
            .set("stroke-width", 3.5)
            .set("stroke-linejoin", "round")
            .set("paint-order", "stroke"),
    )
}

/// A faint net as wide as the scale bar, so that the eye can measure.
fn squares(view: &View) -> Group {
    let step = scale_bar_m(view) * view.pixels_a_metre;
    let mut group = Group::new().set("stroke", RULE).set("stroke-width", 1);
    let lines = |length: f64| (1..).map(move |index| f64::from(index) * step).take_while(move |at| *at < length);
    for x in lines(FRAME.width) {
        let x = FRAME.left + x;
        group = group.add(line((x, FRAME.top), (x, FRAME.top + FRAME.height), RULE));
    }
    for y in lines(FRAME.height) {
        let y = FRAME.top + FRAME.height - y;
        group = group.add(line((FRAME.left, y), (FRAME.left + FRAME.width, y), RULE));
    }
    group
}

/// The largest of 1, 2, 5 times a power of ten that is at most 180 pixels long.
fn scale_bar_m(view: &View) -> f64 {
    let most = 180.0 / view.pixels_a_metre;
    let power = 10_f64.powf(most.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|length| *length <= most).unwrap_or(power)
}

fn scale_bar_and_north(view: &View) -> Group {
    let length_m = scale_bar_m(view);
    let (left, y) = (FRAME.left + 18.0, FRAME.top + FRAME.height - 18.0);
    let right = left + length_m * view.pixels_a_metre;
    let (north_x, north_y) = (FRAME.left + FRAME.width - 26.0, FRAME.top + 46.0);
    Group::new()
        .add(
            Path::new()
                .set("d", path(&[(left, y - 6.0), (left, y), (right, y), (right, y - 6.0)]))
                .set("fill", "none")
                .set("stroke", INK)
                .set("stroke-width", 1.6),
        )
        .add(words(left + 6.0, y - 7.0, 13.0, INK, &distance(length_m)))
        .add(
            Polygon::new()
                .set(
                    "points",
                    points(&[
                        (north_x, north_y - 22.0),
                        (north_x + 6.5, north_y),
                        (north_x, north_y - 5.0),
                        (north_x - 6.5, north_y),
                    ]),
                )
                .set("fill", INK),
        )
        .add(words(north_x, north_y + 15.0, 12.5, INK, "N").set("text-anchor", "middle"))
}
