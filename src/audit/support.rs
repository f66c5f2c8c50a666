//! The support: whether a mechanism can carry a draw from one place to another at all.

use core::convert::Infallible;
use core::f64::consts::{LN_2, PI};

use rand::{CryptoRng, TryCryptoRng, TryRng};

use super::place::{Pair, Place};
use crate::lattice::LatticePoint;
use crate::mechanism::PlanarLaplace;
use crate::sphere::Position;

/// Whether some coins carry a draw at x to the lattice point that x′ itself lies in.
///
/// The coins are worked out for `noise`'s sampler and played to `mechanism`. If it answers `true`, then that output,
/// the likeliest at x′, has positive probability at x: no draw can tell the two for certain. No number of random draws
/// would show it: at 1 500 scales its probability is 10⁻⁶⁵⁰.
/// `false` says that these coins do not lead there: for the sampler that they were made for, that the tail ends before.
///
/// # Example
///
/// ```
/// use hereabouts::PlanarLaplace;
/// use hereabouts::audit::{Place, far_pairs, reaches};
///
/// let noise = PlanarLaplace::new(1.0, 100.0)?;
/// let draw = |truth: &Place, coins: &mut dyn rand::CryptoRng| noise.perturb(truth.fix(), coins);
/// for pair in far_pairs()? {
///     assert!(reaches(&draw, &noise, &pair));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reaches<M>(mechanism: &M, noise: &PlanarLaplace, pair: &Pair) -> bool
where
    M: Fn(&Place, &mut dyn CryptoRng) -> LatticePoint,
{
    let target = LatticePoint::nearest(pair.other().position());
    mechanism(pair.x(), &mut Coins::to(noise, pair.x().position(), &target.centre())) == target
}

/// A generator that plays back coins in order, and then only ones.
struct Coins(std::vec::IntoIter<u64>);

impl Coins {
    /// The coins for which planar Laplace noise leads from one position to another.
    fn to(noise: &PlanarLaplace, from: &Position, to: &Position) -> Self {
        let scales = from.great_circle_distance_m(to) / noise.scale_m();
        // The first uniform is m·2^(−k), k·ln 2 − ln m the whole way; the second, 1 − 2^(−53), adds nothing.
        let halvings = (scales / LN_2).floor();
        let mantissa = libm::exp(halvings * LN_2 - scales).min(1.0_f64.next_down());
        let mut coins = Vec::new();
        let bits = mantissa.to_bits() << 12; // the 52 bits after the leading one
        // The bits of the mantissa stand above twelve coins; more are tossed only if all twelve are tails.
        if halvings < 12.0 {
            coins.push(bits | 1 << halvings as u32);
        } else {
            let more = halvings as u64 - 12;
            coins.push(bits);
            coins.extend((0..more / 64).map(|_| 0));
            coins.push(1 << (more % 64));
        }
        coins.push(u64::MAX << 12 | 1);
        // The acceptance coin: 2^(−76), below sin θ/θ for every arc but the last picometre before the antipode.
        coins.extend([0, 1 << 63]);
        let turns = bearing_turns(from, to);
        coins.push(((turns * (1_u64 << 53) as f64) as i64 as u64) << 11);
        Self(coins.into_iter())
    }
}

/// The initial bearing of the great circle from a position to another, in turns within [−½, ½].
///
/// Longitudes are subtracted in degrees, and the sine of a difference of latitudes is taken, so that nothing cancels.
fn bearing_turns(from: &Position, to: &Position) -> f64 {
    let (sin_from, cos_from) = libm::sincos(from.latitude_deg().to_radians());
    let (sin_to, cos_to) = libm::sincos(to.latitude_deg().to_radians());
    let (sin_east, cos_east) = libm::sincos((to.longitude_deg() - from.longitude_deg()).to_radians());
    libm::atan2(sin_east * cos_to, cos_from * sin_to - sin_from * cos_to * cos_east) / (2.0 * PI)
}

impl TryRng for Coins {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|bits| bits as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next().unwrap_or(u64::MAX))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Coins {}
