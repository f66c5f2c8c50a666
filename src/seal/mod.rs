//! Sealing (feature `seal`): what goes to a sealed destination is encrypted on the device to a key that the operator of
//! the storage never holds.
//!
//! It is HPKE ([RFC 9180](https://www.rfc-editor.org/rfc/rfc9180)) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256
//! and ChaCha20-Poly1305, by the crate `hpke`. A policy that names a key in `seal_to` is all that an app needs: every
//! written form of a [`Release`](crate::Release) to that destination is then the sealed [`Message`]. Whoever holds the
//! [`SecretKey`] opens it.
//!
//! - Every message to a destination has one length, whatever the cell, the purpose and the kept fields.
//! - A message is bound to its purpose, its destination and the [`Fingerprint`](crate::Fingerprint) of its policy: it opens
//!   for no other [`Binding`]. None of the three stands in the message.
//! - Nobody signs: whoever knows the public key can seal a message. Sealing hides; it does not say who sent.
//! - It hides from nobody who sends or when, and it lifts no floor and refunds no privacy loss. `docs/sealing.md` in the
//!   repository says who can see what.
//!
//! # Example
//!
//! ```
//! use hereabouts::seal::{Binding, Message, SecretKey};
//! use hereabouts::{Destination, Fix, Grid, Mechanism, MemoryLedger, Minimizer, Policy, Purpose, Repeat, SystemClock, Timestamp};
//! use std::time::Duration;
//!
//! // Once, where the messages will be opened. The public key goes into the policy.
//! let secret = SecretKey::generate()?;
//!
//! let hour = Duration::from_secs(3_600);
//! let weather = Purpose::new(Mechanism::PlanarLaplace { epsilon: 0.5 }, Repeat::Fresh, Grid::h3(6)?, hour, hour);
//! let cn = Destination::new("CN", "Example Carrier").with_keys("Example Weather GmbH").with_seal_to(secret.public_key());
//! let policy = Policy::new(200.0, [(8.0, 24 * hour)], [("weather", weather)], [("cn", cn)])?;
//!
//! // On the device.
//! let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), SystemClock)?;
//! let fix = Fix::wgs84(52.0907, 5.1214, 12.0, Timestamp::now())?;
//! let release = minimizer.release(&fix, "weather", "cn")?.released().unwrap();
//! let sent = release.to_json();
//! assert!(sent.starts_with(r#"{"v":1,"to":""#) && release.to_geo_uri().is_none());
//!
//! // Where the secret key is.
//! let binding = Binding::new("weather", "cn", &policy.fingerprint());
//! let opened = secret.open(&sent.parse::<Message>()?, &binding)?;
//! assert!(opened.starts_with(r#"{"v":1,"purpose":"weather","lat":"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod binding;
mod error;
mod key;
mod message;
mod padding;
mod sealer;
mod suite;

pub use self::binding::Binding;
pub use self::error::{KeyError, OpenError, SealError};
pub use self::key::{PublicKey, SecretKey};
pub use self::message::Message;
pub use self::sealer::Sealer;
