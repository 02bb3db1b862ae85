//! Versions in an ARG or ENV: `pip install flask==${FLASK_VERSION}`.

use super::PinPosition;
use super::platforms::CommandInFile;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Word};

/// The value of a variable, and where it is written.
pub(super) struct VariableVersion {
    pub(crate) slot: PinPosition,
    pub value: String,
    /// Where a comment for Renovate goes: the start of the line.
    pub(crate) comment_at: Option<u32>,
}

/// The position of the version; `None` unless the variable has a plain value and is not used elsewhere.
pub(super) fn find_variable_version(site: &CommandInFile<'_>, name: &str) -> Option<VariableVersion> {
    let semantics = site.semantics;
    let source = semantics.file.source;
    let scope = semantics.build.scopes.scope_before(site.run.outer.span.start);
    let binding = semantics.build.scopes.get(scope, name)?;
    let declared = binding.declared?;
    if count_uses(&String::from_utf8_lossy(source), name) != 1 {
        return None;
    }
    let instruction = semantics.file.instructions().find(|one| one.span.contains(declared))?;
    let (word, is_parent_gone) = declared_value(instruction, declared)?;
    let value = binding.value.as_deref()?.to_string();
    let text = word.text.as_ref();
    let quote = usize::from(text.starts_with(['"', '\'']));
    let is_plain = word.is_verbatim(source) && text.get(quote..text.len() - quote) == Some(value.as_str());
    if !is_plain || value.is_empty() {
        return None;
    }
    let span = word.span_of_range(quote..text.len() - quote, source);
    let start = instruction.span.start;
    let is_line = start == 0 || source.get(start as usize - 1) == Some(&b'\n');
    let comment_at = (is_parent_gone && is_line && name.ends_with("_VERSION")).then_some(start);
    let comment_at = comment_at.filter(|start| !has_renovate_comment(source, *start));
    Some(VariableVersion { slot: PinPosition::new(span, ""), value, comment_at })
}

/// How often a file uses a variable.
fn count_uses(text: &str, name: &str) -> usize {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let found = text.match_indices('$').filter(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default().trim_start_matches('{');
        rest.strip_prefix(name).is_some_and(|after| !after.starts_with(is_name))
    });
    found.count()
}

/// The value that an ARG or ENV gives to a name, and whether it declares nothing else.
fn declared_value<'i>(instruction: &'i Instruction<'_>, declared: Span) -> Option<(&'i Word<'i>, bool)> {
    match &instruction.arguments {
        Arguments::Declarations(all) => {
            let one = all.iter().find(|one| one.name.span.overlaps_or_adjoins(declared))?;
            Some((one.default.as_ref()?, all.len() == 1))
        }
        Arguments::Pairs { pairs, .. } => {
            let one = pairs.iter().find(|one| one.key.span.overlaps_or_adjoins(declared))?;
            Some((&one.value, pairs.len() == 1))
        }
        _ => None,
    }
}

/// Whether the line above is a comment for Renovate.
fn has_renovate_comment(source: &[u8], start: u32) -> bool {
    let before = source.get(..start as usize).unwrap_or_default();
    let above = before.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    above.trim_ascii_start().starts_with(b"# renovate:")
}
