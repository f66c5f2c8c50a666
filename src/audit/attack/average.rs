//! Averaging: fresh noise cancels itself out.

use core::f64::consts::PI;

use crate::audit::projection::Plane;

/// The weighted average of some points: for planar Laplace noise it draws in on the truth as 1/√n. `None` if there is no
/// weight.
#[must_use]
pub fn average(points: &[(Plane, f64)]) -> Option<Plane> {
    let weight: f64 = points.iter().map(|(_, weight)| weight).sum();
    (weight > 0.0).then(|| Plane {
        east_m: points.iter().map(|(point, weight)| point.east_m * weight).sum::<f64>() / weight,
        north_m: points.iter().map(|(point, weight)| point.north_m * weight).sum::<f64>() / weight,
    })
}

/// The mean error in metres of the average of n fresh draws of planar Laplace noise of scale b, without cells, exactly:
/// (b/n)·√π·Γ((3n + 1)/2)/Γ(3n/2).
///
/// One draw has the characteristic function (1 + b²k²)^(−3/2), so the average has (1 + b²k²/n²)^(−3n/2): it is normal with
/// a gamma variance.
///
/// # Example
///
/// ```
/// use hereabouts::audit::attack::average_error_m;
///
/// assert_eq!(average_error_m(200.0, 1).round(), 400.0); // one draw: 2·b
/// assert_eq!(average_error_m(200.0, 30).round(), 79.0);
/// ```
#[must_use]
pub fn average_error_m(scale_m: f64, draws: u32) -> f64 {
    let n = f64::from(draws);
    scale_m / n * (0.5 * PI.ln() + libm::lgamma((3.0 * n + 1.0) / 2.0) - libm::lgamma(1.5 * n)).exp()
}
