//! [`Kept`]: what a user chose for a purpose, as a ledger keeps it.

use core::time::Duration;

use jiff::Timestamp;

use super::catalogue::{Catalogue, NameId};
use super::ledger::{Choice, Chosen};

/// The ceiling under which nothing goes out.
pub(crate) const OFF: &str = "off";

/// What a user chose for a purpose, by the numbers of the ceilings' names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// `None` if nothing was chosen but for a time.
    pub(super) standing: Option<NameId>,
    pub(super) temporary: Option<Temporary>,
}

/// What is chosen for a time. It ends by the ledger's time or by the wall clock, whichever comes first, and at once if the
/// wall clock is set back before its beginning: whoever turns a clock makes it no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Temporary {
    pub(super) ceiling: NameId,
    pub(super) since_wall_ms: i64,
    pub(super) until_wall_ms: i64,
    /// By the ledger's time.
    pub(super) until_ms: i64,
}

impl Kept {
    /// What is kept after a choice.
    pub(super) fn after(self, choice: Choice<'_>, now_ms: i64, wall: Timestamp, catalogue: &mut Catalogue) -> Self {
        let wall_ms = wall.as_millisecond();
        let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        match choice {
            Choice::Always(ceiling) => Self { standing: Some(catalogue.intern(ceiling)), temporary: None },
            Choice::For(ceiling, time) => {
                let temporary = Temporary {
                    ceiling: catalogue.intern(ceiling),
                    since_wall_ms: wall_ms,
                    until_wall_ms: wall_ms.saturating_add(milliseconds(time)),
                    until_ms: now_ms.saturating_add(milliseconds(time)),
                };
                Self { temporary: Some(temporary), ..self }
            }
        }
    }

    /// What is in force at a time of the ledger, while a wall clock shows this.
    pub(super) fn chosen(self, now_ms: i64, wall: Timestamp, catalogue: &Catalogue) -> Chosen<'_> {
        let wall_ms = wall.as_millisecond();
        let holds =
            |kept: &Temporary| now_ms < kept.until_ms && kept.since_wall_ms <= wall_ms && wall_ms < kept.until_wall_ms;
        // A name that is not there is no ceiling that a policy knows: nothing goes out.
        let name = |id| catalogue.name(id).unwrap_or_default();
        let standing = self.standing.map(name);
        match self.temporary.filter(holds) {
            Some(kept) => Chosen {
                ceiling: Some(name(kept.ceiling)),
                until: Timestamp::from_millisecond(kept.until_wall_ms).ok(),
                then: standing,
            },
            None => Chosen { ceiling: standing, until: None, then: standing },
        }
    }
}
