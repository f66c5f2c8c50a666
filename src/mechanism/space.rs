//! The space that location mechanisms protect, in OpenDP's words: a domain of fixes and a metric on them.

use opendp::domains::AtomDomain;
use opendp::error::{Error, ErrorVariant};
use opendp::metrics::AbsoluteDistance;
use opendp::traits::{CheckAtom, CheckNull};

use crate::fix::Fix;

/// The domain of all [`Fix`]es. Every fix is a member: its constructor lets nothing else exist.
pub type FixDomain = AtomDomain<Fix>;

/// The distance between two fixes: the length in metres of the shortest way between them along the WGS 84 ellipsoid.
///
/// What else a fix holds (time, accuracy, altitude, speed, course) does not count: no mechanism reads it. OpenDP accepts
/// only pairs of domain and metric that it knows; its absolute distance, on the domain of fixes, is read as this one.
pub type GeodesicDistance = AbsoluteDistance<f64>;

impl CheckNull for Fix {
    const NULLABLE: bool = false;
}

impl CheckAtom for Fix {}

/// An OpenDP error of a kind, with a message that holds no input.
pub(super) fn error(variant: ErrorVariant, message: impl ToString) -> Error {
    Error { message: Some(message.to_string()), ..Error::from(variant) }
}
