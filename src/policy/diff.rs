//! [`PolicyChange`]: what another version of a policy says differently, in plain sentences.

use core::fmt;
use litemap::LiteMap;
use std::time::Duration;

use serde::Serialize;

use super::purpose::{Keep, Mechanism, Repeat};
use super::span::written;
use super::words::length;
use super::{Ceiling, Destination, Floor, Partition, Policy, Purpose};
use crate::Accounting;

/// Whether a change lets more be told, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Telling {
    /// More, finer, more often, or to more.
    More,
    /// Less of it.
    Less,
    /// Neither can be said.
    Other,
}

/// One thing that a policy says differently from another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PolicyChange {
    /// What it is about, such as "weather to eu".
    pub about: String,
    /// What of it, such as "the grid".
    pub what: String,
    /// What the first policy says; `None` if nothing.
    pub from: Option<String>,
    /// What the second policy says; `None` if nothing.
    pub to: Option<String>,
    /// Whether more is told by the second.
    pub telling: Telling,
}

/// One sentence without its end, such as "weather to eu: the grid was h3:7 and is h3:8: tells more".
impl fmt::Display for PolicyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { about, what, from, to, telling } = self;
        match (from, to) {
            (Some(from), Some(to)) => write!(f, "{about}: {what} was {from} and is {to}")?,
            (None, Some(to)) => write!(f, "{about}: {what} is new: {to}")?,
            (Some(from), None) => write!(f, "{about}: {what} is gone: {from}")?,
            (None, None) => write!(f, "{about}: {what}")?,
        }
        f.write_str(match telling {
            Telling::More => ": tells more",
            Telling::Less => ": tells less",
            Telling::Other => "",
        })
    }
}

/// A thing that a policy says.
struct Said {
    text: String,
    /// How much is told by it, where that can be compared.
    tells: Option<f64>,
    /// What its being there at all does.
    presence: Telling,
}

/// What a policy says, by what it is about.
#[derive(Default)]
struct Sayings(LiteMap<(String, String), Said>);

impl Policy {
    /// What another policy says differently from this one, and whether it tells more, by what it is about: what each purpose
    /// tells each destination, budgets, protection, the user's ceilings. An empty list means that both say the same.
    ///
    /// Each change is looked at by itself: a larger ε tells more, a coarser grid less, and what both together do, only
    /// [`explain`](Self::explain) says.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::{Policy, Telling};
    ///
    /// let text = include_str!("../../examples/policies/weather.toml");
    /// let (before, after) = (Policy::from_toml(text)?, Policy::from_toml(&text.replace("epsilon = 8", "epsilon = 9"))?);
    /// let changes = before.diff(&after);
    /// assert_eq!(changes[0].to_string(), "budget: the most epsilon in 24 h was 8 and is 9: tells more");
    /// assert_eq!((changes.len(), changes[0].telling), (1, Telling::More));
    /// assert!(before.diff(&before).is_empty());
    /// # Ok::<(), hereabouts::PolicyError>(())
    /// ```
    #[must_use]
    pub fn diff(&self, other: &Self) -> Vec<PolicyChange> {
        let (Sayings(mut before), Sayings(after)) = (self.sayings(), other.sayings());
        let mut changes: Vec<_> = after
            .into_iter()
            .filter_map(|(key, now)| {
                let then = before.remove(&key);
                let telling = match &then {
                    Some(then) if then.text == now.text => return None,
                    Some(then) => match then.tells.zip(now.tells) {
                        Some((then, now)) if then < now => Telling::More,
                        Some((then, now)) if then > now => Telling::Less,
                        _ => Telling::Other,
                    },
                    None => now.presence,
                };
                Some(change(key, then.map(|then| then.text), Some(now.text), telling))
            })
            .collect();
        changes.extend(before.into_iter().map(|(key, then)| {
            let telling = match then.presence {
                Telling::More => Telling::Less,
                Telling::Less => Telling::More,
                Telling::Other => Telling::Other,
            };
            change(key, Some(then.text), None, telling)
        }));
        changes.sort_by(|one, two| (&one.about, &one.what).cmp(&(&two.about, &two.what)));
        changes
    }

