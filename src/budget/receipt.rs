//! [`Receipt`]: one entry of the ledger.

use core::fmt;
use core::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::accounting::Accounting;
use super::loss::PrivacyLoss;

/// One entry of the ledger: what was released, to whom, when, and what it cost. Never a raw position, nor the draw.
///
/// It serializes as one flat JSON object: `sequence`, `time` (RFC 3339), `purpose`, `destination`, `grid`, `rule` (whose rule
/// decided how coarse it is; null where an older version did not write it), `cell` (null once it is erased), `bucket` (the start of the released time bucket, RFC 3339), `span_s` (its length in seconds), `epsilon` or `rho` (the
/// loss as a decimal, exact below a million; which it is, the ledger's [`Accounting`] says) and `billionths` (the same in
/// whole billionths, always exact). If the release began a stay that a test asked about, `stay` holds `until` (the last tick
/// that asked, RFC 3339), and its own `epsilon` or `rho` and `billionths`.
///
/// # Example
///
/// ```
/// # use std::time::Duration;
/// # use hereabouts::{Budget, Charge, Draw, LatticePoint, Ledger, MemoryLedger, Position, PrivacyLoss, Rule, Window};
/// # let loss = PrivacyLoss::from_epsilon(1.0000012).unwrap();
/// # let budget = Budget::new([Window::new(loss, Duration::from_secs(86_400))?])?;
/// # let noon: hereabouts::Timestamp = "2024-06-20T12:00:00Z".parse()?;
/// # let draw = Draw::new(42, LatticePoint::nearest(&Position::new(52.2, 5.3)));
/// # let mut ledger = MemoryLedger::new();
/// # let mut transaction = ledger.begin(&budget, noon.into())?;
/// # let (grid, cell, span) = ("h3:6", "861969527ffffff", Duration::from_secs(3_600));
/// # let (rule, bucket, tick) = (Rule::Destination, noon, 42);
/// # let charge = Charge { purpose: "weather", destination: "eu", draw, tick, remember: 0, grid, rule, cell, bucket, span, loss };
/// # assert_eq!(transaction.charge(&charge)?, Ok(1));
/// # transaction.commit()?;
/// # let mut lines = Vec::new();
/// ledger.receipts(&mut |receipt| {
///     lines.push(serde_json::to_string(&receipt).unwrap());
///     std::ops::ControlFlow::Continue(())
/// })?;
/// assert_eq!(
///     lines,
///     [concat!(
///         r#"{"sequence":1,"time":"2024-06-20T12:00:00Z","purpose":"weather","destination":"eu","grid":"h3:6","#,
///         r#""rule":"destination","cell":"861969527ffffff","bucket":"2024-06-20T12:00:00Z","span_s":3600,"#,
///         r#""epsilon":1.0000012,"billionths":1000001200}"#,
///     )],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub(super) sequence: u64,
    pub(super) time: Timestamp,
    pub(super) purpose: String,
    pub(super) destination: String,
    pub(super) grid: String,
    pub(super) rule: Option<Rule>,
    pub(super) cell: Option<String>,
    pub(super) bucket: Timestamp,
    pub(super) span: Duration,
    pub(super) accounting: Accounting,
    pub(super) loss: PrivacyLoss,
    pub(super) stay: Option<(PrivacyLoss, Timestamp)>,
}

/// Whose rule decided what a release tells: the coarsest of them wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// The purpose's: what the app wants the location for needs no more.
    Purpose,
    /// The destination's: its floor.
    Destination,
    /// The user's: the ceiling that was chosen.
    Ceiling,
    /// The policy's: the cell came near a sensitive place.
    Sensitive,
    /// The user's: the fix lay in a zone, and its stand-in went out.
    Zone,
}

impl Rule {
    /// Every rule, from the weakest word to the strongest.
    pub const EVERY: [Self; 5] = [Self::Purpose, Self::Destination, Self::Ceiling, Self::Sensitive, Self::Zone];
}

/// The name as JSON has it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Purpose => "purpose",
            Self::Destination => "destination",
            Self::Ceiling => "ceiling",
            Self::Sensitive => "sensitive",
            Self::Zone => "zone",
        })
    }
}

impl Receipt {
    /// The names of the columns of [`row`](Self::row).
    pub const COLUMNS: [&'static str; 14] = [
        "sequence",
        "time",
        "purpose",
        "destination",
        "grid",
        "rule",
        "cell",
        "bucket",
        "span_s",
        "accounting",
        "loss",
        "billionths",
        "stay_until",
        "stay_loss",
    ];

