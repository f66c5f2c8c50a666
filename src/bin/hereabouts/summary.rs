//! What came of a run: for people, or as one JSON object.

use hereabouts::{Accounting, Policy, PrivacyLoss, Remaining, Sensing, Withheld};
use serde::Serialize;

/// More problems than this are counted and not listed.
pub(crate) const MOST_PROBLEMS: u64 = 20;

/// One window of the budget.
#[derive(Serialize)]
pub(crate) struct WindowLeft {
    /// The purpose that the window counts alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    window_s: f64,
    #[serde(flatten)]
    loss: Loss,
    spent: f64,
    remaining: f64,
    /// What was spent, as an ε for the policy's δ: where ρ is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    spent_epsilon: Option<f64>,
    /// When the oldest charge leaves the window.
    frees: Option<String>,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    left: String,
}

/// A loss, named by what is counted.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Loss {
    Epsilon(f64),
    Rho(f64),
}

impl Loss {
    fn new(accounting: Accounting, loss: PrivacyLoss) -> Self {
        match accounting {
            Accounting::Zcdp => Self::Rho(loss.rho()),
            _ => Self::Epsilon(loss.epsilon()),
        }
    }
}

/// A sum as an ε, where ρ is counted and a δ is given; and the same in words.
fn translated(accounting: Accounting, sum: PrivacyLoss, delta: Option<f64>) -> (Option<f64>, String) {
    let Some(delta) = delta.filter(|_| accounting == Accounting::Zcdp) else { return (None, String::new()) };
    let epsilon = accounting.epsilon_at(sum, delta);
    let words = epsilon.map(|epsilon| format!(" (ε {} at δ {delta:e})", (epsilon * 100.0).ceil() / 100.0));
    (epsilon, words.unwrap_or_default())
}

