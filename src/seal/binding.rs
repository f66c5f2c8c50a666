//! [`Binding`]: what a message is sealed for.

use core::fmt;

use crate::policy::Fingerprint;

/// Keeps these messages apart from all others that are ever sealed to the same key.
const DOMAIN: &[u8] = b"hereabouts seal v1";

/// What a message is bound to: it opens for the same purpose, destination and policy alone.
///
/// It is HPKE's `info`: the 18 bytes `hereabouts seal v1`, then purpose, destination and the 32 bytes of the policy's
/// fingerprint, each after its length in 8 bytes, most significant first.
///
/// # Example
///
/// ```
/// use hereabouts::seal::Binding;
/// use hereabouts::Fingerprint;
///
/// let policy: Fingerprint = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff".parse()?;
/// let binding = Binding::new("weather", "cn", &policy);
/// assert_eq!(binding.info().len(), 18 + (8 + 7) + (8 + 2) + (8 + 32));
/// # Ok::<(), hereabouts::FingerprintError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Binding(Vec<u8>);

impl Binding {
    /// For a purpose and a destination by their names, under the policy with this fingerprint.
    #[must_use]
    pub fn new(purpose: &str, destination: &str, policy: &Fingerprint) -> Self {
        let mut info = DOMAIN.to_vec();
        for part in [purpose.as_bytes(), destination.as_bytes(), policy.as_bytes()] {
            info.extend((part.len() as u64).to_be_bytes());
            info.extend(part);
        }
        Self(info)
    }

    /// HPKE's `info`, for those who open messages by other means.
    #[must_use]
    pub fn info(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binding").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were the names only joined, the first two would be one.
    #[test]
    fn no_two_purposes_destinations_or_policies_have_one_info() {
        let (one, other) = ("0".repeat(64).parse().unwrap(), "1".repeat(64).parse().unwrap());
        let bindings = [("ab", "c", one), ("a", "bc", one), ("", "abc", one), ("c", "ab", one), ("ab", "c", other)]
            .map(|(purpose, destination, policy)| Binding::new(purpose, destination, &policy));
        for (index, binding) in bindings.iter().enumerate() {
            assert!(bindings.iter().skip(index + 1).all(|later| later != binding));
        }
    }

    #[test]
    fn the_encoding_is_the_documented_one() {
        let policy = "ab".repeat(32).parse().unwrap();
        let mut info = b"hereabouts seal v1\0\0\0\0\0\0\0\x07weather\0\0\0\0\0\0\0\x02cn\0\0\0\0\0\0\0\x20".to_vec();
        info.extend([0xab; 32]);
        assert_eq!(Binding::new("weather", "cn", &policy).info(), info);
    }
}
