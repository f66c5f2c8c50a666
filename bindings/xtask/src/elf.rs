//! What a library for Linux or Android says of itself, whoever it is for.

use object::elf;
use object::read::elf::{ElfFile, FileHeader};
use object::{Object, ObjectSymbol};

/// What a library exports that can repeat its noise, for tests.
pub(crate) const REPEATS_NOISE: &str = "HEREABOUTS_REPEATS_NOISE";

/// The symbol of a build with the test kit.
pub(crate) const REHEARSES: &str = "HEREABOUTS_REHEARSES";

/// What a library exports: uniffi's functions.
const FUNCTIONS: [&str; 2] = ["uniffi_", "ffi_hereabouts_ffi_"];

/// What the durable ledger and sealing leave in a library, whatever was stripped from it.
const FEATURES: [(&str, &str); 2] = [("the durable ledger", "SQLite format 3"), ("sealing", "HPKE-v1")];

/// What is read from a library.
#[derive(Clone, Debug, Default)]
pub(crate) struct Linked {
    pub(crate) bytes: usize,
    pub(crate) needed: Vec<String>,
    pub(crate) soname: String,
    pub(crate) exports: Vec<String>,
    /// Whether it has a search path of its own, or code that is rewritten when it is loaded.
    pub(crate) search_path: bool,
    pub(crate) text_relocations: bool,
    /// Those of [`FEATURES`] that it lacks.
    pub(crate) lacks: Vec<&'static str>,
}

impl Linked {
    /// Reads what the linker wrote for the loader.
    pub(crate) fn read<Header: FileHeader<Endian = object::Endianness>>(
        file: &ElfFile<'_, Header>,
    ) -> object::read::Result<Self> {
        let mut linked = Self { bytes: file.data().len(), ..Self::default() };
        let dynamic = file.elf_dynamic_table()?;
        for entry in &dynamic {
            let text = || dynamic.string(entry).map(|text| String::from_utf8_lossy(text).into_owned());
            match entry.tag {
                elf::DT_NEEDED => linked.needed.push(text()?),
                elf::DT_SONAME => linked.soname = text()?,
                elf::DT_RPATH | elf::DT_RUNPATH => linked.search_path = true,
                elf::DT_TEXTREL => linked.text_relocations = true,
                elf::DT_FLAGS => linked.text_relocations |= entry.val & 4 != 0, // DF_TEXTREL
                _ => (),
            }
        }
        let symbols = file.dynamic_symbols().filter(|symbol| symbol.is_global() && symbol.is_definition());
        linked.exports = symbols.filter_map(|symbol| symbol.name().ok()).map(str::to_owned).collect();
        let holds = |text: &str| file.data().windows(text.len()).any(|window| window == text.as_bytes());
        linked.lacks = FEATURES.iter().filter(|(_, text)| !holds(text)).map(|(name, _)| *name).collect();
        Ok(linked)
    }

    /// Whether it was built for tests.
    pub(crate) fn repeats_noise(&self) -> bool {
        self.exports.iter().any(|name| name == REPEATS_NOISE)
    }

    /// What is wrong with a library that may need what `system` has, must export what is `called`, and beside it exports what
    /// begins as one of `also`, and no more.
    pub(crate) fn faults(&self, system: &[&str], called: &[String], also: &[&str]) -> Vec<String> {
        let mut faults = Vec::new();
        for library in self.needed.iter().filter(|library| !system.contains(&library.as_str())) {
            faults.push(format!("needs {library}, which is not everywhere"));
        }
        if self.search_path {
            faults.push("has a search path of its own".to_owned());
        }
        if self.text_relocations {
            faults.push("has relocations in its code".to_owned());
        }
        let begins = |name: &str| FUNCTIONS.iter().chain(also).any(|begin| name.starts_with(begin));
        for export in self.exports.iter().filter(|name| *name != REPEATS_NOISE && !begins(name)) {
            faults.push(format!("exports {export}, which is nothing of uniffi's"));
        }
        if called.is_empty() {
            faults.push("nothing says what the bindings call".to_owned());
        }
        for name in called.iter().filter(|name| !self.exports.contains(name)) {
            faults.push(format!("lacks {name}, which the bindings call"));
        }
        faults.extend(self.lacks.iter().map(|lack| format!("lacks {lack}")));
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found() {
        type Change = fn(&mut Linked);
        let changes: [(Change, &str); 6] = [
            (|linked| linked.needed.push("libc++_shared.so".to_owned()), "libc++_shared.so"),
            (|linked| linked.search_path = true, "search path"),
            (|linked| linked.text_relocations = true, "relocations"),
            (|linked| linked.exports.push("sqlite3_open".to_owned()), "sqlite3_open"),
            (|linked| linked.exports.clear(), "lacks uniffi_a"),
            (|linked| linked.lacks.push("sealing"), "lacks sealing"),
        ];
        let sound = || Linked {
            needed: vec!["libc.so".to_owned()],
            exports: vec!["uniffi_a".to_owned(), "META_A".to_owned()],
            ..Linked::default()
        };
        let faults = |linked: &Linked| linked.faults(&["libc.so"], &["uniffi_a".to_owned()], &["META_"]).join("\n");
        assert_eq!(faults(&sound()), "");
        for (change, fault) in changes {
            let mut linked = sound();
            change(&mut linked);
            let found = faults(&linked);
            assert!(found.contains(fault) && found.lines().count() == 1, "{found}");
        }
        assert!(sound().faults(&["libc.so"], &["uniffi_a".to_owned()], &[]).join("\n").contains("exports META_A"));
        assert!(sound().faults(&["libc.so"], &[], &["META_"]).join("\n").contains("nothing says"));
    }
}
