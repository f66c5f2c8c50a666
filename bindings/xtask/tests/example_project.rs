//! The Xcode project of the example, which no Xcode has opened here: that it is whole, and names what is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use plist::{Dictionary, Value};

/// The folder that the project's paths begin in.
fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/ios/App")).to_owned()
}

/// The project: its root's identifier, and its objects.
fn project() -> (String, Dictionary) {
    let path = folder().join("Example.xcodeproj/project.pbxproj");
    let text = fs::read(&path).expect("the project");
    let Ok(Value::Dictionary(mut project)) = Value::from_reader_ascii(text.as_slice()) else {
        panic!("{} is no property list", path.display())
    };
    let root = project.get("rootObject").and_then(Value::as_string).expect("a root").to_owned();
    let Some(Value::Dictionary(objects)) = project.remove("objects") else { panic!("no objects") };
    (root, objects)
}

fn is_identifier(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_lowercase())
}

/// The objects that a value names.
fn named(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_identifier(text) => _ = into.insert(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| named(one, into)),
        Value::Dictionary(all) => all.iter().for_each(|(key, one)| {
            named(&Value::String(key.clone()), into);
            named(one, into);
        }),
        _ => {}
    }
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object.as_dictionary().and_then(|object| object.get(key)?.as_string()).unwrap_or_default()
}

fn of_kind<'a>(objects: &'a Dictionary, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.values().filter(move |object| text(object, "isa") == kind)
}

/// The text of a manifest.
fn manifest(folder: &Path) -> String {
    fs::read_to_string(folder.join("Package.swift")).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

#[test]
fn each_object_is_there_and_is_reached_from_the_root() {
    let (root, objects) = project();
    let (mut open, mut reached) = (vec![root], BTreeSet::new());
    while let Some(identifier) = open.pop() {
        if reached.insert(identifier.clone()) {
            let mut next = BTreeSet::new();
            named(objects.get(&identifier).unwrap_or_else(|| panic!("{identifier} is not there")), &mut next);
            open.extend(next);
        }
    }
    assert_eq!(reached, objects.keys().cloned().collect());
}

#[test]
fn the_app_has_the_products_that_its_screens_import() {
    let (_, objects) = project();
    let mut products = BTreeSet::new();
    for product in of_kind(&objects, "XCSwiftPackageProductDependency") {
        let package = objects.get(text(product, "package")).expect("its package");
        let name = text(product, "productName");
        let manifest = manifest(&folder().join(text(package, "relativePath")));
        assert!(manifest.contains(&format!(".library(name: \"{name}\"")), "no product {name}");
        products.insert(name.to_owned());
    }
    let screens: Vec<_> = of_kind(&objects, "PBXFileSystemSynchronizedRootGroup").collect();
    let [screens] = screens.as_slice() else { panic!("one folder of screens") };
    let mut imported = BTreeSet::new();
    for file in fs::read_dir(folder().join(text(screens, "path"))).expect("the screens") {
        let source = fs::read_to_string(file.expect("a file").path()).expect("a source");
        imported.extend(source.lines().filter_map(|line| line.strip_prefix("import ")).map(str::to_owned));
    }
    assert!(imported.remove("SwiftUI") && imported.remove("Foundation"));
    assert_eq!(imported, products);
}

#[test]
fn each_configuration_is_for_the_system_of_the_model_and_has_its_information() {
    let (_, objects) = project();
    let mut settings: Vec<_> = of_kind(&objects, "XCBuildConfiguration")
        .map(|one| one.as_dictionary().and_then(|one| one.get("buildSettings")).expect("settings"))
        .collect();
    let of_app = settings.extract_if(.., |one| !text(one, "PRODUCT_BUNDLE_IDENTIFIER").is_empty()).collect::<Vec<_>>();
    assert_eq!((settings.len(), of_app.len()), (2, 2));
    for one in settings {
        let oldest = text(one, "IPHONEOS_DEPLOYMENT_TARGET").strip_suffix(".0").expect("a version");
        assert!(manifest(&folder().join("..")).contains(&format!(".iOS(.v{oldest})")));
    }
    for one in of_app {
        let list = Value::from_file(folder().join(text(one, "INFOPLIST_FILE"))).expect("Info.plist");
        assert!(!text(&list, "NSLocationWhenInUseUsageDescription").is_empty(), "iOS ends an app that asks without it");
    }
}
