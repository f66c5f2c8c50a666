//! Another library, in another language, opens what we seal, and we open what it seals: PyHPKE, from PyPI.
//!
//! It needs Python 3 with `venv` (`cargo xtask test` installs it) and, once, the network. Where they are missing the test
//! fails, unless `HEREABOUTS_WITHOUT_PYTHON` is set: then it says that it is skipped.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// With text on its standard input, and what came of it.
fn run(command: &mut Command, input: &str) -> Result<String, String> {
    let name = format!("{command:?}");
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{name} does not start: {error}"))?;
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    if status.success() {
        Ok(String::from_utf8(stdout).unwrap())
    } else {
        Err(format!("{name}: {}", String::from_utf8_lossy(&stderr)))
    }
}

fn hereabouts(arguments: &[&str], input: &str) -> String {
    run(Command::new(env!("CARGO_BIN_EXE_hereabouts")).args(arguments).current_dir(ROOT), input).unwrap()
}

/// A Python that has the library: made once, and anew whenever another version of it is asked for.
fn python() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let (python, asked) = (folder.join("bin/python"), Path::new(ROOT).join("tests/python/requirements.txt"));
    let (installed, asked_text) = (folder.join("installed.txt"), fs::read_to_string(&asked).unwrap());
    if fs::read_to_string(&installed).is_ok_and(|text| text == asked_text) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), "")?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"];
    run(Command::new(&python).args(pip).arg("--requirement").arg(&asked), "")?;
    fs::write(installed, asked_text).unwrap();
    Ok(python)
}

#[test]
fn a_library_that_is_not_ours_opens_what_we_seal_and_seals_what_we_open() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) if std::env::var_os("HEREABOUTS_WITHOUT_PYTHON").is_some() => {
            // Straight to standard error: the harness keeps what a passing test prints to itself.
            let words = format!("\n\n    SKIPPED: nobody else opens what we seal: {reason}\n\n");
            std::io::stderr().write_all(words.as_bytes()).unwrap();
            return;
        }
        Err(reason) => panic!(
            "no Python that can install PyHPKE (`cargo xtask test` installs python3-venv; HEREABOUTS_WITHOUT_PYTHON=1 skips \
             this test): {reason}"
        ),
    };
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, policy) = (path("a.key"), path("policy.toml"));

    let public = hereabouts(&["keygen", "--out", &key], "").trim().to_owned();
    let secret = fs::read_to_string(&key).unwrap().trim().to_owned();
    let example = fs::read_to_string(Path::new(ROOT).join("examples/policies/sealed.toml")).unwrap();
    let (before, after) = example.split_once("seal_to = \"").unwrap();
    fs::write(&policy, format!("{before}seal_to = \"{public}\"{}", &after[public.len() + 1..])).unwrap();
    let fingerprint = hereabouts(&["policy", "fingerprint", &policy], "").trim().to_owned();

    let day = "examples/data/utrecht/2024-06-10.csv";
    let route = ["--policy", &policy, "--purpose", "weather", "--destination", "cn"];
    let sealed = hereabouts(&[&["minimize", day, "--every-tick"], &route[..]].concat(), "");
    assert!(sealed.lines().count() > 20, "{}", sealed.lines().count());

    let script = Path::new(ROOT).join("tests/python/hpke_messages.py");
    let messages = |task: &str, key: &str, rest: &[&str], input: &str| {
        let names = [task, key, "weather", "cn", &fingerprint];
        run(Command::new(&python).arg(&script).args(names).args(rest), input)
    };
    let opened = messages("open", &secret, &[], &sealed).unwrap();
    let open = [&["open", "--key", &key], &route[..]].concat();
    assert_eq!(opened, hereabouts(&open, &sealed));
    assert!(opened.lines().all(|line| line.starts_with(r#"{"v":1,"purpose":"weather","lat":"#)));
    assert_eq!(opened.lines().count(), sealed.lines().count());

    let theirs = messages("seal", &public, &["300"], &opened).unwrap();
    assert_eq!(hereabouts(&open, &theirs), opened);

    // And it opens no more than we do.
    let last = sealed.rfind('"').unwrap() - 2;
    let other = if &sealed[last..=last] == "A" { "B" } else { "A" };
    let changed = format!("{}{other}{}", &sealed[..last], &sealed[last + 1..]);
    assert!(messages("open", &secret, &[], &changed).unwrap_err().contains("OpenError"));
}
