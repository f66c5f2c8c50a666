//! The protocol of a charge, model-checked: every interleaving of two processes, with crashes at each step, clocks that are
//! turned, starts of the device, backups, and deletions. The steps have the names that they have in the code.
//!
//! Time is in days and the window is two days long; the ledger's time is the code's own.

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::time::{LedgerTime, Monotonic, Reading};

const DAY_MS: i64 = 86_400_000;
const WINDOW_MS: i64 = 2 * DAY_MS;
/// How many charges a window holds.
const BUDGET: usize = 1;
const LAST_DAY: i64 = 3;

/// How the protocol is done: as in the code, or with one thing wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Variant {
    AsInTheCode,
    ReleaseBeforeCommit,
    ClockTrusted,
    AnchorAfterRelease,
    NoAnchor,
    NoLock,
}

/// The ledger's file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Ledger {
    number: u8,
    commits: u8,
    time: LedgerTime,
    /// When, by the ledger's time.
    charges: Vec<i64>,
    forfeits: Vec<i64>,
}

impl Ledger {
    fn affords(&self) -> bool {
        let in_window = |times: &[i64]| times.iter().filter(|time| **time > self.time.now_ms - WINDOW_MS).count();
        in_window(&self.charges) + BUDGET * in_window(&self.forfeits) < BUDGET
    }
}

/// What a process is about to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Process {
    Idle,
    /// It holds the lock, and the account by the present time.
    Begun {
        ledger: Ledger,
        is_turned: bool,
    },
    /// What it will commit, and whether a release depends on it.
    Charged {
        ledger: Ledger,
        releases: bool,
    },
    Committed {
        number: u8,
        commits: u8,
        releases: bool,
    },
    Anchored,
    /// Of a wrong variant: released, and not yet committed or anchored.
    Released {
        ledger: Ledger,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    today: i64,
    wall_error: i64,
    boot: u8,
    started: i64,
    ledger: Option<Ledger>,
    /// The mark outside: the ledger's number, and its commits.
    anchor: Option<(u8, u8)>,
    backup: Option<Ledger>,
    numbers: u8,
    lock: Option<usize>,
    processes: [Process; 2],
    /// How many charges became durable.
    committed: usize,
    /// The true day on which each process began what it does.
    begun: [i64; 2],
    /// The true days on which the releases were decided.
    released: Vec<i64>,
    /// The true days on which the device was started.
    starts: Vec<i64>,
    /// How many faults may still happen.
    crashes: u8,
    turns: u8,
    copies: u8,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Begin(usize),
    Charge(usize),
    Commit(usize),
    Anchor(usize),
    Release(usize),
    Crash(usize),
    DayPasses,
    SetWall(i64),
    Start,
    Backup,
    Restore,
    Delete,
}

struct Protocol(Variant);

impl Protocol {
    fn reading(&self, world: &World) -> Reading {
        let wall_ms = (20_000 + world.today + world.wall_error) * DAY_MS;
        let wall = jiff::Timestamp::from_millisecond(wall_ms).unwrap();
        let elapsed_ms = ((world.today - world.started) * DAY_MS) as u64;
        let monotonic = (self.0 != Variant::ClockTrusted).then_some(Monotonic { boot: world.boot.into(), elapsed_ms });
        Reading { wall, monotonic }
    }

    fn begin(&self, world: &mut World, process: usize) {
        let reading = self.reading(world);
        world.begun[process] = world.today;
        let is_set_back = match (&world.anchor, &world.ledger) {
            _ if self.0 == Variant::NoAnchor => false,
            (None, _) => false,
            (Some(_), None) => true,
            (Some((number, commits)), Some(ledger)) => *number != ledger.number || *commits > ledger.commits,
        };
        let mut is_turned = false;
        let mut ledger = match world.ledger.clone() {
            Some(ledger) => {
                is_turned = ledger.time.is_turned(reading);
                Ledger { time: ledger.time.at(reading), ..ledger }
            }
            None => {
                world.numbers += 1;
                let time = LedgerTime::first(reading);
                Ledger { number: world.numbers, commits: 0, time, charges: Vec::new(), forfeits: Vec::new() }
            }
        };
        if is_set_back {
            ledger.forfeits.push(ledger.time.now_ms);
        }
        if self.0 != Variant::NoLock {
            world.lock = Some(process);
        }
        world.processes[process] = Process::Begun { ledger, is_turned: is_turned || is_set_back };
    }

