//! [`Preset`]: floors by name, each with the law or the rule of a store that its figure is from.

use core::f64::consts::PI;
use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::test::FloorTest;

/// Metres in a foot (international foot, exact).
const FOOT_M: f64 = 0.3048;

/// A floor by name: the threshold below which a law or a store calls a location precise. Numbers, not legal advice:
/// `docs/floors.md` says what each is, where it is from, and what it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Preset {
    /// The area of a circle with a radius of 1,850 feet (0.9989 km²), Cal. Civ. Code § 1798.140(w).
    California,
    /// A radius of 1,750 feet (533.4 m), Conn. Gen. Stat. § 42-515.
    Connecticut,
    /// A radius of 1,750 feet (533.4 m), 6 Del. C. § 12D-102.
    Delaware,
    /// A radius of 1,750 feet (533.4 m), Ind. Code § 24-15-2-20.
    Indiana,
    /// A radius of 1,750 feet (533.4 m), Iowa Code § 715D.1.
    Iowa,
    /// A radius of 1,750 feet (533.4 m), Ky. Rev. Stat. § 367.3611.
    Kentucky,
    /// A radius of 1,750 feet (533.4 m), Md. Code, Com. Law § 14-4701.
    Maryland,
    /// Two digits after the point: below "more than three decimal degrees", Minn. Stat. § 325M.11.
    Minnesota,
    /// A radius of 1,750 feet (533.4 m), Mont. Code § 30-14-2802.
    Montana,
    /// A radius of 1,750 feet (533.4 m), Neb. Rev. Stat. § 87-1102.
    Nebraska,
    /// A radius of 1,750 feet (533.4 m), N.H. Rev. Stat. § 507-H:1.
    NewHampshire,
    /// A radius of 1,750 feet (533.4 m), N.J. Stat. § 56:8-166.4.
    NewJersey,
    /// A radius of 1,750 feet (533.4 m), Or. Rev. Stat. § 646A.570.
    Oregon,
    /// A radius of 1,750 feet (533.4 m), R.I. Gen. Laws § 6-48.1-2.
    RhodeIsland,
    /// A radius of 1,750 feet (533.4 m), Tenn. Code § 47-18-3302.
    Tennessee,
    /// A radius of 1,750 feet (533.4 m), Tex. Bus. & Com. Code § 541.001.
    Texas,
    /// A radius of 1,750 feet (533.4 m), Utah Code § 13-61-101.
    Utah,
    /// A radius of 1,750 feet (533.4 m), Va. Code § 59.1-575.
    Virginia,
    /// A radius of 1,000 m, 28 CFR 202.242: U.S. data and countries of concern.
    #[serde(rename = "28-cfr-202")]
    Cfr28Part202,
    /// A radius of 1,850 feet (563.88 m), PADFA (Pub. L. 118-50, div. I, § 2; 15 U.S.C. 9901): U.S. data and foreign adversaries.
    Padfa,
    /// An area of 3 km²: approximate location in Google Play's data safety form.
    GooglePlay,
    /// Two digits after the point: App Store privacy details call a place with three or more precise.
    Apple,
    /// The strictest of all of the above.
    All,
}

/// What a preset is called, asks for, and is from.
struct Law {
    name: &'static str,
    test: FloorTest,
    source: &'static str,
}

impl Preset {
    /// Every preset.
    pub const EVERY: [Self; 23] = [
        Self::California,
        Self::Connecticut,
        Self::Delaware,
        Self::Indiana,
        Self::Iowa,
        Self::Kentucky,
        Self::Maryland,
        Self::Minnesota,
        Self::Montana,
        Self::Nebraska,
        Self::NewHampshire,
        Self::NewJersey,
        Self::Oregon,
        Self::RhodeIsland,
        Self::Tennessee,
        Self::Texas,
        Self::Utah,
        Self::Virginia,
        Self::Cfr28Part202,
        Self::Padfa,
        Self::GooglePlay,
        Self::Apple,
        Self::All,
    ];

    /// What it asks for, and which preset does: of [`All`](Self::All), what every other asks for.
    pub fn tests(self) -> impl Iterator<Item = (Self, FloorTest)> {
        Self::EVERY
            .into_iter()
            .filter(move |preset| self == Self::All || self == *preset)
            .filter_map(|preset| Some((preset, preset.law()?.test)))
    }

