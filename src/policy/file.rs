//! The tables of a policy file, as they are written: types alone. Whether the numbers make sense is for
//! [`Policy::new`](super::Policy::new) to say, which policies built in code pass through as well.

mod grid;

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use self::grid::GridTable;
use super::ceiling::Ceiling;
use super::destination::Destination;
use super::document::Node;
use super::error::Fault;
use super::files::{Files, places};
use super::floor::FloorTable;
use super::jurisdiction::CODES;
use super::length::Length;
use super::named::Named;
use super::purpose::{Keep, Mechanism, Purpose, Repeat, WhenSpent};
use super::sensitive::Sensitive;
use super::span::Span;
use crate::Accounting;

/// The one version of the format.
const VERSION: i64 = 1;

/// A policy: what may be told about where a device is, for which purposes, and to which destinations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(title = "Hereabouts policy")]
pub(super) struct PolicyTable {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    #[expect(dead_code, reason = "checked before the tables are read")]
    version: i64,
    pub(super) protection: ProtectionTable,
    #[schemars(with = "AccountingTable")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) accounting: Option<AccountingTable>,
    /// One or more windows; all must hold, and no two may be of one length.
    #[schemars(length(min = 1))]
    pub(super) budget: Vec<WindowTable>,
    #[schemars(with = "ReceiptsTable")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) receipts: Option<ReceiptsTable>,
    #[schemars(with = "ZonesTable")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) zones: Option<ZonesTable>,
    #[schemars(with = "SensitiveTable")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sensitive: Option<SensitiveTable>,
    /// What the app wants the location for, by name.
    #[schemars(with = "BTreeMap<String, PurposeTable>", extend("minProperties" = 1, "propertyNames" = {"pattern": "^[A-Za-z0-9_-]{1,64}$"}))]
    pub(super) purposes: Named<PurposeTable>,
    /// What a user can choose as the most that is told for a purpose, by name. `off` and `precise` are always there.
    #[schemars(with = "BTreeMap<String, CeilingTable>", extend("propertyNames" = {"pattern": "^[A-Za-z0-9_-]{1,64}$"}))]
    #[serde(default)]
    pub(super) ceilings: Named<CeilingTable>,
    /// Where releases go, by name.
    #[schemars(with = "BTreeMap<String, DestinationTable>", extend("minProperties" = 1, "propertyNames" = {"pattern": "^[A-Za-z0-9_-]{1,64}$"}))]
    pub(super) destinations: Named<DestinationTable>,
}

/// What is protected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct ProtectionTable {
    /// Two places nearer than this, in metres, must look alike; every epsilon is the privacy loss at this distance.
    #[schemars(extend("exclusiveMinimum" = 0, "examples" = [200]))]
    pub(super) radius_m: f64,
    /// The countries that the devices are in. What a law of theirs calls precise may not go where that law forbids it,
    /// sealed or not: 28 CFR 202 and PADFA for devices in the US.
    #[schemars(with = "Vec<Jurisdiction>", length(min = 1))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) devices: Option<Vec<String>>,
}

/// What the device's own ledger remembers of what it released.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct ReceiptsTable {
    /// After this time the ledger forgets where a release was. When, to whom and at what loss stays.
    pub(super) retention: Span,
}

/// How the places that the user protects are noised, each by one draw for life. Without it none can be protected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct ZonesTable {
    /// The privacy loss of the one draw for a place, at the protected radius.
    #[schemars(extend("exclusiveMinimum" = 0, "examples" = [0.5]))]
    pub(super) epsilon: f64,
    /// What around a place is protected with it.
    pub(super) radius: Length,
}

/// Places that a law calls sensitive, or the app's authors do: a cell that comes near one becomes a coarser one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct SensitiveTable {
    /// A GeoJSON collection of polygons, by its path from the folder of the policy.
    #[schemars(extend("examples" = ["clinics.geojson"]))]
    file: String,
    /// The least size of a cell that comes near one.
    floor: FloorTable,
}

impl SensitiveTable {
    pub(super) fn sensitive(&self, files: &mut Files<'_>) -> Result<Sensitive, Fault> {
        Ok(Sensitive::new(places(&self.file, None, files)?, self.floor.floor()))
    }
}

