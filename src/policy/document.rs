//! A policy file as a tree that is the same for TOML and JSON, and that knows the path of every fault.
//!
//! Both formats are read into a [`Node`], and the tables of the policy are deserialized from it: so one error type,
//! with one wording and the path of the key, serves both. A table with a `kind` is an enum; its `kind` names the
//! variant.

use core::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};

use super::error::{Fault, nearest, one_of, quoted};
use super::file::example;

/// A value of the file. Keys stand in the order in which the parser gives them, each once.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// What an error calls the value.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Integer(value) => format!("`{value}`"),
            Self::Float(value) => format!("`{value:?}`"),
            Self::Text(text) => format!("\"{}\"", quoted(text)),
            Self::List(_) => "a list".to_owned(),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Float(value as f64), Node::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut table: A) -> Result<Node, A::Error> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        while let Some(key) = table.next_key::<String>()? {
            if !names.insert(key.clone()) {
                return Err(de::Error::custom(format_args!("the key `{}` stands twice", quoted(&key))));
            }
            entries.push((key, table.next_value()?));
        }
        Ok(Node::Table(entries))
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Null => Err(wrong(&self, &visitor)),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(text) => visitor.visit_string(text),
            Self::List(nodes) => visitor.visit_seq(List(nodes.into_iter().enumerate())),
            Self::Table(entries) => visitor.visit_map(Table { entries: entries.into_iter(), value: None }),
        }
    }

    /// A key that is there has a value: null is no way to leave it out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self {
            Self::Text(word) => visitor.visit_enum(Variant { kind: word, rest: None }),
            Self::Table(mut entries) => {
                let Some(index) = entries.iter().position(|(key, _)| key == "kind") else {
                    return Err(Fault::new("missing key `kind`", format!("a `kind`: {}", one_of(variants))));
                };
                match entries.remove(index).1 {
                    Self::Text(kind) => visitor.visit_enum(Variant { kind, rest: Some(entries) }),
                    other => Err(Fault::new(wrong_type(&other), one_of(variants)).under("kind")),
                }
            }
            other => Err(Fault::new(wrong_type(&other), one_of(variants))),
        }
    }

    // No struct of the policy may be given as a list of its values.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Table(_) => self.deserialize_any(visitor),
            other => Err(wrong(&other, &visitor)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, Fault> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct List(core::iter::Enumerate<std::vec::IntoIter<Node>>);

impl<'de> de::SeqAccess<'de> for List {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some((index, node)) = self.0.next() else { return Ok(None) };
        seed.deserialize(node).map(Some).map_err(|fault| fault.under(index))
    }
}

struct Table {
    entries: std::vec::IntoIter<(String, Node)>,
    value: Option<(String, Node)>,
}

impl<'de> de::MapAccess<'de> for Table {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, node)) = self.entries.next() else { return Ok(None) };
        let name = seed.deserialize(key.as_str().into_deserializer())?;
        self.value = Some((key, node));
        Ok(Some(name))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, node) = self.value.take().unwrap_or_else(|| (String::new(), Node::Null));
        seed.deserialize(node).map_err(|fault| fault.under(key.as_str()))
    }
}

/// A word, or a table with a `kind` and the rest of its keys.
struct Variant {
    kind: String,
    rest: Option<Vec<(String, Node)>>,
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let variant = seed
            .deserialize(self.kind.as_str().into_deserializer())
            .map_err(|fault: Fault| if self.rest.is_some() { fault.under("kind") } else { fault })?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.rest {
            None => Ok(()),
            Some(_) => Err(Fault::new("a table is not right here", format!("the word \"{}\" alone", self.kind))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(Node::Table(self.rest.unwrap_or_default()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        Node::Table(self.rest.unwrap_or_default()).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        match self.rest {
            Some(rest) => Node::Table(rest).deserialize_any(visitor),
            None => Err(Fault::new(
                format!("the word \"{}\" alone is not right here", self.kind),
                format!("a table with `kind = \"{}\"` and the keys of that kind", self.kind),
            )),
        }
    }
}

/// What divides the two halves of a fault where it must pass as one text.
pub(super) const EXPECTED: &str = "; expected ";

fn wrong_type(node: &Node) -> String {
    format!("{} is not right here", node.described())
}

fn wrong(node: &Node, expected: &dyn Expected) -> Fault {
    Fault::new(wrong_type(node), plain(expected))
}

/// What was expected in words of the policy file, where serde would speak of Rust types.
fn plain(expected: &dyn Expected) -> String {
    match expected.to_string().as_str() {
        "f64" => "a number".to_owned(),
        "u8" => "a small whole number, 0 or more".to_owned(),
        "a string" => "text in quotes".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        other => other.to_owned(),
    }
}

fn unexpected(value: Unexpected<'_>) -> Node {
    match value {
        Unexpected::Bool(value) => Node::Bool(value),
        Unexpected::Signed(value) => Node::Integer(value),
        Unexpected::Unsigned(value) => Node::Float(value as f64),
        Unexpected::Float(value) => Node::Float(value),
        Unexpected::Str(text) => Node::Text(text.to_owned()),
        Unexpected::Seq => Node::List(Vec::new()),
        Unexpected::Map => Node::Table(Vec::new()),
        _ => Node::Null,
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(what: T) -> Self {
        let text = what.to_string();
        let (what, expected) = text.split_once(EXPECTED).unwrap_or((&text, "what the schema of the policy says"));
        Self::new(what, expected)
    }

    fn invalid_type(value: Unexpected<'_>, expected: &dyn Expected) -> Self {
        wrong(&unexpected(value), expected)
    }

    fn invalid_value(value: Unexpected<'_>, expected: &dyn Expected) -> Self {
        wrong(&unexpected(value), expected)
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("`{}` is not known{}", quoted(word), meant(word, known)), one_of(known))
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        let expected = if known.is_empty() { "no other key beside `kind`".to_owned() } else { one_of(known) };
        Self::new(format!("unknown key `{}`{}", quoted(key), meant(key, known)), expected).under(key)
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(format!("missing key `{key}`"), example(key).map_or_else(|| format!("`{key}`"), str::to_owned))
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{EXPECTED}{}", self.what, self.expected)
    }
}

fn meant(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(String::new, |known| format!(", did you mean `{known}`?"))
}
