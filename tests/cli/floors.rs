//! Presets on the command line, and the page about them.

use crate::folder::{Folder, code, err, out};
use crate::held_to_the_program;

const PAGE: &str = include_str!("../../docs/floors.md");

#[test]
fn the_page_of_the_floors_says_what_the_program_prints() {
    assert_eq!(held_to_the_program(PAGE), 2);
}

#[test]
fn every_preset_has_its_row_and_its_source_on_the_page() {
    for preset in hereabouts::Preset::EVERY {
        assert!(PAGE.contains(&format!("`{preset}`")), "{preset} is explained nowhere");
        assert!(PAGE.contains(preset.source()), "{preset}: {}", preset.source());
    }
}

/// The refusals on the page are those of the program.
#[test]
fn the_refusals_on_the_page_are_those_of_the_program() {
    let folder = Folder::new();
    let refused = |grid: &str, floor: &str, jurisdiction: &str, devices: &str| {
        let policy = format!(
            "version = 1\n[protection]\nradius_m = 200\n{devices}\n[[budget]]\nepsilon = 8\nwindow = \"24h\"\n[purposes.weather]\n\
             mechanism = {{ kind = \"planar-laplace\", epsilon = 0.5 }}\nrepeat = {{ kind = \"fresh\" }}\ngrid = {grid}\n\
             interval = \"1h\"\ntime_bucket = \"1h\"\n[destinations.app]\njurisdiction = \"{jurisdiction}\"\n\
             operator = \"Example\"\n{floor}\n"
        );
        folder.write("refused.toml", &policy);
        let output = folder.run(&["policy", "check", "refused.toml"], "");
        assert_eq!(code(&output), 2, "{}", out(&output));
        let (_, what) = err(&output).split_once("`weather`").unwrap();
        let (what, _) = what.split_once("; expected").unwrap();
        assert!(PAGE.replace('\n', " ").contains(what.trim_start_matches([':', ' '])), "not on the page: {what}");
    };
    refused("{ kind = \"decimal\", places = 2 }", "floor = { preset = \"california\" }", "US", "");
    refused("{ kind = \"h3\", resolution = 7 }", "floor = { preset = \"google-play\", coarsen = false }", "US", "");
    refused("{ kind = \"metric\", edge_m = 100 }", "", "CN", "devices = [\"US\"]");
}
