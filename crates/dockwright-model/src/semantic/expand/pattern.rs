//! The patterns of `${name#…}`, `${name%…}` and `${name/…/…}`: `*`, `?`, and text.

/// Maximum number of matching steps; after that, the value is treated as unknown.
const MAX_STEPS: usize = 2_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PatternToken {
    /// `*`: any characters but line feeds.
    Many,
    /// `?`: one character that is not a line feed.
    One,
    Is(char),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExpansionPattern {
    tokens: Vec<PatternToken>,
}

/// The error after [`MAX_STEPS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepLimitExceeded;

impl ExpansionPattern {
    /// Reads a pattern. `\` makes `*`, `?` and itself literal, and is removed before `}` and `/`.
    ///
    /// # Errors
    /// The character after any other `\`, `None` at the end.
    pub(super) fn new(text: &str) -> Result<Self, Option<char>> {
        let mut tokens = Vec::new();
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            tokens.push(match c {
                '*' => PatternToken::Many,
                '?' => PatternToken::One,
                '\\' => match characters.next() {
                    Some(escaped @ ('*' | '?' | '\\' | '}' | '/')) => PatternToken::Is(escaped),
                    other => return Err(other),
                },
                other => PatternToken::Is(other),
            });
        }
        tokens.dedup_by(|a, b| *a == PatternToken::Many && *b == PatternToken::Many);
        Ok(Self { tokens })
    }

    /// `value` without the longest or shortest match at its start.
    pub(super) fn remove_matching_prefix(
        &self,
        value: &str,
        longest: bool,
    ) -> Result<String, StepLimitExceeded> {
        let characters: Vec<char> = value.chars().collect();
        let end = self.match_length(&characters, longest, &mut 0)?.unwrap_or(0);
        Ok(characters.get(end..).unwrap_or_default().iter().collect())
    }

    /// `value` without the longest or shortest match at its end.
    pub(super) fn remove_matching_suffix(
        &self,
        value: &str,
        longest: bool,
    ) -> Result<String, StepLimitExceeded> {
        let reversed = Self { tokens: self.tokens.iter().rev().copied().collect() };
        let characters: Vec<char> = value.chars().rev().collect();
        let end = reversed.match_length(&characters, longest, &mut 0)?.unwrap_or(0);
        Ok(characters.get(end..).unwrap_or_default().iter().rev().collect())
    }

    /// `value` with the first match, or every match, replaced; the longest match at a position is used.
    pub(super) fn replace(
        &self,
        value: &str,
        replacement: &str,
        all: bool,
    ) -> Result<String, StepLimitExceeded> {
        let characters: Vec<char> = value.chars().collect();
        let mut result = String::new();
        let mut steps = 0;
        let mut at = 0;
        let mut last_end = None;
        while let Some(rest) = characters.get(at..) {
            // An empty match right after another match does not count.
            let found = self
                .match_length(rest, true, &mut steps)?
                .filter(|length| *length > 0 || last_end != Some(at));
            if let Some(length) = found {
                result.push_str(replacement);
                last_end = Some(at + length);
                if !all {
                    result.extend(rest.get(length..).unwrap_or_default());
                    return Ok(result);
                }
                if length > 0 {
                    at += length;
                    continue;
                }
            }
            result.extend(rest.first());
            at += 1;
        }
        Ok(result)
    }

    /// Length of the longest or shortest match at the start of `text`. Keeps the set of reachable positions in the
    /// pattern, so the time is at most the product of the two lengths.
    fn match_length(
        &self,
        text: &[char],
        longest: bool,
        steps: &mut usize,
    ) -> Result<Option<usize>, StepLimitExceeded> {
        let count = self.tokens.len();
        let mut reached = vec![false; count + 1];
        let mut found = None;
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        self.reach_positions_after_stars(&mut reached);
        for at in 0..=text.len() {
            if reached.last() == Some(&true) {
                found = Some(at);
                if !longest {
                    break;
                }
            }
            let Some(c) = text.get(at) else { break };
            *steps += count + 1;
            if *steps > MAX_STEPS {
                return Err(StepLimitExceeded);
            }
            let mut next = vec![false; count + 1];
            let mut alive = false;
            for (place, token) in
                self.tokens.iter().enumerate().filter(|(place, _)| reached.get(*place) == Some(&true))
            {
                let to = match token {
                    PatternToken::Many if *c != '\n' => place,
                    PatternToken::One if *c != '\n' => place + 1,
                    PatternToken::Is(wanted) if wanted == c => place + 1,
                    _ => continue,
                };
                if let Some(slot) = next.get_mut(to) {
                    *slot = true;
                    alive = true;
                }
            }
            if !alive {
                break;
            }
            reached = next;
            self.reach_positions_after_stars(&mut reached);
        }
        Ok(found)
    }

    /// Adds the positions after stars, which may match nothing.
    fn reach_positions_after_stars(&self, reached: &mut [bool]) {
        for (place, token) in self.tokens.iter().enumerate() {
            if *token == PatternToken::Many
                && reached.get(place) == Some(&true)
                && let Some(slot) = reached.get_mut(place + 1)
            {
                *slot = true;
            }
        }
    }
}
