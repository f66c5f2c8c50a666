//! Laws that ask where a device is and where its data go: a release that such a law calls precise does not cross the border.
//!
//! Nothing here looks at who holds a key: a sealed release counts as an open one (28 CFR 202.206).

use super::error::{Fault, quoted};
use super::partition::Partition;
use super::{Destination, Floor, FloorError, Policy, PolicyError, Preset, jurisdiction};

/// The one country whose laws here ask where its devices' data go.
const HOME: &str = "US";

impl Policy {
    /// The same policy, for devices in these countries (ISO 3166-1 alpha-2): what a law of theirs calls precise may not go
    /// where that law forbids it, sealed or not. The laws are 28 CFR 202 and PADFA, for devices in the US.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] as [`Policy::new`].
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use hereabouts::{Destination, Grid, Mechanism, Policy, Purpose, Repeat};
    ///
    /// let hour = Duration::from_secs(3_600);
    /// let weather = |grid| Purpose::new(Mechanism::PlanarLaplace { epsilon: 0.5 }, Repeat::Fresh, grid, hour, hour);
    /// let carrier = Destination::new("CN", "Example Carrier");
    /// let policy = |grid| Policy::new(200.0, [(8.0, 24 * hour)], [("weather", weather(grid))], [("carrier", carrier.clone())]);
    /// assert!(policy(Grid::metric(100.0)?)?.for_devices_in(["US"]).is_err());
    /// assert!(policy(Grid::metric(3_000.0)?)?.for_devices_in(["US"]).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_devices_in<'a>(mut self, countries: impl IntoIterator<Item = &'a str>) -> Result<Self, PolicyError> {
        let countries = countries.into_iter().map(str::to_owned).collect();
        self.set_devices(countries).map_err(|fault| fault.at(None))?;
        Ok(self)
    }

    pub(super) fn set_devices(&mut self, devices: Vec<String>) -> Result<(), Fault> {
        if devices.is_empty() {
            let fault = Fault::new("there is no country", "one or more countries by ISO 3166-1, or no `devices`");
            return Err(fault.under("devices").under("protection"));
        }
        check_devices(&devices)?;
        for (purpose_name, row) in &self.told_as {
            for (name, partition) in row {
                let Some(destination) = self.destinations.get(name) else { continue };
                check_border(&devices, purpose_name, destination, partition)
                    .map_err(|fault| fault.under(name.as_str()).under("destinations"))?;
            }
        }
        self.devices = devices;
        Ok(())
    }

    /// The countries that the devices are in, ISO 3166-1; none if the policy does not say.
    pub fn devices(&self) -> impl Iterator<Item = &str> {
        self.devices.iter().map(String::as_str)
    }
}

/// The codes of the countries that devices are in.
fn check_devices(devices: &[String]) -> Result<(), Fault> {
    devices.iter().enumerate().try_for_each(|(index, code)| {
        jurisdiction::check(code).map_err(|fault| fault.under(index).under("devices").under("protection"))
    })
}

/// The first law by which a grid, or a place that may be named, is too fine to go to a destination from a device in the United States.
pub(super) fn restricted(destination: &Destination, partition: &Partition) -> Option<FloorError> {
    Preset::EVERY
        .into_iter()
        .filter(|preset| preset.countries().contains(&destination.jurisdiction()))
        .find_map(|preset| Floor::none().with_preset(preset).check(partition).err())
}

/// A policy for devices in the United States sends nothing that is precise to a country which those laws name.
fn check_border(
    devices: &[String],
    purpose_name: &str,
    destination: &Destination,
    partition: &Partition,
) -> Result<(), Fault> {
    let Some(refusal) = devices.iter().find(|code| *code == HOME).and_then(|_| restricted(destination, partition))
    else {
        return Ok(());
    };
    let what = format!(
        "the purpose `{purpose_name}` would send what is precise from a device in {HOME} to {}: {refusal}",
        quoted(destination.jurisdiction()),
    );
    let preset = refusal.by().map_or_else(String::new, |preset| format!("`floor = {{ preset = \"{preset}\" }}`, or "));
    Err(Fault::new(what, format!("{preset}a coarser grid for the purpose; a seal does not help")))
}
