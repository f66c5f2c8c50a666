//! What is in a static library for Apple's systems: its architectures, what it was built for, and the symbols of it that an
//! app can reach.

use std::collections::{BTreeMap, BTreeSet};

use object::macho::{
    LC_VERSION_MIN_IPHONEOS, MachHeader64, PLATFORM_IOS, PLATFORM_IOSSIMULATOR, Version, VersionMinCommand,
};
use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFile};
use object::{Architecture, Endianness, Object, ObjectSection, ObjectSymbol, SectionKind};

/// The symbol that a link check leaves in each library.
pub(crate) const LINKCHECK: &str = "_hereabouts_linkcheck";

/// The symbol of a build that can repeat its noise: in the source it is `HEREABOUTS_REPEATS_NOISE`.
pub(crate) const REPEATS_NOISE: &str = "_HEREABOUTS_REPEATS_NOISE";

/// The symbol of a build with the test kit: in the source it is `HEREABOUTS_REHEARSES`.
pub(crate) const REHEARSES: &str = "_HEREABOUTS_REHEARSES";

/// The system that a library was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Platform {
    Device,
    Simulator,
}

/// A system and the oldest version of it, as `(15, 0)`.
pub(crate) type System = (Platform, (u32, u32));

/// A library for one architecture.
#[derive(Debug)]
pub(crate) struct Library {
    /// As Apple calls it: `arm64`, `x86_64`.
    pub(crate) architecture: &'static str,
    /// The systems that its objects name.
    pub(crate) built_for: BTreeSet<System>,
    /// Objects that name no system, by name.
    pub(crate) nameless: Vec<String>,
    /// Objects with LLVM's code in place of the machine's, by name.
    pub(crate) bitcode: Vec<String>,
    /// Functions and data that others can name.
    pub(crate) defined: BTreeSet<String>,
    /// What the objects that an app can reach ask of the system.
    pub(crate) asked: BTreeSet<String>,
    /// Bytes of the file.
    pub(crate) bytes: usize,
    /// Bytes of code and data in the objects that an app can reach, before its linker drops what is not called.
    pub(crate) reachable_bytes: u64,
}

type Object64<'data> = MachOFile<'data, MachHeader64<Endianness>>;

/// An object of an archive.
struct Member {
    defined: BTreeSet<String>,
    undefined: BTreeSet<String>,
    bytes: u64,
}

/// Reads a library, whether for one architecture or for several.
pub(crate) fn read(data: &[u8]) -> Result<Vec<Library>, String> {
    if let Ok(fat) = MachOFatFile32::parse(data) {
        let parts = fat.arches().iter().map(|arch| arch.data(data).map_err(|error| error.to_string()));
        return parts.map(|part| thin(part?)).collect();
    }
    Ok(vec![thin(data)?])
}

fn thin(data: &[u8]) -> Result<Library, String> {
    let archive = ArchiveFile::parse(data).map_err(|error| format!("no archive: {error}"))?;
    let (mut architectures, mut built_for, mut members) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let (mut nameless, mut bitcode) = (Vec::new(), Vec::new());
    for member in archive.members() {
        let member = member.map_err(|error| format!("a member of the archive: {error}"))?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        let bytes = member.data(data).map_err(|error| format!("{name}: {error}"))?;
        if is_bitcode(bytes) {
            bitcode.push(name);
            continue;
        }
        // Of Rust's: no object.
        if name == "lib.rmeta" {
            continue;
        }
        let file = Object64::parse(bytes).map_err(|error| format!("{name}: {error}"))?;
        architectures.insert(match file.architecture() {
            Architecture::Aarch64 => "arm64",
            Architecture::X86_64 => "x86_64",
            other => return Err(format!("{name} is for {other:?}: neither arm64 nor x86_64")),
        });
        match system(&file).map_err(|error| format!("{name}: {error}"))? {
            Some(system) => _ = built_for.insert(system),
            None => nameless.push(name.clone()),
        }
        if file.sections().any(|section| section.segment_name().is_ok_and(|segment| segment == Some("__LLVM"))) {
            bitcode.push(name);
        }
        members.push(read_member(&file));
    }
    let &[architecture] = Vec::from_iter(&architectures).as_slice() else {
        return Err(format!("one archive has objects of the architectures {architectures:?}: one would be right"));
    };
    let reachable = reachable(&members);
    let defined: BTreeSet<String> = members.iter().flat_map(|member| member.defined.iter().cloned()).collect();
    let asked = reachable.iter().flat_map(|&index| members[index].undefined.iter());
    Ok(Library {
        architecture,
        built_for,
        nameless,
        bitcode,
        asked: asked.filter(|symbol| !defined.contains(*symbol)).cloned().collect(),
        defined,
        bytes: data.len(),
        reachable_bytes: reachable.iter().map(|&index| members[index].bytes).sum(),
    })
}

