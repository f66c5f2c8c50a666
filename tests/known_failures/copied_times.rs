//! Flawed: places are noised, but each output carries the time of its fix. Two services that know a user by different
//! pseudonyms find each other's user by the times alone.

use std::collections::BTreeSet;

use hereabouts::{MemoryLedger, RecordedClock, Timestamp};
use rand::Rng;

use crate::support::{NINE, policy, time};
use crate::world::{UTRECHT, generator, minimizer, released};

const USERS: usize = 100;
const QUARTER: i64 = 900;

/// The times, in seconds, at which each user's phone had a fix: one somewhere in each of four quarters of an hour.
fn fixes() -> Vec<Vec<i64>> {
    let mut generator = generator(1);
    let mut moment = |quarter: i64| NINE + quarter * QUARTER + (generator.next_u64() % 900) as i64;
    (0..USERS).map(|_| (0..4).map(&mut moment).collect()).collect()
}

type Log = BTreeSet<Timestamp>;

/// The attack: for each user of one service, the one user of the other with the most times in common; none on a tie.
fn links(ours: &[Log], theirs: &[Log]) -> Vec<Option<usize>> {
    let best = |log: &Log| {
        let common: Vec<usize> = theirs.iter().map(|other| log.intersection(other).count()).collect();
        let most = common.iter().copied().max().filter(|&most| most > 0)?;
        let mut best = (0..common.len()).filter(|&user| common[user] == most);
        best.next().filter(|_| best.next().is_none())
    };
    ours.iter().map(best).collect()
}

#[test]
fn copied_times_link_two_pseudonymous_logs() {
    let logs: Vec<Log> = fixes().iter().map(|times| times.iter().copied().map(time).collect()).collect();
    let links = links(&logs, &logs);
    let right = links.iter().enumerate().filter(|&(user, link)| *link == Some(user)).count();
    println!("copied times: {right} of {USERS} users linked");
    assert_eq!(right, USERS);
}

#[test]
fn our_times_link_nobody() {
    let mut logs = [Vec::new(), Vec::new()];
    for (user, times) in fixes().into_iter().enumerate() {
        let minimizer = minimizer(policy(), MemoryLedger::new(), RecordedClock::default(), user as u64);
        let mut ours = [Log::new(), Log::new()];
        for seconds in times {
            for (purpose, log) in ["weather", "fitness"].into_iter().zip(&mut ours) {
                log.extend(released(&minimizer, &UTRECHT, seconds, purpose, "eu").map(|release| release.time()));
            }
        }
        for (log, all) in ours.into_iter().zip(&mut logs) {
            all.push(log);
        }
    }
    // The first purpose has a bucket of an hour, the second of a quarter.
    assert!(logs[0].iter().all(|log| *log == Log::from([time(NINE)])));
    assert!(logs[1].iter().all(|log| log.len() == 4));
    for (ours, theirs) in [(0, 1), (1, 0), (0, 0), (1, 1)] {
        let links = links(&logs[ours], &logs[theirs]);
        assert_eq!(links.iter().flatten().count(), 0, "{links:?}");
    }
}

#[test]
fn whenever_in_a_bucket_a_fix_is_made_its_release_has_the_same_time() {
    for after_s in [0, 1, 2, 59, 60, 600, 899, 900, 1_800, 3_598, 3_599] {
        let minimizer = minimizer(policy(), MemoryLedger::new(), RecordedClock::default(), 1);
        let release = released(&minimizer, &UTRECHT, NINE + after_s, "weather", "eu").unwrap();
        assert_eq!(release.time(), time(NINE), "{after_s} s into the bucket");
    }
}
