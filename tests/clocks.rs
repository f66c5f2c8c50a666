//! Wrong clocks: whatever they show, no window is refilled by it, and nobody is locked out for longer than the window.

mod support;

use std::sync::{Arc, Mutex};

use hereabouts::{
    Clock, Ledger, MemoryLedger, Minimizer, Monotonic, Outcome, Reading, RecordedClock, Timestamp, Withheld,
};
use support::{NINE, fix, policy, time};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;
/// How many draws the policy affords in a day.
const DRAWS: usize = 9;

/// A device: the true time, how far the wall clock is off, and when the device was started, the how-manieth time.
#[derive(Clone, Copy)]
struct Device {
    now: i64,
    error: i64,
    started: i64,
    boot: u128,
    has_monotonic: bool,
}

#[derive(Clone)]
struct DeviceClock(Arc<Mutex<Device>>);

impl DeviceClock {
    fn new(has_monotonic: bool) -> Self {
        let device = Device { now: NINE, error: 0, started: NINE - 1_000, boot: 1, has_monotonic };
        Self(Arc::new(Mutex::new(device)))
    }

    fn change(&self, change: impl FnOnce(&mut Device)) {
        change(&mut self.0.lock().unwrap());
    }
}

impl Clock for DeviceClock {
    fn now(&self) -> Timestamp {
        let device = self.0.lock().unwrap();
        time(device.now + device.error)
    }

    fn monotonic(&self) -> Option<Monotonic> {
        let device = self.0.lock().unwrap();
        let elapsed_ms = (device.now - device.started) as u64 * 1_000;
        device.has_monotonic.then_some(Monotonic { boot: device.boot, elapsed_ms })
    }
}

/// What happens to a device, each thing on a tick of a run of ten days.
struct Case {
    name: &'static str,
    has_monotonic: bool,
    events: Vec<(i64, Event)>,
    /// How many more draws than a day's may fall into a day, by the days that starts of the device may bring.
    more: usize,
}

#[derive(Clone, Copy)]
enum Event {
    /// The wall clock is off by this from now on.
    Error(i64),
    /// The device is started anew.
    Start,
}

fn cases() -> Vec<Case> {
    use Event::{Error, Start};
    let mut cases = Vec::new();
    let mut case = |name, has_monotonic, events, more| cases.push(Case { name, has_monotonic, events, more });
    for error in [1, 3_600, DAY, 30 * DAY, YEAR, 10 * YEAR].into_iter().flat_map(|by| [by, -by]) {
        case("a step of the wall clock", true, vec![(150, Error(error))], 0);
        case("a step and back", true, vec![(150, Error(error)), (200, Error(0))], 0);
        let forward = usize::from(error > 0);
        case("a step, and a start at once", true, vec![(150, Error(error)), (150, Start)], forward * DRAWS);
        case("a start, and soon a step", true, vec![(150, Start), (160, Error(error))], 0);
        case(
            "a step, a start, and back",
            true,
            vec![(150, Error(error)), (170, Start), (190, Error(0))],
            forward * DRAWS,
        );
        if error < 0 {
            case("a step back, without a monotonic clock", false, vec![(150, Error(error))], 0);
            // Nothing tells the step forth from time that passed.
            case("a step back and forth, without", false, vec![(150, Error(error)), (200, Error(0))], DRAWS);
        }
    }
    case("a leap second: the wall clock shows one second twice", true, vec![(150, Error(-1))], 0);
    case(
        "daylight saving, where the wall clock wrongly follows it",
        true,
        vec![(150, Error(3_600)), (500, Error(0))],
        0,
    );
    case("the same without a monotonic clock", false, vec![(150, Error(-3_600)), (500, Error(0))], DRAWS);
    case(
        "the week rollover of a receiver that sets the clock",
        true,
        vec![(150, Error(-7_168 * DAY)), (160, Error(0))],
        0,
    );
    case("a start on every day, the clock right", true, (1..9).map(|day| (day * 96, Start)).collect(), 0);
    case(
        "a battery that died: the clock at 1970 until it is set",
        true,
        vec![(150, Start), (150, Error(-NINE)), (180, Error(0))],
        0,
    );
    case("nothing at all", true, vec![], 0);
    case("nothing at all, without a monotonic clock", false, vec![], 0);
    cases
}

/// The true ticks on which something was released.
fn play(case: &Case, ledger: impl Ledger + 'static) -> Vec<i64> {
    let clock = DeviceClock::new(case.has_monotonic);
    let minimizer = Minimizer::new(policy(), ledger, clock.clone()).unwrap();
    let mut released = Vec::new();
    for tick in 0..960 {
        clock.change(|device| device.now = NINE + tick * QUARTER);
        for (_, event) in case.events.iter().filter(|(at, _)| *at == tick) {
            clock.change(|device| match event {
                Event::Error(error) => device.error = *error,
                Event::Start => (device.started, device.boot) = (device.now - 20, device.boot + 1),
            });
        }
        if matches!(minimizer.release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_)) {
            released.push(tick);
        }
    }
    released
}

#[test]
fn no_wrong_clock_refills_a_window_or_locks_anyone_out() {
    for case in cases() {
        let events = case.events.iter().map(|(at, event)| match event {
            Event::Error(error) => format!("{error:+} s at tick {at}"),
            Event::Start => format!("a start at tick {at}"),
        });
        let events = events.collect::<Vec<_>>();
        let released = play(&case, MemoryLedger::new());
        for (index, first) in released.iter().enumerate() {
            let in_a_day = released[index..].iter().take_while(|tick| **tick < first + 96).count();
            assert!(
                in_a_day <= DRAWS + case.more,
                "{}, {events:?}: {in_a_day} in the day from tick {first}",
                case.name
            );
        }
        // Something goes out within a day of the last release, or of the last turn of a clock.
        let ends = released.iter().copied().chain([960]);
        for (from, until) in released.iter().copied().zip(ends.skip(1)) {
            let turns = case.events.iter().map(|(at, _)| *at).filter(|at| (from..until).contains(at));
            let locked = until - turns.max().unwrap_or(from);
            // A tick, and the hour that may be lost where no monotonic clock tells.
            let most = if case.has_monotonic { 97 } else { 97 + 5 };
            assert!(locked <= most, "{}, {events:?}: nothing for {locked} ticks from tick {from}", case.name);
        }
    }
}

