//! [`ArcLaw`]: the law of the angle between truth and output, for every mechanism, on the sphere.

use core::f64::consts::{FRAC_1_SQRT_2, PI};

/// The distribution of the angle between truth and output. Both kinds of noise have no preferred bearing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ArcLaw {
    /// Density ∝ e^(−λθ)·sin θ (`docs/guarantees.md`, lemma 3).
    PlanarLaplace {
        /// λ, one over the scale in radians.
        rate: f64,
        /// e^(−πλ)
        antipode: f64,
    },
    /// A Gaussian in three dimensions around a point at distance κ, seen from the middle (K. Mardia, P. Jupp,
    /// *Directional Statistics*, 2000, section 3.5.6).
    Gaussian {
        /// κ, one over the standard deviation in radians.
        concentration: f64,
        /// Φ(κ)
        in_front: f64,
    },
}

impl ArcLaw {
    pub(crate) fn planar_laplace(scale_rad: f64) -> Self {
        Self::PlanarLaplace { rate: 1.0 / scale_rad, antipode: libm::exp(-PI / scale_rad) }
    }

    pub(crate) fn gaussian(scale_rad: f64) -> Self {
        Self::Gaussian { concentration: 1.0 / scale_rad, in_front: normal_probability(1.0 / scale_rad) }
    }

    /// The scale in radians.
    pub(crate) fn scale_rad(&self) -> f64 {
        match *self {
            Self::PlanarLaplace { rate, .. } => 1.0 / rate,
            Self::Gaussian { concentration, .. } => 1.0 / concentration,
        }
    }

    /// The same kind of noise at another scale.
    pub(crate) fn with_scale_rad(&self, scale_rad: f64) -> Self {
        match self {
            Self::PlanarLaplace { .. } => Self::planar_laplace(scale_rad),
            Self::Gaussian { .. } => Self::gaussian(scale_rad),
        }
    }

    /// The arc beyond which there is less than 2·10⁻⁶ of the noise.
    pub(crate) fn reach_rad(&self) -> f64 {
        match self {
            Self::PlanarLaplace { .. } => 16.0 * self.scale_rad(),
            // As far as it is 5.2 standard deviations across.
            Self::Gaussian { .. } if self.scale_rad() < 1.0 / 5.2 => libm::asin(5.2 * self.scale_rad()),
            Self::Gaussian { .. } => PI,
        }
    }

    /// The probability of an arc of at most `arc_rad`, for arcs from 0 to π.
    ///
    /// Planar Laplace: (1 − e^(−λθ)·(cos θ + λ·sin θ)) / (1 + e^(−πλ)). Gaussian: Φ(κ) − cos θ·e^(−κ²·sin²θ/2)·Φ(κ·cos θ);
    /// for it, the share of a Rayleigh law that lies within the cone is integrated over the height along the axis.
    pub(crate) fn probability(&self, arc_rad: f64) -> f64 {
        let (sine, cosine) = libm::sincos(arc_rad);
        match *self {
            Self::PlanarLaplace { rate, antipode } => {
                (1.0 - libm::exp(-rate * arc_rad) * (cosine + rate * sine)) / (1.0 + antipode)
            }
            Self::Gaussian { concentration, in_front } => {
                let across = concentration * sine;
                in_front - cosine * libm::exp(-across * across / 2.0) * normal_probability(concentration * cosine)
            }
        }
    }

    /// The derivative of the probability, for an arc with the given sine and cosine.
    pub(crate) fn density(&self, arc_rad: f64, (sine, cosine): (f64, f64)) -> f64 {
        match *self {
            Self::PlanarLaplace { rate, antipode } => {
                (1.0 + rate * rate) * sine * libm::exp(-rate * arc_rad) / (1.0 + antipode)
            }
            Self::Gaussian { concentration, .. } => {
                let (across, along) = (concentration * sine, concentration * cosine);
                let bell = libm::exp(-along * along / 2.0) / (2.0 * PI).sqrt();
                sine * libm::exp(-across * across / 2.0)
                    * ((1.0 + along * along) * normal_probability(along) + along * bell)
            }
        }
    }