/// What losses are counted in, for all purposes and windows together; pure epsilon if it is not said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table with a `kind`")]
#[schemars(tag = "kind")]
pub(super) enum AccountingTable {
    /// Pure differential privacy: budgets are epsilons, and only planar Laplace noise has a loss.
    Pure {},
    /// Zero-concentrated differential privacy: budgets are rhos; a pure epsilon counts half its square.
    Zcdp {
        /// The delta for which reports translate a sum of rhos into an epsilon. Nothing is charged by it.
        #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1, "examples" = [1e-9]))]
        #[serde(default = "usual_delta")]
        delta: f64,
    },
}

const fn usual_delta() -> f64 {
    1e-9
}

/// The most privacy loss in any span of time of one length: `epsilon` in pure accounting, `rho` in zcdp.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(extend("oneOf" = [{"required": ["epsilon"]}, {"required": ["rho"]}]))]
pub(super) struct WindowTable {
    /// The most privacy loss in any span of the window's length, in pure accounting.
    #[schemars(with = "f64", extend("exclusiveMinimum" = 0, "maximum" = 9e9, "examples" = [8]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
    /// The most privacy loss in any span of the window's length, in zcdp accounting.
    #[schemars(with = "f64", extend("exclusiveMinimum" = 0, "maximum" = 9e9, "examples" = [1]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rho: Option<f64>,
    pub(super) window: Span,
    /// The purpose whose losses alone the window counts; those of all purposes together, if it is not said.
    #[schemars(with = "String")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) purpose: Option<String>,
}

/// One purpose: how noisy, how coarse, how often.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct PurposeTable {
    mechanism: MechanismTable,
    repeat: RepeatTable,
    grid: GridTable,
    /// The time between ticks: one decision on each.
    interval: Span,
    /// The span that a release's time is told to: at most 24 h, which it divides.
    time_bucket: Span,
    /// What goes out beside place and time, without noise.
    #[serde(default)]
    keep: Vec<Field>,
    #[schemars(with = "WhenSpentTable")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when_spent: Option<WhenSpentTable>,
    /// The ceiling that the purpose is under until its user chooses one; `precise`, if it is not said.
    #[schemars(with = "String")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ceiling: Option<String>,
}

/// What a user can choose as the most that is told for a purpose. It wins where it is the coarser.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct CeilingTable {
    floor: FloorTable,
    /// The least time between two releases to a destination.
    #[schemars(with = "Span")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval: Option<Span>,
    /// The only fields that may still go; all that the purpose keeps, if it is not said.
    #[schemars(with = "Vec<Field>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keep: Option<Vec<Field>>,
}

/// What happens on a tick for which the budget has no room; "hold" if `repeat` is hold, else "withhold", if it is not said.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum WhenSpentTable {
    /// Nothing goes out.
    Withhold,
    /// The last release stands, unasked, wherever one is.
    Hold,
}

/// The noise.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table with a `kind`")]
#[schemars(tag = "kind")]
enum MechanismTable {
    /// Planar Laplace noise (geo-indistinguishability).
    PlanarLaplace {
        /// The privacy loss of one draw, at the protected radius.
        #[schemars(extend("exclusiveMinimum" = 0, "examples" = [0.5]))]
        epsilon: f64,
    },
    /// Discrete Gaussian noise, for zcdp accounting: its loss grows with the square of the distance.
    Gaussian {
        /// The privacy loss of one draw, at the protected radius.
        #[schemars(extend("exclusiveMinimum" = 0, "examples" = [0.1]))]
        rho: f64,
    },
}

/// What happens on each tick after the first draw.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table with a `kind`")]
#[schemars(tag = "kind")]
enum RepeatTable {
    /// A new draw on each tick, each charged.
    Fresh {},
    /// The draw stands while a noisy test says that one is still near it; a stay is charged once, however long.
    Hold {
        /// What "near" means: a move well below this goes unnoticed.
        within: Length,
        /// The privacy loss of a stay, and of a recall, at the protected radius.
        #[schemars(extend("exclusiveMinimum" = 0, "examples" = [0.5]))]
        epsilon: f64,
        /// How many of the last draws may be recalled instead of a new one being made; none if it is not said.
        #[schemars(range(max = 64), extend("examples" = [16]))]
        #[serde(default)]
        recall: u8,
    },
}

/// A field of a fix that may be kept beside place and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Field {
    Altitude,
    Speed,
    Course,
}

