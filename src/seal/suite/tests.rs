//! The RFC's own vectors, for this suite in base mode: all 257 messages of the one context.

use std::convert::Infallible;

use rand::{TryCryptoRng, TryRng};
use serde_json::Value;

use super::*;
use hpke::Kem as _;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/hpke/base-x25519-sha256-chacha20poly1305.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2).map(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap()).collect()
}

/// Randomness that is known beforehand, to its last byte and no further.
struct Known(Vec<u8>);

impl TryRng for Known {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("keys are made of bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("keys are made of bytes")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(&self.0.drain(..to.len()).collect::<Vec<_>>());
        Ok(())
    }
}

impl TryCryptoRng for Known {}

#[test]
fn keys_are_derived_as_in_the_rfc() {
    let vectors = vectors();
    assert_eq!((&vectors["mode"], &vectors["kem_id"]), (&0.into(), &0x20.into()));
    assert_eq!((&vectors["kdf_id"], &vectors["aead_id"]), (&1.into(), &3.into()));
    for (from, secret, public) in [("ikmR", "skRm", "pkRm"), ("ikmE", "skEm", "pkEm")] {
        let (derived, its_public) = Kem::derive_keypair(&bytes(&vectors[from]));
        assert_eq!(its_public.to_bytes()[..], bytes(&vectors[public]));
        // RFC 7748: a secret is what it is after clamping.
        assert!(derived == Secret::from_bytes(&bytes(&vectors[secret])).unwrap());
    }
}

#[test]
fn our_seal_writes_the_rfcs_bytes_and_our_open_reads_them() {
    let vectors = vectors();
    let key = Public::from_bytes(&bytes(&vectors["pkRm"])).unwrap();
    let secret = Secret::from_bytes(&bytes(&vectors["skRm"])).unwrap();
    let (info, first) = (bytes(&vectors["info"]), &vectors["encryptions"][0]);
    let (aad, text, ciphertext) = (bytes(&first["aad"]), bytes(&first["pt"]), bytes(&first["ct"]));
    let mut randomness = Known(bytes(&vectors["ikmE"]));
    let (encapsulated, sealed) = seal(&key, &info, &aad, &text, &mut randomness).unwrap();
    assert_eq!((encapsulated.to_vec(), &sealed), (bytes(&vectors["enc"]), &ciphertext));
    assert!(randomness.0.is_empty());
    assert_eq!(open(&secret, &encapsulated, &info, &aad, &ciphertext).unwrap(), text);
}

#[test]
fn every_later_message_of_the_rfcs_context_opens_in_this_suite() {
    let vectors = vectors();
    let secret = Secret::from_bytes(&bytes(&vectors["skRm"])).unwrap();
    let encapsulated = Encapsulated::from_bytes(&bytes(&vectors["enc"])).unwrap();
    let mut context = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        &bytes(&vectors["info"]),
    )
    .unwrap();
    let messages = vectors["encryptions"].as_array().unwrap();
    assert_eq!(messages.len(), 257);
    for message in messages {
        assert_eq!(context.open(&bytes(&message["ct"]), &bytes(&message["aad"])).unwrap(), bytes(&message["pt"]));
    }
    for export in vectors["exports"].as_array().unwrap() {
        let mut exported = vec![0; export["L"].as_u64().unwrap() as usize];
        context.export(&bytes(&export["exporter_context"]), &mut exported).unwrap();
        assert_eq!(exported, bytes(&export["exported_value"]));
    }
}
