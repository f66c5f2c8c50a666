//! Padding to a fixed length: one byte 0x80, then zeros (ISO/IEC 7816-4).

const MARK: u8 = 0x80;

/// The text at a length; `None` if there is no room for it and the mark.
pub(super) fn pad(text: &str, length: usize) -> Option<Vec<u8>> {
    if text.len() >= length {
        return None;
    }
    let mut padded = Vec::with_capacity(length);
    padded.extend(text.as_bytes());
    padded.push(MARK);
    padded.resize(length, 0);
    Some(padded)
}

/// The text before the mark; `None` if there is no mark.
pub(super) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (&last, text) = padded.get(..=padded.iter().rposition(|&byte| byte != 0)?)?.split_last()?;
    (last == MARK).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_padded_is_had_back_and_every_length_is_the_one_asked_for() {
        for text in ["", "a", "a\0", "{\"v\":1}", "ends in a mark\u{80}", "\u{80}\0\0"] {
            for length in text.len() + 1..text.len() + 40 {
                let padded = pad(text, length).unwrap();
                assert_eq!((padded.len(), unpad(&padded).unwrap()), (length, text.as_bytes()));
            }
            assert_eq!(pad(text, text.len()), None);
        }
    }

    #[test]
    fn without_the_mark_there_is_nothing() {
        for padded in [&b""[..], b"\0", b"\0\0\0", b"{}", b"{}\0\0", b"{}\x80\0\x01", b"{}\x80\x7f"] {
            assert_eq!(unpad(padded), None, "{padded:?}");
        }
    }
}
