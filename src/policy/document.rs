//! A policy file as a tree that is the same for TOML and JSON, and that knows the path of every fault.
//!
//! Both formats are read into a [`Node`], and the tables of the policy are deserialized from it: so one error type,
//! with one wording and the path of the key, serves both. A table with a `kind` is an enum; its `kind` names the
//! variant.

use core::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Expected, Unexpected, Visitor};

use super::error::{EXPECTED, Fault, Step, nearest, one_of, quoted};
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
        Reader { path: None }.deserialize(deserializer)
    }
}

/// Reads a value. With a path it is for finding where the path ends: it fails there, and its deserializer says where that is.
#[derive(Clone, Copy)]
pub(super) struct Reader<'p> {
    pub(super) path: Option<&'p [Step]>,
}

impl<'p> Reader<'p> {
    /// The reader for what is one step further.
    fn after(self, is_next: impl FnOnce(&Step) -> bool) -> Self {
        let rest = self.path.and_then(<[Step]>::split_first).filter(|(step, _)| is_next(step));
        Self { path: rest.map(|(_, rest)| rest) }
    }

    /// A value that is no table and no list, unless the path ends here.
    fn leaf<E: de::Error>(self, node: Node) -> Result<Node, E> {
        self.arrives().map(|()| node)
    }

    fn arrives<E: de::Error>(self) -> Result<(), E> {
        if self.path.is_some_and(<[Step]>::is_empty) { Err(E::custom("here")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        self.leaf(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        self.leaf(Node::Integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        self.leaf(i64::try_from(value).map_or(Node::Float(value as f64), Node::Integer))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        self.leaf(Node::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        self.leaf(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        self.arrives()?;
        let mut nodes = Vec::new();
        loop {
            let element = self.after(|step| matches!(step, Step::Index(index) if *index == nodes.len()));
            match list.next_element_seed(element)? {
                Some(node) => nodes.push(node),
                None => return Ok(Node::List(nodes)),
            }
        }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut table: A) -> Result<Node, A::Error> {
        self.arrives()?;
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        // The line of a key is that of the key itself, and not that of its value.
        let last = Last(match self.path {
            Some([Step::Key(key)]) => Some(key),
            _ => None,
        });
        while let Some(key) = table.next_key_seed(last)? {
            if !names.insert(key.clone()) {
                return Err(de::Error::custom(format_args!("the key `{}` stands twice", quoted(&key))));
            }
            let value = self.after(|step| matches!(step, Step::Key(next) if *next == key));
            entries.push((key, table.next_value_seed(value)?));
        }
        Ok(Node::Table(entries))
    }
}

/// Reads a key, and fails at the one with which a path ends.
#[derive(Clone, Copy)]
struct Last<'p>(Option<&'p str>);

impl<'de> DeserializeSeed<'de> for Last<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        if self.0 == Some(key.as_str()) { Err(de::Error::custom("here")) } else { Ok(key) }
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Node::Null => Err(wrong(self, &visitor)),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Integer(value) => visitor.visit_i64(*value),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(nodes) => visitor.visit_seq(List(nodes.iter().enumerate())),
            Node::Table(entries) => visitor.visit_map(Table { entries: entries.iter(), without: None, value: None }),
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
        visitor.visit_enum(self.variant(variants)?)
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
            Node::Table(_) => self.deserialize_any(visitor),
            other => Err(wrong(other, &visitor)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

struct List<'n>(core::iter::Enumerate<core::slice::Iter<'n, Node>>);

impl<'de> de::SeqAccess<'de> for List<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some((index, node)) = self.0.next() else { return Ok(None) };
        seed.deserialize(node).map(Some).map_err(|fault| fault.under(index))
    }
}

struct Table<'n> {
    entries: core::slice::Iter<'n, (String, Node)>,
    /// A key that is read already.
    without: Option<&'static str>,
    value: Option<&'n (String, Node)>,
}

impl<'de> de::MapAccess<'de> for Table<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let without = self.without;
        self.value = self.entries.find(|(key, _)| Some(key.as_str()) != without);
        match self.value {
            Some((key, _)) => seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, node) = self.value.map_or(("", &Node::Null), |(key, node)| (key.as_str(), node));
        seed.deserialize(node).map_err(|fault| fault.under(key))
    }
}

impl Node {
    /// The word that this is, or the `kind` of the table that it is.
    fn variant(&self, known: &'static [&'static str]) -> Result<Variant<'_>, Fault> {
        match self {
            Self::Text(word) => Ok(Variant { kind: word, rest: None }),
            Self::Table(entries) => match self.get(KIND) {
                Some(Self::Text(kind)) => Ok(Variant { kind, rest: Some(entries) }),
                Some(other) => Err(Fault::new(wrong_type(other), one_of(known)).under(KIND)),
                None => Err(Fault::new("missing key `kind`", format!("a `kind`: {}", one_of(known)))),
            },
            other => Err(Fault::new(wrong_type(other), one_of(known))),
        }
    }
}

/// The key that says which variant a table is.
const KIND: &str = "kind";

/// A word, or a table with a `kind` and other keys.
struct Variant<'n> {
    kind: &'n str,
    rest: Option<&'n [(String, Node)]>,
}

impl<'n> Variant<'n> {
    fn table(&self) -> Table<'n> {
        Table { entries: self.rest.unwrap_or_default().iter(), without: Some(KIND), value: None }
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let variant = seed
            .deserialize(BorrowedStrDeserializer::new(self.kind))
            .map_err(|fault: Fault| if self.rest.is_some() { fault.under(KIND) } else { fault })?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.rest {
            None => Ok(()),
            Some(_) => Err(Fault::new("a table is not right here", format!("the word \"{}\" alone", self.kind))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(MapAccessDeserializer::new(self.table()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self.table())
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        match self.rest {
            Some(_) => visitor.visit_map(self.table()),
            None => Err(Fault::new(
                format!("the word \"{}\" alone is not right here", self.kind),
                format!("a table with `kind = \"{}\"` and the keys of that kind", self.kind),
            )),
        }
    }
}

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

fn meant(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(String::new, |known| format!(", did you mean `{known}`?"))
}
