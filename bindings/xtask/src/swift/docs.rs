//! The documentation of the Swift modules: it builds without a warning, and what it shows as code is code that was run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::surface::of_module;
use crate::{Result, run};

/// The tests that hold the code blocks, between `// snippet: NAME` and `// end: NAME`.
const SNIPPETS: &str = "bindings/swift/Tests/SnippetsTests";

const SOURCES: &str = "bindings/swift/Sources";

/// What else shows Swift.
const PAGES: [&str; 1] = ["docs/swift.md"];

/// Builds a module's catalogue from the compiler's symbol graphs, warnings being errors. `swift` finds the toolchain.
pub(crate) fn build(module: &str, graphs: &Path, into: &Path, mut swift: Command) -> Result {
    // Of this module alone: a catalogue is one module's.
    let own = into.join(format!("{module}.graphs"));
    fs::create_dir_all(&own).map_err(|error| format!("{}: {error}", own.display()))?;
    for graph in of_module(module, graphs)? {
        let copy = own.join(graph.file_name().unwrap_or_default());
        fs::copy(&graph, copy).map_err(|error| format!("{}: {error}", graph.display()))?;
    }
    swift.args(["docc", "convert", "--warnings-as-errors", "--additional-symbol-graph-dir"]).arg(own);
    swift.arg("--output-path").arg(into.join(format!("{module}.doccarchive")));
    swift.args(["--fallback-display-name", module, "--fallback-bundle-identifier", &format!("io.hereabouts.{module}")]);
    run(swift.arg(format!("{SOURCES}/{module}/{module}.docc")))
}

/// Compares every block of Swift in the documentation with the tests that run it; none of those is without a block.
pub(crate) fn snippets(modules: &[&str]) -> Result {
    let snippets = regions()?;
    let mut pages: Vec<PathBuf> = PAGES.iter().map(PathBuf::from).collect();
    for module in modules {
        pages.extend(files(&format!("{SOURCES}/{module}/{module}.docc"))?);
    }
    let mut unshown: BTreeSet<&String> = snippets.keys().collect();
    for page in pages {
        let text = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
        for (line, block) in blocks(&text) {
            let Some((name, _)) = snippets.iter().find(|(_, snippet)| **snippet == block) else {
                return Err(format!("{}:{line}: no snippet of {SNIPPETS} says what this block says", page.display()));
            };
            unshown.remove(name);
        }
    }
    if unshown.is_empty() { Ok(()) } else { Err(format!("{SNIPPETS}: shown nowhere: {unshown:?}")) }
}

/// The snippets by their names: their parts, each moved to the left margin, with an empty line between two.
fn regions() -> std::result::Result<BTreeMap<String, String>, String> {
    let mut snippets: BTreeMap<String, String> = BTreeMap::new();
    for path in files(SNIPPETS)? {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut open: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let refused = |what: &str| format!("{}:{}: {what}", path.display(), index + 1);
            if let Some(name) = line.trim_start().strip_prefix("// snippet: ") {
                if open.insert(name, Vec::new()).is_some() {
                    return Err(refused("the snippet has begun already"));
                }
            } else if let Some(name) = line.trim_start().strip_prefix("// end: ") {
                let lines = open.remove(name).ok_or_else(|| refused("the snippet has not begun"))?;
                let snippet = snippets.entry(name.to_owned()).or_default();
                if !snippet.is_empty() {
                    snippet.push('\n');
                }
                snippet.push_str(&at_the_margin(&lines));
            } else {
                open.values_mut().for_each(|lines| lines.push(line));
            }
        }
        if let Some(name) = open.keys().next() {
            return Err(format!("{}: the snippet {name} does not end", path.display()));
        }
    }
    Ok(snippets)
}

fn at_the_margin(lines: &[&str]) -> String {
    let indents = lines.iter().filter(|line| !line.is_empty()).map(|line| line.len() - line.trim_start().len());
    let indent = indents.min().unwrap_or_default();
    lines.iter().map(|line| format!("{}\n", line.get(indent..).unwrap_or_default())).collect()
}

/// The blocks of Swift in a page, with the lines where they begin.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if line == "```swift" {
            let block = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            blocks.push((index + 1, block.map(|line| format!("{line}\n")).collect()));
        }
    }
    blocks
}

fn files(folder: &str) -> std::result::Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{folder}: {error}"))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}
