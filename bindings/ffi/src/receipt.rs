//! [`Receipt`]: one entry of the account; [`Remaining`]: what a window of the budget has left.

use hereabouts::Timestamp;

/// Privacy loss: ε, or ρ where the policy counts that, at the protected radius.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
pub struct PrivacyLoss {
    /// In whole billionths: exact.
    pub billionths: u64,
    /// As a number, for people and formulas.
    pub value: f64,
}

impl From<hereabouts::PrivacyLoss> for PrivacyLoss {
    fn from(loss: hereabouts::PrivacyLoss) -> Self {
        Self { billionths: loss.billionths(), value: loss.epsilon() }
    }
}

/// One entry of the ledger: what was released, to whom, when, and what it cost. Never a raw position, nor the draw.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Receipt {
    /// Its place in the ledger, counted from 1.
    pub sequence: u64,
    /// The ledger's time of the charge, in milliseconds since 1970.
    pub time_ms: i64,
    /// What the location was wanted for.
    pub purpose: String,
    /// Where it went.
    pub destination: String,
    /// The grid of the released cell, as "h3:6".
    pub grid: String,
    /// Whose rule decided how coarse the release is: "purpose", "destination", "ceiling", "sensitive" or "zone"; none if an older version
    /// made the receipt.
    pub rule: Option<String>,
    /// The released cell's id; none once it is erased.
    pub cell: Option<String>,
    /// The start of the released time bucket, in milliseconds since 1970.
    pub bucket_ms: i64,
    /// The length of that bucket in seconds.
    pub span_s: f64,
    /// What the losses are counted in: "pure" (ε) or "zcdp" (ρ).
    pub accounting: String,
    /// What was charged for the release itself.
    pub loss: PrivacyLoss,
    /// What was charged for the stay that the release began; zero if no test asked whether it still holds.
    pub stay_loss: PrivacyLoss,
    /// The ledger's time of the last tick on which a test asked, in milliseconds since 1970; none if none ever did.
    pub stay_until_ms: Option<i64>,
}

impl Receipt {
    pub(crate) fn of(receipt: &hereabouts::Receipt) -> Self {
        Self {
            sequence: receipt.sequence(),
            time_ms: receipt.time().as_millisecond(),
            purpose: receipt.purpose().to_owned(),
            destination: receipt.destination().to_owned(),
            grid: receipt.grid().to_owned(),
            rule: receipt.rule().map(|rule| rule.to_string()),
            cell: receipt.cell().map(str::to_owned),
            bucket_ms: receipt.bucket().as_millisecond(),
            span_s: receipt.span().as_secs_f64(),
            accounting: receipt.accounting().to_string(),
            loss: receipt.loss().into(),
            stay_loss: receipt.stay_loss().into(),
            stay_until_ms: receipt.stay_until().map(Timestamp::as_millisecond),
        }
    }
}

/// What is left in one window of the budget.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Remaining {
    /// The purpose whose losses alone the window counts; none if it counts all.
    pub purpose: Option<String>,
    /// The window's length in seconds.
    pub window_s: f64,
    /// What the losses are counted in: "pure" (ε) or "zcdp" (ρ).
    pub accounting: String,
    /// The most loss in the window.
    pub budget: PrivacyLoss,
    /// The sum of the losses in the window: more than the budget if that was larger when they were charged.
    pub spent: PrivacyLoss,
    /// What can still be spent now.
    pub remaining: PrivacyLoss,
    /// When the oldest loss leaves the window, in milliseconds since 1970; none if there is none.
    pub frees_ms: Option<i64>,
}

impl Remaining {
    pub(crate) fn of(remaining: &hereabouts::Remaining) -> Self {
        Self {
            purpose: remaining.purpose().map(str::to_owned),
            window_s: remaining.window().length().as_secs_f64(),
            accounting: remaining.accounting().to_string(),
            budget: remaining.window().loss().into(),
            spent: remaining.spent().into(),
            remaining: remaining.remaining().into(),
            frees_ms: remaining.frees().map(Timestamp::as_millisecond),
        }
    }
}