    fn charge(&self, world: &mut World, process: usize) {
        let Process::Begun { mut ledger, is_turned } = world.processes[process].clone() else { return };
        world.processes[process] = if ledger.affords() {
            ledger.charges.push(ledger.time.now_ms);
            Process::Charged { ledger, releases: true }
        } else if is_turned {
            Process::Charged { ledger, releases: false }
        } else {
            unlock(world, process);
            Process::Idle
        };
    }

    fn commit(&self, world: &mut World, process: usize) {
        let next = match world.processes[process].clone() {
            Process::Charged { mut ledger, releases } => {
                ledger.commits += 1;
                let (number, commits) = (ledger.number, ledger.commits);
                world.committed += usize::from(releases);
                world.ledger = Some(ledger);
                Process::Committed { number, commits, releases }
            }
            Process::Released { mut ledger } => {
                ledger.commits += 1;
                world.committed += 1;
                world.ledger = Some(ledger);
                Process::Idle
            }
            other => other,
        };
        unlock(world, process);
        world.processes[process] = next;
    }

    fn anchor(&self, world: &mut World, process: usize) {
        match world.processes[process].clone() {
            Process::Committed { number, commits, releases } => {
                write_anchor(world, number, commits);
                world.processes[process] = if releases { Process::Anchored } else { Process::Idle };
            }
            Process::Released { ledger } => {
                write_anchor(world, ledger.number, ledger.commits);
                world.processes[process] = Process::Idle;
            }
            _ => {}
        }
    }

    fn release(&self, world: &mut World, process: usize) {
        world.released.push(world.begun[process]);
        world.processes[process] = match (self.0, world.processes[process].clone()) {
            (Variant::ReleaseBeforeCommit, Process::Charged { ledger, .. }) => Process::Released { ledger },
            (Variant::AnchorAfterRelease, Process::Committed { .. }) => {
                let ledger = world.ledger.clone().expect("it was just committed");
                Process::Released { ledger }
            }
            _ => Process::Idle,
        };
    }
}

fn unlock(world: &mut World, process: usize) {
    if world.lock == Some(process) {
        world.lock = None;
    }
}

