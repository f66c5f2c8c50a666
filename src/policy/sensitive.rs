//! [`Sensitive`]: places near which less is told, whoever asks and for whatever purpose.

use super::error::{Fault, quoted};
use super::floor::Floor;
use super::partition::Partition;
use super::{Policy, PolicyError};
use crate::{Grid, Places};

/// Places that a law calls sensitive, or an app's authors do, and how coarse a cell must be that comes near one.
///
/// Whether a cell comes near is asked of the *coarse* cell, within the widest that a fine one is: so a fine cell that is told
/// touches no sensitive place, and a coarse one that is told says nothing of which part of it the draw lay in. (To coarsen
/// just those fine cells that touch a place would name them: a coarse cell with one clinic in it would mean that very clinic.)
///
/// All this is asked of the noised draw, and so is post-processing: it costs no privacy.
///
/// # Example
///
/// ```
/// use hereabouts::{Floor, Grid, Places, Policy, Sensitive};
///
/// let clinic = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry":
///     {"type": "Polygon", "coordinates": [[[5.1, 52.1], [5.101, 52.1], [5.101, 52.101], [5.1, 52.101], [5.1, 52.1]]]}}]}"#;
/// let places = Places::unnamed_from_geojson("clinics", clinic)?;
/// let policy = Policy::from_toml(include_str!("../../examples/policies/weather.toml"))?
///     .with_sensitive(Sensitive::new(places, Floor::none().with_area_km2(100.0)))?;
/// assert_eq!(policy.grid_for("weather", "eu"), Some(Grid::h3(7)?));
/// assert_eq!(policy.grid_near_sensitive("weather", "eu"), Some(Grid::h3(5)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitive {
    pub(super) places: Places,
    pub(super) floor: Floor,
}

impl Sensitive {
    /// Places, and the least size of a cell that comes near one.
    #[must_use]
    pub const fn new(places: Places, floor: Floor) -> Self {
        Self { places, floor }
    }

    /// The places.
    #[must_use]
    pub const fn places(&self) -> &Places {
        &self.places
    }

    /// The least size of a cell that comes near one.
    #[must_use]
    pub const fn floor(&self) -> &Floor {
        &self.floor
    }

    /// The grid whose cells are told near a place: coarser than the one given, by one step at least.
    pub(crate) fn coarsened(&self, grid: Grid) -> Option<Grid> {
        self.floor.coarsened(grid.coarser()?)
    }

    fn check(&self) -> Result<(), Fault> {
        if !self.floor.coarsens() {
            let what = "sensitive places make cells coarser, and refuse none";
            return Err(Fault::new(what, "a floor without `coarsen = false`").under("coarsen"));
        }
        self.floor.check_numbers()
    }

    /// That there is something to tell near a place.
    pub(super) fn check_told(&self, told_as: &Partition, purpose_name: &str) -> Result<(), Fault> {
        let left = match told_as {
            Partition::Cells(grid) => self.coarsened(*grid).map(Partition::Cells),
            Partition::Places(_) => self.floor.applied(told_as),
        };
        if left.is_some() {
            return Ok(());
        }
        let why = self.floor.check(told_as).err().map_or_else(String::new, |refusal| format!(": {refusal}"));
        let what = format!(
            "the purpose `{}` has nothing coarser than {told_as} to tell near a sensitive place{why}",
            quoted(purpose_name),
        );
        Err(Fault::new(what, "a lower floor, or h3, s2 or metric, and not the coarsest, as the grid of the purpose"))
    }
}

impl Policy {
    /// The same policy, under which a cell that comes near one of these places becomes a coarser one, and carries none of the
    /// kept fields.
    ///
    /// Where names of places are told, only those are that meet the floor, wherever one is.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if a purpose has nothing coarser to tell, to any destination or under any ceiling.
    pub fn with_sensitive(mut self, sensitive: Sensitive) -> Result<Self, PolicyError> {
        self.set_sensitive(sensitive).map_err(|fault| fault.at(None))?;
        Ok(self)
    }

    pub(super) fn set_sensitive(&mut self, sensitive: Sensitive) -> Result<(), Fault> {
        let under = |fault: Fault| fault.under("floor").under("sensitive");
        sensitive.check().map_err(under)?;
        for (purpose, row) in &mut self.told_as {
            for (_, told_as) in row.iter_mut() {
                sensitive.check_told(told_as, purpose).map_err(under)?;
                // By a ceiling's floor a grid only becomes coarser.
                for ceiling in self.ceilings.values() {
                    let lowered = ceiling.floor().applied(told_as);
                    lowered.map_or(Ok(()), |told_as| sensitive.check_told(&told_as, purpose)).map_err(under)?;
                }
                if let Partition::Places(_) = told_as
                    && let Some(larger) = sensitive.floor.applied(told_as)
                {
                    *told_as = larger;
                }
            }
        }
        self.sensitive = Some(sensitive);
        Ok(())
    }

    /// The places near which less is told, if the policy names some.
    #[must_use]
    pub const fn sensitive(&self) -> Option<&Sensitive> {
        self.sensitive.as_ref()
    }

    /// The grid that a destination gets for a purpose near a sensitive place; `None` if the policy names no such places, or
    /// not both, or if it is names of places that are told.
    #[must_use]
    pub fn grid_near_sensitive(&self, purpose: &str, destination: &str) -> Option<Grid> {
        self.sensitive()?.coarsened(self.grid_for(purpose, destination)?)
    }
}
