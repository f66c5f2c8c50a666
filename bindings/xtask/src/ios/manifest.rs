//! What `Package.swift` says of the released framework: its address and its checksum.

use std::fs;

use crate::Result;

const PATH: &str = "Package.swift";

/// The checksum in a manifest of which no release was made.
pub(crate) const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub(crate) fn read() -> std::result::Result<String, String> {
    fs::read_to_string(PATH).map_err(|error| format!("{PATH}: {error}"))
}

/// Writes a release's address and checksum.
pub(crate) fn write(url: &str, checksum: &str) -> Result {
    let text = with(&with(&read()?, "url", url)?, "checksum", checksum)?;
    fs::write(PATH, text).map_err(|error| format!("{PATH}: {error}"))
}

/// The value of a field of the manifest's `binary`.
pub(crate) fn field<'a>(manifest: &'a str, name: &str) -> std::result::Result<&'a str, String> {
    let (start, end) = place(manifest, name)?;
    Ok(&manifest[start..end])
}

/// The manifest with another value of a field.
fn with(manifest: &str, name: &str, value: &str) -> std::result::Result<String, String> {
    if value.contains(['"', '\\', '\n']) || (name == "url" && !value.starts_with("https://")) {
        return Err(format!("{value}: no address that begins with https:// and can stand in a Swift text"));
    }
    let (start, end) = place(manifest, name)?;
    Ok(format!("{}{value}{}", &manifest[..start], &manifest[end..]))
}

/// Where a field's value begins and ends; it stands there once.
fn place(manifest: &str, name: &str) -> std::result::Result<(usize, usize), String> {
    let label = format!("\n    {name}: \"");
    let mut found = manifest.match_indices(&label);
    let (Some((at, _)), None) = (found.next(), found.next()) else {
        return Err(format!("{PATH} has no one line `{name}: \"…\"` in `binary`"));
    };
    let start = at + label.len();
    let length = manifest[start..].find('"').ok_or_else(|| format!("{PATH}: the text of {name} does not end"))?;
    Ok((start, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        "let binary = (\n    url: \"https://a/b.zip\",\n    checksum: \"00\"\n)\n.binaryTarget(url: binary.url)";

    #[test]
    fn address_and_checksum_are_replaced_and_nothing_else() {
        let written = with(&with(MANIFEST, "url", "https://c/d.zip").expect("one"), "checksum", "11").expect("one");
        assert_eq!(written, MANIFEST.replace("https://a/b.zip", "https://c/d.zip").replace("\"00\"", "\"11\""));
        assert_eq!(field(&written, "checksum"), Ok("11"));
    }

    #[test]
    fn what_would_break_the_manifest_is_refused() {
        assert!(with(MANIFEST, "url", "https://c/\"").is_err());
        assert!(with(MANIFEST, "url", "http://c/d.zip").is_err());
        assert!(field("let nothing = 1", "url").is_err());
        assert!(field(&format!("{MANIFEST}\n    checksum: \"22\""), "checksum").is_err());
    }

    #[test]
    fn the_project_s_own_manifest_has_both_fields() {
        let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Package.swift")).expect("there");
        assert!(field(&manifest, "url").is_ok_and(|url| url.starts_with("https://")));
        assert!(field(&manifest, "checksum").is_ok_and(|checksum| checksum.len() == NONE.len()));
    }
}
