//! [`Clock`]: what time it is, where the operating system's clocks will not do.

use std::sync::{Arc, Mutex, PoisonError};

use hereabouts::{Fix, Monotonic, Reading, Timestamp};

use crate::HereaboutsError;

/// What time it is: for tests, and for apps that know the device's clocks better than a library can.
///
/// Without one, the operating system's clocks are read, which on Linux and Android includes the time since the start, where
/// the system lets an app know which start it is.
#[uniffi::export(foreign)]
pub trait Clock: Send + Sync {
    /// What the device's clocks show now. It is asked with the minimizer's lock held, and must not call the minimizer.
    ///
    /// While it fails, time stands still: nothing new is due, and no budget comes back.
    fn reading(&self) -> Result<ClockReading, ClockError>;
}

/// What a device's clocks show at one moment.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ClockReading {
    /// The wall clock, which anyone may set, in milliseconds since 1970.
    pub wall_ms: i64,
    /// Milliseconds since the device was started, sleep included, by a clock that nobody can set.
    #[uniffi(default = None)]
    pub elapsed_ms: Option<u64>,
    /// Which start of the device that is: two starts never have the same number. Android counts them in
    /// `Settings.Global.BOOT_COUNT`. Without it `elapsed_ms` says nothing, and is not looked at.
    #[uniffi(default = None)]
    pub boot: Option<u64>,
}

/// A clock that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// It shows nothing.
    #[error("the clock shows no time")]
    Unavailable,
}

/// What an app's code throws is not told: it could name a place.
impl From<uniffi::UnexpectedUniFFICallbackError> for ClockError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// The core's clock, shared with whoever makes reports.
#[derive(Clone)]
pub(crate) struct SharedClock(Arc<dyn hereabouts::Clock>);

impl SharedClock {
    pub(crate) fn new(clock: impl hereabouts::Clock + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// The app's clock if there is one, else the operating system's.
    pub(crate) fn of(clock: Option<Arc<dyn Clock>>) -> Result<Self, HereaboutsError> {
        Ok(match clock {
            None => Self::new(hereabouts::SystemClock),
            Some(clock) => Self::new(AppClock::new(clock)?),
        })
    }
}

impl hereabouts::Clock for SharedClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Option<Monotonic> {
        self.0.monotonic()
    }

    fn at(&self, fix: &Fix) -> Timestamp {
        self.0.at(fix)
    }

    fn reading(&self) -> Reading {
        self.0.reading()
    }

    fn reading_at(&self, fix: &Fix) -> Reading {
        self.0.reading_at(fix)
    }
}

/// A clock of the app's, which may fail where the core's cannot.
struct AppClock {
    clock: Arc<dyn Clock>,
    last: Mutex<Reading>,
}

impl AppClock {
    fn new(clock: Arc<dyn Clock>) -> Result<Self, HereaboutsError> {
        let last = clock.reading().ok().and_then(|reading| reading.reading()).ok_or(HereaboutsError::Clock)?;
        Ok(Self { clock, last: Mutex::new(last) })
    }
}

impl ClockReading {
    fn reading(&self) -> Option<Reading> {
        let wall = Timestamp::from_millisecond(self.wall_ms).ok().filter(|wall| *wall >= Timestamp::UNIX_EPOCH)?;
        let monotonic = self.boot.zip(self.elapsed_ms);
        let monotonic = monotonic.map(|(boot, elapsed_ms)| Monotonic { boot: boot.into(), elapsed_ms });
        Some(Reading { wall, monotonic })
    }
}

impl hereabouts::Clock for AppClock {
    fn now(&self) -> Timestamp {
        self.reading().wall
    }

    fn monotonic(&self) -> Option<Monotonic> {
        self.reading().monotonic
    }

    /// Both at once: two questions could be answered before and after a step.
    fn reading(&self) -> Reading {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reading) = self.clock.reading().ok().and_then(|reading| reading.reading()) {
            *last = reading;
        }
        *last
    }

    fn reading_at(&self, _: &Fix) -> Reading {
        self.reading()
    }
}
