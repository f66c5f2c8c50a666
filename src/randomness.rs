//! Where the noise comes from: ChaCha20, seeded by the operating system.

use rand::SeedableRng;
use rand::rngs::{ChaCha20Rng, SysRng};

#[cfg(all(feature = "seeded-noise", not(debug_assertions)))]
compile_error!(
    "the feature `seeded-noise` is for tests: noise that can be repeated hides nothing, so a build without debug assertions \
     refuses it"
);

/// Draws between two seeds from the operating system. A seed for every draw would cost several times the draw itself.
const DRAWS_PER_SEED: u32 = 4096;

/// A cryptographically secure generator, seeded by the operating system and seeded anew every 4,096 draws.
///
/// Every guarantee assumes that the operating system's random numbers are unpredictable, and holds against adversaries
/// who cannot break ChaCha20 (Bernstein 2008): computational differential privacy (Mironov et al. 2009).
pub(crate) struct Randomness {
    generator: ChaCha20Rng,
    /// Draws until the next seed; `None` for the repeatable noise of tests, which is never seeded anew.
    left: Option<u32>,
}

impl Randomness {
    pub(crate) fn from_system() -> Result<Self, RandomnessError> {
        Ok(Self { generator: seeded_by_system()?, left: Some(DRAWS_PER_SEED) })
    }

    /// The same noise for the same seed: for tests alone.
    #[cfg(feature = "seeded-noise")]
    pub(crate) fn repeatable(seed: u64) -> Self {
        Self { generator: ChaCha20Rng::seed_from_u64(seed), left: None }
    }

    /// The generator for one more draw.
    pub(crate) fn for_a_draw(&mut self) -> Result<&mut ChaCha20Rng, RandomnessError> {
        match &mut self.left {
            Some(0) => *self = Self::from_system()?,
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(&mut self.generator)
    }
}

fn seeded_by_system() -> Result<ChaCha20Rng, RandomnessError> {
    ChaCha20Rng::try_from_rng(&mut SysRng).map_err(|_| RandomnessError)
}

/// The operating system gave no random numbers; nothing can be released without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random numbers: nothing is released without noise; try again later")]
pub struct RandomnessError;
