//! The jurisdictions that a policy may name.

use super::error::{Fault, quoted};

/// The 249 officially assigned country codes of ISO 3166-1 alpha-2, in order.
#[rustfmt::skip]
pub(super) const CODES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ",
    "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ",
    "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY",
    "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ",
    "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM",
    "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ",
    "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ",
    "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

/// A country's code must be in the standard.
pub(super) fn check(code: &str) -> Result<(), Fault> {
    if is_known(code) {
        return Ok(());
    }
    let meant = meant(code).map_or_else(String::new, |code| format!(", did you mean \"{code}\"?"));
    let what = format!("unknown jurisdiction \"{}\"{meant}", quoted(code));
    Err(Fault::new(what, "a country's two capital letters by ISO 3166-1, such as \"DE\""))
}

pub(super) fn is_known(code: &str) -> bool {
    CODES.binary_search(&code).is_ok()
}

/// The code that was meant: letter case, and the two habits that the standard does not share.
fn meant(code: &str) -> Option<&'static str> {
    let code = match code.trim().to_ascii_uppercase().as_str() {
        "UK" => "GB".to_owned(),
        "EL" => "GR".to_owned(),
        code => code.to_owned(),
    };
    CODES.binary_search(&code.as_str()).ok().and_then(|index| CODES.get(index).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_in_order_and_each_once() {
        assert!(CODES.is_sorted_by(|a, b| a < b));
        assert!(CODES.iter().all(|code| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase())));
    }

    #[test]
    fn a_near_miss_names_the_code_that_was_meant() {
        assert!(is_known("DE") && is_known("CN") && !is_known("de") && !is_known("EU") && !is_known("XX"));
        assert_eq!((meant("de"), meant("UK"), meant("EU")), (Some("DE"), Some("GB"), None));
    }
}
