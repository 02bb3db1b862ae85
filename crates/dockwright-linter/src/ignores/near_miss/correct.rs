//! [`IgnoreCorrection`]: the corrected form of a comment.

use super::super::comment::IgnoreProgram;
use super::NearMissFault;
use super::written::{WrittenIgnore, WrittenScope, find_code, is_code_of};

/// What to write in place of a comment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IgnoreCorrection {
    /// With its `#`; two lines if the codes belong to two programs.
    pub text: String,
    /// Whether only the spelling changes, and the comment is still for the same program.
    pub(crate) is_sure: bool,
}

impl IgnoreCorrection {
    /// `text` follows the first `#` of the comment. `None` if there is nothing to write.
    pub(super) fn new(text: &str, written: &WrittenIgnore<'_>, fault: NearMissFault) -> Option<Self> {
        let program = match fault {
            // Between instructions, ShellCheck's codes can only be in hadolint's comments.
            NearMissFault::OutsideRun => IgnoreProgram::Hadolint,
            _ if written.program == IgnoreProgram::ShellCheck && names_foreign_code(written) => {
                IgnoreProgram::Hadolint
            }
            _ => written.program,
        };
        let lead = match text.get(..text.len() - text.trim_start().len()) {
            Some(spaces) if !text.starts_with('#') => spaces,
            _ => " ",
        };
        let spelled: Vec<String> = written
            .codes
            .iter()
            .filter_map(|written_code| find_code(written.program, written_code, false))
            .collect();
        let mut unique: Vec<String> = Vec::new();
        for code in spelled {
            if !unique.contains(&code) {
                unique.push(code);
            }
        }
        let (own, foreign): (Vec<String>, Vec<String>) =
            unique.into_iter().partition(|code| is_code_of(program, code));
        let mut lines = Vec::new();
        if !foreign.is_empty() {
            lines.push(corrected_comment(IgnoreProgram::Dockwright, written.reach, &foreign, written.reason));
        }
        if !own.is_empty() {
            lines.push(corrected_comment(program, written.reach, &own, written.reason));
        }
        let corrected = lines.iter().map(|line| format!("#{lead}{line}")).collect::<Vec<_>>().join("\n");
        let is_sure = foreign.is_empty() && program == written.program;
        let is_new = corrected != format!("#{text}") || fault == NearMissFault::Indented;
        (!lines.is_empty() && is_new).then_some(Self { text: corrected, is_sure })
    }
}

/// Whether a comment for ShellCheck names a code that is not a ShellCheck code.
fn names_foreign_code(written: &WrittenIgnore<'_>) -> bool {
    !written.codes.iter().all(|code| is_code_of(IgnoreProgram::ShellCheck, code))
}

/// A comment without its `#`.
fn corrected_comment(
    program: IgnoreProgram,
    reach: Option<WrittenScope>,
    codes: &[String],
    reason: &str,
) -> String {
    let codes = codes.join(",");
    let (key, sign) = match (program, reach) {
        (IgnoreProgram::Dockwright, None) => ("dockwright ignore", " "),
        (IgnoreProgram::Dockwright, Some(_)) => ("dockwright ignore-file", " "),
        (IgnoreProgram::Hadolint, None) => ("hadolint ignore", " # "),
        (IgnoreProgram::Hadolint, Some(WrittenScope::Stage)) => ("hadolint stage ignore", " # "),
        (IgnoreProgram::Hadolint, Some(WrittenScope::File)) => ("hadolint global ignore", " # "),
        (IgnoreProgram::ShellCheck, _) => ("shellcheck disable", " # "),
        _ => ("check=skip", " // "),
    };
    let sign = if reason.is_empty() { "" } else { sign };
    format!("{key}={codes}{sign}{reason}")
}
