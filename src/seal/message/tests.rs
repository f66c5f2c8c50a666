//! What opens, and that nothing else does.

use super::*;
use crate::policy::Fingerprint;
use crate::randomness::seeded_by_system;
use crate::seal::SecretKey;

const RELEASE: &str = r#"{"v":1,"purpose":"weather","lat":52.09,"lon":5.12}"#;

fn fingerprint(digit: &str) -> Fingerprint {
    digit.repeat(64).parse().unwrap()
}

fn binding() -> Binding {
    Binding::new("weather", "cn", &fingerprint("a"))
}

/// The release sealed to a new key.
fn sealed() -> (SecretKey, Message) {
    let secret = SecretKey::generate().unwrap();
    let message = seal(&secret, RELEASE, 64);
    (secret, message)
}

fn seal(secret: &SecretKey, text: &str, length: usize) -> Message {
    Message::seal(&secret.public_key(), &binding(), text, length, &mut seeded_by_system().unwrap()).unwrap()
}

#[test]
fn the_holder_of_the_key_reads_the_release() {
    let (secret, message) = sealed();
    assert_eq!(secret.open(&message, &binding()).unwrap(), RELEASE);
    let text = message.to_string();
    assert_eq!(text, serde_json::to_string(&message).unwrap());
    assert_eq!(text.parse::<Message>().unwrap(), message);
    // What is in it besides is for the operator to see: nothing of the release.
    for part in ["weather", "cn", "52.09", "5.12", "purpose", "lat"] {
        assert!(!text.contains(part), "{part}");
    }
}

#[test]
fn no_two_messages_are_alike() {
    let (secret, message) = sealed();
    let again = seal(&secret, RELEASE, 64);
    assert!(again.enc != message.enc && again.ct != message.ct && again.to == message.to);
}

#[test]
fn it_opens_for_its_purpose_its_destination_its_policy_and_its_key_alone() {
    let (secret, message) = sealed();
    for other in [
        Binding::new("weather2", "cn", &fingerprint("a")),
        Binding::new("cn", "weather", &fingerprint("a")),
        Binding::new("weather", "eu", &fingerprint("a")),
        Binding::new("weather", "cn", &fingerprint("b")),
    ] {
        assert_eq!(secret.open(&message, &other), Err(OpenError::Refused));
    }
    let other = SecretKey::generate().unwrap();
    assert_eq!(other.open(&message, &binding()), Err(OpenError::OtherKey));
    // Nor by another name of the key.
    let renamed = Message { to: Base64UrlUnpadded::encode_string(&other.public_key().id()), ..message };
    assert_eq!(other.open(&renamed, &binding()), Err(OpenError::Refused));
    assert_eq!(secret.open(&renamed, &binding()), Err(OpenError::OtherKey));
}

/// Every byte of the text, replaced by every other.
#[test]
fn a_message_with_one_byte_changed_is_refused() {
    let (secret, message) = sealed();
    let text = message.to_string().into_bytes();
    for place in 0..text.len() {
        for byte in (0..=u8::MAX).filter(|&byte| byte != text[place]) {
            let mut changed = text.clone();
            changed[place] = byte;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            let opened = changed.parse::<Message>().and_then(|message| secret.open(&message, &binding()));
            assert!(opened.is_err(), "byte {place} as {byte}");
        }
    }
    for end in 0..text.len() {
        assert!(String::from_utf8_lossy(&text[..end]).parse::<Message>().is_err(), "cut at {end}");
    }
}

#[test]
fn every_bit_of_the_decoded_parts_counts() {
    let (secret, message) = sealed();
    let flipped = |part: &str, bit: usize| {
        let mut bytes = Base64UrlUnpadded::decode_vec(part).unwrap();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Base64UrlUnpadded::encode_string(&bytes)
    };
    let bits = |part: &str| 8 * Base64UrlUnpadded::decode_vec(part).unwrap().len();
    for bit in 0..bits(&message.enc) {
        let changed = Message { enc: flipped(&message.enc, bit), ..message.clone() };
        assert_eq!(secret.open(&changed, &binding()), Err(OpenError::Refused), "bit {bit} of enc");
    }
    for bit in 0..bits(&message.ct) {
        let changed = Message { ct: flipped(&message.ct, bit), ..message.clone() };
        assert_eq!(secret.open(&changed, &binding()), Err(OpenError::Refused), "bit {bit} of ct");
    }
}

#[test]
fn what_is_no_message_is_said_to_be_none() {
    let (secret, message) = sealed();
    let text = message.to_string();
    for wrong in [
        "",
        "{}",
        "[]",
        RELEASE,
        &text.replace("\"v\":1", "\"v\":2"),
        &text.replace("\"v\":1", "\"v\":1.0"),
        &text.replace("\"v\":1,", ""),
        &text.replace("\"v\":1", "\"v\":1,\"v\":1"),
        &text.replace("\"v\":1", "\"v\":1,\"lat\":52"),
        &text.replace("\"}", "=\"}"),
        &text.replace("\"enc\":\"", "\"enc\":\"AAAA"),
        &format!("{text}{text}"),
    ] {
        let opened = wrong.parse::<Message>().and_then(|message| secret.open(&message, &binding()));
        assert_eq!(opened, Err(OpenError::NotAMessage), "{wrong}");
    }
    // A store may write JSON in its own way.
    let other_order: serde_json::Value = serde_json::from_str(&text).unwrap();
    let spaced = serde_json::to_string_pretty(&other_order).unwrap();
    assert_eq!(secret.open(&spaced.parse().unwrap(), &binding()).unwrap(), RELEASE);
}

/// Anyone can seal to a public key; what comes out must be one line that a terminal can show.
#[test]
fn what_opens_and_is_no_release_is_refused() {
    let (secret, _) = sealed();
    for text in ["", "null", "[1]", "52.09,5.12", "{\"v\":1", "{\"v\":1}{}", "{\"v\":\n1}", "{\"v\":\"\u{9b}31m\"}"] {
        assert_eq!(secret.open(&seal(&secret, text, 64), &binding()), Err(OpenError::NoRelease), "{text:?}");
    }
    let key = secret.public_key();
    for padded in [&b"{}"[..], b"{}\0\0", b"\0\0", b"", b"\x80", b"{\"a\":\"\xff\"}\x80"] {
        let mut randomness = seeded_by_system().unwrap();
        let (enc, ct) = suite::seal(key.inner(), binding().info(), &clear(key.id()), padded, &mut randomness).unwrap();
        let message = Message {
            v: 1,
            to: Base64UrlUnpadded::encode_string(&key.id()),
            enc: Base64UrlUnpadded::encode_string(&enc),
            ct: Base64UrlUnpadded::encode_string(&ct),
        };
        assert_eq!(secret.open(&message, &binding()), Err(OpenError::NoRelease), "{padded:?}");
    }
}

#[test]
fn what_is_too_long_is_not_sealed() {
    let secret = SecretKey::generate().unwrap();
    let mut randomness = seeded_by_system().unwrap();
    let mut seal =
        |length| Message::seal(&secret.public_key(), &binding(), RELEASE, length, &mut randomness).map(|_| ());
    assert_eq!(seal(RELEASE.len()), Err(SealError::TooLong));
    assert_eq!(seal(0), Err(SealError::TooLong));
    assert_eq!(seal(RELEASE.len() + 1), Ok(()));
}
