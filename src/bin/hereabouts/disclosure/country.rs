//! The names of countries, as people say them.

/// Those that most servers stand in, by their codes (ISO 3166-1), in order.
#[rustfmt::skip]
const NAMES: [(&str, &str); 64] = [
    ("AE", "the United Arab Emirates"), ("AR", "Argentina"), ("AT", "Austria"), ("AU", "Australia"), ("BE", "Belgium"),
    ("BG", "Bulgaria"), ("BR", "Brazil"), ("CA", "Canada"), ("CH", "Switzerland"), ("CL", "Chile"), ("CN", "China"),
    ("CO", "Colombia"), ("CU", "Cuba"), ("CY", "Cyprus"), ("CZ", "Czechia"), ("DE", "Germany"), ("DK", "Denmark"),
    ("EE", "Estonia"), ("EG", "Egypt"), ("ES", "Spain"), ("FI", "Finland"), ("FR", "France"),
    ("GB", "the United Kingdom"), ("GR", "Greece"), ("HK", "Hong Kong"), ("HR", "Croatia"), ("HU", "Hungary"),
    ("ID", "Indonesia"), ("IE", "Ireland"), ("IL", "Israel"), ("IN", "India"), ("IR", "Iran"), ("IS", "Iceland"),
    ("IT", "Italy"), ("JP", "Japan"), ("KE", "Kenya"), ("KP", "North Korea"), ("KR", "South Korea"), ("LI", "Liechtenstein"),
    ("LT", "Lithuania"), ("LU", "Luxembourg"), ("LV", "Latvia"), ("MT", "Malta"), ("MX", "Mexico"), ("MY", "Malaysia"),
    ("NG", "Nigeria"), ("NL", "the Netherlands"), ("NO", "Norway"), ("NZ", "New Zealand"), ("PL", "Poland"),
    ("PT", "Portugal"), ("RO", "Romania"), ("RS", "Serbia"), ("RU", "Russia"), ("SA", "Saudi Arabia"), ("SE", "Sweden"),
    ("SG", "Singapore"), ("SI", "Slovenia"), ("SK", "Slovakia"), ("TR", "Türkiye"), ("TW", "Taiwan"), ("UA", "Ukraine"),
    ("US", "the United States"), ("VE", "Venezuela"),
];

/// A country's name; of others the code.
pub(super) fn name(code: &str) -> String {
    let known = NAMES.binary_search_by_key(&code, |(known, _)| known).ok().and_then(|index| NAMES.get(index));
    known.map_or_else(|| format!("the country {code}"), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        assert!(NAMES.iter().all(|(code, known)| name(code) == *known) && NAMES.is_sorted());
        assert_eq!(name("ZW"), "the country ZW");
    }
}