    /// Where the figure is from: the section of the law, or the rule of the store.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.law().map_or("the strictest of all of them", |law| law.source)
    }

    /// The countries, by ISO 3166-1, to which the law restricts what may go; none where a law asks for no country.
    #[must_use]
    pub const fn countries(self) -> &'static [&'static str] {
        match self {
            // 28 CFR 202.601; China with Hong Kong and Macau by 202.208.
            Self::Cfr28Part202 => &["CN", "HK", "MO", "CU", "IR", "KP", "RU", "VE"],
            // 10 U.S.C. 4872(f)(2), which PADFA cites as (d)(2). It names China: Hong Kong and Macau are read as parts of it, which is the stricter reading.
            Self::Padfa => &["CN", "HK", "MO", "IR", "KP", "RU"],
            _ => &[],
        }
    }

    const fn law(self) -> Option<Law> {
        Some(match self {
            Self::California => {
                Law { name: "california", test: circle(1_850.0), source: "Cal. Civ. Code § 1798.140(w)" }
            }
            Self::Connecticut => within("connecticut", 1_750.0, "Conn. Gen. Stat. § 42-515"),
            Self::Delaware => within("delaware", 1_750.0, "6 Del. C. § 12D-102"),
            Self::Indiana => within("indiana", 1_750.0, "Ind. Code § 24-15-2-20"),
            Self::Iowa => within("iowa", 1_750.0, "Iowa Code § 715D.1"),
            Self::Kentucky => within("kentucky", 1_750.0, "Ky. Rev. Stat. § 367.3611"),
            Self::Maryland => within("maryland", 1_750.0, "Md. Code, Com. Law § 14-4701"),
            Self::Minnesota => digits("minnesota", "Minn. Stat. § 325M.11"),
            Self::Montana => within("montana", 1_750.0, "Mont. Code § 30-14-2802"),
            Self::Nebraska => within("nebraska", 1_750.0, "Neb. Rev. Stat. § 87-1102"),
            Self::NewHampshire => within("new-hampshire", 1_750.0, "N.H. Rev. Stat. § 507-H:1"),
            Self::NewJersey => within("new-jersey", 1_750.0, "N.J. Stat. § 56:8-166.4"),
            Self::Oregon => within("oregon", 1_750.0, "Or. Rev. Stat. § 646A.570"),
            Self::RhodeIsland => within("rhode-island", 1_750.0, "R.I. Gen. Laws § 6-48.1-2"),
            Self::Tennessee => within("tennessee", 1_750.0, "Tenn. Code § 47-18-3302"),
            Self::Texas => within("texas", 1_750.0, "Tex. Bus. & Com. Code § 541.001"),
            Self::Utah => within("utah", 1_750.0, "Utah Code § 13-61-101"),
            Self::Virginia => within("virginia", 1_750.0, "Va. Code § 59.1-575"),
            Self::Cfr28Part202 => {
                Law { name: "28-cfr-202", test: FloorTest::Radius { least_m: 1_000.0 }, source: "28 CFR 202.242" }
            }
            Self::Padfa => within("padfa", 1_850.0, "Pub. L. 118-50, div. I, § 2"),
            Self::GooglePlay => {
                let source = "Google Play, data safety: approximate location";
                Law { name: "google-play", test: FloorTest::Area { least_m2: 3e6 }, source }
            }
            Self::Apple => digits("apple", "App Store, privacy details: precise location"),
            Self::All => return None,
        })
    }
}

/// No area smaller than that of a circle with a radius in feet.
const fn circle(feet: f64) -> FloorTest {
    let radius_m = feet * FOOT_M;
    FloorTest::Area { least_m2: PI * radius_m * radius_m }
}

/// A law that calls precise what places someone within a radius in feet.
const fn within(name: &'static str, feet: f64, source: &'static str) -> Law {
    Law { name, test: FloorTest::Radius { least_m: feet * FOOT_M }, source }
}

/// A rule that calls three printed digits precise, or more than three.
const fn digits(name: &'static str, source: &'static str) -> Law {
    Law { name, test: FloorTest::Digits { most: 2 }, source }
}

/// The name as the policy file writes it.
impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.law().map_or("all", |law| law.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Floor;

    #[test]
    fn presets_carry_the_published_thresholds() {
        let floor = |preset| Floor::none().with_preset(preset);
        let area = |preset| floor(preset).least_area_m2();
        assert_eq!(area(Preset::California).map(|area_m2| (area_m2 / 100.0).round() / 1e4), Some(0.9989));
        assert_eq!(area(Preset::GooglePlay), Some(3e6));
        let radius = |preset| floor(preset).least_radius_m().map(|radius_m| (radius_m * 100.0).round() / 100.0);
        assert_eq!(radius(Preset::Padfa), Some(563.88));
        assert_eq!(radius(Preset::Cfr28Part202), Some(1_000.0));
        let states = Preset::EVERY.into_iter().filter(|preset| radius(*preset) == Some(533.4));
        assert_eq!(states.count(), 16);
        assert_eq!([Preset::Minnesota, Preset::Apple].map(|preset| floor(preset).most_decimals()), [Some(2); 2]);
        let all = floor(Preset::All);
        assert_eq!(
            (all.least_area_m2(), all.least_radius_m(), all.most_decimals()),
            (Some(3e6), Some(1_000.0), Some(2))
        );
    }

    #[test]
    fn every_preset_is_printed_as_the_file_writes_it_and_asks_for_one_thing() {
        for preset in Preset::EVERY {
            assert_eq!(serde_json::to_value(preset).unwrap(), preset.to_string());
            let tests: Vec<_> = preset.tests().collect();
            if preset == Preset::All {
                assert_eq!(tests.len(), Preset::EVERY.len() - 1);
            } else {
                assert!(matches!(tests[..], [(only, _)] if only == preset));
            }
        }
    }

    #[test]
    fn the_countries_of_a_law_are_in_the_standard() {
        let named: Vec<_> = Preset::EVERY.into_iter().filter(|preset| !preset.countries().is_empty()).collect();
        assert_eq!(named, [Preset::Cfr28Part202, Preset::Padfa]);
        assert!(Preset::Padfa.countries().iter().all(|code| Preset::Cfr28Part202.countries().contains(code)));
        for preset in Preset::EVERY {
            assert!(preset.countries().iter().all(|code| crate::policy::jurisdiction::is_known(code)));
        }
    }
}
