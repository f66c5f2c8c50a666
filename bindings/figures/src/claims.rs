//! What the documentation claims of the figures.

use crate::Failure;
use crate::report::{Key, Report};

/// In metres, for hold and recall: the most mean error, and the least that the best attack on home leaves after 30 days.
const MOST_ERROR_M: f64 = 600.0;
const LEAST_ATTACK_M: f64 = 250.0;

/// How much nearer to the truth than the best alternative with a budget as large, and how much farther from home the
/// best attack on any other ends.
const NEARER: f64 = 1.25;
const FARTHER: f64 = 2.5;

/// How many standard errors of few repetitions are forgiven.
const FORGIVEN: f64 = 3.0;

/// The claims that these figures break.
pub(crate) fn broken(report: &Report) -> Result<Vec<String>, Failure> {
    let ours = &report.line(Key::HoldAndRecall)?.figures;
    let (error_m, attack) = (ours.mean_error_m, ours.last_attack());
    let mut broken = Vec::new();
    let mut claim = |holds: bool, what: String| {
        if !holds {
            broken.push(what);
        }
    };
    claim(
        error_m - FORGIVEN * ours.standard_error_m <= MOST_ERROR_M,
        format!("hold and recall errs by {error_m:.0} m on average, more than {MOST_ERROR_M} m"),
    );
    claim(
        attack.error_m + FORGIVEN * attack.standard_error_m >= LEAST_ATTACK_M,
        format!("an attack on hold and recall ends {:.0} m from home, less than {LEAST_ATTACK_M} m", attack.error_m),
    );
    for answers in &report.answers {
        let what = format!("with every answer home is {:.0} m off on {}", answers.answers_m, answers.name);
        claim(answers.answers_m + FORGIVEN * answers.standard_error_m >= LEAST_ATTACK_M, what);
    }
    for key in [Key::Fresh, Key::SlowerFresh, Key::Predictive] {
        let other_m = report.line(key)?.figures.mean_error_m;
        let what = format!("{} errs by {other_m:.0} m, hold and recall by {error_m:.0} m", key.name());
        claim(other_m >= NEARER * error_m, what);
    }
    for key in [Key::Fresh, Key::SlowerFresh, Key::Predictive, Key::Hold] {
        let other_m = report.line(key)?.figures.last_attack().error_m;
        let what = format!("attacks end {other_m:.0} m and {:.0} m from home: {}", attack.error_m, key.name());
        claim(attack.error_m >= FARTHER * other_m, what);
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repetitions::Repetitions;
    use crate::{page, pictures};

    /// Few repetitions, with the same noise each time; the settings that win among them are nearly as good as the best.
    #[test]
    fn the_claims_hold_on_the_page_and_in_pictures_and_are_broken_without_recall() {
        let mut report = Report::measure(&Repetitions::hidden(24)).unwrap();
        assert_eq!(broken(&report).unwrap(), Vec::<String>::new());

        let (ours, page) = (report.strategies.len() - 1, include_str!("../../../docs/figures.md"));
        let settings = &report.strategies[ours].settings;
        assert!(page.contains(&format!("| {settings} |")), "figures.md has other settings: run `cargo xtask figures`");
        let of: Vec<_> = report.strategies[1..ours].iter().map(|line| page::thousands(line.tuned_of as f64)).collect();
        assert!(
            page.contains(&format!("of {}, {} and {} (", of[0], of[1], of[2])),
            "figures.md says otherwise: {of:?}"
        );
        assert_eq!(page::tables(&report).len(), page.matches("<!-- figures:begin").count());

        for (name, picture) in pictures::draw(&report).unwrap() {
            let svg = picture.to_string();
            assert!(svg.contains("hold and recall") && !svg.contains("NaN"), "{name}");
        }

        // What remembers nothing must not pass.
        let forgetful = report.changed.iter().position(|line| line.name == "no recall").unwrap();
        report.strategies[ours] = report.changed.swap_remove(forgetful);
        report.strategies[ours].name = Key::HoldAndRecall.name();
        let broken = broken(&report).unwrap();
        assert!(broken.len() >= 5 && broken.iter().any(|claim| claim.contains("from home, less than")), "{broken:?}");
    }
}
