//! White space between the tokens of a text that has none.

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Layout {
    /// Without any white space.
    #[default]
    Compact,
    /// Each value and member on a line of its own, so many spaces further in for each level: up to 16.
    Spaces(u8),
    /// The same with a tab for each level.
    Tabs,
}

impl Layout {
    /// The most spaces for a level.
    pub const MOST_SPACES: u8 = 16;

    /// What the operation takes: whether there are lines, whether these begin with tabs, and how many characters a
    /// level has.
    pub(super) fn arguments(self) -> (bool, bool, u32) {
        match self {
            Self::Compact => (false, false, 0),
            Self::Spaces(count) => (true, false, count.into()),
            Self::Tabs => (true, true, 1),
        }
    }

    /// The white space of one level; none where there are no lines.
    fn level(self) -> Option<Vec<u8>> {
        match self {
            Self::Compact => None,
            Self::Spaces(count) => Some(vec![b' '; count.min(Self::MOST_SPACES).into()]),
            Self::Tabs => Some(vec![b'\t']),
        }
    }
}

/// Lays out valid JSON that has no white space between its tokens. These stay as they are written.
pub(super) fn lay_out(minified: Vec<u8>, layout: Layout) -> Vec<u8> {
    let Some(level) = layout.level() else {
        return minified;
    };
    let mut text = Vec::with_capacity(2 * minified.len());
    let mut levels = 0;
    let break_line = |text: &mut Vec<u8>, levels: usize| {
        text.push(b'\n');
        for _ in 0..levels {
            text.extend_from_slice(&level);
        }
    };
    let mut rest = &minified[..];
    while let [byte, behind @ ..] = rest {
        let mut token = 1;
        match byte {
            b'{' | b'[' => {
                text.push(*byte);
                let is_empty = behind.first().is_some_and(|next| *next == byte + 2);
                if is_empty {
                    text.push(byte + 2);
                    token = 2;
                } else {
                    levels += 1;
                    break_line(&mut text, levels);
                }
            }
            b'}' | b']' => {
                levels = levels.saturating_sub(1);
                break_line(&mut text, levels);
                text.push(*byte);
            }
            b',' => {
                text.push(b',');
                break_line(&mut text, levels);
            }
            b':' => text.extend_from_slice(b": "),
            b'"' => {
                token = 1 + string_len(behind);
                text.extend_from_slice(&rest[..token]);
            }
            _ => {
                let len = rest.iter().position(|byte| b",]}".contains(byte));
                token = len.unwrap_or(rest.len());
                text.extend_from_slice(&rest[..token]);
            }
        }
        rest = &rest[token..];
    }
    text
}

/// The length of a string, behind its opening quote and with its closing one.
fn string_len(behind: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = behind.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(behind.len(), |end| end + 1)
}
