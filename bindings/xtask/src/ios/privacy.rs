//! The privacy manifest, held against what the package really calls of the interfaces that Apple wants a reason for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use plist::Value;

/// The manifest, a resource of the Swift target `Hereabouts`.
pub(crate) const MANIFEST: &str = "bindings/swift/Sources/Hereabouts/PrivacyInfo.xcprivacy";

/// The Swift code of the package: what is tested only is not in an app.
const SOURCES: [&str; 2] = ["bindings/swift/Sources", "bindings/swift/Generated/HereaboutsGenerated"];

const FILE_TIMESTAMP: &str = "NSPrivacyAccessedAPICategoryFileTimestamp";
const SYSTEM_BOOT_TIME: &str = "NSPrivacyAccessedAPICategorySystemBootTime";
const DISK_SPACE: &str = "NSPrivacyAccessedAPICategoryDiskSpace";
const ACTIVE_KEYBOARDS: &str = "NSPrivacyAccessedAPICategoryActiveKeyboards";
const USER_DEFAULTS: &str = "NSPrivacyAccessedAPICategoryUserDefaults";

/// Apple's list, of its page "NSPrivacyAccessedAPIType": names in C, in Objective-C's symbols, and in Swift. Some are in two
/// categories.
const LIST: [(&str, &[&str]); 5] = [
    (
        FILE_TIMESTAMP,
        &[
            "NSFileCreationDate",
            "NSFileModificationDate",
            "NSURLContentModificationDateKey",
            "NSURLCreationDateKey",
            "contentModificationDate",
            "contentModificationDateKey",
            "creationDate",
            "creationDateKey",
            "fgetattrlist",
            "fileModificationDate",
            "fstat",
            "fstatat",
            "getattrlist",
            "getattrlistat",
            "getattrlistbulk",
            "lstat",
            "modificationDate",
            "stat",
        ],
    ),
    (SYSTEM_BOOT_TIME, &["mach_absolute_time", "systemUptime"]),
    (
        DISK_SPACE,
        &[
            "NSFileSystemFreeSize",
            "NSFileSystemSize",
            "NSURLVolumeAvailableCapacityForImportantUsageKey",
            "NSURLVolumeAvailableCapacityForOpportunisticUsageKey",
            "NSURLVolumeAvailableCapacityKey",
            "NSURLVolumeTotalCapacityKey",
            "fgetattrlist",
            "fstatfs",
            "fstatvfs",
            "getattrlist",
            "getattrlistat",
            "statfs",
            "statvfs",
            "systemFreeSize",
            "systemSize",
            "volumeAvailableCapacity",
            "volumeAvailableCapacityForImportantUsage",
            "volumeAvailableCapacityForImportantUsageKey",
            "volumeAvailableCapacityForOpportunisticUsage",
            "volumeAvailableCapacityForOpportunisticUsageKey",
            "volumeAvailableCapacityKey",
            "volumeTotalCapacity",
            "volumeTotalCapacityKey",
        ],
    ),
    (ACTIVE_KEYBOARDS, &["activeInputModes"]),
    (USER_DEFAULTS, &["NSUserDefaults", "OBJC_CLASS_$_NSUserDefaults", "UserDefaults"]),
];

/// The reasons that Apple's page has for each category.
const REASONS: [(&str, &[&str]); 5] = [
    (FILE_TIMESTAMP, &["DDA9.1", "C617.1", "3B52.1", "0A2A.1"]),
    (SYSTEM_BOOT_TIME, &["35F9.1", "8FFB.1", "3D61.1"]),
    (DISK_SPACE, &["85F4.1", "E174.1", "7D9E.1", "B728.1"]),
    (ACTIVE_KEYBOARDS, &["3EC4.1", "54BD.1"]),
    (USER_DEFAULTS, &["CA92.1", "1C8F.1", "C56D.1", "AC6B.1"]),
];

/// Which of Apple's names are used, by category.
pub(crate) type Uses = BTreeMap<&'static str, BTreeSet<String>>;

