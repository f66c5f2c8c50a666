//! How large an area is, beside things that people have seen.

/// What people have seen, in square metres: a tennis court (ITF, 23.77 m × 10.97 m), a football pitch (FIFA, 105 m × 68 m), and
/// areas as their administrations state them.
const KNOWN: [(&str, &str, f64); 7] = [
    ("a tennis court", "tennis courts", 261.0),
    ("a football pitch", "football pitches", 7_140.0),
    ("Central Park in New York", "times Central Park in New York", 3.41e6),
    ("Manhattan", "times Manhattan", 59.1e6),
    ("Berlin", "times Berlin", 891.0e6),
    ("Luxembourg", "times Luxembourg", 2_586.0e6),
    ("Germany", "times Germany", 357_600.0e6),
];

/// "as large as 12 football pitches": the greatest of the known that is not larger, counted.
pub(super) fn like(area_m2: f64) -> String {
    let known = KNOWN.iter().rev().find(|(_, _, known_m2)| area_m2 >= 0.75 * known_m2);
    let Some((one, many, known_m2)) = known else { return "smaller than a tennis court".to_owned() };
    match area_m2 / known_m2 {
        ratio if ratio < 1.35 => format!("about as large as {one}"),
        ratio if ratio < 1.75 => format!("about 1½ {many}"),
        ratio if ratio < 10.0 => format!("about {:.0} {many}", ratio.round()),
        ratio => format!("about {} {many}", two_figures(ratio)),
    }
}

fn two_figures(value: f64) -> String {
    let power = 10_f64.powf(value.log10().floor() - 1.0);
    format!("{:.0}", (value / power).round() * power)
}

/// In square metres, hectares or square kilometres, to two figures.
pub(super) fn area(area_m2: f64) -> String {
    match area_m2 {
        area_m2 if area_m2 < 10_000.0 => format!("{} m²", two_figures(area_m2.max(1.0))),
        area_m2 if area_m2 < 1e6 => format!("{:.2} km²", area_m2 / 1e6),
        area_m2 if area_m2 < 1e7 => format!("{:.1} km²", area_m2 / 1e6),
        area_m2 => format!("{} km²", two_figures(area_m2 / 1e6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_like_what_people_have_seen() {
        assert_eq!(like(100.0), "smaller than a tennis court");
        assert_eq!(like(300.0), "about as large as a tennis court");
        assert_eq!(like(85_000.0), "about 12 football pitches");
        assert_eq!(like(7.4e6), "about 2 times Central Park in New York");
        assert_eq!(like(1.4e9), "about 1½ times Berlin");
        assert_eq!(
            [4_321.0, 0.24e6, 7.41e6, 43.6e6, 1_234e6].map(area),
            ["4300 m²", "0.24 km²", "7.4 km²", "44 km²", "1200 km²"]
        );
    }
}
