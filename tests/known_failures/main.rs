//! Ideas that went wrong elsewhere, and the attack that breaks each: run against the flawed idea, written here so that
//! the attack is seen to work, and against this crate, where the same attack must come to nothing.
//!
//! `cargo test --all-features --test known_failures -- --nocapture` prints the figures that `docs/guarantees.md` states.
//!
//! False alarms: where chance has a say, a comment at the assertion computes how often it would fail a correct build,
//! over all seeds. They add up to less than 2·10⁻⁷ a run:
//!
//! | test | at most |
//! | --- | --- |
//! | `radius_lattice` | 7·10⁻⁹ |
//! | `earth_centred` | 4·10⁻⁹ |
//! | `fixed_offset` | 10⁻¹¹ |
//! | `one_bearing` | 7·10⁻⁸ |
//! | `rounded_jitter` | 2·10⁻⁸ |
//! | `averaging`, six figures | 10⁻¹¹ |
//! | `averaging`, a day at home | 3·10⁻¹⁰ |
//! | `zone_circle` | 4·10⁻⁸ |
//!
//! Seeds are fixed, so that a run that passes goes on passing until something changes.

#[path = "../support/mod.rs"]
mod support;

mod world;

mod averaging;
mod copied_times;
mod distance_budget;
mod earth_centred;
mod fixed_offset;
#[cfg(feature = "sqlite")]
mod forgotten_budget;
mod longitude_step;
mod one_bearing;
mod radius_lattice;
mod rounded_jitter;
mod short_tail;
mod zone_circle;
