//! The files that a policy names: read whole, or the policy is refused.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use super::error::{Fault, quoted};
use crate::{Places, PlacesError};

/// Gives the text of a file by the name that stands in the policy.
pub(super) type Files<'a> = dyn FnMut(&str) -> Result<String> + 'a;

/// The largest file of places that is read.
const MOST_BYTES: u64 = 64 << 20;

/// The files of a policy that is given as a text: it lies nowhere that they could lie beside.
pub(super) fn no_files(_: &str) -> Result<String> {
    Err(ErrorKind::Unsupported.into())
}

/// The text of a file beside the policy; an absolute path is one.
pub(super) fn read_beside(policy: &Path, name: &str) -> Result<String> {
    let path = policy.parent().unwrap_or(Path::new("")).join(name);
    let bytes = read_at_most(&path, MOST_BYTES)?.ok_or(ErrorKind::FileTooLarge)?;
    String::from_utf8(bytes).map_err(|_| ErrorKind::InvalidData.into())
}

/// What a file holds; `None` if it is more.
pub(super) fn read_at_most(path: &Path, most_bytes: u64) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most_bytes + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most_bytes).then_some(bytes))
}

/// The places of a file that the policy names.
pub(super) fn places(
    file: &str,
    name_property: Option<&str>,
    files: &mut Files<'_>,
) -> core::result::Result<Places, Fault> {
    let text = files(file).map_err(|error| unreadable(file, &error).under("file"))?;
    let label = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let places = match name_property {
        Some(property) => Places::from_geojson(label, &text, property),
        None => Places::unnamed_from_geojson(label, &text),
    };
    places.map_err(|error| unfit(file, &error))
}

fn unreadable(file: &str, error: &Error) -> Fault {
    let file = quoted(file);
    match error.kind() {
        ErrorKind::Unsupported => Fault::new(
            format!("a policy that is given as a text cannot name a file, and this one names \"{file}\""),
            "a policy that is read from a file, or the texts of its files beside it (`Policy::from_text_with`)",
        ),
        ErrorKind::FileTooLarge => Fault::new(format!("\"{file}\" is larger than 64 MiB"), "a file of at most 64 MiB"),
        ErrorKind::InvalidData => Fault::new(format!("\"{file}\" is not UTF-8"), "GeoJSON in UTF-8"),
        kind => Fault::new(
            format!("\"{file}\" cannot be read ({kind})"),
            "a GeoJSON file that this process may read, by its path from the folder of the policy",
        ),
    }
}

fn unfit(file: &str, error: &PlacesError) -> Fault {
    let text = error.to_string();
    let (what, expected) = text.split_once(": give ").unwrap_or((&text, "a GeoJSON collection of polygons"));
    let key = if matches!(error, PlacesError::Nameless { .. }) { "name" } else { "file" };
    Fault::new(format!("\"{}\": {what}", quoted(file)), expected).under(key)
}
