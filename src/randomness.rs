//! Where the noise comes from: ChaCha20, seeded by the operating system.

use std::cell::Cell;

use dashu::base::Sign;
use dashu::integer::IBig;
use dashu::rational::RBig;
use opendp::traits::samplers::{fill_bytes, sample_discrete_gaussian, sample_discrete_laplace};
use rand::SeedableRng;
use rand::rngs::{ChaCha20Rng, SysRng};

#[cfg(all(feature = "seeded-noise", not(debug_assertions)))]
compile_error!(
    "the feature `seeded-noise` is for tests: noise that can be repeated hides nothing, so a build without debug assertions \
     refuses it"
);

/// Draws between two seeds from the operating system. A seed for every draw would cost several times the draw itself.
const DRAWS_PER_SEED: u32 = 4096;

/// What rand 0.7's thread generator computes in advance, in bytes.
const OPENDP_BUFFER: usize = 256;

/// A cryptographically secure generator, seeded by the operating system, and seeded anew every 4,096 draws and in every
/// process: parent and child of a fork would otherwise add the same noise to two places, and the difference of the
/// outputs would be that of the places.
///
/// Every guarantee assumes that the operating system's random numbers are unpredictable, and holds against adversaries
/// who cannot break ChaCha20 (Bernstein 2008): computational differential privacy (Mironov et al. 2009). Why this
/// generator: `docs/adr/0001-randomness.md`.
pub(crate) struct Randomness {
    generator: ChaCha20Rng,
    /// The seed's age; `None` for repeatable noise, which is never seeded anew.
    seed: Option<Seed>,
}

struct Seed {
    draws_left: u32,
    process: u32,
    /// Whether the process need not be looked at again for the next draw.
    is_here: bool,
}

impl Randomness {
    pub(crate) fn from_system() -> Result<Self, RandomnessError> {
        let seed = Seed { draws_left: DRAWS_PER_SEED, process: std::process::id(), is_here: false };
        Ok(Self { generator: seeded_by_system()?, seed: Some(seed) })
    }

    /// The same noise for the same seed: for tests, and for rehearsals, which hand out no release.
    #[cfg(any(feature = "seeded-noise", feature = "audit"))]
    pub(crate) fn repeatable(seed: u64) -> Self {
        Self { generator: ChaCha20Rng::seed_from_u64(seed), seed: None }
    }

    /// The generator, if it is the repeatable one of tests and rehearsals.
    #[cfg(any(feature = "seeded-noise", feature = "audit"))]
    pub(crate) fn if_repeatable(&mut self) -> Option<&mut ChaCha20Rng> {
        self.seed.is_none().then_some(&mut self.generator)
    }

    /// Many draws, for which the process is looked at once: to ask takes as long as a draw.
    ///
    /// A child that is forked meanwhile never goes on with them: it has none of its parent's other threads, and `many` must
    /// not fork itself.
    pub(crate) fn for_many<T>(&mut self, many: impl FnOnce(&mut Self) -> T) -> Result<T, RandomnessError> {
        if self.seed.as_ref().is_some_and(|seed| seed.process != std::process::id()) {
            self.seed_anew(false)?;
        }
        self.set_here(true);
        let result = many(self);
        self.set_here(false);
        Ok(result)
    }

    fn set_here(&mut self, is_here: bool) {
        if let Some(seed) = &mut self.seed {
            seed.is_here = is_here;
        }
    }

    fn seed_anew(&mut self, is_here: bool) -> Result<(), RandomnessError> {
        *self = Self::from_system()?;
        self.set_here(is_here);
        Ok(())
    }

    /// The generator for one more draw.
    pub(crate) fn for_a_draw(&mut self) -> Result<&mut ChaCha20Rng, RandomnessError> {
        if let Some(seed) = &mut self.seed {
            if seed.draws_left == 0 || (!seed.is_here && seed.process != std::process::id()) {
                let is_here = seed.is_here;
                self.seed_anew(is_here)?;
            } else {
                seed.draws_left -= 1;
            }
        }
        Ok(&mut self.generator)
    }

    /// Exact discrete Laplace noise: P[k] ∝ e^(−|k|/scale) for every whole number k; one beyond 64 bits is cut there.
    ///
    /// OpenDP's sampler takes its coins from a generator of its own (see [`make_opendp_ready`]).
    pub(crate) fn discrete_laplace(&mut self, scale: &RBig) -> Result<i64, RandomnessError> {
        #[cfg(any(feature = "seeded-noise", feature = "audit"))]
        if self.seed.is_none() {
            return Ok(repeatable_laplace(scale.to_f64().value(), &mut self.generator));
        }
        make_opendp_ready()?;
        sample_discrete_laplace(scale.clone()).map(cut).map_err(|_| RandomnessError)
    }
}

