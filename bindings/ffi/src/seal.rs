//! [`SecretKey`]: opening what was sealed.

use hereabouts::Fingerprint;
use hereabouts::seal::{Binding, Message};

use crate::HereaboutsError;
use crate::guard::{guarded, shielded};

/// The key that opens messages, for services and for tests. It belongs on a machine of the one whom the policy names in
/// `keys`, and never on a device that seals.
///
/// Nothing prints it, and it is wiped from memory with its last handle.
#[derive(Debug, uniffi::Object)]
pub struct SecretKey(hereabouts::seal::SecretKey);

#[uniffi::export]
impl SecretKey {
    /// A new key, from the operating system's random numbers.
    #[uniffi::constructor]
    pub fn generate() -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(hereabouts::seal::SecretKey::generate()?)))
    }

    /// A key from its text.
    #[uniffi::constructor]
    pub fn from_text(text: &str) -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(text.parse()?)))
    }

    /// The text that `from_text` reads: to be written where nobody else reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// The public key, to be named in a policy's `seal_to`.
    #[must_use]
    pub fn public_key(&self) -> String {
        shielded(|| self.0.public_key().to_string())
    }

    /// The release in a sealed message, as one line of JSON: of a purpose to a destination, under the policy with this
    /// fingerprint. It fails if the message is sealed to another key or for anything else, or was changed.
    ///
    /// Whoever knows the public key can seal a message: what comes out is as trustworthy as the way that it came by.
    pub fn open(
        &self,
        message: &str,
        purpose: &str,
        destination: &str,
        fingerprint: &str,
    ) -> Result<String, HereaboutsError> {
        guarded(|| {
            let fingerprint: Fingerprint = fingerprint
                .parse()
                .map_err(|error: hereabouts::FingerprintError| HereaboutsError::NotOpened(error.to_string()))?;
            let message: Message = message.parse()?;
            Ok(self.0.open(&message, &Binding::new(purpose, destination, &fingerprint))?)
        })
    }
}
