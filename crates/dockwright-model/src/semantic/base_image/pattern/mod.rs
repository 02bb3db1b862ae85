//! [`Pattern`]: the patterns of the table of base images.
//!
//! They are regular expressions of the simplest kind: alternatives, classes, groups, and greedy repetition. The table
//! has hundreds of them, most runs need a few, and a general engine takes longer to compile one than this module
//! takes to match it thousands of times.

use std::sync::OnceLock;

use serde::Deserialize;

/// A pattern that has to match a whole text; parsed on first use.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Pattern {
    text: String,
    parsed: OnceLock<Option<PatternAlternatives>>,
}

/// The alternatives that `|` separates.
type PatternAlternatives = Box<[Box<[PatternNode]>]>;

/// A part of a pattern. The type is small, because most of a pattern is plain text, and a run over many images parses
/// hundreds of patterns.
#[derive(Debug)]
enum PatternNode {
    Byte(u8),
    One(Box<ByteSet>),
    /// A group, with the slot that stores what it matched.
    Group(Option<CaptureSlot>, PatternAlternatives),
    /// A class, repeated.
    Many(Box<(ByteSet, RepeatCount)>),
    /// A group, repeated.
    Again(Box<(PatternNode, RepeatCount)>),
}

/// The named groups: `v` and `release`.
type CaptureSlot = u8;
const SLOTS: [&str; 2] = ["v", "release"];
type PatternCaptures = [Option<(usize, usize)>; SLOTS.len()];

#[derive(Debug, Clone, Copy)]
struct RepeatCount {
    least: usize,
    most: usize,
}

/// A set of bytes.
#[derive(Debug, Clone, Copy, Default)]
struct ByteSet([u64; 4]);

impl ByteSet {
    fn add(&mut self, from: u8, to: u8) {
        for byte in from..=to {
            if let Some(word) = self.0.get_mut(usize::from(byte / 64)) {
                *word |= 1 << (byte % 64);
            }
        }
    }

    fn from_range(from: u8, to: u8) -> Self {
        let mut class = Self::default();
        class.add(from, to);
        class
    }

    fn complement_of_bytes(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    fn contains_byte(self, byte: u8) -> bool {
        self.0.get(usize::from(byte / 64)).is_some_and(|word| word >> (byte % 64) & 1 == 1)
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, parsed: OnceLock::new() }
    }
}

impl Pattern {
    /// Whether it matches the whole text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.captures(text).is_some()
    }

    /// The text that the named group matched; empty if it was not used.
    pub(super) fn text_matched_by_group<'t>(&self, name: &str, text: &'t str) -> Option<&'t str> {
        let slot = SLOTS.iter().position(|slot| *slot == name)?;
        let (start, end) = (*self.captures(text)?.get(slot)?)?;
        text.get(start..end)
    }

    /// The alternatives that are plain text.
    pub(super) fn plain_alternatives(&self) -> impl Iterator<Item = String> {
        let plain = |node: &PatternNode| match node {
            PatternNode::Byte(byte) => Some(char::from(*byte)),
            _ => None,
        };
        let all = self.parsed().into_iter().flatten();
        all.filter_map(move |nodes| nodes.iter().map(plain).collect::<Option<String>>())
    }

    #[cfg(test)]
    pub(super) fn is_valid(&self) -> bool {
        self.parsed().is_some()
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn parsed(&self) -> Option<&PatternAlternatives> {
        self.parsed
            .get_or_init(|| PatternParser { text: self.text.as_bytes(), at: 0 }.parse_pattern())
            .as_ref()
    }

    fn captures(&self, text: &str) -> Option<PatternCaptures> {
        let text = text.as_bytes();
        let mut captures = PatternCaptures::default();
        let is_end = &mut |at: usize, _: &mut PatternCaptures| at == text.len();
        match_any_alternative(self.parsed()?, text, 0, &mut captures, is_end).then_some(captures)
    }
}