    /// The arc that is not exceeded with probability `p`.
    pub(crate) fn quantile_rad(&self, p: f64) -> f64 {
        let (mut low, mut high) = (0.0, PI);
        // Each step halves the interval: 64 of them exhaust an f64.
        for _ in 0..64 {
            let middle = f64::midpoint(low, high);
            if self.probability(middle) < p { low = middle } else { high = middle }
        }
        high
    }

    /// The mean arc. Planar Laplace: 2λ/(1 + λ²) + π·e^(−πλ)/(1 + e^(−πλ)). Gaussian: the probability of a longer arc,
    /// integrated over all arcs by Simpson's rule.
    pub(crate) fn mean_rad(&self) -> f64 {
        match *self {
            Self::PlanarLaplace { rate, antipode } => {
                2.0 * rate / (1.0 + rate * rate) + PI * antipode / (1.0 + antipode)
            }
            Self::Gaussian { .. } => {
                const STEPS: u32 = 2_048;
                let step = (10.0 * self.scale_rad()).min(PI) / f64::from(STEPS);
                let sum: f64 = (0..=STEPS)
                    .map(|index| {
                        let weight = match index {
                            0 | STEPS => 1.0,
                            index if index % 2 == 1 => 4.0,
                            _ => 2.0,
                        };
                        weight * (1.0 - self.probability(f64::from(index) * step))
                    })
                    .sum();
                sum * step / 3.0
            }
        }
    }
}

/// Φ: the probability that a standard normal number is at most `value`.
pub(crate) fn normal_probability(value: f64) -> f64 {
    libm::erfc(-value * FRAC_1_SQRT_2) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws() -> impl Iterator<Item = ArcLaw> {
        [1e-6, 1e-3, 0.1, 0.4, 1.0]
            .into_iter()
            .flat_map(|scale| [ArcLaw::planar_laplace(scale), ArcLaw::gaussian(scale)])
    }

    #[test]
    fn a_probability_rises_from_0_to_1_and_its_derivative_is_the_density() {
        for law in laws() {
            assert!(law.probability(0.0).abs() < 1e-15 && (law.probability(PI) - 1.0).abs() < 1e-15, "{law:?}");
            for multiple in [0.1, 0.5, 1.0, 2.0, 3.0, 3.1] {
                let arc = multiple * law.scale_rad();
                let step = 1e-4 * law.scale_rad();
                let slope = (law.probability(arc + step) - law.probability(arc - step)) / (2.0 * step);
                let density = law.density(arc, libm::sincos(arc));
                assert!((slope / density - 1.0).abs() < 1e-6, "{law:?} at {arc}: {slope}, {density}");
            }
        }
    }

    #[test]
    fn quantiles_and_means_agree_with_the_probability() {
        for law in laws() {
            for p in [0.05, 0.5, 0.68, 0.95, 0.999] {
                assert!((law.probability(law.quantile_rad(p)) - p).abs() < 1e-12, "{law:?}");
            }
            // The mean of the quantiles at the middles of many equal parts.
            let parts = 20_000;
            let sum: f64 = (0..parts).map(|index| law.quantile_rad((f64::from(index) + 0.5) / f64::from(parts))).sum();
            assert!((sum / f64::from(parts) / law.mean_rad() - 1.0).abs() < 2e-4, "{law:?}");
            assert!(1.0 - law.probability(law.reach_rad().min(PI)) < 2.1e-6, "{law:?}");
        }
    }

    /// A Gaussian that is small beside the Earth is the Rayleigh law of the plane: mean σ·√(π/2), 95 % within σ·√(2 ln 20).
    #[test]
    fn a_small_gaussian_is_that_of_the_plane() {
        let law = ArcLaw::gaussian(1e-4);
        assert!((law.mean_rad() / 1.253_314_137e-4 - 1.0).abs() < 1e-7, "{}", law.mean_rad());
        assert!((law.quantile_rad(0.95) / 2.447_746_831e-4 - 1.0).abs() < 1e-7, "{}", law.quantile_rad(0.95));
    }
}