/// Where releases go, and under whose rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct DestinationTable {
    #[schemars(with = "Jurisdiction")]
    jurisdiction: String,
    /// Who runs it.
    #[schemars(length(min = 1, max = 200))]
    operator: String,
    /// Who can open what is stored there; the operator, if it is not said.
    #[schemars(with = "String", length(min = 1, max = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<String>,
    /// The public key, of which `keys` names the holder, that everything is sealed to: what `hereabouts keygen` prints.
    #[schemars(with = "String", regex(pattern = "^[A-Za-z0-9_-]{43}$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal_to: Option<String>,
    #[schemars(with = "FloorTable")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    floor: Option<FloorTable>,
    /// How long the operator says that it keeps what it gets.
    #[schemars(with = "Span")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retention: Option<Span>,
    /// The least time between two releases to it; as often as the purpose has one, if it is not said.
    #[schemars(with = "Span")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval: Option<Span>,
    /// The only fields that may go there beside place and time; all that the purpose keeps, if it is not said.
    #[schemars(with = "Vec<Field>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keep: Option<Vec<Field>>,
}

/// The schema of a jurisdiction.
struct Jurisdiction;

impl JsonSchema for Jurisdiction {
    fn schema_name() -> Cow<'static, str> {
        "Jurisdiction".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A country: ISO 3166-1 alpha-2. Of a destination, the one whose law reaches the operator.",
            "type": "string",
            "enum": CODES.as_slice(),
        })
    }
}

impl PolicyTable {
    pub(super) fn read(document: &Node) -> Result<Self, Fault> {
        // A later version may mean anything by its keys: it is the first thing to say.
        if let Some(version) = document.get("version").filter(|version| **version != Node::Integer(VERSION)) {
            let what = format!("version {} is not known", version.described());
            return Err(Fault::new(what, "`version = 1`").under("version"));
        }
        Self::deserialize(document)
    }
}

impl PurposeTable {
    pub(super) fn purpose(&self, files: &mut Files<'_>) -> Result<Purpose, Fault> {
        let mechanism = match self.mechanism {
            MechanismTable::PlanarLaplace { epsilon } => Mechanism::PlanarLaplace { epsilon },
            MechanismTable::Gaussian { rho } => Mechanism::Gaussian { rho },
        };
        let repeat = match self.repeat {
            RepeatTable::Fresh {} => Repeat::Fresh,
            RepeatTable::Hold { within, epsilon, recall } => {
                Repeat::Hold { within_m: within.0 as f64, epsilon, recall }
            }
        };
        let keep = keep(&self.keep);
        let grid = self.grid.partition(files).map_err(|fault| fault.under("grid"))?;
        let purpose = Purpose::new(mechanism, repeat, grid, self.interval.0, self.time_bucket.0).with_keep(keep);
        let purpose = self.ceiling.as_ref().map_or(purpose.clone(), |ceiling| purpose.with_ceiling(ceiling));
        Ok(match self.when_spent {
            None => purpose,
            Some(WhenSpentTable::Withhold) => purpose.with_when_spent(WhenSpent::Withhold),
            Some(WhenSpentTable::Hold) => purpose.with_when_spent(WhenSpent::Hold),
        })
    }
}

fn keep(fields: &[Field]) -> Keep {
    let kept = |field| fields.contains(&field);
    Keep { altitude: kept(Field::Altitude), speed: kept(Field::Speed), course: kept(Field::Course) }
}

impl CeilingTable {
    pub(super) fn ceiling(&self) -> Ceiling {
        let ceiling = Ceiling::new(self.floor.floor());
        let ceiling = self.interval.map_or(ceiling, |interval| ceiling.with_interval(interval.0));
        self.keep.as_ref().map_or(ceiling, |fields| ceiling.with_keep(keep(fields)))
    }
}

