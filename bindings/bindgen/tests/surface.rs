//! What Swift and Kotlin see of the library: names and shapes change on purpose alone.
//!
//! `UPDATE_SURFACE=1 cargo test -p bindgen` writes `bindings/surface.txt` anew.

use camino::Utf8PathBuf;
use uniffi_meta::{
    DefaultValueMetadata, EnumShape, FieldMetadata, FnParamMetadata, LiteralMetadata, Metadata, Type, VariantMetadata,
};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../surface.txt");

/// The library that cargo built for this test, beside it.
fn metadata() -> Vec<Metadata> {
    let folder = Utf8PathBuf::try_from(std::env::current_exe().unwrap()).unwrap();
    let name = format!("{}hereabouts_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    uniffi_bindgen::macro_metadata::extract_from_library(&folder.with_file_name(name)).unwrap()
}

#[test]
fn the_surface_is_the_one_that_was_agreed_on() {
    let mut lines: Vec<String> = metadata().iter().flat_map(lines_of).collect();
    lines.sort();
    let surface = lines.join("\n") + "\n";
    if std::env::var_os("UPDATE_SURFACE").is_some() {
        std::fs::write(SNAPSHOT, &surface).unwrap();
    }
    let agreed = std::fs::read_to_string(SNAPSHOT).unwrap();
    let gone = agreed.lines().filter(|line| !surface.lines().any(|now| now == *line)).map(|line| format!("- {line}"));
    let new = surface.lines().filter(|line| !agreed.lines().any(|then| then == *line)).map(|line| format!("+ {line}"));
    let changes: Vec<_> = gone.chain(new).collect();
    assert!(changes.is_empty(), "if it is meant, run with UPDATE_SURFACE=1:\n{}", changes.join("\n"));
}

#[test]
fn every_name_is_documented() {
    for item in metadata() {
        let undocumented = match &item {
            Metadata::Func(item) if item.docstring.is_none() => vec![item.name.clone()],
            Metadata::Object(item) if item.docstring.is_none() => vec![item.name.clone()],
            Metadata::Constructor(item) if item.docstring.is_none() => {
                vec![format!("{}.{}", item.self_name, item.name)]
            }
            Metadata::Method(item) if item.docstring.is_none() => vec![format!("{}.{}", item.self_name, item.name)],
            Metadata::TraitMethod(item) if item.docstring.is_none() => {
                vec![format!("{}.{}", item.trait_name, item.name)]
            }
            Metadata::Record(item) => undocumented(&item.name, item.docstring.is_some(), &item.fields),
            Metadata::Enum(item) => {
                let variants = item.variants.iter().flat_map(|variant| {
                    // The one field of an error is its message.
                    let fields = if item.shape == EnumShape::Enum { variant.fields.as_slice() } else { &[] };
                    undocumented(&format!("{}.{}", item.name, variant.name), variant.docstring.is_some(), fields)
                });
                undocumented(&item.name, item.docstring.is_some(), &[]).into_iter().chain(variants).collect()
            }
            _ => vec![],
        };
        assert!(undocumented.is_empty(), "without documentation: {undocumented:?}");
    }
}

fn undocumented(name: &str, is_documented: bool, fields: &[FieldMetadata]) -> Vec<String> {
    let itself = (!is_documented).then(|| name.to_owned());
    let fields = fields.iter().filter(|field| field.docstring.is_none()).map(|field| format!("{name}.{}", field.name));
    itself.into_iter().chain(fields).collect()
}

/// A record prints its fields in both languages: a place is in those alone that are meant for it.
#[test]
fn no_record_holds_the_place_of_a_fix() {
    let mut places = Vec::new();
    for item in metadata() {
        let (owner, fields) = match item {
            Metadata::Record(record) => (record.name, record.fields),
            Metadata::Enum(item) => (item.name, item.variants.into_iter().flat_map(|variant| variant.fields).collect()),
            _ => continue,
        };
        let is_place =
            |name: &str| ["latitude", "longitude", "position", "coordinate"].iter().any(|part| name.contains(part));
        places
            .extend(fields.iter().filter(|field| is_place(&field.name)).map(|field| format!("{owner}.{}", field.name)));
    }
    places.sort();
    let meant =
        ["Release.latitude_deg", "Release.longitude_deg", "Zone.centre_latitude_deg", "Zone.centre_longitude_deg"];
    assert_eq!(places, meant);
}

/// A fix is read by nothing: of its place and its measurements no function gives anything back.
#[test]
fn a_fix_tells_its_time_alone() {
    let mut told: Vec<String> = metadata()
        .into_iter()
        .filter_map(|item| match item {
            Metadata::Method(method) if ["Fix", "FixBatch"].contains(&method.self_name.as_str()) => {
                Some(format!("{}.{} -> {}", method.self_name, method.name, returned(method.return_type.as_ref())))
            }
            Metadata::UniffiTrait(_) => Some("a trait that prints or compares".to_owned()),
            _ => None,
        })
        .collect();
    told.sort();
    assert_eq!(told, ["Fix.time_ms -> Int64", "Fix.with_measurements -> Fix", "FixBatch.size -> UInt64"]);
}

fn lines_of(item: &Metadata) -> Vec<String> {
    match item {
        Metadata::Func(item) => {
            vec![function(&item.name, &item.inputs, item.return_type.as_ref(), item.throws.as_ref())]
        }
        Metadata::Constructor(item) => {
            let name = format!("{}.{} (constructor)", item.self_name, item.name);
            vec![function(&name, &item.inputs, None, item.throws.as_ref())]
        }
        Metadata::Method(item) => {
            let name = format!("{}.{}", item.self_name, item.name);
            vec![function(&name, &item.inputs, item.return_type.as_ref(), item.throws.as_ref())]
        }
        Metadata::TraitMethod(item) => {
            let name = format!("{}.{} (the app's)", item.trait_name, item.name);
            vec![function(&name, &item.inputs, item.return_type.as_ref(), item.throws.as_ref())]
        }
        Metadata::Object(item) => {
            vec![format!(
                "{}{}",
                item.name,
                if item.imp.has_callback_interface() { " (interface)" } else { " (object)" }
            )]
        }
        Metadata::Record(item) => {
            let fields = item.fields.iter().map(|field| format!("{}.{}", item.name, typed(field)));
            [format!("{} (record)", item.name)].into_iter().chain(fields).collect()
        }
        Metadata::Enum(item) => {
            let shape = if item.shape == EnumShape::Enum { "enum" } else { "error" };
            let variants = item.variants.iter().map(|variant| format!("{}.{}", item.name, variant_of(variant)));
            [format!("{} ({shape})", item.name)].into_iter().chain(variants).collect()
        }
        Metadata::Namespace(_) => vec![],
        other => vec![format!("{other:?}")],
    }
}

fn function(name: &str, inputs: &[FnParamMetadata], output: Option<&Type>, throws: Option<&Type>) -> String {
    let inputs: Vec<_> = inputs
        .iter()
        .map(|input| format!("{}: {}{}", input.name, name_of(&input.ty), default(input.default.as_ref())))
        .collect();
    let output = output.map_or_else(String::new, |output| format!(" -> {}", name_of(output)));
    let throws = throws.map_or_else(String::new, |throws| format!(" throws {}", name_of(throws)));
    format!("{name}({}){output}{throws}", inputs.join(", "))
}

fn variant_of(variant: &VariantMetadata) -> String {
    if variant.fields.is_empty() {
        return variant.name.clone();
    }
    format!("{} {{ {} }}", variant.name, variant.fields.iter().map(typed).collect::<Vec<_>>().join(", "))
}

fn typed(field: &FieldMetadata) -> String {
    format!("{}: {}{}", field.name, name_of(&field.ty), default(field.default.as_ref()))
}

fn default(default: Option<&DefaultValueMetadata>) -> String {
    match default {
        None => String::new(),
        Some(DefaultValueMetadata::Default) => " = default".to_owned(),
        Some(DefaultValueMetadata::Literal(LiteralMetadata::UInt(number, ..))) => format!(" = {number}"),
        Some(DefaultValueMetadata::Literal(LiteralMetadata::Boolean(value))) => format!(" = {value}"),
        Some(DefaultValueMetadata::Literal(literal)) => format!(" = {literal:?}"),
    }
}

fn returned(ty: Option<&Type>) -> String {
    ty.map_or_else(|| "nothing".to_owned(), name_of)
}

fn name_of(ty: &Type) -> String {
    match ty {
        Type::Object { name, .. } | Type::Record { name, .. } | Type::Enum { name, .. } => name.clone(),
        Type::Optional { inner_type } => format!("{}?", name_of(inner_type)),
        Type::Sequence { inner_type } => format!("[{}]", name_of(inner_type)),
        Type::Map { key_type, value_type } => format!("[{}: {}]", name_of(key_type), name_of(value_type)),
        other => format!("{other:?}"),
    }
}
