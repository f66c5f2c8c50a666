//! The command, as a user meets it: exit codes, what goes to which stream, and what no message ever holds.

mod audit;
mod datum;
mod disclosure;
mod floors;
mod folder;
mod ledger;
mod places;
mod replay;
mod sealing;
mod zone;

use std::process::Command;

/// Every command of a page, and that the text below it is what the program prints; how many there are.
fn held_to_the_program(page: &str) -> usize {
    let mut checked = 0;
    for block in page.split("```sh\n").skip(1) {
        let (command, rest) = block.split_once("\n```").unwrap();
        let (_, rest) = rest.split_once("```text\n").unwrap();
        let (said, _) = rest.split_once("\n```").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
            .args(command.split(' ').skip(1))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), said, "{command}");
        checked += 1;
    }
    checked
}
