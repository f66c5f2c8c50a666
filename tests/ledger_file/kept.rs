//! What the file keeps.

use super::*;

#[test]
fn everything_survives_closing_and_opening() {
    let (_folder, path) = folder();
    let budget = budget(10, 1_000);
    let draw = Draw::new(-3, LatticePoint::nearest(&Position::new(-90.0, 0.0)));
    let mut ledger = SqliteLedger::open(&path).unwrap();
    let mut transaction = ledger.begin(&budget, at_ms(7_000).into()).unwrap();
    transaction.charge(&Charge { purpose: "é \0 \"'", draw, tick: draw.tick, ..charge_of(4) }).unwrap().unwrap();
    transaction.charge(&charge_of(3)).unwrap().unwrap();
    transaction.commit().unwrap();
    let before = (receipts(&mut ledger).unwrap(), ledger.remaining(&budget, at_ms(0).into()).unwrap());
    drop(ledger);
    let mut ledger = SqliteLedger::open(&path).unwrap();
    assert_eq!((receipts(&mut ledger).unwrap(), ledger.remaining(&budget, at_ms(0).into()).unwrap()), before);
    let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
    assert_eq!(transaction.time(), at_ms(7_000));
    assert_eq!(transaction.draw("é \0 \"'").unwrap(), Some(draw));
    assert_eq!(transaction.served("é \0 \"'", "eu").unwrap(), Some(-3));
    assert_eq!(transaction.served("weather", "eu").unwrap(), Some(1));
    assert!(transaction.charge(&charge_of(4)).unwrap().is_err());
    assert_eq!(transaction.charge(&charge_of(3)).unwrap(), Ok(3));
}

#[test]
fn a_question_writes_no_byte() {
    let (folder, path) = folder();
    let mut ledger = SqliteLedger::open(&path).unwrap();
    let budget = budget(10, 1_000);
    charge(&mut ledger, &budget, 0, 4).unwrap();
    let other = Connection::open(&path).unwrap();
    let version = || other.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)).unwrap();
    let data = || contents(folder.path()).into_iter().filter(|(path, _)| !path.ends_with("ledger.db-shm"));
    let before = (version(), data().collect::<Vec<_>>());
    let mut transaction = ledger.begin(&budget, at_ms(500).into()).unwrap();
    assert_eq!(transaction.affords("weather", loss(6)).unwrap(), Ok(()));
    assert!(transaction.charge(&charge_of(7)).unwrap().is_err());
    transaction.commit().unwrap();
    let mut transaction = ledger.begin(&budget, at_ms(500).into()).unwrap();
    transaction.charge(&Charge { purpose: "new", ..charge_of(6) }).unwrap().unwrap();
    drop(transaction);
    ledger.remaining(&budget, at_ms(900).into()).unwrap();
    assert!((version(), data().collect::<Vec<_>>()) == before);
}

#[test]
fn no_byte_of_the_file_tells_the_fix() {
    let (folder, path) = folder();
    let (latitude_deg, longitude_deg) = (52.090_736_1, 5.121_420_9);
    let fix = Fix::wgs84(latitude_deg, longitude_deg, 7.25, at_ms(1_718_877_612_345)).unwrap();
    let mut ledger = SqliteLedger::open(&path).unwrap();
    let mut transaction = ledger.begin(&budget(10, 1_000), fix.time().into()).unwrap();
    transaction.charge(&Charge { bucket: at_ms(1_718_877_600_000), ..charge_of(4) }).unwrap().unwrap();
    transaction.commit().unwrap();
    let raw_point = LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)).to_bits();
    let mut secrets: Vec<Vec<u8>> = vec![raw_point.to_be_bytes()[2..].into(), raw_point.to_le_bytes()[..6].into()];
    for number in [latitude_deg, longitude_deg] {
        secrets.extend([number.to_be_bytes().to_vec(), number.to_le_bytes().to_vec()]);
        secrets.push(format!("{number}")[..7].into());
        secrets.push(format!("{}", number * 1e7).into_bytes());
        let e7 = (number * 1e7) as i32;
        secrets.extend([e7.to_be_bytes().to_vec(), e7.to_le_bytes().to_vec()]);
    }
    let files = contents(folder.path());
    assert!(files.iter().any(|(_, bytes)| bytes.windows(15).any(|window| window == b"861969527ffffff")));
    for (file, bytes) in files {
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", file.display());
        }
    }
}

#[test]
fn an_overwritten_draw_leaves_no_remains_in_the_closed_file() {
    let (folder, path) = folder();
    let budget = budget(10, 1_000);
    let old = Draw::new(1, LatticePoint::nearest(&Position::new(41.3, 2.1)));
    let new = Draw::new(2, LatticePoint::nearest(&Position::new(-89.999, 2.1)));
    let holds = |draw: Draw| {
        let bits = draw.point.to_bits().to_be_bytes();
        let bits = &bits[bits.iter().take_while(|&&byte| byte == 0).count()..];
        let files = contents(folder.path());
        files.iter().any(|(_, bytes)| bytes.windows(bits.len()).any(|window| window == bits))
    };
    for (draw, gone) in [(old, new), (new, old), (charge_of(0).draw, new)] {
        let mut ledger = SqliteLedger::open(&path).unwrap();
        let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
        transaction.charge(&Charge { draw, tick: draw.tick, ..charge_of(1) }).unwrap().unwrap();
        transaction.commit().unwrap();
        drop(ledger);
        assert!(holds(draw) && !holds(gone));
    }
}

#[test]
fn special_characters_of_a_path_mean_themselves() {
    let (folder, _) = folder();
    for name in [":memory:", "file:x?mode=memory", "a b%41#c?immutable=1.db", "é.db", "'\"\\"] {
        let path = folder.path().join(name);
        used(&path);
        assert!(path.is_file(), "{name}");
        assert_eq!(read_all(&path).unwrap(), 1_000);
    }
}

#[test]
fn a_ledger_can_move_to_another_thread() {
    fn moves<T: Send + 'static>(_: &T) {}
    let (_folder, path) = folder();
    moves(&SqliteLedger::open(path).unwrap());
}
