//! The `hereabouts` command: says roughly where you are, and no more.

mod input;
mod map;

fn main() {}