/// LLVM's code, bare or in its wrapper.
fn is_bitcode(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BC\xC0\xDE") || bytes.starts_with(&[0xDE, 0xC0, 0x17, 0x0B])
}

/// The system that an object was built for: by the command that it has today, or by the one of before iOS 12.
fn system(file: &Object64<'_>) -> Result<Option<System>, String> {
    let version = |version: Version| (u32::from(version.major()), u32::from(version.minor()));
    if let Some((command, _)) = file.build_version().map_err(|error| error.to_string())? {
        let platform = match command.platform.get(file.endian()) {
            PLATFORM_IOS => Platform::Device,
            PLATFORM_IOSSIMULATOR => Platform::Simulator,
            other => return Err(format!("it is for Apple's platform {other:?}, which is not iOS")),
        };
        return Ok(Some((platform, version(command.minos.get(file.endian())))));
    }
    let mut commands = file.macho_load_commands().map_err(|error| error.to_string())?;
    while let Some(command) = commands.next().map_err(|error| error.to_string())? {
        if command.cmd() == LC_VERSION_MIN_IPHONEOS {
            let command: &VersionMinCommand<Endianness> = command.data().map_err(|error| error.to_string())?;
            // In those days only a simulator ran on Intel's processors.
            let is_device = file.architecture() == Architecture::Aarch64;
            let platform = if is_device { Platform::Device } else { Platform::Simulator };
            return Ok(Some((platform, version(command.version.get(file.endian())))));
        }
    }
    Ok(None)
}

fn read_member(file: &Object64<'_>) -> Member {
    let mut member = Member { defined: BTreeSet::new(), undefined: BTreeSet::new(), bytes: 0 };
    for symbol in file.symbols() {
        let Ok(name) = symbol.name() else { continue };
        if symbol.is_undefined() {
            member.undefined.insert(name.to_owned());
        } else if symbol.is_global() {
            member.defined.insert(name.to_owned());
        }
    }
    let is_kept = |kind| !matches!(kind, SectionKind::Debug | SectionKind::DebugString | SectionKind::Metadata);
    member.bytes = file.sections().filter(|section| is_kept(section.kind())).map(|section| section.size()).sum();
    member
}