    fn sayings(&self) -> Sayings {
        let mut said = Sayings::default();
        said.add("protection", "the radius", length(self.radius_m), Some(-self.radius_m), Telling::Other);
        let countries: Vec<_> = self.devices().collect();
        if !countries.is_empty() {
            said.add("protection", "where devices are", countries.join(", "), None, Telling::Less);
        }
        said.add("budget", "the accounting", self.budget().accounting().to_string(), None, Telling::Other);
        if let Some(delta) = self.delta() {
            said.add("budget", "the delta of reports", format!("{delta:e}"), None, Telling::Other);
        }
        let symbol = self.budget().accounting().key();
        for (purpose, window) in self.budget().every_window() {
            let of = purpose.map_or_else(String::new, |purpose| format!(" for {purpose} alone"));
            let what = format!("the most {symbol} in {}{of}", written(window.length()));
            let tells = Some(window.loss().billionths() as f64);
            said.add("budget", &what, window.loss().to_string(), tells, Telling::Less);
        }
        if let Some(retention) = self.receipt_retention() {
            let text = written(retention);
            said.add("receipts", "after what time the device forgets", text, None, Telling::Other);
        }
        if let Some(zones) = self.zones() {
            let text = format!("epsilon {} within {}", zones.epsilon(), length(zones.radius_m()));
            said.add("zones", "how a place is protected", text, None, Telling::Other);
        }
        if let Some(sensitive) = self.sensitive() {
            let (places, floor) = (sensitive.places(), floor_in_words(sensitive.floor()));
            let text = format!("{} of {}: {floor}", places.count(), places.label());
            said.add("sensitive places", "how coarse it is near them", text, None, Telling::Less);
        }
        for (name, ceiling) in self.ceilings() {
            said.add(
                &format!("ceiling {name}"),
                "what a user can choose",
                ceiling_in_words(ceiling),
                None,
                Telling::Other,
            );
        }
        for (name, destination) in self.destinations() {
            said.destination(name, destination);
        }
        for (name, purpose) in self.purposes() {
            said.purpose(name, purpose, self.budget().accounting());
            for (destination_name, destination) in self.destinations() {
                if let Some(told_as) = self.partition_for(name, destination_name) {
                    said.route(&format!("{name} to {destination_name}"), purpose, destination, told_as);
                }
            }
        }
        said
    }
}

fn change((about, what): (String, String), from: Option<String>, to: Option<String>, telling: Telling) -> PolicyChange {
    PolicyChange { about, what, from, to, telling }
}

impl Sayings {
    fn add(&mut self, about: &str, what: &str, text: String, tells: Option<f64>, presence: Telling) {
        self.0.insert((about.to_owned(), what.to_owned()), Said { text, tells, presence });
    }

    fn purpose(&mut self, name: &str, purpose: &Purpose, accounting: Accounting) {
        let noise = match purpose.mechanism() {
            Mechanism::PlanarLaplace { epsilon } => (format!("planar Laplace with epsilon {epsilon}"), Some(epsilon)),
            Mechanism::Gaussian { rho } => (format!("discrete Gaussian with rho {rho}"), None),
        };
        let about = format!("purpose {name}");
        self.add(&about, "the noise", noise.0, noise.1.filter(|_| accounting == Accounting::Pure), Telling::More);
        let repeat = match purpose.repeat() {
            Repeat::Fresh => "a new draw on each tick".to_owned(),
            Repeat::Hold { within_m, epsilon, recall } => {
                format!("hold within {} at epsilon {epsilon}, recall {recall}", length(within_m))
            }
        };
        self.add(&about, "what happens on each tick", repeat, None, Telling::Other);
        let interval = purpose.interval();
        self.add(&about, "the time between ticks", written(interval), Some(-seconds(interval)), Telling::Other);
        self.add(&about, "what it keeps beside place and time", fields(purpose.keep()), None, Telling::Other);
        self.add(
            &about,
            "what it does when the budget is spent",
            purpose.when_spent().to_string(),
            None,
            Telling::Other,
        );
        self.add(&about, "the ceiling until its user chooses", purpose.ceiling().to_owned(), None, Telling::Other);
    }

    fn destination(&mut self, name: &str, destination: &Destination) {
        let about = format!("destination {name}");
        self.add(&about, "the country", destination.jurisdiction().to_owned(), None, Telling::More);
        self.add(&about, "the operator", destination.operator().to_owned(), None, Telling::More);
        let holder = destination.key_holder();
        self.add(&about, "who can open what is stored", holder.to_owned(), None, Telling::Other);
        #[cfg(feature = "seal")]
        if let Some(key) = destination.seal_to() {
            self.add(&about, "the key that it is sealed to", key.to_string(), None, Telling::Other);
        }
        if let Some(floor) = destination.floor() {
            self.add(&about, "the floor", floor_in_words(floor), None, Telling::Other);
        }
        if let Some(interval) = destination.interval() {
            self.add(&about, "the least time between releases", written(interval), None, Telling::Other);
        }
        if let Some(keep) = destination.keep() {
            self.add(&about, "the only fields that it may get", fields(keep), None, Telling::Other);
        }
        let retention = destination.retention();
        let tells = retention.map_or(f64::INFINITY, |retention| retention.as_secs_f64());
        let text = retention.map_or_else(|| "for ever, by what it says".to_owned(), written);
        self.add(&about, "how long it says that it keeps this", text, Some(tells), Telling::Other);
    }

