//! The table `floor` of a policy file, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Floor, Preset};

/// The least size of what may go there. Several tests may stand together: the strictest wins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[schemars(extend("minProperties" = 1))]
pub(in crate::policy) struct FloorTable {
    /// The least area of a cell, in square kilometres.
    #[schemars(with = "f64", extend("exclusiveMinimum" = 0, "examples" = [1.0]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area_km2: Option<f64>,
    /// The least radius in metres of a circle that every cell holds around its centre: half of what a cell is wide, at most.
    #[schemars(with = "f64", extend("exclusiveMinimum" = 0, "examples" = [564]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    radius_m: Option<f64>,
    /// The most digits after the point of a printed degree.
    #[schemars(with = "u8", extend("examples" = [2]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decimals: Option<u8>,
    /// The threshold of a law or a store.
    #[schemars(with = "Preset")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preset: Option<Preset>,
    /// Whether a purpose's grid that fails a test is coarsened until it passes, which is what happens if it is not said;
    /// false refuses such a policy.
    #[serde(default = "usually")]
    coarsen: bool,
}

const fn usually() -> bool {
    true
}

impl FloorTable {
    pub(in crate::policy) fn floor(&self) -> Floor {
        let floor = Floor::none();
        let floor = self.area_km2.map_or(floor, |area_km2| floor.with_area_km2(area_km2));
        let floor = self.radius_m.map_or(floor, |radius_m| floor.with_radius_m(radius_m));
        let floor = self.decimals.map_or(floor, |decimals| floor.with_decimals(decimals));
        let floor = self.preset.map_or(floor, |preset| floor.with_preset(preset));
        if self.coarsen { floor } else { floor.without_coarsening() }
    }
}