/// Exact discrete Gaussian noise: P[k] ∝ e^(−k²/2·scale²) for every whole number k; one beyond 64 bits is cut there.
///
/// It is OpenDP's sampler, with coins that nobody can seed.
pub(crate) fn discrete_gaussian(scale: &RBig) -> Result<i64, RandomnessError> {
    make_opendp_ready()?;
    // The one error that OpenDP's exact samplers know is a lack of random numbers.
    sample_discrete_gaussian(scale.clone()).map(cut).map_err(|_| RandomnessError)
}

/// What 64 bits hold of a number.
fn cut(noise: IBig) -> i64 {
    let end = if noise.sign() == Sign::Negative { i64::MIN } else { i64::MAX };
    i64::try_from(noise).unwrap_or(end)
}

/// OpenDP's coins cannot be seeded, so what must repeat itself gets rounded Laplace noise: alike, and not exact.
#[cfg(any(feature = "seeded-noise", feature = "audit"))]
fn repeatable_laplace(scale: f64, generator: &mut ChaCha20Rng) -> i64 {
    use rand::RngExt;

    let (uniform, is_negative): (f64, bool) = (1.0 - generator.random::<f64>(), generator.random());
    let magnitude = libm::round(-scale * libm::log(uniform)) as i64;
    if is_negative { -magnitude } else { magnitude }
}

/// Readies OpenDP's own generator, which its exact samplers draw from, on this thread: to be called before each draw.
///
/// It is the thread generator of rand 0.7 (ChaCha20, seeded by the operating system). Two things about it are not what we
/// need. It panics if the system has no random numbers when a thread first asks; here that is an error. And a forked child
/// goes on with its parent's next 256 bytes before it is seeded anew: in a process, and on a thread, that has not drawn
/// before they are thrown away.
fn make_opendp_ready() -> Result<(), RandomnessError> {
    thread_local! {
        static PROCESS: Cell<Option<u32>> = const { Cell::new(None) };
    }
    let process = Some(std::process::id());
    if PROCESS.get() != process {
        std::panic::catch_unwind(|| fill_bytes(&mut [0; OPENDP_BUFFER]))
            .map_err(|_| RandomnessError)?
            .map_err(|_| RandomnessError)?;
        PROCESS.set(process);
    }
    Ok(())
}

/// A generator with a fresh seed of the operating system, for noise and for sealing.
pub(crate) fn seeded_by_system() -> Result<ChaCha20Rng, RandomnessError> {
    ChaCha20Rng::try_from_rng(&mut SysRng).map_err(|_| RandomnessError)
}

/// The operating system gave no random numbers; nothing can be released without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random numbers: nothing is released without noise; try again later")]
pub struct RandomnessError;

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    /// What is drawn next, by a generator in this state and by one whose state is the same but for the seed's age.
    fn next_of_both(age: Seed) -> (u64, u64) {
        let mut copy = ChaCha20Rng::seed_from_u64(1);
        let mut randomness = Randomness { generator: ChaCha20Rng::seed_from_u64(1), seed: Some(age) };
        (randomness.for_a_draw().unwrap().next_u64(), copy.next_u64())
    }

    #[test]
    fn a_seed_lasts_for_its_draws_and_no_longer() {
        let process = std::process::id();
        let (ours, copys) = next_of_both(Seed { draws_left: 1, process, is_here: false });
        assert_eq!(ours, copys);
        let (ours, copys) = next_of_both(Seed { draws_left: 0, process, is_here: false });
        assert_ne!(ours, copys);
    }

    #[test]
    fn a_forked_process_does_not_repeat_its_parents_noise() {
        let forked = || Seed { draws_left: 1_000, process: std::process::id().wrapping_add(1), is_here: false };
        let (ours, copys) = next_of_both(forked());
        assert_ne!(ours, copys);
        let mut randomness = Randomness { generator: ChaCha20Rng::seed_from_u64(1), seed: Some(forked()) };
        let ours = randomness.for_many(|randomness| randomness.for_a_draw().unwrap().next_u64()).unwrap();
        assert_ne!(ours, copys, "nor where many are drawn");
    }

    #[test]
    fn many_draws_are_seeded_anew_as_often_as_others_and_the_next_one_looks_at_the_process_again() {
        let seed = Seed { draws_left: 1, process: std::process::id(), is_here: false };
        let mut randomness = Randomness { generator: ChaCha20Rng::seed_from_u64(1), seed: Some(seed) };
        let mut copy = ChaCha20Rng::seed_from_u64(1);
        let draw = |randomness: &mut Randomness| randomness.for_a_draw().unwrap().next_u64();
        let [first, second] = randomness.for_many(|randomness| [draw(randomness), draw(randomness)]).unwrap();
        assert_eq!(first, copy.next_u64());
        assert_ne!(second, copy.next_u64());
        assert!(randomness.seed.is_some_and(|seed| !seed.is_here && seed.draws_left == DRAWS_PER_SEED));
    }
}