/// The test above can fail: a ledger whose time is the wall clock's.
#[test]
fn a_ledger_that_trusts_the_wall_clock_is_caught() {
    struct Trusting(MemoryLedger);
    impl Ledger for Trusting {
        fn begin<'a>(
            &'a mut self,
            budget: &hereabouts::Budget,
            clock: Reading,
        ) -> Result<Box<dyn hereabouts::Transaction + 'a>, hereabouts::LedgerError> {
            self.0.begin(budget, clock.wall.into())
        }
        fn remaining(
            &mut self,
            budget: &hereabouts::Budget,
            now: Reading,
        ) -> Result<Vec<hereabouts::Remaining>, hereabouts::LedgerError> {
            self.0.remaining(budget, now.wall.into())
        }
        fn receipts(
            &mut self,
            visit: &mut dyn FnMut(hereabouts::Receipt) -> std::ops::ControlFlow<()>,
        ) -> Result<(), hereabouts::LedgerError> {
            self.0.receipts(visit)
        }
        fn erase(&mut self, what: hereabouts::Erase, now: Reading) -> Result<u64, hereabouts::LedgerError> {
            self.0.erase(what, now)
        }
    }
    let case = Case { name: "", has_monotonic: true, events: vec![(50, Event::Error(DAY))], more: 0 };
    let day = |released: Vec<i64>| released.into_iter().filter(|tick| *tick < 96).count();
    assert_eq!(day(play(&case, MemoryLedger::new())), DRAWS);
    assert_eq!(day(play(&case, Trusting(MemoryLedger::new()))), 2 * DRAWS);
}

#[test]
fn what_is_told_is_the_wall_clocks_time_and_what_is_counted_the_ledgers() {
    let clock = DeviceClock::new(true);
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
    minimizer.release(&fix(NINE), "weather", "eu").unwrap();
    // A clock that is a day ahead: the release says so, and the next tick is due when its wall clock says.
    clock.change(|device| (device.now, device.error) = (NINE + QUARTER, DAY));
    let Outcome::Released(release) = minimizer.release(&fix(NINE), "weather", "eu").unwrap() else { panic!() };
    assert_eq!(release.time(), time(NINE + DAY));
    assert_eq!(minimizer.receipts().unwrap()[1].time(), time(NINE + QUARTER));
    for _ in 0..2 {
        let not_due = minimizer.release(&fix(NINE), "weather", "eu").unwrap();
        assert_eq!(not_due, Outcome::Withheld(Withheld::NotDue { next: time(NINE + DAY + 2 * QUARTER) }));
    }
}

/// On a device the fix's own time is no clock: a receiver that is 7,168 days early changes nothing.
#[test]
fn a_fix_has_no_say_in_what_time_it_is() {
    let clock = DeviceClock::new(true);
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
    let mut released = 0;
    for tick in 0..96 {
        clock.change(|device| device.now = NINE + tick * QUARTER);
        let fix = fix(NINE + tick * QUARTER - if tick % 2 == 0 { 7_168 * DAY } else { 0 });
        released += usize::from(matches!(minimizer.release(&fix, "weather", "eu").unwrap(), Outcome::Released(_)));
    }
    assert_eq!(released, DRAWS);
}

/// A recording has no monotonic clock, and gaps of any length: its own times count.
#[test]
fn a_recording_goes_by_its_own_times() {
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    for day in [0, 1, 40, 400] {
        let Outcome::Released(release) = minimizer.release(&fix(NINE + day * DAY), "weather", "eu").unwrap() else {
            panic!()
        };
        assert_eq!(release.time(), time(NINE + day * DAY));
    }
    let times: Vec<_> = minimizer.receipts().unwrap().iter().map(hereabouts::Receipt::time).collect();
    assert_eq!(times, [0, 1, 40, 400].map(|day| time(NINE + day * DAY)));
}

#[cfg(feature = "sqlite")]
#[test]
fn the_ledgers_time_survives_restarts_of_the_app_and_of_the_device() {
    use hereabouts::SqliteLedger;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = DeviceClock::new(true);
    let release = || {
        let minimizer = Minimizer::new(policy(), SqliteLedger::open(&path).unwrap(), clock.clone()).unwrap();
        matches!(minimizer.release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_))
    };
    for tick in 0..DRAWS as i64 {
        clock.change(|device| device.now = NINE + tick * QUARTER);
        assert!(release());
    }
    // The same start of the device: the wall clock may show what it likes.
    for error in [0, DAY, -DAY, 10 * YEAR, -10 * YEAR] {
        clock.change(|device| (device.now, device.error) = (device.now + QUARTER, error));
        assert!(!release(), "{error}");
    }
    // Another start: what the wall clock never showed before counts, and a day at most. This window needs no more.
    clock.change(|device| (device.started, device.boot, device.error) = (device.now - 20, 2, 10 * YEAR));
    assert!(!release());
    clock.change(|device| (device.started, device.boot, device.error) = (device.now - 20, 3, 12 * YEAR));
    for tick in 0..20 {
        clock.change(|device| device.now += QUARTER);
        assert_eq!(release(), tick < DRAWS as i64, "{tick}");
    }
}
