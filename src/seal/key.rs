//! [`PublicKey`] and [`SecretKey`]: X25519 keys and their text.

use core::fmt;
use core::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use hpke::{Deserializable, Kem as _, Serializable};
use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::binding::Binding;
use super::error::{KeyError, OpenError};
use super::message::Message;
use super::suite::{self, KEY, Kem, Public, Secret};
use crate::randomness::{RandomnessError, seeded_by_system};

/// By this a secret key is known for what it is, by people and by programs that look for secrets.
const SECRET: &str = "hereabouts-secret-key:";

/// The key that messages are sealed to: what a policy names in `seal_to`.
///
/// Its text is its 32 bytes in base64url without padding: 43 letters.
///
/// # Example
///
/// ```
/// use hereabouts::seal::{KeyError, PublicKey};
///
/// let key: PublicKey = "QxDul9iMwfCIpVdrt6zwXPesdj-XkxOcbIS1QpxZZio".parse()?;
/// assert_eq!(key.to_string(), "QxDul9iMwfCIpVdrt6zwXPesdj-XkxOcbIS1QpxZZio");
/// assert_eq!("c2hvcnQ".parse::<PublicKey>(), Err(KeyError::Public));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Public);

impl PublicKey {
    fn new(bytes: &[u8; KEY]) -> Result<Self, KeyError> {
        let key = Public::from_bytes(bytes).map_err(|_| KeyError::Public)?;
        // With a point of low order every shared secret is zero, and HPKE refuses it: any secret shows it.
        let mut any = ChaCha20Rng::seed_from_u64(0);
        suite::seal(&key, b"", b"", b"", &mut any).map_err(|_| KeyError::LowOrder)?;
        Ok(Self(key))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; KEY] {
        self.0.to_bytes().into()
    }

    /// The name by which messages say which key opens them: the first 8 bytes of the key's SHA-256.
    pub(super) fn id(&self) -> [u8; 8] {
        let digest: [u8; 32] = Sha256::digest(self.to_bytes()).into();
        core::array::from_fn(|index| digest[index])
    }

    pub(super) fn inner(&self) -> &Public {
        &self.0
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.starts_with(SECRET) {
            return Err(KeyError::SecretForPublic);
        }
        Self::new(&decoded(text).ok_or(KeyError::Public)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Base64UrlUnpadded::encode_string(&self.to_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// The key that opens messages. It belongs on a machine of the one whom the policy names in `keys`, and never on a device
/// or with the operator.
///
/// It is wiped from memory when it is dropped, and `Debug` prints nothing of it. Its text is `hereabouts-secret-key:` and
/// the 32 bytes in base64url without padding.
#[derive(Clone)]
pub struct SecretKey(Secret);

impl SecretKey {
    /// A new key, from the operating system's random numbers.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`] if there are none.
    pub fn generate() -> Result<Self, RandomnessError> {
        Ok(Self(Kem::gen_keypair_with_rng(&mut seeded_by_system()?).0))
    }

    /// The key to seal to.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(Kem::sk_to_pk(&self.0))
    }

    /// The text that [`FromStr`] reads: to be written where nobody else reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        let bytes: [u8; KEY] = self.0.to_bytes().into();
        SECRET.to_owned() + &Base64UrlUnpadded::encode_string(&bytes)
    }

    /// The release in a message, as one line of JSON.
    ///
    /// Whoever knows the public key can seal a message: what comes out is as trustworthy as the way that it came by.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if the message is sealed to another key or for another [`Binding`], if one bit of it was changed, or if
    /// it holds no release.
    pub fn open(&self, message: &Message, binding: &Binding) -> Result<String, OpenError> {
        message.open(&self.0, self.public_key().id(), binding)
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes: [u8; KEY] = text.strip_prefix(SECRET).and_then(decoded).ok_or(KeyError::Secret)?;
        Secret::from_bytes(&bytes).map(Self).map_err(|_| KeyError::Secret)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").finish_non_exhaustive()
    }
}

/// Bytes from base64url, of which there is only one text.
pub(super) fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    Base64UrlUnpadded::decode(text, &mut bytes).ok().filter(|decoded| decoded.len() == N)?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_its_own_text_alone() {
        let secret = SecretKey::generate().unwrap();
        let (public, text) = (secret.public_key(), secret.to_text());
        assert_eq!(text.parse::<SecretKey>().unwrap().public_key(), public);
        assert_eq!(public.to_string().parse::<PublicKey>(), Ok(public.clone()));
        assert_eq!(text.parse::<PublicKey>(), Err(KeyError::SecretForPublic));
        for wrong in
            ["", "abc", &format!("{public}="), &format!(" {public}"), &public.to_string()[1..], &"+".repeat(43)]
        {
            assert_eq!(wrong.parse::<PublicKey>(), Err(KeyError::Public), "{wrong:?}");
            assert_eq!(wrong.parse::<SecretKey>().unwrap_err(), KeyError::Secret, "{wrong:?}");
            assert_eq!(format!("{SECRET}{wrong}").parse::<SecretKey>().unwrap_err(), KeyError::Secret, "{wrong:?}");
        }
        // 43 letters hold 258 bits: the last two must be zero, or one key had four texts.
        let mut other = public.to_string();
        let last = other.pop().unwrap();
        other.push(char::from(last as u8 + 1));
        assert_eq!(other.parse::<PublicKey>(), Err(KeyError::Public));
        assert_ne!(SecretKey::generate().unwrap().public_key(), public);
    }

    #[test]
    fn nothing_prints_a_secret_key() {
        let secret = SecretKey::generate().unwrap();
        assert_eq!(format!("{secret:?} {secret:#?}"), "SecretKey { .. } SecretKey { .. }");
    }

    /// D. Bernstein's list of the points of small order on Curve25519 and their other encodings
    /// (<https://cr.yp.to/ecdh.html#validate>), without and with the bit that X25519 ignores.
    #[test]
    fn a_point_of_low_order_is_no_key() {
        let hex = [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ];
        for text in hex {
            let mut bytes: [u8; KEY] =
                core::array::from_fn(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap());
            for _ in 0..2 {
                let text = Base64UrlUnpadded::encode_string(&bytes);
                assert_eq!(text.parse::<PublicKey>(), Err(KeyError::LowOrder), "{text}");
                bytes[KEY - 1] ^= 0x80;
            }
        }
    }
}
