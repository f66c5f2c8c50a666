//! A folder with a policy in it, and the command at work there.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// ε 1 a draw (a little more is charged), room for two draws in 24 hours, one an hour at most; cells of about 11 m.
pub(crate) const POLICY: &str = r#"
version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 2.1
window = "24h"
[purposes.test]
mechanism = { kind = "planar-laplace", epsilon = 1 }
repeat = { kind = "fresh" }
grid = { kind = "decimal", places = 4 }
interval = "1h"
time_bucket = "1h"
keep = []
[destinations.here]
jurisdiction = "DE"
operator = "Example"
"#;

/// A folder with the policy in it.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        folder.write("policy.toml", POLICY);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that ends early reads no further: that is its right.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    pub(crate) fn minimize(&self, more: &[&str], input: &str) -> Output {
        let arguments = ["minimize", "--policy", "policy.toml", "--purpose", "test", "--destination", "here"];
        self.run(&[&arguments, more].concat(), input)
    }
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

pub(crate) fn summary(output: &Output) -> Value {
    serde_json::from_str(err(output)).unwrap_or_else(|error| panic!("{error}: {}", err(output)))
}

pub(crate) fn wild(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/wild").join(name).to_str().unwrap().to_owned()
}

/// One fix at each of some times.
pub(crate) fn journey(times: &[&str]) -> String {
    times.iter().fold("timestamp,latitude,longitude\n".to_owned(), |mut text, time| {
        writeln!(text, "{time},52.123456789,5.987654321").unwrap();
        text
    })
}

pub(crate) const NOON: &str = "2024-06-20T12:00:00Z";
