//! What stands for the test kit in the library that apps ship, which is without it. One surface for both builds: the bindings
//! of a test are those of the app, and only the library differs.

use std::time::Duration;

use hereabouts::audit::{BrokenPromise, Findings, RehearsalOptions};

use crate::HereaboutsError;

/// There is none.
#[derive(Debug)]
pub(crate) enum Kit {}

type Kept = Result<(), BrokenPromise>;

impl Kit {
    pub(crate) fn run_and_tell(
        _: &hereabouts::Policy,
        _: Vec<hereabouts::Fix>,
        _: &RehearsalOptions,
        _: &impl Fn(u32),
    ) -> Result<Self, HereaboutsError> {
        Err(HereaboutsError::Rehearsal(
            "the library that apps ship holds no rehearsals: run this test in the iOS simulator, on Linux, or on the JVM"
                .to_owned(),
        ))
    }

    pub(crate) fn assert_spends_at_most(&self, _: f64, _: Duration) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_allows_at_most(&self, _: f64, _: Duration) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_home_uncertain(&self, _: f64, _: u32) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_work_uncertain(&self, _: f64, _: u32) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_only_fields(&self, _: Vec<String>) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_linked_at_most(&self, _: f64) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_error_at_most(&self, _: f64) -> Kept {
        match *self {}
    }

    pub(crate) fn assert_answers_at_least(&self, _: f64) -> Kept {
        match *self {}
    }

    pub(crate) fn findings(&self) -> Result<Findings, HereaboutsError> {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_rehearsal_is_told_where_there_is_one() {
        let policy =
            hereabouts::Policy::from_toml(include_str!("../../../examples/policies/weather.toml")).expect("a policy");
        let error = Kit::run_and_tell(&policy, Vec::new(), &RehearsalOptions::default(), &|_| ()).expect_err("no kit");
        assert!(matches!(error, HereaboutsError::Rehearsal(_)));
        assert!(error.to_string().ends_with("run this test in the iOS simulator, on Linux, or on the JVM"), "{error}");
    }
}