impl WindowLeft {
    /// `delta` is what a sum of ρ is translated for.
    pub(crate) fn of(remaining: &Remaining, delta: Option<f64>) -> Self {
        let (accounting, symbol) = (remaining.accounting(), remaining.accounting().symbol());
        let (spent_epsilon, translated) = translated(accounting, remaining.spent(), delta);
        let window = remaining.window();
        let frees = remaining.frees().map(|time| time.to_string());
        let next = frees.as_ref().map(|time| format!("; the oldest charge leaves at {time}")).unwrap_or_default();
        let purpose = remaining.purpose().map(str::to_owned);
        let own = purpose.as_ref().map_or_else(String::new, |purpose| format!(" for {purpose}"));
        Self {
            purpose,
            window_s: window.length().as_secs_f64(),
            loss: Loss::new(accounting, window.loss()),
            spent: remaining.spent().epsilon(),
            remaining: remaining.remaining().epsilon(),
            spent_epsilon,
            frees,
            title: format!("left of {symbol} {window}{own}"),
            left: remaining.remaining().to_string(),
            text: format!(
                "{symbol} {window}{own}: {} spent{translated}, {} left{next}",
                remaining.spent(),
                remaining.remaining()
            ),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn title(&self) -> String {
        self.title.clone()
    }

    pub(crate) fn left(&self) -> String {
        self.left.clone()
    }
}

/// A record that was skipped.
#[derive(Serialize)]
struct Problem {
    record: u64,
    problem: String,
}

/// How many fixes were withheld, and why.
#[derive(Default, Serialize)]
pub(crate) struct WithheldCounts {
    not_due: u64,
    budget_spent: u64,
    #[serde(skip_serializing_if = "is_zero")]
    turned_off: u64,
    #[serde(skip_serializing_if = "is_zero")]
    other: u64,
}

impl WithheldCounts {
    pub(crate) fn count(&mut self, reason: Withheld) {
        match reason {
            Withheld::NotDue { .. } => self.not_due += 1,
            Withheld::BudgetSpent { .. } => self.budget_spent += 1,
            Withheld::TurnedOff => self.turned_off += 1,
            _ => self.other += 1,
        }
    }

    /// The counts that are not zero, with their names.
    pub(crate) fn named(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let named = [
            (self.not_due, "not due"),
            (self.budget_spent, "budget spent"),
            (self.turned_off, "turned off by the user"),
            (self.other, "other reasons"),
        ];
        named.into_iter().filter(|(count, _)| *count > 0)
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What came of a run. `read` is all records: released, held, withheld, malformed, and those in which a receiver said that it
/// had no position.
#[derive(Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) read: u64,
    pub(crate) released: u64,
    /// On how many ticks the earlier release stood.
    pub(crate) held: u64,
    pub(crate) withheld: WithheldCounts,
    pub(crate) malformed: u64,
    pub(crate) no_position: u64,
    /// Who alone can open what is written, if it is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sealed_for: Option<String>,
    /// Of the valid positions, how many a phone that follows the advice on sensing would have acquired.
    pub(crate) acquired: u64,
    /// How accurate they have to be.
    needed_accuracy_m: Option<f64>,
    #[serde(skip)]
    sensing: Option<Sensing>,
    problems: Vec<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon_spent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rho_spent: Option<f64>,
    remaining: Vec<WindowLeft>,
    error: Option<String>,
    #[serde(skip)]
    spent: PrivacyLoss,
    #[serde(skip)]
    accounting: Accounting,
    #[serde(skip)]
    delta: Option<f64>,
}

impl Summary {
    /// Counts what is spent as a policy says.
    pub(crate) fn count_as(&mut self, policy: &Policy) {
        (self.accounting, self.delta) = (policy.budget().accounting(), policy.delta());
        self.spend(PrivacyLoss::ZERO);
    }

    /// What the phone was advised at last.
    pub(crate) fn advised(&mut self, sensing: Sensing) {
        (self.needed_accuracy_m, self.sensing) = (Some(sensing.needed_accuracy_m()), Some(sensing));
    }

    /// Counts a malformed record, and says whether it is among the first, which are listed.
    pub(crate) fn malformed(&mut self, record: u64, problem: String) -> bool {
        self.malformed += 1;
        let is_listed = self.malformed <= MOST_PROBLEMS;
        if is_listed {
            self.problems.push(Problem { record, problem });
        }
        is_listed
    }

    pub(crate) fn sent(&mut self, loss: PrivacyLoss) {
        self.released += 1;
        self.spend(loss);
    }

    pub(crate) fn held(&mut self, loss: PrivacyLoss) {
        self.held += 1;
        self.spend(loss);
    }

    fn spend(&mut self, loss: PrivacyLoss) {
        self.spent = self.spent.saturating_add(loss);
        match Loss::new(self.accounting, self.spent) {
            Loss::Epsilon(epsilon) => self.epsilon_spent = Some(epsilon),
            Loss::Rho(rho) => self.rho_spent = Some(rho),
        }
    }

    pub(crate) fn remaining(&mut self, remaining: &[Remaining]) {
        self.remaining = remaining.iter().map(|remaining| WindowLeft::of(remaining, self.delta)).collect();
    }

    pub(crate) fn spent_text(&self) -> String {
        self.spent.to_string()
    }

    /// The letter of what was spent.
    pub(crate) fn symbol(&self) -> &'static str {
        self.accounting.symbol()
    }

    pub(crate) fn windows(&self) -> impl Iterator<Item = &WindowLeft> {
        self.remaining.iter()
    }

    pub(crate) fn failed(&mut self, error: &str) {
        self.error = Some(error.to_owned());
    }

    /// One JSON object.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A few lines for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("read {}, released {}", grouped(self.read), grouped(self.released));
        if self.held > 0 {
            text += &format!(", held {}", grouped(self.held));
        }
        for (count, reason) in self.withheld.named() {
            text += &format!(", withheld {} ({reason})", grouped(count));
        }
        for (count, name) in [(self.malformed, "malformed"), (self.no_position, "without a position")] {
            if count > 0 {
                text += &format!(", {name} {}", grouped(count));
            }
        }
        if let Some(holder) = &self.sealed_for {
            text += &format!("\nsealed: only {holder} can open what is written");
        }
        if let Some(sensing) = &self.sensing {
            let valid = self.read - self.malformed - self.no_position;
            text += &format!(
                "\nsensing: {} of {} positions needed, accurate to {:.0} m; the other {} need not have been measured",
                grouped(self.acquired),
                grouped(valid),
                sensing.needed_accuracy_m(),
                grouped(valid - self.acquired),
            );
        }
        text += &format!(
            "\nspent {} {}{}",
            self.symbol(),
            self.spent,
            translated(self.accounting, self.spent, self.delta).1
        );
        for window in &self.remaining {
            text += &format!("\nbudget {}", window.text());
        }
        text
    }
}

/// A count with its thousands apart: 20,646.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 20_646, 1_234_567].map(grouped), ["0", "999", "1,000", "20,646", "1,234,567"]);
    }
}
