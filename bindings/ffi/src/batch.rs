//! Many fixes at once: for replays, and for what was collected while the app slept.

use std::sync::Arc;

use crate::guard::guarded;
use crate::time::timestamp;
use crate::{Fix, HereaboutsError};

/// One wish to release: a fix, what for, and to whom.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Request {
    /// The raw position.
    pub fix: Arc<Fix>,
    /// A purpose of the policy.
    pub purpose: String,
    /// A destination of the policy.
    pub destination: String,
}

/// Many fixes behind one handle: as secret as each of them, and far cheaper to hand over.
#[derive(Debug, uniffi::Object)]
pub struct FixBatch(pub(crate) Vec<hereabouts::Fix>);

#[uniffi::export]
impl FixBatch {
    /// Fixes in WGS 84, one list for each of their numbers, all of one length; an accuracy that is NaN was not measured. It
    /// fails, for all of them, if one fails as `Fix.wgs84` does.
    #[uniffi::constructor]
    pub fn wgs84(
        latitudes_deg: &[f64],
        longitudes_deg: &[f64],
        times_ms: &[i64],
        horizontal_accuracies_m: &[f64],
    ) -> Result<Self, HereaboutsError> {
        guarded(|| {
            let length = latitudes_deg.len();
            if [longitudes_deg.len(), times_ms.len(), horizontal_accuracies_m.len()] != [length; 3] {
                return Err(HereaboutsError::UnevenBatch);
            }
            let now = hereabouts::Clock::now(&hereabouts::SystemClock);
            let numbers = latitudes_deg.iter().zip(longitudes_deg).zip(times_ms).zip(horizontal_accuracies_m);
            let fix = |(((latitude_deg, longitude_deg), time_ms), accuracy_m): (((&f64, &f64), &i64), &f64)| {
                let accuracy_m = Some(*accuracy_m).filter(|accuracy_m| !accuracy_m.is_nan());
                let time = timestamp(*time_ms)?;
                Ok(hereabouts::Fix::wgs84_as_of(*latitude_deg, *longitude_deg, accuracy_m, time, now)?)
            };
            Ok(Self(numbers.map(fix).collect::<Result<_, HereaboutsError>>()?))
        })
    }

    /// These fixes, in their order.
    #[uniffi::constructor]
    #[must_use]
    pub fn of(fixes: Vec<Arc<Fix>>) -> Self {
        Self(fixes.iter().map(|fix| fix.0).collect())
    }

    /// How many they are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.len() as u64
    }
}
