//! Functions that are the same may be one.
//!
//! A linker that is told to fold them (`--icf=safe`) leaves alone what could be compared by its address, and it finds what that is
//! in a table of each object file: without one, all functions of the file count, as those of SQLite do. Rust's compiler writes none, but
//! Rust promises no function an address of its own: so the table of our file, into which everything of Rust goes, is there and empty.

core::arch::global_asm!(".addrsig");
