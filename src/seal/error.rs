//! What can be wrong with a key, with sealing and with opening. No variant holds a key, or anything of a message.

use crate::randomness::RandomnessError;

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It is no base64url of 32 bytes.
    #[error(
        "this is no public key: give the 43 letters, digits, hyphens and underscores that `hereabouts keygen` prints"
    )]
    Public,
    /// It is a secret key where a public one belongs.
    #[error("this is a secret key, which must be shown to nobody: give the public key that `hereabouts keygen` prints")]
    SecretForPublic,
    /// A point of low order: everybody could open what is sealed to it.
    #[error("this public key hides nothing from anybody: give one that `hereabouts keygen` prints")]
    LowOrder,
    /// It is no secret key.
    #[error("this is no secret key: give the one line that `hereabouts keygen` wrote to its file")]
    Secret,
}

/// Why nothing was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The text is longer than any release of the policy can be, and its message would show by its length.
    #[error("this is longer than a release of this policy can be: nothing was sealed")]
    TooLong,
    /// The operating system gave no random numbers.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The key takes no message.
    #[error("nothing can be sealed to this key: make another")]
    Key,
}

/// Why a message was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It is no sealed message of version 1.
    #[error("this is no sealed message: give one JSON object with `v` 1, `to`, `enc` and `ct`")]
    NotAMessage,
    /// Its key id is another's.
    #[error("the message is sealed to another key: give the secret key whose id is its `to`")]
    OtherKey,
    /// It was changed, or it is sealed for another purpose, destination or policy.
    #[error("the message does not open: it was changed, or is sealed for another purpose, destination or policy")]
    Refused,
    /// It opens, and what is in it is no padded release.
    #[error("the message opens, and holds no release: whoever sealed it did not use this format")]
    NoRelease,
}