/// The members that a linker takes for an app that calls everything: those with our functions, and what they ask for in turn.
fn reachable(members: &[Member]) -> BTreeSet<usize> {
    let mut homes = BTreeMap::new();
    for (index, member) in members.iter().enumerate() {
        for symbol in &member.defined {
            homes.entry(symbol.as_str()).or_insert(index);
        }
    }
    let is_ours = |symbol: &&str| symbol.starts_with("_uniffi_hereabouts") || symbol.starts_with("_ffi_hereabouts");
    let mut open: Vec<usize> = homes.iter().filter(|(symbol, _)| is_ours(symbol)).map(|(_, &index)| index).collect();
    let mut reached = BTreeSet::new();
    while let Some(index) = open.pop() {
        if reached.insert(index) {
            open.extend(members[index].undefined.iter().filter_map(|symbol| homes.get(symbol.as_str())));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use object::write::{MachOBuildVersion, Object, StandardSection, Symbol, SymbolSection};
    use object::{BinaryFormat, SymbolFlags, SymbolKind, SymbolScope};

    use super::*;

    /// An object that defines one function and asks for others.
    fn object(architecture: Architecture, oldest: u16, function: &str, asked: &[&str]) -> Vec<u8> {
        let mut object = Object::new(BinaryFormat::MachO, architecture, object::Endianness::Little);
        let mut version = MachOBuildVersion::default();
        version.platform = PLATFORM_IOSSIMULATOR;
        version.minos = Version::new(oldest, 0, 0);
        object.set_macho_build_version(version);
        let symbol = |name: &str, scope, section| Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope,
            weak: false,
            section,
            flags: SymbolFlags::None,
        };
        let text = object.section_id(StandardSection::Text);
        let defined = object.add_symbol(symbol(function, SymbolScope::Dynamic, SymbolSection::Undefined));
        object.add_symbol_data(defined, text, &[0; 8], 4);
        for name in asked {
            object.add_symbol(symbol(name, SymbolScope::Unknown, SymbolSection::Undefined));
        }
        object.write().expect("an object")
    }

    /// An archive as `ar` writes it.
    fn archive(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut archive = b"!<arch>\n".to_vec();
        for (name, data) in members {
            let length = data.len();
            archive.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{length:<10}`\n", 0, 0, 0, 644).bytes());
            archive.extend(data);
            archive.resize(archive.len().next_multiple_of(2), b'\n');
        }
        archive
    }

    #[test]
    fn what_an_app_can_reach_is_told_from_what_it_cannot() {
        let road = object(Architecture::Aarch64, 15, "uniffi_hereabouts_ffi_a", &["inner", "fstat"]);
        let inner = object(Architecture::Aarch64, 15, "inner", &["write"]);
        let unreached = object(Architecture::Aarch64, 15, "unreached", &["mach_absolute_time"]);
        let libraries = read(&archive(&[("a.o", road), ("b.o", inner), ("c.o", unreached)])).expect("a library");
        let [library] = libraries.as_slice() else { panic!("{libraries:?}") };
        assert_eq!(Vec::from_iter(&library.asked), ["_fstat", "_write"]);
        assert_eq!(library.architecture, "arm64");
        assert_eq!(library.built_for, BTreeSet::from([(Platform::Simulator, (15, 0))]));
        assert!(library.defined.contains("_unreached") && library.bitcode.is_empty() && library.nameless.is_empty());
        assert_eq!(library.reachable_bytes, 16);
    }

    #[test]
    fn bitcode_and_every_version_are_seen() {
        let newer = object(Architecture::X86_64, 17, "uniffi_hereabouts_ffi_a", &[]);
        let older = object(Architecture::X86_64, 15, "b", &[]);
        let bitcode = b"BC\xC0\xDEcode".to_vec();
        let libraries = read(&archive(&[("a.o", newer), ("b.o", older), ("c.o", bitcode)])).expect("a library");
        assert_eq!(libraries[0].bitcode, ["c.o"]);
        assert_eq!(Vec::from_iter(libraries[0].built_for.iter().map(|(_, version)| version.0)), [15, 17]);
    }

    #[test]
    fn what_is_no_library_of_one_architecture_is_refused() {
        let arm = object(Architecture::Aarch64, 15, "a", &[]);
        let intel = object(Architecture::X86_64, 15, "b", &[]);
        assert!(read(&archive(&[("a.o", arm), ("b.o", intel)])).is_err_and(|error| error.contains("architectures")));
        assert!(read(&archive(&[("a.o", b"text".to_vec())])).is_err_and(|error| error.contains("a.o")));
        assert!(read(b"nothing").is_err());
        assert!(read(&archive(&[])).is_err());
    }
}