/// What a library's symbols are on the list.
pub(crate) fn of_symbols<'a>(symbols: impl IntoIterator<Item = &'a String>) -> Uses {
    // The system has two versions of some functions on the simulator's older architecture, told apart by what follows `$`.
    let plain = |symbol: &str| {
        let symbol = symbol.strip_prefix('_').unwrap_or(symbol);
        symbol.strip_suffix("$INODE64").unwrap_or(symbol).to_owned()
    };
    on_the_list(symbols.into_iter().map(|symbol| plain(symbol)))
}

/// What the package's Swift code names of the list.
pub(crate) fn of_sources() -> Result<Uses, String> {
    let mut uses = Uses::new();
    for folder in SOURCES {
        visit(Path::new(folder), &mut |text| merge(&mut uses, of_swift(text)))?;
    }
    Ok(uses)
}

/// What a Swift text names of the list: in a comment too, since a false alarm costs a word.
fn of_swift(text: &str) -> Uses {
    on_the_list(text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').map(str::to_owned))
}

fn on_the_list(names: impl Iterator<Item = String>) -> Uses {
    let mut uses = Uses::new();
    for name in names {
        for (category, listed) in LIST {
            if listed.contains(&name.as_str()) {
                uses.entry(category).or_default().insert(name.clone());
            }
        }
    }
    uses
}

pub(crate) fn merge(uses: &mut Uses, others: Uses) {
    for (category, names) in others {
        uses.entry(category).or_default().extend(names);
    }
}

fn visit(folder: &Path, see: &mut impl FnMut(&str)) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            visit(&path, see)?;
        } else if path.extension().is_some_and(|extension| extension == "swift") {
            see(&fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?);
        }
    }
    Ok(())
}

