//! The messages about ignore comments.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode};
use super::place::{self, CommentObstacle};
use super::{IgnoreUsage, removal};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::rule::{Rule, RuleGroup};
use crate::rules::{self, dw0001, dw0002, dw0003};
use crate::semantic::Stage;
use crate::source::Span;
use crate::syntax::join_with_and;

pub(super) fn unknown_code_diagnostic(
    judged: &IgnoreUsage<'_, '_>,
    ignore: &Ignore,
    code: &IgnoredCode,
) -> Diagnostic {
    let message = format!("unknown rule code `{}`", shorten_for_message(&code.text));
    let mut said = build_ignore_diagnostic(&dw0002::RULE, judged, ignore, code.span, message);
    let nearest = nearest_code(ignore.program, &code.text);
    said.help = Some(match &nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => "use a code from `dockwright rule --all`".to_string(),
    });
    said.fix = nearest.map(|name| {
        let title = format!("change `{}` to `{name}`", shorten_for_message(&code.text));
        Fix::new(Applicability::Suggestion, title, [Edit::replace(code.span, name)])
            .with_risk("the intended code is unknown")
    });
    said
}

/// The code or name that was probably meant.
fn nearest_code(program: IgnoreProgram, written: &str) -> Option<String> {
    let candidates = rules::all_rules().filter(|rule| match program {
        IgnoreProgram::Dockwright => true,
        IgnoreProgram::Hadolint => matches!(rule.group, RuleGroup::Hadolint | RuleGroup::ShellCheck),
        IgnoreProgram::ShellCheck => rule.group == RuleGroup::ShellCheck,
        _ => rule.group == RuleGroup::Buildkit,
    });
    let names = candidates.flat_map(|rule| match program {
        IgnoreProgram::Dockwright => [rule.code, rule.name],
        _ => [rule.code, rule.code],
    });
    let wanted = written.to_lowercase();
    let most = (wanted.chars().count() / 3).clamp(1, 4);
    if wanted.len() > 60 {
        return None;
    }
    names
        .map(|name| (strsim::damerau_levenshtein(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name.to_string())
}

pub(super) fn missing_reason_diagnostic(judged: &IgnoreUsage<'_, '_>, ignore: &Ignore) -> Diagnostic {
    let names = quote_codes(ignore.codes.iter());
    let message = format!("{names} {} ignored without a reason", choose_is_or_are(ignore.codes.len()));
    let mut said = build_ignore_diagnostic(&dw0003::RULE, judged, ignore, ignore.comment, message);
    said.help = Some(
        match ignore.program {
            IgnoreProgram::Dockwright => "add the reason after the codes",
            IgnoreProgram::Hadolint | IgnoreProgram::ShellCheck => "add `# ` and the reason after the codes",
            _ => "add ` // ` and the reason after the names",
        }
        .to_string(),
    );
    said
}

/// One diagnostic for the comment if nothing in it has an effect, else one for each code.
pub(super) fn unused_code_diagnostics(
    judged: &IgnoreUsage<'_, '_>,
    ignore: &Ignore,
    unused: &[&IgnoredCode],
    all: &[&Ignore],
) -> Vec<Diagnostic> {
    if unused.iter().any(|code| code.misplaced.get()) {
        return report_misplaced(judged, ignore, all).into_iter().collect();
    }
    let place = match ignore.scope {
        IgnoreScope::File => "in this file",
        IgnoreScope::Lines { .. } => "in this stage",
        IgnoreScope::Instruction(_) | IgnoreScope::Line(_) | IgnoreScope::Nothing => "here",
    };
    let own = ignore.program == IgnoreProgram::Dockwright;
    let class = if own { Applicability::Safe } else { Applicability::Suggestion };
    let source = judged.semantics.file.source;
    let say = |codes: &[&IgnoredCode], span: Span, removed: Option<removal::IgnoreRemoval>| {
        let unused = if codes.len() == ignore.codes.len() {
            "unused ignore comment"
        } else {
            "unused code in this ignore comment"
        };
        let message = format!(
            "{unused} ({} {} not reported {place})",
            quote_codes(codes.iter().copied()),
            choose_is_or_are(codes.len())
        );
        let mut said = build_ignore_diagnostic(&dw0001::RULE, judged, ignore, span, message);
        let program = ignore.program.name();
        said.help =
            Some(if own { "remove it".to_string() } else { format!("remove it, unless {program} needs it") });
        said.fix = removed.map(|removed| {
            let class = if removed.hazard.is_some() { Applicability::Suggestion } else { class };
            let fix = Fix::new(class, removed.title, [removed.edit]);
            match removed.hazard {
                Some(hazard) => fix.with_risk(hazard),
                None if !own => fix.with_risk(format!("{program} may need it")),
                None => fix,
            }
        });
        said
    };
    if unused.is_empty() {
        Vec::new()
    } else if unused.len() == ignore.codes.len() {
        vec![say(unused, ignore.comment, removal::remove_comment(judged.semantics.file, ignore))]
    } else {
        unused
            .iter()
            .map(|code| say(&[code], code.span, removal::remove_code(source, ignore, code)))
            .collect()
    }
}

/// The comment is valid, but in the wrong place.
fn report_misplaced(judged: &IgnoreUsage<'_, '_>, ignore: &Ignore, all: &[&Ignore]) -> Option<Diagnostic> {
    let file = judged.semantics.file;
    let below = place::instruction_below(file, ignore)?;
    let codes = ignore.codes.iter().filter(|code| code.misplaced.get()).collect::<Vec<_>>();
    let (names, is_or_are) = (quote_codes(codes.iter().copied()), choose_is_or_are(codes.len()));
    let (message, help) = match below.obstacle? {
        CommentObstacle::LastCounts(_) => (
            "hadolint reads only the last ignore comment above an instruction, and this is not the last"
                .to_string(),
            "name all codes in one comment, separated by commas",
        ),
        CommentObstacle::FirstCounts(_) => (
            "BuildKit reads only the first `check=` comment above an instruction, and this is not the first"
                .to_string(),
            "name all checks in one comment, separated by commas",
        ),
        CommentObstacle::Comment => (
            format!(
                "{names} {is_or_are} not ignored, because another comment separates this one from the instruction"
            ),
            "move this comment directly above the instruction",
        ),
        CommentObstacle::EmptyLine => (
            format!(
                "{names} {is_or_are} not ignored, because an empty line separates this comment from the instruction"
            ),
            "move this comment directly above the instruction",
        ),
    };
    let mut said = build_ignore_diagnostic(&dw0001::RULE, judged, ignore, ignore.comment, message);
    said.help = Some(help.to_string());
    said.fix = below.fix_by_moving_comment(file, ignore, all);
    Some(said)
}

fn build_ignore_diagnostic(
    rule: &'static Rule,
    judged: &IgnoreUsage<'_, '_>,
    ignore: &Ignore,
    span: Span,
    message: String,
) -> Diagnostic {
    let anchor = match ignore.scope {
        IgnoreScope::Instruction(instruction) => instruction,
        IgnoreScope::Line(_) | IgnoreScope::Nothing => {
            place::instruction_below(judged.semantics.file, ignore)
                .map_or(ignore.comment, |below| below.instruction)
        }
        IgnoreScope::File | IgnoreScope::Lines { .. } => ignore.comment,
    };
    Diagnostic {
        stage: judged.semantics.stage_at(anchor.start).map(Stage::display_name),
        ..rule.diagnostic(anchor, span, message)
    }
}

/// The codes in backticks, separated by commas: `` `A`, `B` ``.
fn quote_codes<'c>(codes: impl Iterator<Item = &'c IgnoredCode>) -> String {
    let names: Vec<String> = codes.map(|code| format!("`{}`", shorten_for_message(&code.text))).collect();
    join_with_and(&names)
}

const fn choose_is_or_are(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// The start of a text, without characters that would break the message or its backticks.
pub(super) fn shorten_for_message(text: &str) -> String {
    let text: String = text.chars().take(60).collect();
    text.replace(['`', '\n'], "'").replace(": ", ":")
}
