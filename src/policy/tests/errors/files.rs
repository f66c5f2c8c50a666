//! Whole files that are no policy: bytes, text, and what is empty.

use super::*;

#[test]
fn a_file_that_is_no_policy_is_refused_with_its_line() {
    let cases: [(&[u8], &str); 17] = [
        (b"", "line 1: missing key `version`; expected `version = 1`"),
        (b"\n\n", "line 1: missing key `version`; expected `version = 1`"),
        (b"\xef\xbb\xbf", "line 1: missing key `version`; expected `version = 1`"),
        (b"{}", "line 1: missing key `version`; expected `version = 1`"),
        (b" {", "line 1: EOF while parsing an object; expected valid JSON"),
        (b"[]", "line 1: unquoted keys cannot be empty, expected letters, numbers, `-…; expected valid TOML"),
        (b"null", "line 1: key with no value, expected `=`; expected valid TOML"),
        (b"{} {}", "line 1: trailing characters; expected valid JSON"),
        (b"version = 1\n\xff", "line 2: the policy is not UTF-8; expected text in UTF-8"),
        (b"\xff\xfe{", "line 1: the policy is not UTF-8; expected text in UTF-8"),
        (b"{\n\"version\": \"\xe9\"}", "line 2: the policy is not UTF-8; expected text in UTF-8"),
        (b"version = 1\n\0", "line 2: key with no value, expected `=`; expected valid TOML"),
        (b"version = 9\nwhatever = 1\n", "line 1: version: version `9` is not known; expected `version = 1`"),
        (b"version = 1\nbudget = []\nprotection.radius_m = 200\n[purposes]\n[destinations]\n", "line 2: budget: there is no window; expected at least one, such as `epsilon = 8` in `window = \"24h\"`"),
        (b"version = 1\nbudget = [{ epsilon = 1, window = \"1h\" }]\nprotection.radius_m = 200\n[purposes]\n[destinations]\n", "line 4: purposes: there is no purpose; expected at least one table `purposes.NAME`"),
        (b"{\"version\":1,\n\"protection\":{\"radius_m\":200},\n\"budget\":[],\n\"purposes\":{},\n\"destinations\":{}}", "line 3: budget: there is no window; expected at least one, such as `epsilon = 8` in `window = \"24h\"`"),
        (&[b'#'; (1 << 20) + 1], "the policy is larger than 1 MiB; expected a file of at most 1 MiB"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy");
    let wrong: Vec<_> = cases
        .into_iter()
        .map(|(bytes, right)| {
            std::fs::write(&path, bytes).unwrap();
            (Policy::read(&path).expect_err(right).to_string(), right)
        })
        .filter(|(left, right)| left != right)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
