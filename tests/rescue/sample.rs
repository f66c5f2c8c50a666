//! A ledger of known receipts, and what every rescue of it promises.

use super::*;

pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
}

impl Place {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("ledger.db"), folder.path().join("rescued.db"));
        Self { folder, from, to }
    }

    pub(super) fn put(&self, bytes: &[u8], log: Option<&[u8]>) {
        for file in fs::read_dir(self.folder.path()).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        write_private(&self.from, bytes);
        if let Some(log) = log {
            write_private(&self.log(), log);
        }
    }

    pub(super) fn log(&self) -> PathBuf {
        format!("{}-wal", self.from.display()).into()
    }

    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap());
        let mut files: Vec<_> =
            files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect();
        files.sort();
        files
    }

    pub(super) fn rescue(&self, now: i64) -> Result<Rescued, LedgerError> {
        SqliteLedger::rescue(&self.from, &self.to, &budget(), time(now).into())
    }
}

pub(super) fn write_private(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// The whole ledger, its bytes, and what its receipts say.
pub(super) struct Sample {
    pub(super) place: Place,
    pub(super) bytes: Vec<u8>,
    pub(super) said: Vec<Value>,
}

pub(super) fn sample() -> Sample {
    let place = Place::new();
    let mut ledger = SqliteLedger::open(&place.from).unwrap();
    (0..RECEIPTS).for_each(|number| charge(&mut ledger, number));
    drop(ledger);
    let said = receipts(&place.from).iter().map(said).collect();
    let bytes = fs::read(&place.from).unwrap();
    Sample { place, bytes, said }
}

#[derive(Default)]
pub(super) struct Count {
    pub(super) tried: usize,
    pub(super) whole: usize,
    pub(super) none: usize,
    pub(super) rescued: usize,
    pub(super) certain: usize,
    pub(super) kept: usize,
    pub(super) fewest: Option<usize>,
    pub(super) other: usize,
}

impl Count {
    pub(super) fn print(&self, fault: &str) {
        let Self { tried, whole, none, rescued, certain, kept, fewest, other } = self;
        let of = rescued * RECEIPTS as usize;
        println!(
            "{fault}: tried {tried}, whole {whole}, no ledger {none}, rescued {rescued} (certain {certain}); receipts \
             {kept} of {of}, at least {} each; a word in them another in {other} rescues",
            fewest.unwrap_or(0)
        );
    }
}

impl Sample {
    /// After damage: everything that a rescue promises. How many receipts it has; `None` if there was nothing to rescue.
    pub(super) fn try_rescue(&self, count: &mut Count, bytes: &[u8], log: Option<&[u8]>, what: &str) -> Option<usize> {
        self.place.put(bytes, log);
        count.tried += 1;
        let before = self.place.files();
        let now = LAST + 60;
        let rescued = match self.place.rescue(now) {
            Ok(rescued) => rescued,
            Err(LedgerError::Whole { .. }) => {
                assert!(self.place.files() == before, "{what}: {:?}", names(&self.place.files()));
                assert_eq!(SqliteLedger::open(&self.place.from).unwrap().check().unwrap().1, [], "{what}");
                count.whole += 1;
                return None;
            }
            Err(LedgerError::NotADatabase { .. } | LedgerError::Corrupt { .. }) => {
                assert!(self.place.files() == before, "{what}: {:?}", names(&self.place.files()));
                count.none += 1;
                return None;
            }
            Err(error) => panic!("{what}: {error}"),
        };
        let after = self.place.files();
        assert_eq!(after.len(), before.len() + 1, "{what}: {:?}", names(&after));
        assert!(before.iter().all(|file| after.contains(file)), "{what}: the damaged ledger was touched");

        let mut ledger = SqliteLedger::open(&self.place.to).unwrap();
        assert_eq!(ledger.check().unwrap(), (rescued.receipts(), Vec::new()), "{what}");
        let until = LAST + 60 + 3 * DAY;
        assert_eq!(rescued.until(), Some(time(until)), "{what}");
        let remaining = |ledger: &mut SqliteLedger, at_ms| -> Vec<PrivacyLoss> {
            let at = Timestamp::from_millisecond(at_ms).unwrap();
            ledger.remaining(&budget(), at.into()).unwrap().iter().map(|window| window.remaining()).collect()
        };
        let spent = |ledger: &mut SqliteLedger, at_ms| {
            remaining(ledger, at_ms).iter().map(|left| *left == PrivacyLoss::ZERO).collect::<Vec<_>>()
        };
        for (at_s, day, three) in
            [(NINE, true, true), (now, true, true), (now + DAY, false, true), (until, false, false)]
        {
            assert_eq!(spent(&mut ledger, at_s * 1_000), [day, three], "{what}: {at_s}");
            if at_s > now {
                let is_before = [day || at_s == now + DAY, true];
                assert_eq!(spent(&mut ledger, at_s * 1_000 - 1), is_before, "{what}: before {at_s}");
            }
        }
        // After it all of it is there again.
        let full: Vec<_> = budget().windows().iter().map(|window| window.loss()).collect();
        assert!(remaining(&mut ledger, until * 1_000).starts_with(&full), "{what}");
        // What was chosen is not known: whatever was a purpose is off.
        let transaction = ledger.begin(&budget(), time(until).into()).unwrap();
        let chosen = |purpose| transaction.chosen(purpose, time(until)).unwrap().ceiling;
        let has_purposes = kept_purposes(&self.place.to);
        assert!(has_purposes.iter().all(|purpose| chosen(purpose) == Some(Ceiling::OFF)), "{what}");
        drop(transaction);
        drop(ledger);

        let kept: Vec<Value> = receipts(&self.place.to).iter().map(said).collect();
        assert_eq!(kept.len() as u64, rescued.receipts());
        assert!(kept.len() as u64 + rescued.lost() <= RECEIPTS as u64, "{what}");
        let (mut others, mut without_stay) = (Vec::new(), false);
        let mut left = self.said.iter();
        for receipt in &kept {
            let original = left.find(|original| proved(original) == proved(receipt));
            let original = original.unwrap_or_else(|| panic!("{what}: a receipt that never was"));
            let of = |key| receipt[key] == original[key];
            if original != receipt {
                // A stay that cannot be read is left out.
                let is_less = receipt["stay"].is_null()
                    && original.as_object().unwrap().keys().all(|key| key == "stay" || of(key));
                without_stay |= is_less;
                others.extend((!is_less).then_some(original));
            }
        }
        assert!(others.is_empty() || !rescued.is_certain(), "{what}: certain of {} that are others", others.len());
        assert!(!without_stay || !rescued.is_certain(), "{what}: certain without a stay");
        count.other += usize::from(!others.is_empty());
        count.certain += usize::from(rescued.is_certain());
        count.rescued += 1;
        count.kept += kept.len();
        count.fewest = Some(count.fewest.map_or(kept.len(), |fewest| fewest.min(kept.len())));
        Some(kept.len())
    }
}

pub(super) fn names(files: &[(String, Vec<u8>)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

/// How many receipts a page holds at most.
pub(super) fn most_in_a_page(bytes: &[u8]) -> usize {
    let most = bytes.chunks(PAGE).filter(|page| page[0] == 0x0D).map(|page| u16::from_be_bytes([page[3], page[4]]));
    most.max().unwrap().into()
}
