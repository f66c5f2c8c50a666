//! The same of a policy that counts in ρ.

use super::*;

fn fleet_error(from: &str, to: &str) -> PolicyError {
    assert_eq!(FLEET.matches(from).count(), 1, "{from}");
    Policy::from_toml(&FLEET.replace(from, to)).expect_err(to)
}

#[test]
fn every_error_of_a_zcdp_policy_says_what_would_be_right() {
    let cases = [
        (
            "delta = 1e-9",
            "delta = 0",
            "line 12: accounting.delta: `0` is no probability; expected a number above zero and below one, such as 1e-9",
        ),
        (
            "delta = 1e-9",
            "delta = 1",
            "line 12: accounting.delta: `1` is no probability; expected a number above zero and below one, such as 1e-9",
        ),
        (
            "delta = 1e-9",
            "delta = nan",
            "line 12: accounting.delta: `NaN` is no probability; expected a number above zero and below one, such as 1e-9",
        ),
        (
            "delta = 1e-9",
            r#"delta = "1e-9""#,
            "line 12: accounting.delta: \"1e-9\" is not right here; expected a number",
        ),
        (
            "delta = 1e-9",
            "deltas = 1e-9",
            "line 12: accounting.deltas: unknown key `deltas`, did you mean `delta`?; expected `delta`",
        ),
        (
            r#"kind = "zcdp""#,
            r#"kind = "renyi""#,
            "line 11: accounting.kind: `renyi` is not known; expected one of `pure`, `zcdp`",
        ),
        (
            r#"kind = "zcdp""#,
            r#"kind = "pure""#,
            "line 12: accounting.delta: unknown key `delta`; expected no other key beside `kind`",
        ),
        (
            "rho = 0.5 ",
            "epsilon = 0.5 ",
            "line 15: budget[0].epsilon: `epsilon` is no budget in zcdp accounting; expected `rho = 1`, or a policy without `accounting`",
        ),
        (
            "rho = 0.5 ",
            "rho = -0.5 ",
            "line 15: budget[0].rho: `-0.5` is no privacy loss; expected a number above zero and at most 9000000000, such as 8",
        ),
        (
            "rho = 0.005",
            "rho = 0",
            "line 23: purposes.trace.mechanism.rho: `0` is not above zero; expected a number above zero, such as 0.5",
        ),
        (
            "rho = 0.005",
            "rho = 700",
            "line 23: purposes.trace.mechanism.rho: `700` makes a noise of scale 5.345 m, below the 5.4 m of the proof; expected a rho of at most 685.871056 at a radius of 200 m",
        ),
        (
            "rho = 0.005",
            "rho = 1e-12",
            "line 23: purposes.trace.mechanism.rho: `0.000000000001` makes a noise of a scale beyond the Earth's radius; expected a rho of at least 0.000000001 at a radius of 200 m",
        ),
        (
            "rho = 0.005",
            "rho = 0.6",
            "line 23: purposes.trace.mechanism.rho: no draw could ever be afforded: one costs 0.6, and the budget is 0.5 in 24 h; expected a budget of at least 0.6 in 24 h, or a rho of at most 0.5 here",
        ),
        (
            "rho = 0.005",
            "rho = inf",
            "line 23: purposes.trace.mechanism.rho: `inf` is not finite; expected a number above zero, such as 0.5",
        ),
        (
            "rho = 0.005",
            "epsilon = 0.005",
            "line 23: purposes.trace.mechanism.epsilon: unknown key `epsilon`; expected `rho`",
        ),
        (
            "epsilon = 0.25",
            "epsilon = 2",
            "line 31: purposes.depot.mechanism.epsilon: no draw could ever be afforded: one costs a rho of 2.000002401 (half the square of its epsilon 2), and the budget is 0.5 in 24 h; expected a budget of at least 2.000002401 in 24 h, or a smaller epsilon here",
        ),
        (
            "epsilon = 0.25",
            "rho = 0.25",
            "line 31: purposes.depot.mechanism.rho: unknown key `rho`; expected `epsilon`",
        ),
    ];
    right(&cases, fleet_error);
}
