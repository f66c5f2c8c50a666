//! [`Sent`]: one release, and for how long its draw stood.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{DisclosureError, text};
use crate::audit::rehearsal::is_draw;
use crate::budget::{PrivacyLoss, Receipt, Rule};
use crate::grid::{Cell, Grid};
use crate::policy::Policy;

/// One release that the destination was sent.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Sent {
    /// The number of its receipt.
    pub sequence: u64,
    /// When it was sent: the destination sees it arrive, however coarse the time in it.
    #[serde(serialize_with = "text")]
    pub time: Timestamp,
    /// Until when it stood: the last time at which the device found that it still holds, if no other release to the
    /// destination for the purpose came before. A stand-in stands until another release does, or the report is made.
    #[serde(serialize_with = "text")]
    pub stood_until: Timestamp,
    /// What for.
    pub purpose: String,
    /// The grid of the cell, as "h3:6"; or the places of which one was named, as "places:countries".
    pub grid: String,
    /// The name of the cell, or of the place (a hyphen if none was); `None` if this device has forgotten it.
    pub cell: Option<String>,
    /// The start of the time bucket that was told.
    #[serde(serialize_with = "text")]
    pub bucket: Timestamp,
    /// The length of that bucket, in seconds.
    pub span_s: f64,
    /// The number of the receipt that paid for its draw: an earlier one if this is a further view; `None` of a stand-in.
    pub paid_by: Option<u64>,
    /// Whether it is the stand-in of a place that the user protects, which was drawn once, for life.
    pub stand_in: bool,
    #[serde(skip)]
    pub(crate) shape: Option<Cell>,
    /// When its draw was made or recalled.
    #[serde(skip)]
    pub(crate) drawn: Timestamp,
    /// Whether it was made then, and not recalled.
    #[serde(skip)]
    pub(crate) is_draw: bool,
}

impl Sent {
    /// Whether it told a place by its name, without coordinates.
    #[must_use]
    pub fn is_name(&self) -> bool {
        tells_names(&self.grid)
    }

    /// The cell, unless it is forgotten, or a place was told by its name.
    #[must_use]
    pub fn shape(&self) -> Option<Cell> {
        self.shape
    }

    /// For how long it stood.
    #[must_use]
    pub fn stood(&self) -> SignedDuration {
        self.stood_until.duration_since(self.time)
    }
}

/// By what a release names as its grid.
fn tells_names(grid: &str) -> bool {
    grid.starts_with("places:")
}

/// Every release to a destination, of all receipts in their order.
pub(super) fn sent(
    receipts: &[&Receipt],
    policy: &Policy,
    destination: &str,
    at: Timestamp,
) -> Result<Vec<Sent>, DisclosureError> {
    let mut all: Vec<Sent> = Vec::new();
    for (index, receipt) in receipts.iter().enumerate().filter(|(_, receipt)| receipt.destination() == destination) {
        let sequence = receipt.sequence();
        let stand_in = receipt.rule() == Some(Rule::Zone);
        // A purpose has one draw at a time: a view that cost nothing is of the last one that was paid for.
        let before = receipts.get(..=index).unwrap_or_default();
        let is_paid =
            |earlier: &&&Receipt| earlier.purpose() == receipt.purpose() && earlier.loss() > PrivacyLoss::ZERO;
        let paid = before.iter().rev().find(is_paid).filter(|_| !stand_in);
        if paid.is_none() && !stand_in {
            return Err(DisclosureError::NoCharge { sequence });
        }
        let stood_until = if stand_in { Some(at) } else { paid.and_then(|paid| paid.stay_until()) };
        // What stood for this destination before stands no longer.
        if let Some(last) = all.iter_mut().rev().find(|last| last.purpose == receipt.purpose()) {
            last.stood_until = last.stood_until.min(receipt.time()).max(last.time);
        }
        let shape = receipt
            .cell()
            .filter(|_| !tells_names(receipt.grid()))
            .map(|cell| Grid::named(receipt.grid())?.cell_named(cell))
            .map(|cell| cell.ok_or(DisclosureError::NoCell { sequence }))
            .transpose()?;
        all.push(Sent {
            sequence,
            time: receipt.time(),
            stood_until: stood_until.unwrap_or(receipt.time()).max(receipt.time()),
            purpose: receipt.purpose().to_owned(),
            grid: receipt.grid().to_owned(),
            cell: receipt.cell().map(str::to_owned),
            bucket: receipt.bucket(),
            span_s: receipt.span().as_secs_f64(),
            paid_by: paid.map(|paid| paid.sequence()),
            stand_in,
            shape,
            drawn: paid.map_or(receipt.time(), |paid| paid.time()),
            is_draw: paid.is_some_and(|paid| is_draw(policy, paid)),
        });
    }
    Ok(all)
}
