//! [`Named`]: what a policy file lists by name.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A table of what has names, in alphabetical order.
#[derive(Debug)]
pub(super) struct Named<T>(Vec<(String, T)>);

impl<T> Named<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor(PhantomData))
    }
}

struct NamedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Named<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(name) = table.next_key::<&str>()? {
            values.push((name.to_owned(), table.next_value()?));
        }
        values.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Named(values))
    }
}
