//! [`Catalogue`]: the names and terms that receipts refer to by number.

use core::time::Duration;

use super::accounting::Accounting;
use super::ledger::Charge;
use super::receipt::Rule;
use super::slots::{Id, Numbered};

/// A purpose's or destination's number in its ledger.
pub(super) type NameId = Id;

/// The number of some [`Terms`] in their ledger.
pub(super) type TermsId = Id;

/// What the receipts of one purpose and one destination have in common while the policy stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) purpose: NameId,
    pub(super) destination: NameId,
    pub(super) grid: Box<str>,
    /// `None` if it was not written.
    pub(super) rule: Option<Rule>,
    pub(super) span_ms: i64,
    pub(super) accounting: Accounting,
}

/// The names and terms that receipts refer to by number.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    names: Numbered<Box<str>>,
    terms: Numbered<Terms>,
}

impl Catalogue {
    pub(super) fn name(&self, id: NameId) -> Option<&str> {
        self.names.get(id).map(AsRef::as_ref)
    }

    pub(super) fn name_id(&self, text: &str) -> Option<NameId> {
        self.names.find(|name| **name == *text)
    }

    /// The number of a name, a new one if need be.
    pub(super) fn intern(&mut self, text: &str) -> NameId {
        self.name_id(text).unwrap_or_else(|| self.names.push(text.into()))
    }

    pub(super) fn terms(&self, id: TermsId) -> Option<&Terms> {
        self.terms.get(id)
    }

    /// Takes over stored terms.
    pub(super) fn add_terms(&mut self, terms: Terms) -> TermsId {
        self.terms.push(terms)
    }

    /// The number of the terms of a charge, new ones if need be.
    pub(super) fn agreed(
        &mut self,
        purpose: NameId,
        destination: NameId,
        charge: &Charge<'_>,
        accounting: Accounting,
    ) -> TermsId {
        let span_ms = i64::try_from(charge.span.as_millis()).unwrap_or(i64::MAX);
        let agreed = |terms: &Terms| {
            let named = (terms.purpose, terms.destination) == (purpose, destination);
            let told = (terms.rule, terms.span_ms) == (Some(charge.rule), span_ms) && *terms.grid == *charge.grid;
            named && told && terms.accounting == accounting
        };
        self.terms.find(agreed).unwrap_or_else(|| {
            let (grid, rule) = (charge.grid.into(), Some(charge.rule));
            self.terms.push(Terms { purpose, destination, grid, rule, span_ms, accounting })
        })
    }

    /// Whether terms tell places on a grid, and times to a span.
    pub(super) fn is_on(&self, terms: TermsId, grid: &str, span: Duration) -> bool {
        let told = |terms: &Terms| *terms.grid == *grid && i64::try_from(span.as_millis()) == Ok(terms.span_ms);
        self.terms.get(terms).is_some_and(told)
    }

    /// The names that were added since they were last kept.
    pub(super) fn added_names(&self) -> impl Iterator<Item = (NameId, &str)> {
        self.names.added().map(|(id, name)| (id, name.as_ref()))
    }

    /// The terms that were added since they were last kept.
    pub(super) fn added_terms(&self) -> impl Iterator<Item = (TermsId, &Terms)> {
        self.terms.added()
    }

    pub(super) fn keep(&mut self) {
        self.names.keep();
        self.terms.keep();
    }

    pub(super) fn rollback(&mut self) {
        self.names.rollback();
        self.terms.rollback();
    }
}
