//! What apps see of the Swift modules, read from the symbol graphs that the compiler wrote: none of it is without a
//! documentation comment, and it changes on purpose alone.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;

/// Where the surface of each module stands in the repository.
const SNAPSHOTS: &str = "bindings/swift/api";

/// Everything that is public in a module and documented; fails with what is not. `graphs` is the folder of the compiler.
pub(crate) fn check(module: &str, graphs: &Path) -> Result {
    let mut lines = BTreeSet::new();
    let mut gaps = Vec::new();
    for path in of_module(module, graphs)? {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let graph: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        for symbol in list(&graph["symbols"]) {
            // What the compiler writes for a conformance stands in its protocol.
            if text_of(&symbol["identifier"]["precise"]).contains("::SYNTHESIZED::") {
                continue;
            }
            let (name, declaration) = (name(symbol), declaration(symbol));
            // A comment of another module is that of the protocol whose requirement it is: enough where nobody wrote a line.
            let is_ours = symbol["docComment"]["module"].as_str() == Some(module);
            let is_derived = symbol["location"].is_null() && symbol["docComment"].is_object();
            if !is_ours && !is_derived {
                gaps.push(format!("{name}: {declaration}"));
            }
            lines.insert(format!("{name}: {declaration}{}", limits(&symbol["swiftExtension"]["constraints"])));
        }
        lines.extend(list(&graph["relationships"]).filter_map(|relationship| conformance(relationship, &graph)));
    }
    if !gaps.is_empty() {
        return Err(format!("without a documentation comment in {module}:\n  {}", gaps.join("\n  ")));
    }
    let surface = lines.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    compare(&format!("{SNAPSHOTS}/{module}.txt"), &surface)
}

/// The graph of a module, and those of what it adds to the types of other modules.
pub(crate) fn of_module(module: &str, graphs: &Path) -> std::result::Result<Vec<PathBuf>, String> {
    let folder = fs::read_dir(graphs).map_err(|error| format!("{}: {error}", graphs.display()))?;
    let is_of_module = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let rest = name.strip_prefix(module).and_then(|rest| rest.strip_suffix(".symbols.json"));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
    };
    let mut paths: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).filter(is_of_module).collect();
    paths.sort();
    if paths.is_empty() { Err(format!("{}: no symbol graph of {module}", graphs.display())) } else { Ok(paths) }
}

/// Fails with the lines that are only in one of the two.
fn compare(path: &str, surface: &str) -> Result {
    if env::var_os("UPDATE_SURFACE").is_some() {
        fs::create_dir_all(SNAPSHOTS).map_err(|error| format!("{SNAPSHOTS}: {error}"))?;
        return fs::write(path, surface).map_err(|error| format!("{path}: {error}"));
    }
    let expected = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let (before, now): (BTreeSet<&str>, BTreeSet<&str>) = (expected.lines().collect(), surface.lines().collect());
    let mut changes = String::new();
    for line in before.symmetric_difference(&now) {
        let _ = write!(changes, "\n{} {line}", if now.contains(line) { '+' } else { '-' });
    }
    if changes.is_empty() {
        return Ok(());
    }
    Err(format!("{path}: the surface is another one; if it is meant, run with UPDATE_SURFACE=1{changes}"))
}

fn name(symbol: &Value) -> String {
    list(&symbol["pathComponents"]).map(text_of).collect::<Vec<_>>().join(".")
}

/// As it stands in the source, with its attributes and without its body; then since when each system has it.
fn declaration(symbol: &Value) -> String {
    let fragments: String =
        list(&symbol["declarationFragments"]).map(|fragment| text_of(&fragment["spelling"])).collect();
    let mut declaration = fragments.split_whitespace().collect::<Vec<_>>().join(" ");
    let since = |system: &Value| format!(" [{} {}]", text_of(&system["domain"]), version(&system["introduced"]));
    let systems: BTreeSet<String> = list(&symbol["availability"]).map(since).collect();
    declaration.extend(systems);
    declaration
}

fn version(introduced: &Value) -> String {
    let parts = ["major", "minor", "patch"].iter().filter_map(|part| introduced[part].as_u64());
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(".")
}

/// Which type conforms to which protocol, and when.
fn conformance(relationship: &Value, graph: &Value) -> Option<String> {
    if relationship["kind"] != "conformsTo" {
        return None;
    }
    let named =
        |precise: &Value| list(&graph["symbols"]).find(|symbol| &symbol["identifier"]["precise"] == precise).map(name);
    let source = named(&relationship["source"])?;
    let fallback = || text_of(&relationship["targetFallback"]).to_owned();
    let target = named(&relationship["target"]).unwrap_or_else(fallback);
    // What every type is that does not say otherwise, and the compiler names it where it happened to ask.
    if ["Swift.Copyable", "Swift.Escapable"].contains(&target.as_str()) {
        return None;
    }
    Some(format!("{source}: conforms to {target}{}", limits(&relationship["swiftConstraints"])))
}

fn limits(constraints: &Value) -> String {
    let mut limits = Vec::new();
    for constraint in list(constraints) {
        let sign = if constraint["kind"] == "sameType" { "==" } else { ":" };
        limits.push(format!("{} {sign} {}", text_of(&constraint["lhs"]), text_of(&constraint["rhs"])));
    }
    if limits.is_empty() { String::new() } else { format!(" where {}", limits.join(", ")) }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
