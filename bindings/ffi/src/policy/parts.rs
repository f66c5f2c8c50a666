//! [`PolicyParts`]: a policy built in code.
//!
//! The parts are the tables of a policy file, with the same keys; they become such a document and take the road of a file.
//! So both say the same, and what is wrong is said in the same words. Spans are whole seconds here and lengths whole metres,
//! since both languages have types of their own for them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// A policy: what may be told about where a device is, for which purposes, and to which destinations.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PolicyParts {
    /// Two places nearer than this, in metres, must look alike; every epsilon is the privacy loss at this distance.
    pub radius_m: f64,
    /// One or more windows; all must hold.
    pub budgets: Vec<BudgetParts>,
    /// What the app wants the location for, by name.
    pub purposes: HashMap<String, PurposeParts>,
    /// Where releases go, by name.
    pub destinations: HashMap<String, DestinationParts>,
    /// What a user can choose as the most that is told for a purpose, by name. "off" and "precise" are always there.
    #[uniffi(default)]
    pub ceilings: HashMap<String, CeilingParts>,
    /// What losses are counted in; pure epsilon if it is not said.
    #[uniffi(default = None)]
    pub accounting: Option<AccountingParts>,
    /// The countries that the devices are in, ISO 3166-1; empty if it is not said.
    #[uniffi(default = [])]
    pub devices: Vec<String>,
    /// How the places that the user protects are noised. Without it none can be protected.
    #[uniffi(default = None)]
    pub zones: Option<ZonesParts>,
    /// After so many seconds the ledger forgets where a release was; never if it is not said.
    #[uniffi(default = None)]
    pub receipt_retention_s: Option<u64>,
    /// Places near which less is told, whoever asks.
    #[uniffi(default = None)]
    pub sensitive: Option<SensitiveParts>,
    /// The texts of the files that are named here, by those names.
    #[uniffi(default)]
    pub files: HashMap<String, String>,
}

/// Places that a law calls sensitive, or the app's authors do: a cell that comes near one becomes a coarser one.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SensitiveParts {
    /// The name of a file: a GeoJSON collection of polygons.
    pub file: String,
    /// The least size of a cell that comes near one.
    pub floor: FloorParts,
}

/// The most privacy loss in any span of time of one length.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct BudgetParts {
    /// The most loss: ε, or ρ in zcdp accounting.
    pub loss: f64,
    /// The length of the window in seconds.
    pub window_s: u64,
    /// The purpose whose losses alone the window counts; those of all purposes together, if it is not said.
    #[uniffi(default = None)]
    pub purpose: Option<String>,
}

/// What losses are counted in.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
#[non_exhaustive]
pub enum AccountingParts {
    /// Pure differential privacy: budgets are epsilons.
    Pure,
    /// Zero-concentrated differential privacy: budgets are rhos.
    Zcdp {
        /// The delta for which reports translate a sum of rhos into an epsilon.
        delta: f64,
    },
}

/// How the places that the user protects are noised, each by one draw for life.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ZonesParts {
    /// The privacy loss of the one draw for a place.
    pub epsilon: f64,
    /// What around a place is protected with it, in metres.
    pub radius_m: u64,
}

/// One purpose: how noisy, how coarse, how often.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PurposeParts {
    /// The noise.
    pub mechanism: MechanismParts,
    /// What happens on each tick after the first draw.
    pub repeat: RepeatParts,
    /// The partition of the Earth whose cells are told.
    pub grid: GridParts,
    /// The time between ticks, in seconds.
    pub interval_s: u64,
    /// The span that a release's time is told to, in seconds.
    pub time_bucket_s: u64,
    /// What goes out beside place and time, without noise.
    #[uniffi(default = [])]
    pub keep: Vec<KeptField>,
    /// What happens on a tick for which the budget has no room; "hold" if `repeat` is hold, else "withhold", if it is not said.
    #[uniffi(default = None)]
    pub when_spent: Option<WhenSpent>,
    /// The ceiling that the purpose is under until its user chooses one; "precise", if it is not said.
    #[uniffi(default = None)]
    pub ceiling: Option<String>,
}

/// The noise.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
#[non_exhaustive]
pub enum MechanismParts {
    /// Planar Laplace noise (geo-indistinguishability).
    PlanarLaplace {
        /// The privacy loss of one draw, at the protected radius.
        epsilon: f64,
    },
    /// Discrete Gaussian noise, for zcdp accounting.
    Gaussian {
        /// The privacy loss of one draw, at the protected radius.
        rho: f64,
    },
}

/// What happens on each tick after the first draw.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
#[non_exhaustive]
pub enum RepeatParts {
    /// A new draw on each tick, each charged.
    Fresh,
    /// The draw stands while a noisy test says that one is still near it; a stay is charged once, however long.
    Hold {
        /// What "near" means, in metres: a move well below this goes unnoticed.
        within_m: u64,
        /// The privacy loss of a stay, and of a recall, at the protected radius.
        epsilon: f64,
        /// How many of the last draws may be recalled instead of a new one being made.
        recall: u8,
    },
}

