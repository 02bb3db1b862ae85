//! The diagnostic of a near miss.

use super::super::comment::IgnoreProgram;
use super::super::messages::shorten_for_message;
use super::super::removal::changes_directives;
use super::super::usage::{IgnoreUsage, is_known};
use super::written::find_code;
use super::{NearMissFault, NearMissIgnore};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::rules::dw0004;
use crate::semantic::Stage;
use crate::source::Span;

/// The diagnostic, with the correct form as its fix.
pub(crate) fn near_miss_diagnostic(judged: &IgnoreUsage<'_, '_>, near_miss: &NearMissIgnore) -> Diagnostic {
    let file = judged.semantics.file;
    let anchor = near_miss.instruction.unwrap_or(near_miss.comment);
    let mut found = dw0004::RULE.diagnostic(anchor, near_miss.comment, near_miss_message(near_miss));
    found.stage = judged.semantics.stage_at(anchor.start).map(Stage::display_name);
    let Some(correction) = &near_miss.correction else {
        found.help = Some(match near_miss.fault {
            NearMissFault::InsideHeredoc => "move it above the `RUN`".to_string(),
            NearMissFault::NoCodes => format!("add codes, as in `# {}DL3008`", expected_key(near_miss)),
            NearMissFault::PinValue => "write `# dockwright pin=off REASON`".to_string(),
            _ => "move it directly above the instruction".to_string(),
        });
        found.refused.push(match near_miss.fault {
            NearMissFault::NoCodes => "the intended rule is unknown".to_string(),
            NearMissFault::PinValue => "the intended value is unknown".to_string(),
            _ => "the intended instruction is unknown".to_string(),
        });
        return found;
    };
    let lines: Vec<String> =
        correction.text.lines().map(|line| format!("`{}`", shorten_for_message(line))).collect();
    found.help = Some(match near_miss.fault {
        NearMissFault::Indented => "start the comment in the first column".to_string(),
        _ => format!("write {}", lines.join(" and ")),
    });
    let known = near_miss
        .codes
        .iter()
        .all(|code| is_known(near_miss.program, code) || is_known(IgnoreProgram::Dockwright, code));
    let (span, indent) = span_with_indentation(file.source, near_miss);
    let text = correction.text.replace('\n', &format!("\n{indent}"));
    let edit = Edit::replace(span, text);
    let missing = if !known {
        Some("the intended rule is unknown")
    } else if !correction.is_sure {
        Some("the intended program is unknown")
    } else if changes_directives(file, &edit, near_miss.program == IgnoreProgram::Buildkit) {
        Some("a line would become a parser directive")
    } else {
        None
    };
    let title = match near_miss.fault {
        NearMissFault::Indented => "start the comment in the first column".to_string(),
        _ => format!("write {}", lines.join(" and ")),
    };
    found.fix = Some(match missing {
        None => Fix::safe(title, [edit]),
        Some(fact) => Fix::new(Applicability::Suggestion, title, [edit]).with_risk(fact),
    });
    found
}

/// The bytes to replace, including the spaces before the comment if it is for BuildKit, which requires it to start in
/// the first column.
fn span_with_indentation<'s>(
    source: &'s [u8],
    near_miss: &NearMissIgnore,
) -> (Span, std::borrow::Cow<'s, str>) {
    let comment = near_miss.comment;
    let before = source.get(..comment.start as usize).unwrap_or_default();
    let spaces = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = comment.start.saturating_sub(u32::try_from(spaces).unwrap_or(0));
    let indent = Span::new(start, comment.start);
    if near_miss.program == IgnoreProgram::Buildkit {
        return (Span::new(start, comment.end), "".into());
    }
    (comment, String::from_utf8_lossy(indent.bytes(source)))
}

/// The words before the codes that the program reads: those of the correction, if it is for the same program.
fn expected_key(near_miss: &NearMissIgnore) -> String {
    let usual = match near_miss.program {
        IgnoreProgram::Dockwright => "dockwright ignore=",
        IgnoreProgram::Hadolint => "hadolint ignore=",
        IgnoreProgram::ShellCheck => "shellcheck disable=",
        _ => "check=skip=",
    };
    let start = usual.split([' ', '=']).next().unwrap_or_default();
    let lines = near_miss.correction.iter().flat_map(|correction| correction.text.lines());
    let mut keys = lines.filter_map(|line| {
        let text = line.trim_start_matches(['#', ' ', '\t']);
        match text.strip_prefix("check=skip=") {
            Some(_) => Some("check=skip="),
            None => text.get(..=text.find('=')?),
        }
    });
    keys.rfind(|key| key.starts_with(start)).unwrap_or(usual).to_string()
}

/// Whether a code differs only in case from that of its rule.
fn has_code_in_other_case(near_miss: &NearMissIgnore) -> bool {
    near_miss.codes.iter().any(|written| {
        let known = find_code(near_miss.program, written, true);
        known.is_some_and(|known| known != *written && known.eq_ignore_ascii_case(written))
    })
}

fn near_miss_message(near_miss: &NearMissIgnore) -> String {
    let program = near_miss.program.name();
    let codes = near_miss
        .codes
        .iter()
        .map(|code| format!("`{}`", shorten_for_message(code)))
        .collect::<Vec<_>>()
        .join(", ");
    match near_miss.fault {
        NearMissFault::Key => {
            format!(
                "this comment ignores nothing, because it is not written as `{}`",
                expected_key(near_miss)
            )
        }
        NearMissFault::Case if !has_code_in_other_case(near_miss) => {
            format!("this comment ignores nothing, because `{}` must be lowercase", expected_key(near_miss))
        }
        NearMissFault::Case => {
            "this comment ignores nothing, because its codes are in the wrong case".to_string()
        }
        NearMissFault::ForeignCode => {
            format!("this comment ignores nothing, because {program} does not have all of its codes")
        }
        NearMissFault::Separator => {
            "this comment ignores nothing, because its codes are not separated by commas".to_string()
        }
        NearMissFault::Words => {
            format!("{program} skips this comment, because words follow the code without a `#`")
        }
        NearMissFault::List => format!("{program} does not recognize the list of codes in this comment"),
        NearMissFault::CodeInReason => {
            let (_, rest) = near_miss.codes.split_first().unwrap_or((&codes, &[]));
            let rest = rest
                .iter()
                .map(|code| format!("`{}`", shorten_for_message(code)))
                .collect::<Vec<_>>()
                .join(", ");
            format!("{rest} is read as part of the reason, because no comma precedes it")
        }
        NearMissFault::Indented => "BuildKit does not read this comment, because it is indented".to_string(),
        NearMissFault::InsideInstruction => {
            format!("{program} does not read this comment, because it is inside an instruction")
        }
        NearMissFault::InsideHeredoc => {
            format!("{program} does not read this comment, because it is inside a heredoc")
        }
        NearMissFault::NoCodes => "this comment ignores nothing, because it names no rules".to_string(),
        NearMissFault::PinValue => {
            "this comment has no effect, because only `pin=off` is supported".to_string()
        }
        NearMissFault::OutsideRun => {
            "ShellCheck does not read this comment, because it is outside a `RUN`".to_string()
        }
    }
}
