//! Numbers as people read them.

/// A length: metres up to ten kilometres, then kilometres.
pub(super) fn length(length_m: f64) -> String {
    if length_m < 9_999.5 { format!("{} m", thousands(length_m)) } else { format!("{} km", rounded(length_m / 1e3)) }
}

/// An area: square metres up to a hectare, then square kilometres.
pub(super) fn area(area_m2: f64) -> String {
    if area_m2 < 9_999.5 { format!("{} m²", thousands(area_m2)) } else { format!("{} km²", rounded(area_m2 / 1e6)) }
}

/// A probability in per cent, never 0 % or 100 %: neither is true.
pub(super) fn percent(probability: f64) -> String {
    match (probability * 100.0).round() {
        p if p < 1.0 => "under 1 %".to_owned(),
        p if p > 99.0 => "over 99 %".to_owned(),
        p => format!("{p} %"),
    }
}

/// The same of a probability that is itself an estimate.
pub(super) fn about(probability: f64) -> String {
    let text = percent(probability);
    if text.starts_with(|first: char| first.is_ascii_digit()) { format!("about {text}") } else { text }
}

/// Four decimals below one (a legal threshold is 0.9989 km²), one below a hundred, then whole numbers.
fn rounded(value: f64) -> String {
    let text = match value {
        v if v < 1.0 => format!("{v:.4}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => return thousands(v),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Significant figures of what is held against a threshold, at the least.
pub(super) const FIGURES: usize = 4;

/// An area to some significant figures: square metres up to a hectare, then square kilometres.
pub(super) fn exact_area(area_m2: f64, figures: usize) -> String {
    if area_m2 < 1e4 {
        format!("{} m²", significant(area_m2, figures))
    } else {
        format!("{} km²", significant(area_m2 / 1e6, figures))
    }
}

/// A length in metres to some significant figures.
pub(super) fn exact_length(length_m: f64, figures: usize) -> String {
    format!("{} m", significant(length_m, figures))
}

/// At least so many significant figures, without zeros at the end of a fraction.
fn significant(value: f64, figures: usize) -> String {
    let before_point = value.log10().floor() + 1.0;
    let decimals = (figures as f64 - before_point).clamp(0.0, 15.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        None => thousands(value),
        Some((_, fraction)) if fraction.bytes().all(|digit| digit == b'0') => thousands(value.round()),
        Some((_, fraction)) => format!("{}.{}", thousands(value.trunc()), fraction.trim_end_matches('0')),
    }
}

/// Two decimals, rounded up: what is said of a loss is never less than it.
pub(super) fn rounded_up(value: f64) -> String {
    format!("{}", (value * 100.0).ceil() / 100.0)
}

pub(super) fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(length(402.246), "402 m");
        assert_eq!(length(1_908.4), "1,908 m");
        assert_eq!(length(12_345.0), "12.3 km");
        assert_eq!(length(6_371_008.8), "6,371 km");
        assert_eq!(area(1e6), "1 km²");
        assert_eq!(area(998_900.0), "0.9989 km²");
        assert_eq!(area(563_000.0), "0.563 km²");
        assert_eq!((about(0.5), about(1.0)), ("about 50 %".into(), "over 99 %".into()));
        assert_eq!(
            (rounded_up(9.601), rounded_up(9.6), rounded_up(1e-9)),
            ("9.61".into(), "9.6".into(), "0.01".into())
        );
        assert_eq!(area(216.0), "216 m²");
        assert_eq!(exact_area(998_906.0, 4), "0.9989 km²");
        assert_eq!((exact_area(2_593_083.0, 4), exact_area(3e6, 4)), ("2.593 km²".into(), "3 km²".into()));
        assert_eq!((exact_area(217.83, 4), exact_area(2_550_958e6, 4)), ("217.8 m²".into(), "2,550,958 km²".into()));
        assert_eq!((exact_length(533.4, 4), exact_length(0.043_21, 2)), ("533.4 m".into(), "0.043 m".into()));
        assert_eq!((exact_length(1_000.0, 4), exact_length(1_234.56, 6)), ("1,000 m".into(), "1,234.56 m".into()));
        assert_eq!((exact_length(999.96, 4), exact_length(0.0, 4)), ("1,000 m".into(), "0 m".into()));
        assert_eq!(
            (percent(0.0), percent(0.772), percent(1.0)),
            ("under 1 %".into(), "77 %".into(), "over 99 %".into())
        );
    }
}
