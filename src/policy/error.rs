//! [`PolicyError`]: what is wrong with a policy, where, and what would be right.

use core::fmt;
use std::io;

/// Why a policy was refused: the line of the file, the path of the key, what is wrong and what would be right.
///
/// It quotes keys and values of the policy, never anything else of the file.
///
/// # Example
///
/// ```
/// use hereabouts::Policy;
///
/// let error = Policy::from_toml("version = 1\nradius = 200\n").unwrap_err();
/// assert_eq!(error.line(), Some(2));
/// assert_eq!(error.path(), "radius");
/// assert_eq!(
///     error.to_string(),
///     "line 2: radius: unknown key `radius`; expected one of `version`, `protection`, `accounting`, `budget`, `receipts`, `zones`, `sensitive`, `purposes`, `ceilings`, `destinations`",
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("{}{what}; expected {expected}", Place(*line, path))]
pub struct PolicyError {
    pub(super) line: Option<usize>,
    pub(super) path: String,
    pub(super) what: String,
    pub(super) expected: String,
    #[source]
    pub(super) source: Option<io::Error>,
}

impl PolicyError {
    /// The line of the file, counted from 1; `None` for a policy built in code, or a file that cannot be read.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The key at fault, such as `purposes.weather.mechanism.epsilon`; empty for the file as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What would be right.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    pub(super) fn unreadable(error: io::Error) -> Self {
        Self {
            line: None,
            path: String::new(),
            what: format!("the policy cannot be read ({})", error.kind()),
            expected: "a TOML or JSON file that this process may read".to_owned(),
            source: Some(error),
        }
    }
}

struct Place<'a>(Option<usize>, &'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.0 {
            write!(f, "line {line}: ")?;
        }
        if !self.1.is_empty() {
            write!(f, "{}: ", self.1)?;
        }
        Ok(())
    }
}

/// One step from a table or a list to what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A [`PolicyError`] before its line is known. It is behind a pointer since every value that is read passes through a result
/// that could hold one.
#[derive(Debug)]
pub(super) struct Fault(Box<Told>);

#[derive(Debug)]
struct Told {
    path: Vec<Step>,
    what: String,
    expected: String,
}

impl Fault {
    pub(super) fn new(what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::told(what.into(), expected.into())
    }

    #[cold]
    #[inline(never)]
    fn told(what: String, expected: String) -> Self {
        Self(Box::new(Told { path: Vec::new(), what, expected }))
    }

    /// The same fault, one step further from the root.
    pub(super) fn under(self, step: impl Into<Step>) -> Self {
        self.below(step.into())
    }

    #[cold]
    #[inline(never)]
    fn below(mut self, step: Step) -> Self {
        self.0.path.insert(0, step);
        self
    }

    /// The steps from the root to where it is.
    pub(super) fn path(&self) -> &[Step] {
        &self.0.path
    }

    pub(super) fn at(self, line: Option<usize>) -> PolicyError {
        let mut path = String::new();
        for step in self.path() {
            match step {
                Step::Key(key) if key.is_empty() => path.push_str(if path.is_empty() { "\"\"" } else { ".\"\"" }),
                Step::Key(key) if path.is_empty() => path.push_str(&quoted(key)),
                Step::Key(key) => path.extend([".", &quoted(key)]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        PolicyError { line, path, what: self.0.what, expected: self.0.expected, source: None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{EXPECTED}{}", self.0.what, self.0.expected)
    }
}

impl core::error::Error for Fault {}

/// What divides the two halves of a fault where it must pass as one text.
pub(super) const EXPECTED: &str = "; expected ";

/// The longest text of a policy that an error repeats, in characters.
const LONGEST_QUOTE: usize = 60;

/// What the policy says, fit for one line of an error: cut where it is long, control characters escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quote: String = text.chars().take(LONGEST_QUOTE).flat_map(escape).collect();
    if text.chars().nth(LONGEST_QUOTE).is_some() {
        quote.push('…');
    }
    quote
}

fn escape(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control().then(|| character.escape_default());
    let plain = escaped.is_none().then_some(character);
    escaped.into_iter().flatten().chain(plain)
}

/// What is wrong with a number that had to be finite and above zero.
pub(super) fn not_above_zero(value: f64) -> String {
    if value == f64::INFINITY { "`inf` is not finite".to_owned() } else { format!("`{value}` is not above zero") }
}

/// The known word nearest to a mistaken one, if it is near enough to be what was meant.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // A long word is no misspelling, and is not worth the time.
    if word.len() > 40 {
        return None;
    }
    let most = 1 + word.chars().count() / 4;
    let ranked = known.iter().map(|known| (edits(&word.to_lowercase(), &known.to_lowercase()), *known));
    ranked.min_by_key(|(distance, _)| *distance).filter(|(distance, _)| *distance <= most).map(|(_, known)| known)
}

/// The fewest insertions, deletions and replacements from one word to the other (Levenshtein 1966).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, from) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, to) in row.iter_mut().skip(1).zip(&to) {
            left = (diagonal + usize::from(from != *to)).min(left + 1).min(*above + 1);
            diagonal = core::mem::replace(above, left);
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// "`a`", or "one of `a`, `b`".
pub(super) fn one_of(words: &[&str]) -> String {
    let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    if words.len() == 1 { list } else { format!("one of {list}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_what_was_meant_or_nothing() {
        let known = ["epsilon", "kind", "radius_m"];
        assert_eq!(nearest("epsilom", &known), Some("epsilon"));
        assert_eq!(nearest("Kind", &known), Some("kind"));
        assert_eq!(nearest("radius", &known), Some("radius_m"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest(&"k".repeat(100_000), &known), None);
        assert_eq!((edits("kitten", "sitting"), edits("", "abc"), edits("abc", ""), edits("abc", "abc")), (3, 3, 3, 0));
    }

    #[test]
    fn a_quote_is_short_and_on_one_line() {
        assert_eq!(quoted("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(quoted(&"x".repeat(1000)).chars().count(), LONGEST_QUOTE + 1);
    }
}
