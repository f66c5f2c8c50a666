//! [`Sensing`]: what need not be measured, since it will not be released.

use hereabouts::Timestamp;

/// What to ask of the operating system for a purpose, and when. It follows from policy, clock and account alone.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Sensing {
    /// How accurately to measure: the coarsest that suffices.
    pub accuracy: AccuracyClass,
    /// The greatest 68 % radius of a fix, in metres, that leaves the release as good as it can be.
    pub needed_accuracy_m: f64,
    /// The earliest time at which a fix makes a difference, in milliseconds since 1970 by the wall clock: now or earlier, if
    /// one does already. None if it never will. Until then switch the sensor off.
    pub next_ms: Option<i64>,
    /// How old a fix may be that the operating system has at hand, in milliseconds.
    pub maximum_age_ms: u64,
    /// iOS: for `CLLocationManager.desiredAccuracy`.
    pub ios: String,
    /// Android: for `LocationRequest.Builder.setPriority`.
    pub android_priority: String,
    /// Android: for `LocationRequest.Builder.setGranularity`.
    pub android_granularity: String,
}

/// How accurately the operating system is to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[non_exhaustive]
pub enum AccuracyClass {
    /// As accurate as can be: finer than ten metres.
    Best,
    /// Ten metres: satellites.
    TenMetres,
    /// A hundred metres: Wi-Fi and cell towers.
    HundredMetres,
    /// A kilometre.
    Kilometre,
    /// Three kilometres: the approximate location of Android suffices.
    ThreeKilometres,
    /// Twenty kilometres: the approximate location of iOS suffices as well.
    Approximate,
}

impl From<hereabouts::AccuracyClass> for AccuracyClass {
    fn from(class: hereabouts::AccuracyClass) -> Self {
        match class {
            hereabouts::AccuracyClass::TenMetres => Self::TenMetres,
            hereabouts::AccuracyClass::HundredMetres => Self::HundredMetres,
            hereabouts::AccuracyClass::Kilometre => Self::Kilometre,
            hereabouts::AccuracyClass::ThreeKilometres => Self::ThreeKilometres,
            hereabouts::AccuracyClass::Approximate => Self::Approximate,
            // The best serves any class.
            _ => Self::Best,
        }
    }
}

impl Sensing {
    pub(crate) fn of(sensing: &hereabouts::Sensing) -> Self {
        let class = sensing.class();
        Self {
            accuracy: class.into(),
            needed_accuracy_m: sensing.needed_accuracy_m(),
            next_ms: sensing.next().map(Timestamp::as_millisecond),
            maximum_age_ms: u64::try_from(sensing.maximum_age().as_millis()).unwrap_or(u64::MAX),
            ios: class.ios().to_owned(),
            android_priority: class.android_priority().to_owned(),
            android_granularity: class.android_granularity().to_owned(),
        }
    }
}