/// Matches the rest of the pattern from a position in the text.
type MatchRestFn<'r> = &'r mut dyn FnMut(usize, &mut PatternCaptures) -> bool;

/// Whether one of the alternatives matches at `at`, and the rest after it. Uses the first one that does.
fn match_any_alternative(
    all: &PatternAlternatives,
    text: &[u8],
    at: usize,
    captures: &mut PatternCaptures,
    rest: MatchRestFn<'_>,
) -> bool {
    all.iter().any(|nodes| match_pattern_sequence(nodes, text, at, captures, rest))
}

fn match_pattern_sequence(
    nodes: &[PatternNode],
    text: &[u8],
    mut at: usize,
    captures: &mut PatternCaptures,
    rest: MatchRestFn<'_>,
) -> bool {
    for (index, node) in nodes.iter().enumerate() {
        let is_match = match node {
            PatternNode::Byte(byte) => text.get(at) == Some(byte),
            PatternNode::One(class) => text.get(at).is_some_and(|byte| class.contains_byte(*byte)),
            PatternNode::Group(..) | PatternNode::Many(_) | PatternNode::Again(_) => {
                let after = nodes.get(index + 1..).unwrap_or_default();
                let mut rest = |at: usize, captures: &mut PatternCaptures| {
                    match_pattern_sequence(after, text, at, captures, rest)
                };
                return match_single(node, text, at, captures, &mut rest);
            }
        };
        if !is_match {
            return false;
        }
        at += 1;
    }
    rest(at, captures)
}

fn match_single(
    node: &PatternNode,
    text: &[u8],
    at: usize,
    captures: &mut PatternCaptures,
    rest: MatchRestFn<'_>,
) -> bool {
    match node {
        PatternNode::Byte(byte) => text.get(at) == Some(byte) && rest(at + 1, captures),
        PatternNode::One(class) => {
            text.get(at).is_some_and(|byte| class.contains_byte(*byte)) && rest(at + 1, captures)
        }
        PatternNode::Group(slot, all) => {
            match_any_alternative(all, text, at, captures, &mut |end, captures: &mut PatternCaptures| {
                let Some(kept) = slot.and_then(|slot| captures.get_mut(usize::from(slot))) else {
                    return rest(end, captures);
                };
                let before = kept.replace((at, end));
                let is_match = rest(end, captures);
                if let (false, Some(kept)) =
                    (is_match, slot.and_then(|slot| captures.get_mut(usize::from(slot))))
                {
                    *kept = before;
                }
                is_match
            })
        }
        PatternNode::Many(repeated) => {
            let (class, times) = repeated.as_ref();
            let ahead = text.get(at..).unwrap_or_default().iter().take(times.most);
            let count = ahead.take_while(|byte| class.contains_byte(**byte)).count();
            (times.least..=count).rev().any(|count| rest(at + count, captures))
        }
        PatternNode::Again(repeated) => match_repeated(&repeated.0, repeated.1, text, at, captures, rest),
    }
}

fn match_repeated(
    node: &PatternNode,
    times: RepeatCount,
    text: &[u8],
    at: usize,
    captures: &mut PatternCaptures,
    rest: MatchRestFn<'_>,
) -> bool {
    let left = RepeatCount { least: times.least.saturating_sub(1), most: times.most.saturating_sub(1) };
    let mut more = |end: usize, captures: &mut PatternCaptures| {
        // An empty match ends the repetition.
        end > at && match_repeated(node, left, text, end, captures, rest)
    };
    times.most > 0 && match_single(node, text, at, captures, &mut more)
        || times.least == 0 && rest(at, captures)
}

/// Reads a pattern.
struct PatternParser<'p> {
    text: &'p [u8],
    at: usize,
}

