//! What a library for a phone must be: read from the file itself, and not from the name it bears.

use object::elf;
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};

use super::Abi;
use super::toolchain::{API, LINKCHECK_NOTE, PAGE, SONAME};
use crate::elf::Linked;

/// The most that an app grows by, for each instruction set: 2.0 MB of 10⁶ bytes.
const MOST_BYTES: usize = 2_000_000;

/// What the NDK's unwinder takes of that, which a link check has no more than the names of: LLVM's, as Debian builds it for x86_64,
/// made the same library larger by 39,048 bytes.
const UNWINDER_BYTES: usize = 45_000;

/// What every Android phone has.
const SYSTEM: [&str; 4] = ["libc.so", "libm.so", "libdl.so", "liblog.so"];

/// What is read from a library.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    bits: u32,
    machine: u16,
    /// The least alignment of a segment that is loaded.
    alignment: u64,
    /// The API level that the NDK linked it for.
    api: Option<u32>,
    pub(crate) is_link_check: bool,
    linked: Linked,
}

impl Library {
    /// Reads a library's headers.
    pub(crate) fn read(bytes: &[u8]) -> std::result::Result<Self, String> {
        // The fifth byte says how wide an address is.
        let read = match bytes.get(4) {
            Some(1) => Self::parse::<elf::FileHeader32<object::Endianness>>(bytes, 32),
            _ => Self::parse::<elf::FileHeader64<object::Endianness>>(bytes, 64),
        };
        read.map_err(|error| format!("no ELF library: {error}"))
    }

    fn parse<Header: FileHeader<Endian = object::Endianness>>(bytes: &[u8], bits: u32) -> object::read::Result<Self> {
        let file = ElfFile::<Header>::parse(bytes)?;
        let endian = file.endian();
        let linked = Linked::read(&file)?;
        let mut library = Self { bits, linked, alignment: u64::MAX, ..Self::default() };
        library.machine = file.elf_header().e_machine(endian).0;
        for segment in file.elf_program_headers() {
            if segment.p_type(endian) == elf::PT_LOAD {
                library.alignment = library.alignment.min(segment.p_align(endian).into());
            }
            let Some(mut notes) = segment.notes(endian, bytes)? else { continue };
            while let Some(note) = notes.next()? {
                match note.name() {
                    b"Android" => library.api = note.desc().first_chunk().map(|level| u32::from_le_bytes(*level)),
                    name if name == LINKCHECK_NOTE.as_bytes() => library.is_link_check = true,
                    _ => (),
                }
            }
        }
        Ok(library)
    }

    /// A line for people.
    pub(crate) fn describe(&self) -> String {
        format!(
            "{} bytes, {} bits, pages of {}, needs {}, exports {}{}",
            self.linked.bytes,
            self.bits,
            self.alignment,
            self.linked.needed.join(" "),
            self.linked.exports.len(),
            if self.is_link_check { ", a link check" } else { "" },
        )
    }

    /// What is wrong with the library for `abi`, which must export `called`; whether it was linked for publication or as a
    /// check must be what `is_link_check` says, and to be published it must bear the NDK's note.
    pub(crate) fn faults(&self, abi: &Abi, called: &[String], is_link_check: bool, to_publish: bool) -> Vec<String> {
        let mut faults = Vec::new();
        let mut expect = |holds: bool, fault: String| {
            if !holds {
                faults.push(format!("{}: {fault}", abi.name));
            }
        };
        expect(self.bits == abi.bits && self.machine == abi.machine, "of another instruction set".to_owned());
        let bytes = self.linked.bytes;
        let most = if self.is_link_check { MOST_BYTES - UNWINDER_BYTES } else { MOST_BYTES };
        expect(bytes <= most, format!("{bytes} bytes, and {most} are the most"));
        let least = if abi.bits == 64 { PAGE } else { 4_096 };
        expect(self.alignment >= least, format!("segments aligned to {}, and {least} is the least", self.alignment));
        let soname = &self.linked.soname;
        expect(soname == SONAME, format!("its SONAME is {soname:?}, and must be {SONAME}"));
        expect(!self.linked.repeats_noise(), "a library of tests, which repeats its noise".to_owned());
        for fault in self.linked.faults(&SYSTEM, called, &[]) {
            expect(false, fault);
        }
        let named = if is_link_check { "a link check" } else { "a release" };
        expect(self.is_link_check == is_link_check, format!("it is named {named}, and is none"));
        if to_publish {
            expect(!self.is_link_check, "a link check: nothing that has no unwinder is published".to_owned());
            expect(self.api == Some(API), format!("the NDK did not link it for API level {API}"));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::android::ABIS;
    use crate::elf::REPEATS_NOISE;

    fn sound() -> Library {
        Library {
            bits: 64,
            machine: ABIS[0].machine,
            alignment: PAGE,
            linked: Linked {
                bytes: MOST_BYTES,
                needed: vec!["libc.so".to_owned()],
                soname: SONAME.to_owned(),
                exports: vec!["uniffi_a".to_owned()],
                ..Linked::default()
            },
            api: Some(API),
            ..Library::default()
        }
    }

    fn faults(library: &Library, is_link_check: bool, to_publish: bool) -> String {
        library.faults(&ABIS[0], &["uniffi_a".to_owned()], is_link_check, to_publish).join("\n")
    }

    #[test]
    fn a_sound_library_has_no_fault() {
        assert_eq!(faults(&sound(), false, true), "");
    }

    #[test]
    fn each_fault_is_found() {
        type Change = fn(&mut Library);
        let changes: [(Change, &str); 6] = [
            (|library| library.alignment = 4_096, "segments aligned to 4096"),
            (|library| library.linked.bytes += 1, "2000001 bytes"),
            (|library| library.machine = 3, "another instruction set"),
            (|library| library.linked.soname.clear(), "SONAME"),
            (|library| library.linked.exports.push("UNIFFI_META_A".to_owned()), "UNIFFI_META_A"),
            (|library| library.linked.exports.push(REPEATS_NOISE.to_owned()), "repeats its noise"),
        ];
        for (change, fault) in changes {
            let mut library = sound();
            change(&mut library);
            let found = faults(&library, false, true);
            assert!(found.contains(fault) && found.lines().count() == 1, "{found}");
        }
    }

    #[test]
    fn a_renamed_link_check_is_no_release() {
        let mut library = Library { is_link_check: true, api: None, ..sound() };
        assert!(faults(&library, true, false).contains("1955000 are the most"), "the unwinder has no room");
        library.linked.bytes -= UNWINDER_BYTES;
        assert_eq!(faults(&library, true, false), "");
        assert!(faults(&library, false, false).contains("named a release"));
        assert!(faults(&library, false, true).contains("link check"));
        assert!(faults(&library, true, true).contains("the NDK did not link it"));
    }

    /// This test's own program, an ELF file of the machine.
    #[test]
    fn headers_are_read_from_the_file() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let library = Library::read(&program).unwrap();
        assert!(library.linked.needed.iter().any(|name| name.starts_with("libc.so")), "{library:?}");
        assert!(library.alignment >= 4_096 && library.bits == usize::BITS && !library.is_link_check);
        assert!(Library::read(b"PK").is_err());
    }
}
