//! What leaves the phone: fields, and times that link.

use serde_json::Value;

use super::broken::{BrokenPromise, span};
use crate::audit::Rehearsal;

/// The field of a release for each field of a fix that a policy may keep.
const KEPT: [(&str, &str); 3] = [("altitude", "altitude_m"), ("speed", "speed_m_s"), ("course", "course_deg")];

impl Rehearsal {
    /// The fields of a release that keeps nothing beside place and time.
    #[must_use]
    pub fn place_and_time() -> Vec<String> {
        ["v", "purpose", "lat", "lon", "grid", "cell", "accuracy_m", "time", "span_s"].map(str::to_owned).to_vec()
    }

    /// Asserts that a release never has a field besides these: of every release of every run as it goes over the wire,
    /// what is sealed as it is read by whoever opens it, and of what the policy would keep were the fix to have it.
    ///
    /// The fields of a release are listed in `docs/release.schema.json`.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with the field, how many releases had it and the first time.
    pub fn assert_only_fields(&self, allowed: Vec<String>) -> Result<(), BrokenPromise> {
        let promise = format!("nothing leaves but {}", allowed.join(", "));
        let is_allowed = |field: &str| allowed.iter().any(|allowed| allowed == field);
        for (purpose, rule) in self.rules() {
            let kept = KEPT.iter().filter(|(name, _)| rule.keep().names().contains(name));
            let Some((name, field)) = kept.into_iter().find(|(_, field)| !is_allowed(field)) else { continue };
            let is_sent = |release: &Value| release.get(field).is_some() && release["purpose"] == purpose;
            let found = match self.count_on_the_wire(&is_sent) {
                Some((count, _)) => format!("`{field}` in {count} releases for `{purpose}`, without noise"),
                None => format!("`{purpose}` would send `{field}`, without noise, from a phone that measures it"),
            };
            let at = self.count_on_the_wire(&is_sent).map(|(_, first)| first);
            let list = rule.keep().names().join("\", \"");
            let change = format!("in [purposes.{purpose}], `keep = [\"{list}\"]`: without \"{name}\"");
            return Err(BrokenPromise { promise, found, at, change });
        }
        let unexpected = |release: &Value| release.as_object()?.keys().find(|field| !is_allowed(field)).cloned();
        let first = self.on_the_wire().find_map(|(release, time)| Some((unexpected(&release)?, time)));
        let Some((field, time)) = first else { return Ok(()) };
        Err(BrokenPromise {
            promise,
            found: format!("`{field}`, which every release has"),
            at: Some(time),
            change: format!("no policy leaves `{field}` out: name it among the fields, or drop it before sending"),
        })
    }

    /// Asserts that at most such a share of what is sent can be linked, by its time alone, to one entry of a log of the raw
    /// fixes: 0.01 is one in a hundred.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with the share.
    pub fn assert_linked_at_most(&self, share: f64) -> Result<(), BrokenPromise> {
        let linked = self.linked_share();
        if linked.mean <= share {
            return Ok(());
        }
        let narrowest = self.rules().min_by_key(|(_, rule)| rule.time_bucket());
        let change = narrowest.map_or(String::new(), |(purpose, rule)| {
            format!("in [purposes.{purpose}], a longer `time_bucket` than {}", span(rule.time_bucket()))
        });
        Err(BrokenPromise {
            promise: format!("at most {} % of what is sent is linked by its time", 100.0 * share),
            found: format!(
                "{:.1} %: so much falls into a time bucket with one raw fix and no other",
                100.0 * linked.mean
            ),
            at: None,
            change,
        })
    }

    /// Every release of every run as it goes over the wire, or as it is read where it is opened.
    fn on_the_wire(&self) -> impl Iterator<Item = (Value, jiff::Timestamp)> {
        self.replays.iter().flat_map(|replay| &replay.sent).filter_map(|sent| {
            let release = serde_json::from_str(&sent.release.to_plain_json()).ok()?;
            Some((release, self.moments.get(sent.moment)?.time))
        })
    }

    fn count_on_the_wire(&self, is_counted: &dyn Fn(&Value) -> bool) -> Option<(usize, jiff::Timestamp)> {
        let mut times = self.on_the_wire().filter(|(release, _)| is_counted(release)).map(|(_, time)| time);
        let first = times.next()?;
        Some((1 + times.count(), first))
    }
}
