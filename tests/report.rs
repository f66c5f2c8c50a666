//! The pages of `hereabouts attack` and `hereabouts disclosure`, opened in a headless Chromium: on a wide screen and on a phone, in light and in dark.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hereabouts::{Fix, Minimizer, Policy, RecordedClock, Request, SqliteLedger};
use serde_json::Value;
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A report on the four example days; `policy` is a file in the examples.
fn report(folder: &Path, policy: &str) -> PathBuf {
    let path = folder.join("report.html");
    let output = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
        .args(["attack", "examples/data/utrecht/quarter-hours.csv", "--seed", "1", "--runs", "5", "--policy"])
        .arg(Path::new("examples/policies").join(policy))
        .arg("--report")
        .arg(&path)
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

/// The disclosure report on the four example days, for some destinations.
fn disclosure(folder: &Path, destinations: &[&str]) -> PathBuf {
    let policy = Path::new(ROOT).join("examples/policies/data-residency.toml");
    let (path, ledger) = (folder.join("report.html"), folder.join("ledger"));
    if !ledger.exists() {
        let sqlite = SqliteLedger::open(&ledger).unwrap();
        let minimizer = Minimizer::new(Policy::read(&policy).unwrap(), sqlite, RecordedClock::default()).unwrap();
        let days = fs::read_to_string(Path::new(ROOT).join("examples/data/utrecht/quarter-hours.csv")).unwrap();
        for line in days.lines().skip(1) {
            let [time, latitude, longitude] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let degrees = |text: &str| text.parse().unwrap();
            let fix = Fix::wgs84(degrees(latitude), degrees(longitude), None, time.parse().unwrap()).unwrap();
            let to = |destination| Request { fix: &fix, purpose: "weather", destination };
            minimizer.release_all(["eu", "cn"].map(to)).unwrap();
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
        .args(["disclosure", "--at", "2024-06-03T00:00:00Z"])
        .args(destinations.iter().flat_map(|destination| ["--destination", destination]))
        .arg("--policy")
        .arg(policy)
        .arg("--ledger")
        .arg(ledger)
        .arg("--html")
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

#[test]
fn no_page_needs_anything_from_anywhere_or_a_script() {
    let folder = TempDir::new().unwrap();
    needs_nothing(&report(folder.path(), "store-finder.toml"));
    needs_nothing(&disclosure(folder.path(), &["eu", "cn"]));
}

fn needs_nothing(page: &Path) {
    let page = fs::read_to_string(page).unwrap();
    // The names of XML's own vocabularies are names, and no addresses that anything is loaded from.
    let page = page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "");
    for loads in ["http:", "https:", "src=", "href=", "<script", "<link", "@import", "javascript:", "<iframe"] {
        assert!(!page.contains(loads), "the page has {loads}");
    }
    assert_eq!(page.matches("url(").count(), page.matches("url(#").count());
    assert!(page.contains("default-src 'none'") && page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn a_report_is_never_written_over_an_input() {
    let folder = TempDir::new().unwrap();
    let policy = folder.path().join("policy.toml");
    fs::copy(Path::new(ROOT).join("examples/policies/weather.toml"), &policy).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
        .args(["attack", "examples/data/utrecht/quarter-hours.csv", "--policy"])
        .arg(&policy)
        .arg("--report")
        .arg(&policy)
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(fs::read_to_string(&policy).unwrap().contains("version = 1"));
}

#[test]
fn a_browser_shows_it_on_every_screen() {
    let Some(browser) = browser() else {
        // Straight to standard error: the harness keeps what a passing test prints to itself.
        let words = "\n\n    SKIPPED: a_browser_shows_it_on_every_screen: there is no Chromium here (`cargo xtask test` installs one)\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    let folder = TempDir::new().unwrap();
    for policy in ["weather.toml", "ride-sharing.toml"] {
        report(folder.path(), policy);
        for width in [360, 1000] {
            for scheme in [Scheme::Light, Scheme::Dark] {
                look(&browser, folder.path(), width, scheme, 5.0);
            }
        }
    }
    for destinations in [&["cn"][..], &["eu", "cn"]] {
        disclosure(folder.path(), destinations);
        for width in [360, 1200] {
            for scheme in [Scheme::Light, Scheme::Dark] {
                // Home, and everything that was sent.
                look(&browser, folder.path(), width, scheme, 2.0 * destinations.len() as f64);
            }
        }
    }
    assert!(pages(&browser, folder.path()) > 2, "it is not printed whole");
}

/// How many sheets of paper the page takes.
fn pages(browser: &str, folder: &Path) -> usize {
    let (profile, paper) = (TempDir::new_in(folder).unwrap(), folder.join("report.pdf"));
    let printed = headless(browser, &profile)
        .arg(format!("--print-to-pdf={}", paper.display()))
        .arg(format!("file://{}", folder.join("report.html").display()))
        .output()
        .unwrap();
    assert!(printed.status.success());
    let bytes = fs::read(paper).unwrap();
    let count = |name: &[u8]| bytes.windows(name.len()).filter(|window| *window == name).count();
    count(b"/Type /Page\n") + count(b"/Type /Page ")
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Scheme {
    Light,
    Dark,
}

/// Opens the report within a page that measures it: its own policy lets it run no script.
fn look(browser: &str, folder: &Path, width: u32, scheme: Scheme, pictures: f64) {
    let frame = folder.join("frame.html");
    fs::write(&frame, include_str!("support/frame.html").replace("WIDTH", &width.to_string())).unwrap();
    let seen = dumped(browser, folder, &frame, scheme);
    let at = format!("{width} pixels wide, {scheme:?}: {seen}");
    let number = |name: &str| seen[name].as_f64().unwrap_or_else(|| panic!("no {name} at {at}"));
    assert!(number("scrollWidth") <= f64::from(width), "it is wider than the screen at {at}");
    assert!(number("height") > 1_500.0, "it is all but empty at {at}");
    assert!(number("pictures") >= pictures, "a picture is missing at {at}");
    assert!(number("smallestLetter") >= 9.5, "letters too small to read at {at}");
    assert!(number("leastContrast") >= 4.5, "words too faint to read at {at}"); // WCAG 2.2, level AA
    assert_eq!(seen["overlapping"], Value::Array(Vec::new()), "words upon words at {at}");
    assert_eq!(seen["outside"], Value::Array(Vec::new()), "words outside of their picture at {at}");
    let dark = number("backgroundLightness") < 0.2;
    assert_eq!(dark, scheme == Scheme::Dark, "{at}");
}

/// What the measuring page says.
fn dumped(browser: &str, folder: &Path, page: &Path, scheme: Scheme) -> Value {
    let profile = TempDir::new_in(folder).unwrap();
    let mut command = headless(browser, &profile);
    command.args([
        "--allow-file-access-from-files",
        "--virtual-time-budget=5000",
        "--window-size=1400,1000",
        "--dump-dom",
    ]);
    if scheme == Scheme::Dark {
        command.arg("--blink-settings=preferredColorScheme=0");
    }
    let output = command.arg(format!("file://{}", page.display())).output().unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let json = dom.split_once("<output>").and_then(|(_, rest)| rest.split_once("</output>"));
    let (json, _) = json.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(&json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")).unwrap()
}

fn headless(browser: &str, profile: &TempDir) -> Command {
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.path().display()));
    command
}

/// A Chromium of this machine.
fn browser() -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let runs = |name: &&&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    names.iter().find(runs).map(|name| (*name).to_owned())
}
