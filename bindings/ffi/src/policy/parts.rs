//! [`PolicyParts`]: a policy built in code.
//!
//! The parts are the tables of a policy file, with the same keys; they become such a document and take the road of a file.
//! So both say the same, and what is wrong is said in the same words. Spans are whole seconds here and lengths whole metres,
//! since both languages have types of their own for them.

use std::collections::HashMap;

use serde_json::{Map, Value};

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
        let mut table = Table::default();
        table.put("version", 1);
        let mut protection = Table::default();
        protection.put("radius_m", self.radius_m);
        if !self.devices.is_empty() {
            protection.put("devices", self.devices.clone());
        }
        table.put("protection", protection);
        table.put_some("accounting", self.accounting.as_ref().map(AccountingParts::document));
        table.put("budget", self.budgets.iter().map(|budget| budget.document(is_zcdp)).collect::<Vec<_>>());
        if let Some(retention_s) = self.receipt_retention_s {
            let mut receipts = Table::default();
            receipts.put("retention", seconds(retention_s));
            table.put("receipts", receipts);
        }
        table.put_some("zones", self.zones.as_ref().map(ZonesParts::document));
        table.put_some("sensitive", self.sensitive.as_ref().map(SensitiveParts::document));
        table.put("purposes", named(&self.purposes, PurposeParts::document));
        if !self.ceilings.is_empty() {
            table.put("ceilings", named(&self.ceilings, CeilingParts::document));
        }
        table.put("destinations", named(&self.destinations, DestinationParts::document));
        table.into()
    }
}

impl BudgetParts {
    fn document(&self, is_zcdp: bool) -> Table {
        let mut table = Table::default();
        table.put(if is_zcdp { "rho" } else { "epsilon" }, self.loss);
        table.put("window", seconds(self.window_s));
        table.put_some("purpose", self.purpose.clone());
        table
    }
}

impl AccountingParts {
    fn document(&self) -> Table {
        match self {
            Self::Pure => Table::of_kind("pure"),
            Self::Zcdp { delta } => Table::of_kind("zcdp").with("delta", *delta),
        }
    }
}

impl ZonesParts {
    fn document(&self) -> Table {
        Table::default().with("epsilon", self.epsilon).with("radius", metres(self.radius_m))
    }
}

impl SensitiveParts {
    fn document(&self) -> Table {
        Table::default().with("file", self.file.clone()).with("floor", self.floor.document())
    }
}

impl PurposeParts {
    fn document(&self) -> Table {
        let mut table = Table::default();
        table.put("mechanism", self.mechanism.document());
        table.put("repeat", self.repeat.document());
        table.put("grid", self.grid.document());
        table.put("interval", seconds(self.interval_s));
        table.put("time_bucket", seconds(self.time_bucket_s));
        table.put("keep", fields(&self.keep));
        table.put_some("when_spent", self.when_spent.map(WhenSpent::word));
        table.put_some("ceiling", self.ceiling.clone());
        table
    }
}

impl MechanismParts {
    fn document(&self) -> Table {
        match self {
            Self::PlanarLaplace { epsilon } => Table::of_kind("planar-laplace").with("epsilon", *epsilon),
            Self::Gaussian { rho } => Table::of_kind("gaussian").with("rho", *rho),
        }
    }
}

impl RepeatParts {
    fn document(&self) -> Table {
        match self {
            Self::Fresh => Table::of_kind("fresh"),
            Self::Hold { within_m, epsilon, recall } => Table::of_kind("hold")
                .with("within", metres(*within_m))
                .with("epsilon", *epsilon)
                .with("recall", *recall),
        }
    }
}

impl GridParts {
    fn document(&self) -> Table {
        match self {
            Self::Metric { edge_m } => Table::of_kind("metric").with("edge_m", *edge_m),
            Self::Decimal { places } => Table::of_kind("decimal").with("places", *places),
            Self::Geohash { length } => Table::of_kind("geohash").with("length", *length),
            Self::H3 { resolution } => Table::of_kind("h3").with("resolution", *resolution),
            Self::S2 { level } => Table::of_kind("s2").with("level", *level),
            Self::OpenLocationCode { length } => Table::of_kind("olc").with("length", *length),
            Self::Places { file, name } => {
                Table::of_kind("places").with("file", file.clone()).with("name", name.clone())
            }
        }
    }
}

impl WhenSpent {
    const fn word(self) -> &'static str {
        match self {
            Self::Withhold => "withhold",
            Self::Hold => "hold",
        }
    }
}

impl FloorParts {
    fn document(&self) -> Table {
        let mut table = Table::default();
        table.put_some("area_km2", self.area_km2);
        table.put_some("radius_m", self.radius_m);
        table.put_some("decimals", self.decimals);
        table.put_some("preset", self.preset.clone());
        table.put_some("coarsen", (!self.coarsen).then_some(false));
        table
    }
}

impl CeilingParts {
    fn document(&self) -> Table {
        let mut table = Table::default();
        table.put("floor", self.floor.document());
        table.put_some("interval", self.interval_s.map(seconds));
        table.put_some("keep", self.keep.as_deref().map(fields));
        table
    }
}

impl DestinationParts {
    fn document(&self) -> Table {
        let mut table = Table::default();
        table.put("jurisdiction", self.jurisdiction.clone());
        table.put("operator", self.operator.clone());
        table.put_some("keys", self.keys.clone());
        table.put_some("seal_to", self.seal_to.clone());
        table.put_some("floor", self.floor.as_ref().map(FloorParts::document));
        table.put_some("retention", self.retention_s.map(seconds));
        table.put_some("interval", self.interval_s.map(seconds));
        table.put_some("keep", self.keep.as_deref().map(fields));
        table
    }
}

/// A table of the document, to which one key after the other is added.
#[derive(Default)]
struct Table(Map<String, Value>);

impl Table {
    fn of_kind(kind: &str) -> Self {
        Self::default().with("kind", kind)
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.put(key, value);
        self
    }

    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.put_some(key, Some(value));
    }

    /// Nothing, if there is no value.
    fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.insert(key, value.into());
        }
    }

    #[inline(never)]
    fn insert(&mut self, key: &str, value: Value) {
        self.0.insert(key.to_owned(), value);
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Self::Object(table.0)
    }
}

fn named<T>(parts: &HashMap<String, T>, document: impl Fn(&T) -> Table) -> Table {
    let mut table = Table::default();
    parts.iter().for_each(|(name, part)| table.put(name, document(part)));
    table
}

fn seconds(seconds: u64) -> Value {
    format!("{seconds}s").into()
}

fn metres(metres: u64) -> Value {
    format!("{metres}m").into()
}

fn fields(fields: &[KeptField]) -> Value {
    let name = |field: &KeptField| match field {
        KeptField::Altitude => "altitude",
        KeptField::Speed => "speed",
        KeptField::Course => "course",
    };
    fields.iter().map(name).collect()
}