/// The partition of the Earth whose cells are told.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
#[non_exhaustive]
pub enum GridParts {
    /// Cells with an edge in metres.
    Metric {
        /// The edge in metres.
        edge_m: f64,
    },
    /// Degrees rounded to decimals.
    Decimal {
        /// Digits after the point.
        places: u8,
    },
    /// Geohash.
    Geohash {
        /// Letters.
        length: u8,
    },
    /// H3 hexagons.
    H3 {
        /// Resolution, 0 (coarsest) to 12.
        resolution: u8,
    },
    /// S2 cells.
    S2 {
        /// Level, 0 (coarsest) to 20.
        level: u8,
    },
    /// Open Location Code (plus codes).
    OpenLocationCode {
        /// Digits of the code.
        length: u8,
    },
    /// Places with names, of which one is told without coordinates if it holds the whole area in which the truth is likely
    /// to lie.
    Places {
        /// The name of a file: a GeoJSON collection of polygons.
        file: String,
        /// The property that holds the name of a place.
        #[uniffi(default = "name")]
        name: String,
    },
}

/// A field of a fix that may be kept beside place and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[non_exhaustive]
pub enum KeptField {
    /// The altitude.
    Altitude,
    /// The speed.
    Speed,
    /// The course.
    Course,
}

/// What happens on a tick for which the budget has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[non_exhaustive]
pub enum WhenSpent {
    /// Nothing goes out.
    Withhold,
    /// The last release stands, unasked, wherever one is.
    Hold,
}

/// The least size of what may go somewhere. Several tests may stand together: the strictest wins.
#[derive(Clone, Debug, Default, PartialEq, uniffi::Record)]
pub struct FloorParts {
    /// The least area of a cell, in square kilometres.
    #[uniffi(default = None)]
    pub area_km2: Option<f64>,
    /// The least radius in metres of a circle that every cell holds around its centre.
    #[uniffi(default = None)]
    pub radius_m: Option<f64>,
    /// The most digits after the point of a printed degree.
    #[uniffi(default = None)]
    pub decimals: Option<u8>,
    /// The threshold of a law or a store, by its name.
    #[uniffi(default = None)]
    pub preset: Option<String>,
    /// Whether a purpose's grid that fails a test is coarsened until it passes; false refuses such a policy.
    #[uniffi(default = true)]
    pub coarsen: bool,
}

/// What a user can choose as the most that is told for a purpose. It wins where it is the coarser.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct CeilingParts {
    /// The least size of what is told.
    pub floor: FloorParts,
    /// The least time between two releases to a destination, in seconds.
    #[uniffi(default = None)]
    pub interval_s: Option<u64>,
    /// The only fields that may still go; all that the purpose keeps, if it is not said.
    #[uniffi(default = None)]
    pub keep: Option<Vec<KeptField>>,
}

/// Where releases go, and under whose rule.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct DestinationParts {
    /// The country whose law reaches the operator, ISO 3166-1 alpha-2.
    pub jurisdiction: String,
    /// Who runs it.
    pub operator: String,
    /// Who can open what is stored there; the operator, if it is not said.
    #[uniffi(default = None)]
    pub keys: Option<String>,
    /// The public key, of which `keys` names the holder, that everything is sealed to.
    #[uniffi(default = None)]
    pub seal_to: Option<String>,
    /// The least size of what may go there.
    #[uniffi(default = None)]
    pub floor: Option<FloorParts>,
    /// How long the operator says that it keeps what it gets, in seconds.
    #[uniffi(default = None)]
    pub retention_s: Option<u64>,
    /// The least time between two releases to it, in seconds.
    #[uniffi(default = None)]
    pub interval_s: Option<u64>,
    /// The only fields that may go there beside place and time; all that the purpose keeps, if it is not said.
    #[uniffi(default = None)]
    pub keep: Option<Vec<KeptField>>,
}

impl PolicyParts {
    /// The policy as the document that a file would hold.
    pub(super) fn document(&self) -> Value {
        let is_zcdp = matches!(self.accounting, Some(AccountingParts::Zcdp { .. }));
        table([
            ("version", Some(json!(1))),
            (
                "protection",
                Some(table([
                    ("radius_m", Some(json!(self.radius_m))),
                    ("devices", (!self.devices.is_empty()).then(|| json!(self.devices))),
                ])),
            ),
            ("accounting", self.accounting.as_ref().map(AccountingParts::document)),
            ("budget", Some(self.budgets.iter().map(|budget| budget.document(is_zcdp)).collect())),
            (
                "receipts",
                self.receipt_retention_s.map(|retention_s| table([("retention", Some(seconds(retention_s)))])),
            ),
            ("zones", self.zones.as_ref().map(ZonesParts::document)),
            ("sensitive", self.sensitive.as_ref().map(SensitiveParts::document)),
            ("purposes", Some(named(&self.purposes, PurposeParts::document))),
            ("ceilings", (!self.ceilings.is_empty()).then(|| named(&self.ceilings, CeilingParts::document))),
            ("destinations", Some(named(&self.destinations, DestinationParts::document))),
        ])
    }
}

