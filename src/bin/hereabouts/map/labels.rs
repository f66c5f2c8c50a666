//! Labels that do not lie upon each other.

/// A rectangle of the drawing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    pub(crate) fn around(x: f64, y: f64, radius: f64) -> Self {
        Self { left: x - radius, top: y - radius, width: 2.0 * radius, height: 2.0 * radius }
    }

    fn overlap(&self, other: &Self) -> f64 {
        let span =
            |a: f64, a_length: f64, b: f64, b_length: f64| ((a + a_length).min(b + b_length) - a.max(b)).max(0.0);
        span(self.left, self.width, other.left, other.width) * span(self.top, self.height, other.top, other.height)
    }

    fn is_within(&self, other: &Self) -> bool {
        self.left >= other.left
            && self.top >= other.top
            && self.left + self.width <= other.left + other.width
            && self.top + self.height <= other.top + other.height
    }
}

/// Where labels may go, and what is taken.
pub(crate) struct Places {
    frame: Area,
    taken: Vec<Area>,
    avoided: Vec<Area>,
}

impl Places {
    pub(crate) fn within(frame: Area) -> Self {
        Self { frame, taken: Vec::new(), avoided: Vec::new() }
    }

    pub(crate) fn take(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// What a label should not cover where it has the choice.
    pub(crate) fn avoid(&mut self, area: Area) {
        self.avoided.push(area);
    }

    /// The best free place beside a point for a label of a size; `None` if there is none.
    pub(crate) fn beside(&mut self, x: f64, y: f64, radius: f64, width: f64, height: f64) -> Option<Area> {
        let middle = height / 2.0;
        // A ring of places close by, then a wider one.
        let candidates = [radius + 3.0, radius + 14.0].into_iter().flat_map(|gap| {
            let slant = gap * 0.7;
            [
                (x + gap, y - middle),
                (x - gap - width, y - middle),
                (x - width / 2.0, y - gap - height),
                (x - width / 2.0, y + gap),
                (x + slant, y - slant - height),
                (x + slant, y + slant),
                (x - slant - width, y - slant - height),
                (x - slant - width, y + slant),
            ]
        });
        let area = candidates
            .map(|(left, top)| Area { left, top, width, height })
            .filter(|area| area.is_within(&self.frame) && self.taken.iter().all(|taken| area.overlap(taken) == 0.0))
            .min_by_key(|area| self.avoided.iter().filter(|avoided| area.overlap(avoided) > 0.0).count())?;
        self.taken.push(area);
        Some(area)
    }
}

/// A list of rising numbers with its runs drawn together: "1–3, 7".
pub(crate) fn ranges(numbers: &[u64]) -> String {
    let mut text = String::new();
    let mut rest = numbers;
    while let [first, ..] = rest {
        let run = rest.iter().zip(*first..).take_while(|(number, expected)| *number == expected).count();
        let last = first + run as u64 - 1;
        let comma = if text.is_empty() { "" } else { ", " };
        text += &match run {
            1 => format!("{comma}{first}"),
            2 => format!("{comma}{first}, {last}"),
            _ => format!("{comma}{first}–{last}"),
        };
        rest = &rest[run..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_drawn_together() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1–3, 7, 9, 10");
        assert_eq!(ranges(&[]), "");
    }

    #[test]
    fn no_label_lies_upon_another_or_outside() {
        let frame = Area { left: 0.0, top: 0.0, width: 200.0, height: 200.0 };
        let mut places = Places::within(frame);
        let mut found = Vec::new();
        for _ in 0..20 {
            found.extend(places.beside(100.0, 100.0, 6.0, 30.0, 12.0));
        }
        assert!(found.len() >= 4);
        for (index, area) in found.iter().enumerate() {
            assert!(area.is_within(&frame));
            assert!(found[..index].iter().all(|other| area.overlap(other) == 0.0));
        }
    }
}
