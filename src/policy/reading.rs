//! From a text, a file or a document to a [`Policy`].

use std::io;
use std::path::Path;

use litemap::LiteMap;
use serde::Deserialize;

use super::check::{GivenWindow, check_accounting};
use super::document::Node;
use super::error::Fault;
use super::file::{AccountingTable, PolicyTable};
use super::files::{Files, no_files, read_at_most, read_beside};
use super::locate::Format;
use super::{Policy, PolicyError};

/// The largest file that is read: a policy is written by people.
const MOST_BYTES: u64 = 1 << 20;

impl Policy {
    /// Reads a policy written in TOML. It names no other file: such a one is for [`read`](Self::read), or for
    /// [`from_text_with`](Self::from_text_with).
    ///
    /// # Errors
    ///
    /// [`PolicyError`] with the line, the path of the key, what is wrong and what would be right.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text, Format::Toml, &mut no_files)
    }

    /// Reads a policy written in JSON.
    ///
    /// # Errors
    ///
    /// As [`Policy::from_toml`].
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text, Format::Json, &mut no_files)
    }

    /// A policy from a document in memory, with the keys of the file: for those who build one with tools of their own. `files`
    /// gives the text of each file that it names, by that name.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] as [`Policy::from_json`], without a line.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::Policy;
    ///
    /// let mut document: serde_json::Value = serde_json::from_str(include_str!("../../examples/policies/weather.json"))?;
    /// assert!(Policy::from_value(document.clone(), |_| Ok(String::new())).is_ok());
    /// document["protection"]["radius_m"] = 0.into();
    /// let error = Policy::from_value(document, |_| Ok(String::new())).unwrap_err();
    /// assert_eq!((error.line(), error.path()), (None, "protection.radius_m"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn from_value(
        document: serde_json::Value,
        mut files: impl FnMut(&str) -> io::Result<String>,
    ) -> Result<Self, PolicyError> {
        let document = Node::deserialize(document)
            .map_err(|error| Fault::new(error.to_string(), "a document such as a policy file holds").at(None))?;
        Self::from_document(&document, &mut files).map_err(|fault| fault.at(None))
    }

    /// Reads a policy written in TOML or JSON, with what the files hold that it names: `files` gives the text of each, by the
    /// name that stands in the policy. For apps that carry their files as assets.
    ///
    /// # Errors
    ///
    /// As [`Policy::from_toml`], or if a file cannot be read, or holds something else.
    pub fn from_text_with(text: &str, mut files: impl FnMut(&str) -> io::Result<String>) -> Result<Self, PolicyError> {
        Self::parse(text, Format::of(text), &mut files)
    }

    /// Reads a policy from a file: JSON if its first character beside blanks is `{`, otherwise TOML. Files that it names are
    /// looked for beside it.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] as [`Policy::from_toml`], or if the file cannot be read, is not UTF-8, or is larger than 1 MiB; or if a
    /// file that it names cannot be read, holds something else, or is larger than 64 MiB.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, PolicyError> {
        let path = path.as_ref();
        let bytes = read_at_most(path, MOST_BYTES).map_err(PolicyError::unreadable)?;
        let Some(bytes) = bytes else {
            return Err(Fault::new("the policy is larger than 1 MiB", "a file of at most 1 MiB").at(None));
        };
        Self::from_bytes(&bytes, &mut |name| read_beside(path, name))
    }

    pub(super) fn from_bytes(bytes: &[u8], files: &mut Files<'_>) -> Result<Self, PolicyError> {
        // Editors on Windows put a byte order mark before the text.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = core::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count();
            Fault::new("the policy is not UTF-8", "text in UTF-8").at(Some(line))
        })?;
        Self::parse(text, Format::of(text), files)
    }

    fn parse(text: &str, format: Format, files: &mut Files<'_>) -> Result<Self, PolicyError> {
        let document = format.parse(text)?;
        Self::from_document(&document, files).map_err(|fault| {
            let line = format.line_of(text, fault.path());
            fault.at(Some(line))
        })
    }

    fn from_document(document: &Node, files: &mut Files<'_>) -> Result<Self, Fault> {
        let table = PolicyTable::read(document)?;
        let delta = match table.accounting {
            Some(AccountingTable::Zcdp { delta }) => Some(delta),
            Some(AccountingTable::Pure {}) | None => None,
        };
        let accounting = check_accounting(delta)?;
        let mut budget = Vec::with_capacity(table.budget.len());
        for (index, window) in table.budget.iter().enumerate() {
            let loss = window.loss(accounting).map_err(|fault| fault.under(index).under("budget"))?;
            budget.push(GivenWindow { loss, length: window.window.0, purpose: window.purpose.as_deref() });
        }
        let mut purposes = LiteMap::new();
        for (name, purpose) in table.purposes.iter() {
            let purpose = purpose.purpose(files).map_err(|fault| fault.under(name).under("purposes"))?;
            purposes.insert(name.to_owned(), purpose);
        }
        let mut destinations = LiteMap::new();
        for (name, destination) in table.destinations.iter() {
            let destination = destination.destination().map_err(|fault| fault.under(name).under("destinations"))?;
            destinations.insert(name.to_owned(), destination);
        }
        let mut policy = Self::checked(table.protection.radius_m, delta, &budget, purposes, destinations)?;
        for (name, ceiling) in table.ceilings.iter() {
            policy.set_ceiling(name, ceiling.ceiling())?;
        }
        policy.check_defaults()?;
        if let Some(receipts) = &table.receipts {
            policy.set_receipt_retention(receipts.retention.0)?;
        }
        if let Some(zones) = &table.zones {
            policy.set_zones(zones.epsilon, zones.radius.0 as f64)?;
        }
        if let Some(sensitive) = &table.sensitive {
            policy.set_sensitive(sensitive.sensitive(files).map_err(|fault| fault.under("sensitive"))?)?;
        }
        if let Some(devices) = table.protection.devices {
            policy.set_devices(devices)?;
        }
        Ok(policy)
    }
}
