//! What of a zone is in the file, and that it stays there.

use hereabouts::SqliteLedger;
use rusqlite::Connection;

use super::*;

#[test]
fn zones_survive_restarts_and_every_process_sees_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let start = || on(SqliteLedger::open(&path).unwrap());
    let (app, extension) = (start(), start());
    assert!(extension.zones().unwrap().is_empty());
    let home = drawn(&app, &at(HOME, 0), "home");
    assert_eq!(extension.zones().unwrap().iter().collect::<Vec<_>>(), [&home]);
    let release = released(&extension, &at(HOME, 0), "fresh", "a");
    assert!(is_stand_in(&release, &home, "fresh", "a"));
    // Whichever asks second finds the place protected.
    assert_eq!(already(&extension, &at(HOME, 0), "home").centre(), home.centre());
    extension.rename_zone("home", "house").unwrap();
    app.remove_zone("house").unwrap();
    assert!(extension.zones().unwrap().is_empty());
    assert_eq!(already(&extension, &at(HOME, 0), "home"), home);
    drop((app, extension));

    let reopened = start();
    let zones = reopened.zones().unwrap();
    assert_eq!((zones.iter().collect::<Vec<_>>(), zones.draws(), zones.loss()), (vec![&home], 1, DRAW));
    assert_eq!(spent(&reopened), DRAW, "counted in the window after a restart too");
    let stands = told(&reopened, &at(HOME, 1), "fresh", "a");
    assert_eq!(stands.cell(), release.cell());
    assert_eq!(SqliteLedger::open(&path).unwrap().check().unwrap().1, []);
}

#[test]
fn a_transaction_that_is_dropped_leaves_no_zone_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    leaves_no_zone(SqliteLedger::open(folder.path().join("ledger.db")).unwrap());
}

/// Of the place that was protected no number is anywhere in the file.
#[test]
fn the_place_itself_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let minimizer = on(SqliteLedger::open(&path).unwrap());
    drawn(&minimizer, &at(HOME, 0), "home");
    drop(minimizer);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for number in [HOME.0, HOME.1] {
            for needle in [number.to_le_bytes().to_vec(), number.to_be_bytes().to_vec(), number.to_string().into()] {
                assert!(!bytes.windows(needle.len()).any(|window| window == needle));
            }
        }
    }
}

#[test]
fn erasing_overwrites_the_discs_that_are_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let minimizer = on(SqliteLedger::open(&path).unwrap());
    let bytes_of_old = || {
        let connection = Connection::open(&path).unwrap();
        let point = connection.query_row("SELECT point FROM zone WHERE is_on = 0", [], |row| row.get::<_, i64>(0));
        point.unwrap().to_be_bytes()[2..].to_vec()
    };
    let probe = on(SqliteLedger::open(&path).unwrap());
    drawn(&probe, &at((10.0, 10.0), 0), "probe of the test");
    probe.remove_zone("probe of the test").unwrap();
    let needles = [bytes_of_old(), b"probe of the test".to_vec()];
    let holds = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files: Vec<_> = files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        needles.iter().filter(|needle| files.iter().any(|bytes| contains(bytes, needle))).count()
    };
    assert_eq!(holds(), 2, "the search finds what is there");
    drop(probe);
    minimizer.erase(Erase::Everything).unwrap();
    assert_eq!(holds(), 0);
    drop(minimizer);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let check = || assert_eq!(SqliteLedger::open(&path).unwrap().check().unwrap().1, []);
    erasing(&on(SqliteLedger::open(&path).unwrap()), check);
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// A zone is within the checksums: who moves one, or switches it off by hand, is noticed, and nothing is released.
#[test]
fn a_zone_that_was_changed_by_hand_is_damage() {
    let changes = [
        "point = point + 1",
        "radius_m = radius_m / 2",
        "is_on = 0",
        "loss_billionths = 0",
        "time_ms = time_ms - 1",
        "name = 'other'",
        "id = 1",
    ];
    for change in changes {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        drawn(&on(SqliteLedger::open(&path).unwrap()), &at(HOME, 0), "home");
        Connection::open(&path).unwrap().execute_batch(&format!("UPDATE zone SET {change}")).unwrap();
        let minimizer = on(SqliteLedger::open(&path).unwrap());
        assert!(matches!(minimizer.release(&at(HOME, 0), "fresh", "a"), Err(Error::Ledger(_))), "{change}");
        assert!(matches!(minimizer.zones(), Err(Error::Ledger(_))), "{change}");
    }
}

/// A rescued ledger has its zones: one that is lost would be a second draw, and no shield until then.
#[test]
fn a_rescue_carries_every_zone_over() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rescued) = (folder.path().join("ledger.db"), folder.path().join("rescued.db"));
    // A whole number of metres, which SQLite stores as such.
    let discs = [(HOME, 2_000.0), (AWAY, 1_234.5), ((0.0, 0.0), 10.0), ((10.0, 0.0), 20.0)];
    let minimizer = with_discs(SqliteLedger::open(&path).unwrap(), &discs);
    minimizer.remove_zone("zone 3").unwrap();
    minimizer.erase(Erase::Everything).unwrap();
    minimizer.remove_zone("zone 1").unwrap();
    released(&minimizer, &at(HOME, 0), "fresh", "a");
    let before = minimizer.zones().unwrap();
    drop(minimizer);
    Connection::open(&path).unwrap().execute_batch("UPDATE receipt SET bucket_ms = 0").unwrap();
    assert!(matches!(on(SqliteLedger::open(&path).unwrap()).zones(), Err(Error::Ledger(_))));

    let now = time(NINE + QUARTER).into();
    let told = SqliteLedger::rescue(&path, &rescued, policy().budget(), now).unwrap();
    assert_eq!((told.receipts(), told.is_certain()), (0, true), "every row but the receipt is what was written");
    assert_eq!(SqliteLedger::open(&rescued).unwrap().check().unwrap().1, []);
    let minimizer = on(SqliteLedger::open(&rescued).unwrap());
    assert_eq!(minimizer.zones().unwrap(), before);
    assert_eq!((before.len(), before.draws()), (2, 4));
    let later = at(AWAY, 96 * 31);
    assert_eq!(already(&minimizer, &later, "back").radius_m(), 1_234.5);
    assert_eq!(minimizer.zones().unwrap().draws(), 4);
}

#[test]
fn two_processes_that_protect_one_place_at_once_make_one_draw() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    drop(SqliteLedger::open(&path).unwrap());
    let threads: Vec<_> = (0..8)
        .map(|number| {
            let path = path.clone();
            std::thread::spawn(move || {
                let minimizer = on(SqliteLedger::open(path).unwrap());
                minimizer.protect(&at(HOME, 0), &format!("home {number}")).unwrap()
            })
        })
        .collect();
    let outcomes: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Protected::Drawn(_))).count(), 1);
    assert_eq!(on(SqliteLedger::open(&path).unwrap()).zones().unwrap().draws(), 1);
}
