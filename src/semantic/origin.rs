//! [`Origin`]: what `COPY --from` copies from.

use super::{Semantics, Stage};

/// What the value of a `--from` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A stage before the current one, by index.
    Earlier(usize),
    /// The stage that the COPY stands in.
    Own,
    /// A stage further down the file, by index.
    Later(usize),
    /// A number that no stage has.
    Missing,
    /// An image or a build context of that name.
    Elsewhere,
}

impl Semantics<'_> {
    /// What `--from=value` means in `stage` (`None` before the first FROM).
    pub fn origin(&self, value: &str, stage: Option<&Stage<'_>>) -> Origin {
        let here = stage.map(|stage| stage.index);
        if self.view.copies_from_names_seen() {
            return self.origin_among_seen(value, here);
        }
        let number = if value.bytes().all(|byte| byte.is_ascii_digit()) { value.parse().ok() } else { None };
        let named = || {
            self.stages
                .iter()
                .rposition(|stage| stage.alias().is_some_and(|alias| alias.eq_ignore_ascii_case(value)))
        };
        let Some(index) = number.or_else(named) else { return Origin::Elsewhere };
        match here {
            _ if index >= self.stages.len() => Origin::Missing,
            Some(here) if index < here => Origin::Earlier(index),
            Some(here) if index == here => Origin::Own,
            _ => Origin::Later(index),
        }
    }

    fn origin_among_seen(&self, value: &str, here: Option<usize>) -> Origin {
        let seen = self.stages.get(..here.map_or(0, |here| here + 1)).unwrap_or_default();
        let is_named = |stage: &Stage<'_>| stage.alias() == Some(value);
        if seen.last().is_some_and(is_named) {
            return Origin::Own;
        }
        if let Some(index) = seen.iter().position(is_named) {
            return Origin::Earlier(index);
        }
        let digits = value.bytes().take_while(u8::is_ascii_digit);
        match digits.map(|digit| i64::from(digit - b'0')).reduce(|a, b| a.wrapping_mul(10).wrapping_add(b)) {
            Some(number) if number < i64::try_from(seen.len()).unwrap_or(i64::MAX) => {
                Origin::Earlier(usize::try_from(number).unwrap_or(0))
            }
            Some(_) => Origin::Missing,
            None => Origin::Elsewhere,
        }
    }
}