    /// The receipt as a row of a table, which has losses as exact decimals, and nothing in the place of what is not known.
    #[must_use]
    pub fn row(&self) -> [String; 14] {
        let stay = self.stay_until();
        [
            self.sequence.to_string(),
            self.time.to_string(),
            self.purpose.clone(),
            self.destination.clone(),
            self.grid.clone(),
            self.rule.map_or_else(String::new, |rule| rule.to_string()),
            self.cell().unwrap_or_default().to_owned(),
            self.bucket.to_string(),
            self.span.as_secs_f64().to_string(),
            self.accounting.to_string(),
            self.loss.to_string(),
            self.loss.billionths().to_string(),
            stay.map_or_else(String::new, |until| until.to_string()),
            stay.map_or_else(String::new, |_| self.stay_loss().to_string()),
        ]
    }

    /// The receipt's place in the ledger, counted from 1.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The ledger's time of the charge.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// What the location was wanted for.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Where it went.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// The grid of the released cell, as "h3:6"; or the places of which one was named, as "places:countries".
    #[must_use]
    pub fn grid(&self) -> &str {
        &self.grid
    }

    /// Whose rule decided how coarse the release is; `None` if an older version made the receipt, which did not write it.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        self.rule
    }

    /// The released cell's id, or the name of the place that was told, a hyphen if none was; `None` once it is erased.
    #[must_use]
    pub fn cell(&self) -> Option<&str> {
        self.cell.as_deref()
    }

    /// The start of the released time bucket.
    #[must_use]
    pub fn bucket(&self) -> Timestamp {
        self.bucket
    }

    /// The length of the released time bucket.
    #[must_use]
    pub fn span(&self) -> Duration {
        self.span
    }

    /// What the losses are.
    #[must_use]
    pub fn accounting(&self) -> Accounting {
        self.accounting
    }

    /// The privacy loss that was charged for the release itself.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        self.loss
    }

    /// The privacy loss that was charged for the stay that the release began: for all the ticks on which a noisy test
    /// asked whether it still holds. Zero if none did.
    #[must_use]
    pub fn stay_loss(&self) -> PrivacyLoss {
        self.stay.map_or(PrivacyLoss::ZERO, |(loss, _)| loss)
    }

    /// The ledger's time of the last tick on which the test asked, if it ever did.
    #[must_use]
    pub fn stay_until(&self) -> Option<Timestamp> {
        self.stay.map(|(_, until)| until)
    }
}

impl Serialize for Receipt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            sequence: u64,
            time: String,
            purpose: &'a str,
            destination: &'a str,
            grid: &'a str,
            rule: Option<Rule>,
            cell: Option<&'a str>,
            bucket: String,
            span_s: Seconds,
            #[serde(flatten)]
            loss: FlatLoss,
            billionths: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            stay: Option<FlatStay>,
        }
        #[derive(Serialize)]
        struct FlatStay {
            until: String,
            #[serde(flatten)]
            loss: FlatLoss,
            billionths: u64,
        }
        /// Named by what it is.
        #[derive(Serialize)]
        #[serde(rename_all = "kebab-case")]
        enum FlatLoss {
            Epsilon(f64),
            Rho(f64),
        }
        let named = |loss: PrivacyLoss| match self.accounting {
            Accounting::Pure => FlatLoss::Epsilon(loss.epsilon()),
            Accounting::Zcdp => FlatLoss::Rho(loss.rho()),
        };
        /// A whole number without a point where it is one.
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Seconds {
            Whole(u64),
            Decimal(f64),
        }
        let span_s = if self.span.subsec_nanos() == 0 {
            Seconds::Whole(self.span.as_secs())
        } else {
            Seconds::Decimal(self.span.as_secs_f64())
        };
        let flat = Flat {
            sequence: self.sequence,
            time: self.time.to_string(),
            purpose: &self.purpose,
            destination: &self.destination,
            grid: &self.grid,
            rule: self.rule,
            cell: self.cell(),
            bucket: self.bucket.to_string(),
            span_s,
            loss: named(self.loss),
            billionths: self.loss.billionths(),
            stay: self.stay.map(|(loss, until)| FlatStay {
                until: until.to_string(),
                loss: named(loss),
                billionths: loss.billionths(),
            }),
        };
        flat.serialize(serializer)
    }
}
