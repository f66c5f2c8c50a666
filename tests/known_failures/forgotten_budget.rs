//! Flawed: a daily budget kept in memory and on the wall clock. To restart the app refills it, and so does setting the
//! clock.

use hereabouts::{Minimizer, SqliteLedger};

use crate::support::{NINE, SetClock, policy};
use crate::world::{UTRECHT, released};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

/// What the attacker, an app that wants more, can do.
#[derive(Clone, Copy)]
enum Trick {
    Restart,
    /// Set the clock to a later or an earlier day, in days from today.
    SetDay(i64),
}

/// Ten restarts on one day, then tomorrow and today again, twice.
fn tricks() -> Vec<Trick> {
    let days = [1, 0, 1, 0].map(Trick::SetDay);
    [Trick::Restart; 10].into_iter().chain(days).collect()
}

/// The attack: after each trick, asks in twelve quarters of an hour, and counts the draws that it got.
fn drawn(mut asks: impl FnMut(Trick, i64) -> Vec<bool>) -> usize {
    let mut today = NINE;
    let mut draws = 0;
    for trick in tricks() {
        if let Trick::SetDay(day) = trick {
            today = NINE + day * DAY;
        }
        draws += asks(trick, today).into_iter().filter(|&drawn| drawn).count();
    }
    draws
}

/// The flawed idea: nine draws a day.
#[derive(Default)]
struct InMemory {
    day: i64,
    draws: u32,
}

impl InMemory {
    fn draw(&mut self, now: i64) -> bool {
        if now.div_euclid(DAY) != self.day {
            *self = Self { day: now.div_euclid(DAY), draws: 0 };
        }
        self.draws += 1;
        self.draws <= 9
    }
}

#[test]
fn a_budget_in_memory_on_the_wall_clock_is_refilled_at_will() {
    let mut budget = InMemory::default();
    let draws = drawn(|trick, today| {
        if let Trick::Restart = trick {
            budget = InMemory::default();
        }
        (0..12).map(|quarter| budget.draw(today + quarter * QUARTER)).collect()
    });
    println!("forgotten budget: {draws} draws where 18 are allowed");
    assert_eq!(draws, 14 * 9);
}

#[test]
fn our_spend_outlives_restarts_and_set_clocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = SetClock::at(NINE);
    let open = || Minimizer::new(policy(), SqliteLedger::open(&path).unwrap(), clock.clone()).unwrap();
    let mut minimizer = Some(open());
    let draws = drawn(|trick, today| {
        if let Trick::Restart = trick {
            minimizer = None; // closed before it is opened again
            minimizer = Some(open());
        }
        (0..12)
            .map(|quarter| {
                let now = today + quarter * QUARTER;
                clock.set(now);
                released(minimizer.as_ref().unwrap(), &UTRECHT, now, "weather", "eu").is_some()
            })
            .collect()
    });
    // Nine today, and nine when the clock says that it is tomorrow.
    assert_eq!(draws, 18);
    assert_eq!(minimizer.unwrap().receipts().unwrap().len(), 18);
}