fn write_anchor(world: &mut World, number: u8, commits: u8) {
    if world.anchor.is_none_or(|(there, before)| there != number || before < commits) {
        world.anchor = Some((number, commits));
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            today: 0,
            wall_error: 0,
            boot: 0,
            started: 0,
            ledger: None,
            anchor: None,
            backup: None,
            numbers: 0,
            lock: None,
            processes: [Process::Idle, Process::Idle],
            committed: 0,
            begun: [0, 0],
            released: Vec::new(),
            starts: Vec::new(),
            crashes: 1,
            turns: 1,
            copies: 2,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let variant = self.0;
        for (index, process) in world.processes.iter().enumerate() {
            match process {
                Process::Idle if world.lock.is_none() => actions.push(Action::Begin(index)),
                Process::Idle => {}
                Process::Begun { .. } => actions.push(Action::Charge(index)),
                Process::Charged { releases: true, .. } if variant == Variant::ReleaseBeforeCommit => {
                    actions.push(Action::Release(index));
                }
                Process::Charged { .. } => actions.push(Action::Commit(index)),
                Process::Committed { releases: true, .. } if variant == Variant::AnchorAfterRelease => {
                    actions.push(Action::Release(index));
                }
                Process::Committed { .. } => actions.push(Action::Anchor(index)),
                Process::Released { .. } if variant == Variant::ReleaseBeforeCommit => {
                    actions.push(Action::Commit(index))
                }
                Process::Released { .. } => actions.push(Action::Anchor(index)),
                Process::Anchored => actions.push(Action::Release(index)),
            }
            if world.crashes > 0 && *process != Process::Idle {
                actions.push(Action::Crash(index));
            }
        }
        if world.today < LAST_DAY {
            actions.push(Action::DayPasses);
        }
        if world.turns > 0 {
            actions.extend([-9, 0, 9].into_iter().filter(|error| *error != world.wall_error).map(Action::SetWall));
        }
        // The files are changed from outside while no process runs.
        if world.processes.iter().all(|process| *process == Process::Idle) {
            if world.turns > 0 {
                actions.push(Action::Start);
            }
            if world.copies > 0 && world.ledger.is_some() {
                actions.extend([Action::Backup, Action::Delete]);
                if world.backup.is_some() {
                    actions.push(Action::Restore);
                }
            }
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        match action {
            Action::Begin(process) => self.begin(&mut next, process),
            Action::Charge(process) => self.charge(&mut next, process),
            Action::Commit(process) => self.commit(&mut next, process),
            Action::Anchor(process) => self.anchor(&mut next, process),
            Action::Release(process) => self.release(&mut next, process),
            Action::Crash(process) => {
                next.crashes -= 1;
                unlock(&mut next, process);
                next.processes[process] = Process::Idle;
            }
            Action::DayPasses => next.today += 1,
            Action::SetWall(error) => (next.turns, next.wall_error) = (next.turns - 1, error),
            Action::Start => {
                next.turns -= 1;
                (next.boot, next.started) = (next.boot + 1, next.today);
                next.starts.push(next.today);
            }
            Action::Backup => (next.copies, next.backup) = (next.copies - 1, next.ledger.clone()),
            Action::Restore => (next.copies, next.ledger) = (next.copies - 1, next.backup.clone()),
            Action::Delete => (next.copies, next.ledger) = (next.copies - 1, None),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("spent before it exists", |_, world: &World| world.released.len() <= world.committed),
            // A start of the device may bring a day, and so one window more.
            Property::always("no window is refilled", |_, world: &World| {
                world.released.iter().all(|first| {
                    let window = *first..*first + WINDOW_MS / DAY_MS;
                    let released = world.released.iter().filter(|day| window.contains(day)).count();
                    let starts = world.starts.iter().filter(|day| window.contains(day)).count();
                    released <= BUDGET * (1 + starts)
                })
            }),
            Property::sometimes("the budget comes back", |_, world: &World| world.released.len() >= 2),
        ]
    }
}

#[test]
fn no_interleaving_of_processes_crashes_clocks_and_copies_breaks_a_promise() {
    let checker = Protocol(Variant::AsInTheCode).checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    println!("{} states of the protocol, {} of them different", checker.state_count(), checker.unique_state_count());
    assert!(checker.unique_state_count() > 10_000, "{}", checker.unique_state_count());
}

#[test]
fn each_wrong_protocol_is_caught() {
    let breaks = |variant, promise: &'static str| {
        let enough = HasDiscoveries::AnyOf([promise].into());
        let checker = Protocol(variant).checker().threads(2).finish_when(enough).spawn_bfs().join();
        println!("{variant:?}: {:?}", checker.discovery(promise).map(|path| path.into_actions()));
        assert!(checker.discovery(promise).is_some(), "{variant:?}: {promise}");
    };
    breaks(Variant::ReleaseBeforeCommit, "spent before it exists");
    for variant in [
        Variant::ReleaseBeforeCommit,
        Variant::ClockTrusted,
        Variant::AnchorAfterRelease,
        Variant::NoAnchor,
        Variant::NoLock,
    ] {
        breaks(variant, "no window is refilled");
    }
}