impl BudgetParts {
    fn document(&self, is_zcdp: bool) -> Value {
        table([
            (if is_zcdp { "rho" } else { "epsilon" }, Some(json!(self.loss))),
            ("window", Some(seconds(self.window_s))),
            ("purpose", self.purpose.as_ref().map(|purpose| json!(purpose))),
        ])
    }
}

impl AccountingParts {
    fn document(&self) -> Value {
        match self {
            Self::Pure => json!({ "kind": "pure" }),
            Self::Zcdp { delta } => json!({ "kind": "zcdp", "delta": delta }),
        }
    }
}

impl ZonesParts {
    fn document(&self) -> Value {
        json!({ "epsilon": self.epsilon, "radius": metres(self.radius_m) })
    }
}

impl SensitiveParts {
    fn document(&self) -> Value {
        json!({ "file": self.file, "floor": self.floor.document() })
    }
}

impl PurposeParts {
    fn document(&self) -> Value {
        table([
            ("mechanism", Some(self.mechanism.document())),
            ("repeat", Some(self.repeat.document())),
            ("grid", Some(self.grid.document())),
            ("interval", Some(seconds(self.interval_s))),
            ("time_bucket", Some(seconds(self.time_bucket_s))),
            ("keep", Some(fields(&self.keep))),
            ("when_spent", self.when_spent.map(WhenSpent::document)),
            ("ceiling", self.ceiling.as_ref().map(|ceiling| json!(ceiling))),
        ])
    }
}

impl MechanismParts {
    fn document(&self) -> Value {
        match self {
            Self::PlanarLaplace { epsilon } => json!({ "kind": "planar-laplace", "epsilon": epsilon }),
            Self::Gaussian { rho } => json!({ "kind": "gaussian", "rho": rho }),
        }
    }
}

impl RepeatParts {
    fn document(&self) -> Value {
        match self {
            Self::Fresh => json!({ "kind": "fresh" }),
            Self::Hold { within_m, epsilon, recall } => {
                json!({ "kind": "hold", "within": metres(*within_m), "epsilon": epsilon, "recall": recall })
            }
        }
    }
}

impl GridParts {
    fn document(&self) -> Value {
        match self {
            Self::Metric { edge_m } => json!({ "kind": "metric", "edge_m": edge_m }),
            Self::Decimal { places } => json!({ "kind": "decimal", "places": places }),
            Self::Geohash { length } => json!({ "kind": "geohash", "length": length }),
            Self::H3 { resolution } => json!({ "kind": "h3", "resolution": resolution }),
            Self::S2 { level } => json!({ "kind": "s2", "level": level }),
            Self::OpenLocationCode { length } => json!({ "kind": "olc", "length": length }),
            Self::Places { file, name } => json!({ "kind": "places", "file": file, "name": name }),
        }
    }
}

impl WhenSpent {
    fn document(self) -> Value {
        match self {
            Self::Withhold => json!("withhold"),
            Self::Hold => json!("hold"),
        }
    }
}

impl FloorParts {
    fn document(&self) -> Value {
        table([
            ("area_km2", self.area_km2.map(|area_km2| json!(area_km2))),
            ("radius_m", self.radius_m.map(|radius_m| json!(radius_m))),
            ("decimals", self.decimals.map(|decimals| json!(decimals))),
            ("preset", self.preset.as_ref().map(|preset| json!(preset))),
            ("coarsen", (!self.coarsen).then_some(json!(false))),
        ])
    }
}

impl CeilingParts {
    fn document(&self) -> Value {
        table([
            ("floor", Some(self.floor.document())),
            ("interval", self.interval_s.map(seconds)),
            ("keep", self.keep.as_deref().map(fields)),
        ])
    }
}

impl DestinationParts {
    fn document(&self) -> Value {
        table([
            ("jurisdiction", Some(json!(self.jurisdiction))),
            ("operator", Some(json!(self.operator))),
            ("keys", self.keys.as_ref().map(|keys| json!(keys))),
            ("seal_to", self.seal_to.as_ref().map(|key| json!(key))),
            ("floor", self.floor.as_ref().map(FloorParts::document)),
            ("retention", self.retention_s.map(seconds)),
            ("interval", self.interval_s.map(seconds)),
            ("keep", self.keep.as_deref().map(fields)),
        ])
    }
}

/// A table of the keys that are there.
fn table<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let entries = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn named<T>(parts: &HashMap<String, T>, document: impl Fn(&T) -> Value) -> Value {
    Value::Object(parts.iter().map(|(name, part)| (name.clone(), document(part))).collect())
}

fn seconds(seconds: u64) -> Value {
    json!(format!("{seconds}s"))
}

fn metres(metres: u64) -> Value {
    json!(format!("{metres}m"))
}

fn fields(fields: &[KeptField]) -> Value {
    let name = |field: &KeptField| match field {
        KeptField::Altitude => "altitude",
        KeptField::Speed => "speed",
        KeptField::Course => "course",
    };
    json!(fields.iter().map(name).collect::<Vec<_>>())
}