    /// What one destination gets for one purpose.
    fn route(&mut self, about: &str, purpose: &Purpose, destination: &Destination, told_as: &Partition) {
        // Only grids of one kind can be compared by their smallest cells: others differ in shape as well.
        match told_as {
            Partition::Cells(grid) => {
                self.add(about, "the grid", grid.to_string(), Some(-grid.smallest_area_m2()), Telling::More);
            }
            Partition::Places(places) => {
                let text = format!("{} of {} of {}", places.count_named(), places.count(), places.label());
                self.add(about, "what is named", text, None, Telling::More);
            }
        }
        let interval = destination.interval_for(purpose);
        self.add(about, "how often", format!("every {}", written(interval)), Some(-seconds(interval)), Telling::More);
        let bucket = purpose.time_bucket();
        self.add(about, "how exact the time", format!("to {}", written(bucket)), Some(-seconds(bucket)), Telling::More);
        for field in destination.keep_for(purpose).names() {
            self.add(about, &format!("the {field}"), "kept, without noise".to_owned(), None, Telling::More);
        }
    }
}

/// Each of its tests as it is written, also those that others make idle.
fn floor_in_words(floor: &Floor) -> String {
    let tests = [
        floor.area_km2.map(|area_km2| format!("{area_km2} km²")),
        floor.radius_m.map(|radius_m| format!("a circle of {radius_m} m radius")),
        floor.decimals.map(|decimals| format!("{decimals} decimals")),
        floor.preset.map(|preset| format!("preset {preset}")),
        floor.refuses.then(|| "or the policy is refused".to_owned()),
    ];
    tests.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn fields(keep: Keep) -> String {
    let names = keep.names();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn seconds(span: Duration) -> f64 {
    span.as_secs_f64()
}

fn ceiling_in_words(ceiling: &Ceiling) -> String {
    let interval = ceiling.interval().map_or_else(String::new, |interval| format!("; every {}", written(interval)));
    let keep = ceiling.keep().map_or_else(String::new, |keep| format!("; {} kept", fields(keep)));
    format!("{}{interval}{keep}", floor_in_words(ceiling.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEATHER: &str = include_str!("../../examples/policies/weather.toml");

    fn said(changes: &[(&str, &str)]) -> Vec<String> {
        let before = Policy::from_toml(WEATHER).unwrap();
        let text = changes.iter().fold(WEATHER.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        before.diff(&Policy::from_toml(&text).unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_change_is_one_sentence_that_says_whether_more_is_told() {
        let cases = [
            (("radius_m = 200", "radius_m = 300"), "protection: the radius was 200 m and is 300 m: tells less"),
            (
                ("epsilon = 1.2", "epsilon = 1.5"),
                "purpose weather: the noise was planar Laplace with epsilon 1.2 and is planar Laplace with epsilon 1.5: tells more",
            ),
            (
                ("interval = \"15min\"", "interval = \"30min\""),
                "weather to cn: how often was every 15 min and is every 30 min: tells less",
            ),
            (("keep = []", "keep = [\"speed\"]"), "weather to cn: the speed is new: kept, without noise: tells more"),
            (
                ("retention = \"30d\"", ""),
                "destination eu: how long it says that it keeps this was 30 d and is for ever, by what it says: tells more",
            ),
            (("area_km2 = 1.0", "area_km2 = 10.0"), "weather to eu: the grid was h3:7 and is h3:6: tells less"),
            (
                ("recall = 16", "recall = 8"),
                "purpose weather: what happens on each tick was hold within 10 km at epsilon 0.5, recall 16 and is hold within 10 km at epsilon 0.5, recall 8",
            ),
            (
                ("version = 1", "version = 1\n[receipts]\nretention = \"90d\""),
                "receipts: after what time the device forgets is new: 90 d",
            ),
            (("jurisdiction = \"CN\"", "jurisdiction = \"HK\""), "destination cn: the country was CN and is HK"),
            (
                (
                    "[purposes.weather]",
                    "[[budget]]\nepsilon = 2\nwindow = \"6h\"\npurpose = \"weather\"\n[purposes.weather]",
                ),
                "budget: the most epsilon in 6 h for weather alone is new: 2: tells less",
            ),
        ];
        for (change, sentence) in cases {
            let said = said(&[change]);
            assert!(said.iter().any(|said| said == sentence), "{said:#?} has no {sentence}");
        }
    }

    #[test]
    fn a_new_destination_tells_more_and_one_that_is_gone_less() {
        let two = Policy::from_toml(WEATHER).unwrap();
        let one = Policy::from_toml(WEATHER.split_once("[destinations.cn]").unwrap().0).unwrap();
        let telling = |changes: Vec<PolicyChange>| changes.iter().map(|change| change.telling).collect::<Vec<_>>();
        let (more, less) = (telling(one.diff(&two)), telling(two.diff(&one)));
        assert!(more.contains(&Telling::More) && !more.contains(&Telling::Less), "{more:?}");
        assert!(less.contains(&Telling::Less) && !less.contains(&Telling::More), "{less:?}");
    }

    #[test]
    fn the_same_policy_has_no_change() {
        assert_eq!(said(&[]), Vec::<String>::new());
        assert_eq!(said(&[("# A weather app", "# An app")]), Vec::<String>::new());
    }
}
