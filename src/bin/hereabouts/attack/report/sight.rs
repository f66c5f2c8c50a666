//! A place, all that was told of it, and where the best attack puts it.

use hereabouts::audit::{Projection, Sight};
use hereabouts::{Cell, Position};
use svg::node::element::{ClipPath, Definitions, Group, Rectangle};
use svg::{Document, Node};

use crate::map::distance;
use crate::page::canvas::{area, canvas, dot, house, label, line, scale_bar};

const SIZE: f64 = 400.0;

/// More outputs than this are thinned: a picture needs no more.
const MOST_OUTPUTS: usize = 600;

/// How far from the place a picture must reach, in metres, to show the guess and the cells that lie about it.
pub(super) fn reach_m(sight: &Sight) -> f64 {
    let error_m = sight.truth.great_circle_distance_m(&sight.guess);
    let corners = sight.seen.iter().filter_map(|seen| seen.cell).flat_map(|cell| corners(&cell));
    let farthest_m = corners.map(|corner| sight.truth.great_circle_distance_m(&corner)).fold(error_m, f64::max);
    // A cell far beyond the guess is cut off: else home and guess were one dot.
    1.06 * farthest_m.min(4.0 * error_m).max(1.3 * error_m)
}

fn corners(cell: &Cell) -> Vec<Position> {
    cell.boundary().exterior().coords().map(|corner| Position::new(corner.y, corner.x)).collect()
}

/// Draws it, `reach_m` metres to every side of the place; `class` is the colour of what was told.
pub(super) fn draw(sight: &Sight, reach_m: f64, class: &str, name: &str, id: &str) -> Document {
    let projection = Projection::about([&sight.truth]);
    let scale = SIZE / 2.0 / reach_m;
    let at = |place: &Position| {
        let plane = projection.plane(place);
        (SIZE / 2.0 + plane.east_m * scale, SIZE / 2.0 - plane.north_m * scale)
    };
    let error_m = sight.truth.great_circle_distance_m(&sight.guess);
    let title = format!("{name}: the best guess is {} from the truth", distance(error_m));
    let frame = Rectangle::new().set("width", SIZE).set("height", SIZE).set("rx", 8);
    let mut document = canvas(SIZE, SIZE, &title).add(Definitions::new().add(ClipPath::new().set("id", id).add(frame)));
    let mut inside = Group::new().set("clip-path", format!("url(#{id})"));
    let most = sight.seen.iter().map(|seen| seen.count).fold(1.0, f64::max);
    for (seen, cell) in sight.seen.iter().filter_map(|seen| Some((seen, seen.cell?))) {
        let corners: Vec<_> = corners(&cell).iter().map(at).collect();
        inside.append(
            area(&corners, "both cell")
                .set("fill-opacity", 0.08 + 0.3 * (seen.count / most).sqrt())
                .set("stroke-width", 1),
        );
    }
    let every = sight.seen.len().div_ceil(MOST_OUTPUTS).max(1);
    let is_cloud = sight.seen.len() > 60;
    for seen in sight.seen.iter().step_by(every) {
        let radius = if is_cloud { 2.2 } else { 4.0 + 5.0 * (seen.count / most).sqrt() };
        let shape = dot(at(&seen.place), radius, &format!("area {class}"));
        inside.append(shape.set("fill-opacity", if is_cloud { 0.45 } else { 0.9 }));
    }
    let (home, guess) = (at(&sight.truth), at(&sight.guess));
    inside.append(line(home, guess, "line truth").set("stroke-width", 2).set("stroke-dasharray", "3 4"));
    inside.append(house(home));
    for (class, width) in [("edge", 6.0), ("line sent", 3.0)] {
        inside.append(dot(guess, 9.0, class).set("fill", "none").set("stroke-width", width));
    }
    // On the side of the guess that looks away from home.
    let side = if guess.1 <= home.1 { -17.0 } else { 27.0 };
    let (x, y) = (guess.0.clamp(46.0, SIZE - 46.0), (guess.1 + side).clamp(20.0, SIZE - 12.0));
    let error = format!("{} off", distance(error_m));
    inside.append(label(x, y, 14.0, "ink", &error).set("text-anchor", "middle"));
    document = document.add(inside);
    scale_bar(document, SIZE, scale, 130.0)
}
