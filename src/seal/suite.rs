//! The one cipher suite, and one message in it: RFC 9180, §§ 5.1.1, 5.2 and 6.1.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, HpkeError, OpModeR, OpModeS, Serializable};
use rand::CryptoRng;

pub(super) type Kem = X25519HkdfSha256;
pub(super) type Public = <Kem as hpke::Kem>::PublicKey;
pub(super) type Secret = <Kem as hpke::Kem>::PrivateKey;
type Encapsulated = <Kem as hpke::Kem>::EncappedKey;

/// The length of every key, and of a secret encapsulated to one, in bytes.
pub(super) const KEY: usize = 32;

/// How many bytes longer a ciphertext is than its text.
pub(super) const TAG: usize = 16;

/// A secret encapsulated to the key, and the text encrypted under it.
pub(super) fn seal(
    key: &Public,
    info: &[u8],
    aad: &[u8],
    text: &[u8],
    randomness: &mut impl CryptoRng,
) -> Result<([u8; KEY], Vec<u8>), HpkeError> {
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeS::Base,
        key,
        info,
        text,
        aad,
        randomness,
    )?;
    Ok((encapsulated.to_bytes().into(), ciphertext))
}

/// The text, if the key, `info` and `aad` are those that it was sealed with and no bit was changed.
pub(super) fn open(
    key: &Secret,
    encapsulated: &[u8; KEY],
    info: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, HpkeError> {
    let encapsulated = Encapsulated::from_bytes(encapsulated)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeR::Base,
        key,
        &encapsulated,
        info,
        ciphertext,
        aad,
    )
}

#[cfg(test)]
mod tests;
