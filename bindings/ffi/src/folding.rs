//! Functions that are the same may be one.
//!
//! A linker that is told to fold them (`--icf=safe`) leaves alone what could be compared by its address, and it finds what that is
//! in a table of each object file. C's compilers write the table; Rust's does not, and all of its functions would count. Rust
//! promises no function an address of its own, so the table of ours, into which everything of Rust is linked, is there and empty.

core::arch::global_asm!(".addrsig");