/// Holds the manifest against what is used, both ways; all that is wrong with it.
pub(crate) fn compare(manifest: &[u8], uses: &Uses) -> Vec<String> {
    let Ok(Value::Dictionary(manifest)) = plist::Value::from_reader_xml(manifest) else {
        return vec!["no property list, or one that is no dictionary".to_owned()];
    };
    let mut wrong = Vec::new();
    if manifest.get("NSPrivacyTracking").and_then(Value::as_boolean) != Some(false) {
        wrong.push("NSPrivacyTracking is not false: the package talks to nobody".to_owned());
    }
    for empty in ["NSPrivacyTrackingDomains", "NSPrivacyCollectedDataTypes"] {
        if !manifest.get(empty).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            wrong.push(format!("{empty} is not an empty array: the package talks to nobody"));
        }
    }
    let mut declared = BTreeSet::new();
    let entries = manifest.get("NSPrivacyAccessedAPITypes").and_then(Value::as_array);
    for entry in entries.into_iter().flatten() {
        let entry = entry.as_dictionary();
        let category = entry.and_then(|entry| entry.get("NSPrivacyAccessedAPIType")?.as_string()).unwrap_or_default();
        let reasons = entry.and_then(|entry| entry.get("NSPrivacyAccessedAPITypeReasons")?.as_array());
        if !reasons.is_some_and(|reasons| !reasons.is_empty() && reasons.iter().all(|one| one.as_string().is_some())) {
            wrong.push(format!("{category} has no reason"));
        }
        let known = REASONS.iter().find(|(name, _)| *name == category).map_or(&[][..], |(_, known)| known);
        for reason in reasons.into_iter().flatten().filter_map(Value::as_string) {
            if !known.contains(&reason) {
                wrong.push(format!("{category} has the reason {reason}, and Apple knows {}", known.join(", ")));
            }
        }
        if !uses.contains_key(category) {
            wrong.push(format!("{category} is declared, and nothing of it is used"));
        }
        if !declared.insert(category) {
            wrong.push(format!("{category} is declared twice"));
        }
    }
    for (category, names) in uses {
        if !declared.contains(category) {
            let names = Vec::from_iter(names.iter().map(String::as_str)).join(", ");
            wrong.push(format!("{category} is not declared, and {names} is used"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(entries: &str) -> String {
        format!(
            "<plist version=\"1.0\"><dict><key>NSPrivacyTracking</key><false/><key>NSPrivacyTrackingDomains</key><array/>\
             <key>NSPrivacyCollectedDataTypes</key><array/><key>NSPrivacyAccessedAPITypes</key><array>{entries}</array></dict></plist>"
        )
    }

    fn entry(category: &str, reasons: &str) -> String {
        format!(
            "<dict><key>NSPrivacyAccessedAPIType</key><string>{category}</string>\
             <key>NSPrivacyAccessedAPITypeReasons</key><array>{reasons}</array></dict>"
        )
    }

    const REASON: &str = "<string>C617.1</string>";

    fn symbols(names: &[&str]) -> Uses {
        of_symbols(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_used_and_declared_is_right() {
        let uses = symbols(&["_fstat", "_write", "_statistics"]);
        assert_eq!(compare(manifest(&entry(FILE_TIMESTAMP, REASON)).as_bytes(), &uses), Vec::<String>::new());
        assert_eq!(compare(manifest("").as_bytes(), &symbols(&["_write"])), Vec::<String>::new());
    }

    #[test]
    fn what_is_used_and_not_declared_is_found() {
        let faults = compare(manifest("").as_bytes(), &symbols(&["_mach_absolute_time"]));
        assert!(faults[0].contains("mach_absolute_time is used"), "{faults:?}");
    }

    #[test]
    fn what_is_declared_and_not_used_is_found() {
        let faults = compare(manifest(&entry(DISK_SPACE, "<string>E174.1</string>")).as_bytes(), &symbols(&["_fstat"]));
        assert!(faults[0].contains("nothing of it is used"), "{faults:?}");
        assert!(faults[1].contains("fstat is used"), "{faults:?}");
        let misspelt = compare(manifest(&entry("NSPrivacyAccessedAPICategoryFile", REASON)).as_bytes(), &symbols(&[]));
        assert!(misspelt[1].contains("nothing of it is used"), "{misspelt:?}");
    }

    #[test]
    fn a_reason_is_one_of_its_category() {
        let faults = compare(manifest(&entry(DISK_SPACE, REASON)).as_bytes(), &symbols(&["_fstatfs"]));
        assert!(faults.len() == 1 && faults[0].contains("C617.1, and Apple knows 85F4.1, E174.1"), "{faults:?}");
        assert!(LIST.iter().zip(REASONS).all(|(list, reasons)| list.0 == reasons.0));
    }

    #[test]
    fn an_entry_has_a_reason_and_stands_once() {
        let uses = symbols(&["_fstat"]);
        assert!(compare(manifest(&entry(FILE_TIMESTAMP, "")).as_bytes(), &uses)[0].contains("no reason"));
        let twice = entry(FILE_TIMESTAMP, REASON).repeat(2);
        assert!(compare(manifest(&twice).as_bytes(), &uses)[0].contains("twice"));
    }

    #[test]
    fn tracking_and_collecting_are_denied() {
        let tracking = manifest("").replace("<false/>", "<true/>");
        assert!(compare(tracking.as_bytes(), &Uses::new())[0].contains("NSPrivacyTracking"));
        let collecting = manifest("").replace("Types</key><array/>", "Types</key><array><string>a</string></array>");
        assert!(compare(collecting.as_bytes(), &Uses::new())[0].contains("NSPrivacyCollectedDataTypes"));
        assert!(!compare(b"nothing", &Uses::new()).is_empty());
    }

    #[test]
    fn symbols_are_known_by_either_of_their_versions_and_in_each_category() {
        assert_eq!(symbols(&["_lstat$INODE64"]), symbols(&["_lstat"]));
        assert_eq!(symbols(&["_getattrlist"]).len(), 2);
        assert!(symbols(&["_OBJC_CLASS_$_NSUserDefaults"]).contains_key(USER_DEFAULTS));
    }

    #[test]
    fn swift_is_read_word_by_word() {
        assert!(of_swift("let a = ProcessInfo.processInfo.systemUptime").contains_key(SYSTEM_BOOT_TIME));
        assert!(of_swift("UserDefaults.standard.set(1)").contains_key(USER_DEFAULTS));
        assert!(of_swift("keys: [.contentModificationDateKey]").contains_key(FILE_TIMESTAMP));
        assert!(of_swift("let statusOfSystem = systemUptimeless").is_empty());
    }
}