impl WindowTable {
    /// The most loss in the window, under the key that the accounting wants.
    pub(super) fn loss(&self, accounting: Accounting) -> Result<f64, Fault> {
        let (asked, other, example) = match accounting {
            Accounting::Zcdp => (self.rho, self.epsilon.and(Some("epsilon")), "`rho = 1`"),
            Accounting::Pure => (self.epsilon, self.rho.and(Some("rho")), "`epsilon = 8`"),
        };
        match (asked, other) {
            (Some(loss), None) => Ok(loss),
            (_, Some(other)) => {
                let what = format!("`{other}` is no budget in {accounting} accounting");
                let expected = match accounting {
                    Accounting::Zcdp => format!("{example}, or a policy without `accounting`"),
                    Accounting::Pure => format!("{example}, or a table `accounting` with `kind = \"zcdp\"`"),
                };
                Err(Fault::new(what, expected).under(other))
            }
            (None, None) => Err(Fault::new(
                format!("missing key `{}`", accounting.key()),
                format!("a number above zero, such as {example}"),
            )),
        }
    }
}

impl DestinationTable {
    pub(super) fn destination(&self) -> Result<Destination, Fault> {
        let mut destination = Destination::new(&self.jurisdiction, &self.operator);
        if let Some(keys) = &self.keys {
            destination = destination.with_keys(keys);
        }
        if let Some(floor) = &self.floor {
            destination = destination.with_floor(floor.floor());
        }
        if let Some(retention) = self.retention {
            destination = destination.with_retention(retention.0);
        }
        if let Some(interval) = self.interval {
            destination = destination.with_interval(interval.0);
        }
        if let Some(fields) = &self.keep {
            destination = destination.with_keep(keep(fields));
        }
        match &self.seal_to {
            Some(key) => sealed(destination, key).map_err(|fault| fault.under("seal_to")),
            None => Ok(destination),
        }
    }
}

#[cfg(feature = "seal")]
fn sealed(destination: Destination, key: &str) -> Result<Destination, Fault> {
    let key = key.parse().map_err(|error: crate::seal::KeyError| {
        let text = error.to_string();
        let (what, expected) = text.split_once(": give ").unwrap_or((&text, "a public key"));
        Fault::new(what, expected)
    })?;
    Ok(destination.with_seal_to(key))
}

/// To ignore the key would be to promise what is not done.
#[cfg(not(feature = "seal"))]
fn sealed(_: Destination, _: &str) -> Result<Destination, Fault> {
    Err(Fault::new(
        "`seal_to` cannot be honoured: this build does not seal, and the operator could read what it gets",
        "a build with the feature `seal`, or a destination without `seal_to`",
    ))
}

/// How a missing key could be written.
pub(super) fn example(key: &str) -> Option<&'static str> {
    Some(match key {
        "version" => "`version = 1`",
        "protection" => "a table `protection` with `radius_m`",
        "radius_m" => "a distance in metres, such as `radius_m = 200`",
        "budget" => "one or more windows, such as `epsilon = 8` in `window = \"24h\"`",
        "window" => "a span of time, such as `window = \"24h\"`",
        "floor" => "the least size of a cell, such as `floor = { area_km2 = 100 }`",
        "retention" => "a span of time, such as `retention = \"90d\"`",
        "purposes" => "one or more tables `purposes.NAME`",
        "destinations" => "one or more tables `destinations.NAME`",
        "epsilon" => "a number above zero, such as `epsilon = 0.5`",
        "rho" => "a number above zero, such as `rho = 0.1`",
        "mechanism" => "the noise, such as `mechanism = { kind = \"planar-laplace\", epsilon = 0.5 }`",
        "repeat" => {
            "what happens on each tick, such as `repeat = { kind = \"hold\", within = \"10km\", epsilon = 0.5, recall = 16 }`"
        }
        "radius" => "a length, such as `radius = \"300m\"`",
        "within" => "a length, such as `within = \"10km\"`",
        "grid" => "a grid, such as `grid = { kind = \"h3\", resolution = 6 }`",
        "interval" => "the time between ticks, such as `interval = \"1h\"`",
        "time_bucket" => "the span that times are told to, such as `time_bucket = \"1h\"`",
        "jurisdiction" => "a country by ISO 3166-1, such as `jurisdiction = \"DE\"`",
        "operator" => "who runs it, such as `operator = \"Example Weather GmbH\"`",
        "edge_m" => "a length in metres, such as `edge_m = 2000`",
        "places" => "digits after the point, such as `places = 2`",
        "length" => "the length of a code, such as `length = 4`",
        "resolution" => "a resolution from 0 to 12, such as `resolution = 6`",
        "file" => "a GeoJSON file, such as `file = \"places.geojson\"`",
        "level" => "a level from 0 to 20, such as `level = 12`",
        _ => return None,
    })
}
