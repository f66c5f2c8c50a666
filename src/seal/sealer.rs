//! [`Sealer`]: the key, the binding and the length of one purpose's messages to one destination.

use super::binding::Binding;
use super::error::SealError;
use super::key::PublicKey;
use super::message::Message;
use crate::policy::{Partition, Policy};
use crate::randomness::seeded_by_system;
use crate::release::longest_json;

/// Seals releases of one purpose for one destination.
///
/// [`Minimizer`](crate::Minimizer) does this by itself: this is for tools that hold releases already written. It seals
/// whatever it is given.
///
/// # Example
///
/// ```
/// use hereabouts::Policy;
/// use hereabouts::seal::Sealer;
///
/// let policy = Policy::from_toml(include_str!("../../examples/policies/sealed.toml"))?;
/// let sealer = Sealer::new(&policy, "weather", "cn").unwrap();
/// let (short, long) = (sealer.seal("{}")?, sealer.seal(r#"{"v":1,"purpose":"weather"}"#)?);
/// assert_eq!(short.to_string().len(), long.to_string().len());
/// assert_eq!(short.to_string().len(), sealer.message_bytes());
/// assert!(Sealer::new(&policy, "weather", "eu").is_none()); // not sealed
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sealer {
    key: PublicKey,
    binding: Binding,
    length: usize,
}

impl Sealer {
    /// What the policy says of a purpose's messages to a destination. `None` if the policy does not name both, or the
    /// destination is not sealed.
    #[must_use]
    pub fn new(policy: &Policy, purpose: &str, destination: &str) -> Option<Self> {
        policy.purpose(purpose)?;
        let key = policy.destination(destination)?.seal_to()?.clone();
        let binding = Binding::new(purpose, destination, &policy.fingerprint());
        // The longest of all purposes, under every ceiling: length tells none of them from another.
        let longest = policy.purposes().flat_map(|(name, purpose)| {
            let under = policy.ceilings().filter_map(|(ceiling, _)| policy.partition_under(name, destination, ceiling));
            let told_as = under.chain(policy.partition_for(name, destination).cloned());
            let near_sensitive = |told_as: &Partition| policy.sensitive()?.coarsened(told_as.grid()?);
            let all = told_as.flat_map(|told_as| [near_sensitive(&told_as).map(Partition::Cells), Some(told_as)]);
            all.flatten().map(|told_as| longest_json(name, purpose, &told_as)).collect::<Vec<_>>()
        });
        let mark = 1;
        Some(Self { key, binding, length: longest.max()? + mark })
    }

    /// How many bytes each message to the destination has, as one line of JSON.
    #[must_use]
    pub fn message_bytes(&self) -> usize {
        Message::written_length(self.length)
    }

    /// A message that holds a release, written as JSON. The randomness is the operating system's.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the text is longer than a release of the policy can be, or there are no random numbers.
    pub fn seal(&self, release: &str) -> Result<Message, SealError> {
        Message::seal(&self.key, &self.binding, release, self.length, &mut seeded_by_system()?)
    }
}

#[cfg(test)]
mod tests;
