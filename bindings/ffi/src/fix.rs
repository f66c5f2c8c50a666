//! [`Fix`]: a raw position, which goes in and does not come out.

use std::sync::Arc;

use crate::HereaboutsError;
use crate::guard::guarded;
use crate::time::timestamp;

/// A raw position: the secret that everything in this library protects.
///
/// It is made of what the operating system measured and handed to a minimizer. Nothing reads it back, and nothing prints
/// it. In whose datum the degrees are, the constructor says.
#[derive(Clone, Copy, Debug, uniffi::Object)]
pub struct Fix(pub(crate) hereabouts::Fix);

#[uniffi::export]
impl Fix {
    /// A fix in WGS 84, which is what both operating systems give: degrees north and east, the horizontal accuracy in metres
    /// (none where the source has none), and the time at which it was measured, in milliseconds since 1970.
    ///
    /// It fails if a number is not finite or out of range (latitude beyond ±90°, longitude beyond ±180° by more than
    /// rounding, a negative accuracy), or if the time lies before 1970 or more than a day ahead of this machine's clock. No
    /// error carries the value.
    #[uniffi::constructor(default(horizontal_accuracy_m = None))]
    pub fn wgs84(
        latitude_deg: f64,
        longitude_deg: f64,
        time_ms: i64,
        horizontal_accuracy_m: Option<f64>,
    ) -> Result<Self, HereaboutsError> {
        guarded(|| {
            Ok(Self(hereabouts::Fix::wgs84(latitude_deg, longitude_deg, horizontal_accuracy_m, timestamp(time_ms)?)?))
        })
    }

    /// A fix in GCJ-02, as Chinese maps and the SDKs of Amap and Tencent give it in mainland China. It is converted to WGS 84
    /// at once. It fails as `wgs84` does, and at the border of the area where GCJ-02 is applied.
    #[uniffi::constructor(default(horizontal_accuracy_m = None))]
    pub fn gcj02(
        latitude_deg: f64,
        longitude_deg: f64,
        time_ms: i64,
        horizontal_accuracy_m: Option<f64>,
    ) -> Result<Self, HereaboutsError> {
        guarded(|| {
            Ok(Self(hereabouts::Fix::gcj02(latitude_deg, longitude_deg, horizontal_accuracy_m, timestamp(time_ms)?)?))
        })
    }

    /// A fix in BD-09 degrees ("bd09ll"), as Baidu's maps and SDKs give it in mainland China. It is converted to WGS 84 at
    /// once. It fails as `wgs84` does, at the border of the area where GCJ-02 is applied, and beyond it.
    #[uniffi::constructor(default(horizontal_accuracy_m = None))]
    pub fn bd09(
        latitude_deg: f64,
        longitude_deg: f64,
        time_ms: i64,
        horizontal_accuracy_m: Option<f64>,
    ) -> Result<Self, HereaboutsError> {
        guarded(|| {
            Ok(Self(hereabouts::Fix::bd09(latitude_deg, longitude_deg, horizontal_accuracy_m, timestamp(time_ms)?)?))
        })
    }

    /// The same fix with what else was measured: altitude in metres, speed in metres a second, course in degrees clockwise
    /// from true north. None of it leaves unless the policy keeps it.
    ///
    /// It fails if a number is not finite, the speed is negative, or the course outside 0 to 360.
    #[uniffi::method(default(altitude_m = None, speed_m_s = None, course_deg = None))]
    pub fn with_measurements(
        &self,
        altitude_m: Option<f64>,
        speed_m_s: Option<f64>,
        course_deg: Option<f64>,
    ) -> Result<Arc<Self>, HereaboutsError> {
        guarded(|| {
            let fix = self.0.with_altitude_m(altitude_m)?.with_speed_m_s(speed_m_s)?.with_course_deg(course_deg)?;
            Ok(Arc::new(Self(fix)))
        })
    }

    /// When the fix was measured, in milliseconds since 1970.
    #[must_use]
    pub fn time_ms(&self) -> i64 {
        self.0.time().as_millisecond()
    }
}
