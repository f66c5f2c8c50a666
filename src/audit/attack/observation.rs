//! [`Observation`]: what an adversary holds of one moment.

use core::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::audit::Place;
use crate::grid::Cell;
use crate::release::Release;
use crate::sphere::Position;

/// What an adversary holds of one moment: a place, the span of time that it is told for, and what the policy, which he
/// knows, says of its noise.
///
/// It is made from a release, or from a raw place beside it: every attack takes both.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Place;
/// use hereabouts::audit::attack::Observation;
///
/// let noon = "2024-06-20T12:00:00Z".parse()?;
/// let raw = Observation::of_place(&Place::new(52.0907, 5.1214)?, noon);
/// assert_eq!((raw.begin(), raw.end()), (noon, noon)); // a raw fix is told to the second
/// assert_eq!(format!("{raw:?}"), "Observation { .. }");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Observation {
    position: Position,
    cell: Option<Cell>,
    scale_m: f64,
    reach_m: f64,
    begin: Timestamp,
    end: Timestamp,
}

/// How far from the truth a raw fix may lie, in metres: what a phone says of a usual fix indoors.
const RAW_REACH_M: f64 = 100.0;

impl Observation {
    /// What a destination learns from a release; `scale_m` is the scale of the noise that the policy states, in metres.
    /// `None` if it tells a place by its name, which no attack here reads.
    #[must_use]
    pub fn of_release(release: &Release, scale_m: f64) -> Option<Self> {
        let span = SignedDuration::from_secs(i64::from(release.span_s()));
        Some(Self {
            position: release.position()?,
            cell: release.cell(),
            scale_m,
            reach_m: 2.0 * release.accuracy_m()?,
            begin: release.time(),
            end: release.time().saturating_add(span).unwrap_or(release.time()),
        })
    }

    /// What an adversary holds who was told a cell and sees that it stands at a time; `reach_m` is the distance within which
    /// he takes two observations to be of one place.
    pub(crate) fn of_cell(cell: Cell, scale_m: f64, reach_m: f64, time: Timestamp) -> Self {
        Self { position: cell.printed_centre(), cell: Some(cell), scale_m, reach_m, begin: time, end: time }
    }

    /// What it would have learned from the fix itself.
    #[must_use]
    pub fn of_place(place: &Place, time: Timestamp) -> Self {
        Self { position: *place.position(), cell: None, scale_m: 0.0, reach_m: RAW_REACH_M, begin: time, end: time }
    }

    /// What it would have learned from a place off the truth by noise of a scale in metres, without cells, told to the
    /// second.
    #[must_use]
    pub fn of_noised_place(place: &Position, scale_m: f64, time: Timestamp) -> Self {
        // 2.4 scales hold 68 % of planar Laplace noise.
        let reach_m = (2.0 * 2.4 * scale_m).max(RAW_REACH_M);
        Self { position: *place, cell: None, scale_m, reach_m, begin: time, end: time }
    }

    /// The place that is told: of a release, the centre of its cell.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The cell that is told, if it is a release.
    #[must_use]
    pub fn cell(&self) -> Option<Cell> {
        self.cell
    }

    /// The scale of the noise in metres; zero of a raw place.
    #[must_use]
    pub fn scale_m(&self) -> f64 {
        self.scale_m
    }

    /// The distance in metres within which the adversary takes two observations to be of one place: of a release twice its
    /// 68 % radius, of a raw fix 100 m.
    #[must_use]
    pub fn reach_m(&self) -> f64 {
        self.reach_m
    }

    /// The start of the span of time that it is told for.
    #[must_use]
    pub fn begin(&self) -> Timestamp {
        self.begin
    }

    /// The end of that span: its start, for a raw fix.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// What makes two observations the same output, for whoever looks at places alone.
    pub(crate) fn id(&self) -> [u64; 2] {
        [self.position.latitude_deg().to_bits(), self.position.longitude_deg().to_bits()]
    }
}

/// Prints no field: it may be a raw place.
impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation").finish_non_exhaustive()
    }
}
