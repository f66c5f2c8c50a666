//! [`Message`]: what goes out to a sealed destination.

use core::fmt;
use core::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use rand::CryptoRng;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::binding::Binding;
use super::error::{OpenError, SealError};
use super::key::{PublicKey, decoded};
use super::padding::{pad, unpad};
use super::suite::{self, Secret};

/// The version of this format.
const VERSION: u8 = 1;

/// A sealed release: one line of JSON that tells its version, which key opens it, and nothing else.
///
/// ```json
/// {"v":1,"to":"DRd3ozNQ4BE","enc":"…","ct":"…"}
/// ```
///
/// `to` is the first 8 bytes of the SHA-256 of the public key, `enc` HPKE's encapsulated secret, `ct` the ciphertext; all
/// three in base64url without padding. HPKE's `info` is the [`Binding`], and its `aad` the byte 1 and the 8 bytes of `to`. The
/// text is the release as JSON, one byte 0x80, and zeros up to the length that the policy gives all messages to the
/// destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    v: u8,
    to: String,
    enc: String,
    ct: String,
}

impl Message {
    /// A text sealed to a key, at a length.
    pub(super) fn seal(
        key: &PublicKey,
        binding: &Binding,
        text: &str,
        length: usize,
        randomness: &mut impl CryptoRng,
    ) -> Result<Self, SealError> {
        let padded = pad(text, length).ok_or(SealError::TooLong)?;
        let id = key.id();
        let (encapsulated, ciphertext) =
            suite::seal(key.inner(), binding.info(), &clear(id), &padded, randomness).map_err(|_| SealError::Key)?;
        Ok(Self {
            v: VERSION,
            to: Base64UrlUnpadded::encode_string(&id),
            enc: Base64UrlUnpadded::encode_string(&encapsulated),
            ct: Base64UrlUnpadded::encode_string(&ciphertext),
        })
    }

    /// How many bytes the message of a padded text of a length has, as it is written.
    pub(super) fn written_length(padded: usize) -> usize {
        let base64 = |bytes: usize| "A".repeat((4 * bytes).div_ceil(3));
        Self { v: VERSION, to: base64(8), enc: base64(suite::KEY), ct: base64(padded + suite::TAG) }.to_string().len()
    }

    pub(super) fn open(&self, key: &Secret, id: [u8; 8], binding: &Binding) -> Result<String, OpenError> {
        let to: [u8; 8] = decoded(&self.to).ok_or(OpenError::NotAMessage)?;
        let encapsulated = decoded(&self.enc).ok_or(OpenError::NotAMessage)?;
        let ciphertext = Base64UrlUnpadded::decode_vec(&self.ct).map_err(|_| OpenError::NotAMessage)?;
        if self.v != VERSION {
            return Err(OpenError::NotAMessage);
        }
        if to != id {
            return Err(OpenError::OtherKey);
        }
        let padded =
            suite::open(key, &encapsulated, binding.info(), &clear(id), &ciphertext).map_err(|_| OpenError::Refused)?;
        release(&padded).ok_or(OpenError::NoRelease)
    }
}

/// All that a message tells in the clear beside `enc`, which HPKE binds by itself.
fn clear(id: [u8; 8]) -> [u8; 9] {
    let mut clear = [VERSION; 9];
    clear[1..].copy_from_slice(&id);
    clear
}

/// One line of JSON. Whoever sealed it may be anyone, and it may be printed on a terminal.
fn release(padded: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(unpad(padded)?).ok()?;
    let is_one_object = text.starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok();
    (is_one_object && !text.contains(char::is_control)).then(|| text.to_owned())
}

impl FromStr for Message {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        serde_json::from_str(text).map_err(|_| OpenError::NotAMessage)
    }
}

/// One line of JSON.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Base64url has nothing that JSON would escape.
        write!(f, r#"{{"v":{},"to":"{}","enc":"{}","ct":"{}"}}"#, self.v, self.to, self.enc, self.ct)
    }
}

#[cfg(test)]
mod tests;