impl PatternParser<'_> {
    /// `None` if the pattern contains syntax that this module does not support.
    fn parse_pattern(mut self) -> Option<PatternAlternatives> {
        let all = self.parse_alternatives()?;
        (self.at == self.text.len()).then_some(all)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, expected: &[u8]) -> bool {
        let is_next = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(expected));
        if is_next {
            self.at += expected.len();
        }
        is_next
    }

    fn parse_alternatives(&mut self) -> Option<PatternAlternatives> {
        let (mut all, mut nodes) = (Vec::new(), Vec::new());
        loop {
            match self.peek() {
                None | Some(b')') => {
                    all.push(nodes.into());
                    return Some(all.into());
                }
                Some(b'|') => {
                    self.at += 1;
                    all.push(std::mem::take(&mut nodes).into());
                }
                Some(_) => nodes.push(self.parse_repeated()?),
            }
        }
    }

    fn parse_repeated(&mut self) -> Option<PatternNode> {
        const ENDLESS: usize = usize::MAX;
        let node = self.parse_node()?;
        let (least, most) = match self.peek() {
            Some(b'?') => (0, 1),
            Some(b'*') => (0, ENDLESS),
            Some(b'+') => (1, ENDLESS),
            Some(b'{') => {
                self.at += 1;
                let least = self.parse_number()?;
                let most = if self.skip(b",") { ENDLESS } else { least };
                if self.peek()? != b'}' {
                    return None;
                }
                (least, most)
            }
            _ => return Some(node),
        };
        self.at += 1;
        if matches!(self.peek(), Some(b'?' | b'*' | b'+' | b'{')) {
            return None;
        }
        let times = RepeatCount { least, most };
        Some(match node {
            PatternNode::Byte(byte) => PatternNode::Many(Box::new((ByteSet::from_range(byte, byte), times))),
            PatternNode::One(class) => PatternNode::Many(Box::new((*class, times))),
            node => PatternNode::Again(Box::new((node, times))),
        })
    }

    fn parse_number(&mut self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += length;
        std::str::from_utf8(rest.get(..length)?).ok()?.parse().ok()
    }

    fn parse_node(&mut self) -> Option<PatternNode> {
        Some(match self.next()? {
            b'(' => {
                let slot = if self.skip(b"?:") {
                    None
                } else if self.skip(b"?P<") {
                    let rest = self.text.get(self.at..)?;
                    let name = rest.split(|byte| *byte == b'>').next()?;
                    self.at += name.len() + 1;
                    Some(u8::try_from(SLOTS.iter().position(|slot| slot.as_bytes() == name)?).ok()?)
                } else if self.peek() == Some(b'?') {
                    return None;
                } else {
                    None
                };
                let all = self.parse_alternatives()?;
                if self.next()? != b')' {
                    return None;
                }
                PatternNode::Group(slot, all)
            }
            b'[' => PatternNode::One(Box::new(self.parse_class()?)),
            b'.' => PatternNode::One(Box::new(ByteSet::from_range(b'\n', b'\n').complement_of_bytes())),
            b'\\' => self.parse_escape()?,
            b'^' | b'$' | b')' | b'|' | b'?' | b'*' | b'+' | b'{' | b'}' | b']' => return None,
            byte => PatternNode::Byte(byte),
        })
    }

    fn parse_escape(&mut self) -> Option<PatternNode> {
        match self.next()? {
            b'd' => Some(PatternNode::One(Box::new(ByteSet::from_range(b'0', b'9')))),
            byte if byte.is_ascii_punctuation() => Some(PatternNode::Byte(byte)),
            _ => None,
        }
    }

    fn parse_class(&mut self) -> Option<ByteSet> {
        let negated = self.skip(b"^");
        let mut class = ByteSet::default();
        loop {
            let from = match self.next()? {
                b']' => break,
                b'[' | b'&' | b'~' | b'\\' => return None,
                byte => byte,
            };
            let is_range = self.peek() == Some(b'-') && self.text.get(self.at + 1) != Some(&b']');
            let to = if is_range {
                self.at += 1;
                self.next()?
            } else {
                from
            };
            class.add(from, to);
        }
        Some(if negated { class.complement_of_bytes() } else { class })
    }
}

#[cfg(test)]
mod tests;
