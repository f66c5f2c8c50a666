//! [`PolicyNote`]: what a reviewer of a valid policy should know.

use core::fmt;

use super::border::restricted;
use super::{FloorError, Partition, Policy};

/// Something about a valid policy that whoever reviews it should know.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PolicyNote {
    /// A floor made a purpose's grid coarser, or left only the larger places to be named.
    Coarsened {
        /// The purpose.
        purpose: String,
        /// The destination with the floor.
        destination: String,
        /// What the destination gets.
        to: Partition,
        /// By which figure the floor refuses the purpose's grid.
        refusal: FloorError,
    },
    /// A destination is in a country to which a law restricts what is precise from a device in the United States, and gets
    /// what that law calls precise. The policy does not say where its devices are.
    Precise {
        /// The purpose.
        purpose: String,
        /// The destination.
        destination: String,
        /// Its country, ISO 3166-1.
        jurisdiction: String,
        /// By which figure the law's preset refuses the grid that the destination gets.
        refusal: FloorError,
    },
}

impl fmt::Display for PolicyNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coarsened { purpose, destination, to, refusal } => {
                let of = to.places().map_or_else(String::new, |places| {
                    format!(", of which {} of {} are named", places.count_named(), places.count())
                });
                write!(f, "{purpose} goes to {destination} as {to}{of}: {refusal}")
            }
            Self::Precise { purpose, destination, jurisdiction, refusal } => write!(
                f,
                "{purpose} to {destination} in {jurisdiction} is precise if the device is in the US, sealed or not: {refusal}; \
                 `devices` in `protection` says where devices are",
            ),
        }
    }
}

impl Policy {
    /// What a reviewer should know: which floor made which grid coarser, and what would be precise by a law that asks where
    /// devices are. An empty list is no proof of anything.
    #[must_use]
    pub fn notes(&self) -> Vec<PolicyNote> {
        let pairs =
            self.purposes().flat_map(|purpose| self.destinations().map(move |destination| (purpose, destination)));
        pairs.flat_map(|((purpose, _), (destination, _))| self.notes_of(purpose, destination)).collect()
    }

    /// The same of one purpose and destination.
    pub(super) fn notes_of(&self, purpose_name: &str, name: &str) -> Vec<PolicyNote> {
        let (Some(purpose), Some(destination), Some(partition)) =
            (self.purpose(purpose_name), self.destination(name), self.partition_for(purpose_name, name))
        else {
            return Vec::new();
        };
        let refusal = destination.floor().and_then(|floor| floor.check(purpose.partition()).err());
        let coarsened = refusal.map(|refusal| PolicyNote::Coarsened {
            purpose: purpose_name.to_owned(),
            destination: name.to_owned(),
            to: partition.clone(),
            refusal,
        });
        let restricted = self.devices.is_empty().then(|| restricted(destination, partition)).flatten();
        let precise = restricted.map(|refusal| PolicyNote::Precise {
            purpose: purpose_name.to_owned(),
            destination: name.to_owned(),
            jurisdiction: destination.jurisdiction().to_owned(),
            refusal,
        });
        coarsened.into_iter().chain(precise).collect()
    }
}
