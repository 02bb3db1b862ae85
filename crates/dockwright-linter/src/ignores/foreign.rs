//! Ignore comments of Checkov, Trivy, KICS and semgrep, each parsed as its tool does.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode};
use crate::byte_search;
use crate::foreign;
use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction, Kind, Node};

/// A comment, with its text after the `#` and the instruction that it belongs to.
struct ForeignComment<'f> {
    text: String,
    /// Of the whole comment, from its `#`.
    span: Span,
    /// The instruction that it is inside of.
    inside: Option<&'f Instruction<'f>>,
    /// Index of its item at top level.
    item: usize,
}

/// Every such comment.
pub(super) fn find_foreign_ignores(file: &Dockerfile<'_>) -> Vec<Ignore> {
    let has = |word: &[u8]| byte_search::contains_ignoring_case(file.source, word);
    let (checkov, trivy, kics, semgrep) =
        (has(b"skip="), has(b"trivy:") || has(b"tfsec:"), has(b"kics-scan"), has(b"nosem"));
    let mut found = Vec::new();
    if !(checkov || trivy || kics || semgrep) {
        return found;
    }
    for place in foreign_comments(file) {
        if checkov {
            found.extend(parse_checkov_comment(&place));
        }
        if trivy {
            found.extend(parse_trivy_comment(file, &place));
        }
        if kics {
            found.extend(parse_kics_comment(file, &place));
        }
        if semgrep {
            found.extend(parse_semgrep_comment(file, &place));
        }
    }
    if semgrep {
        found.extend(file.instructions().filter_map(|run| semgrep_at_end(file, run)));
    }
    found
}

/// The comments at top level, and those between the lines of instructions.
fn foreign_comments<'f>(file: &'f Dockerfile<'_>) -> Vec<ForeignComment<'f>> {
    let mut found = Vec::new();
    for (item, node) in file.items.iter().enumerate() {
        match &node.node {
            Node::Comment(comment) => {
                let text = comment.text.to_string();
                found.push(ForeignComment { text, span: comment.span, inside: None, item });
            }
            Node::Directive(directive) => {
                let text = String::from_utf8_lossy(directive.span.bytes(file.source)).into_owned();
                let text = text.trim_start_matches('#').to_string();
                found.push(ForeignComment { text, span: directive.span, inside: None, item });
            }
            Node::Instruction(instruction) => {
                let lines = instruction.continuations.iter().flat_map(|one| &one.skipped);
                for line in lines.filter(|line| line.comment) {
                    let raw = String::from_utf8_lossy(line.span.bytes(file.source)).into_owned();
                    let text = raw.trim().trim_start_matches('#').to_string();
                    found.push(ForeignComment { text, span: line.span, inside: Some(instruction), item });
                }
            }
            _ => {}
        }
    }
    found
}

fn foreign_ignore(
    program: IgnoreProgram,
    place: &ForeignComment<'_>,
    scope: IgnoreScope,
    codes: Vec<String>,
) -> Ignore {
    let codes = codes
        .into_iter()
        .map(|text| IgnoredCode { span: place.span, ..IgnoredCode::new(&text, &text, 0) })
        .collect();
    Ignore { program, scope, codes, comment: place.span, has_reason: true }
}

/// `checkov:skip=CKV_DOCKER_3:reason`, for the whole file wherever it is.
fn parse_checkov_comment(place: &ForeignComment<'_>) -> Option<Ignore> {
    let starts = ["checkov:skip=", "bridgecrew:skip=", "cortex:skip="];
    let at = starts.iter().find_map(|start| place.text.find(start).map(|at| at + start.len()))?;
    let rest = place.text.get(at..)?.trim_start();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ',');
    let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let codes: Vec<String> =
        rest.get(..end)?.split(',').filter(|code| !code.is_empty()).map(str::to_string).collect();
    (!codes.is_empty()).then(|| foreign_ignore(IgnoreProgram::Checkov, place, IgnoreScope::File, codes))
}

/// `trivy:ignore:DS-0002`, for the instruction below its block; before the first FROM, for the file.
fn parse_trivy_comment(file: &Dockerfile<'_>, place: &ForeignComment<'_>) -> Vec<Ignore> {
    let today = jiff::Zoned::now().date().to_string();
    let codes: Vec<String> = trivy_rules(&place.text)
        .filter(|(_, until)| until.is_none_or(|until| *until >= *today))
        .map(|(code, _)| code.to_string())
        .collect();
    if codes.is_empty() {
        return Vec::new();
    }
    let scope = match place.inside {
        Some(instruction) => IgnoreScope::Instruction(instruction.span),
        None if is_before_from(file, place.item) => IgnoreScope::File,
        None => instruction_below_comment(file, place.item)
            .map_or(IgnoreScope::Nothing, |below| IgnoreScope::Instruction(below.span)),
    };
    vec![foreign_ignore(IgnoreProgram::Trivy, place, scope, codes)]
}

/// Comments for Trivy that have expired, each with its last day.
pub(super) fn expired_comments(file: &Dockerfile<'_>) -> Vec<(Span, String)> {
    if !byte_search::contains(file.source, b":exp:") {
        return Vec::new();
    }
    let today = jiff::Zoned::now().date().to_string();
    let last_day = |place: &ForeignComment<'_>| {
        let mut days = trivy_rules(&place.text).filter_map(|(_, until)| until);
        days.find(|until| **until < *today).map(str::to_string)
    };
    foreign_comments(file).iter().filter_map(|place| Some((place.span, last_day(place)?))).collect()
}

/// The rules that a comment for Trivy names, each with the day until which it is ignored.
fn trivy_rules(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split_whitespace().filter_map(|part| {
        let part = part.trim_start_matches(['#', '/', '*']);
        let rule = part.strip_prefix("trivy:").or_else(|| part.strip_prefix("tfsec:"))?;
        let rule = rule.strip_prefix("ignore:")?;
        let (code, rest) = rule.split_once(':').unwrap_or((rule, ""));
        let code = code.split('[').next().unwrap_or(code);
        let until = rest.strip_prefix("exp:").or_else(|| rest.split_once(":exp:").map(|(_, day)| day));
        Some((code, until.map(|until| until.split(':').next().unwrap_or(until))))
    })
}

/// `kics-scan ignore`, `disable=…`, `enable=…`, `ignore-line`, `ignore-block`.
fn parse_kics_comment(file: &Dockerfile<'_>, place: &ForeignComment<'_>) -> Option<Ignore> {
    let lower = place.text.to_ascii_lowercase();
    let command = lower.trim_start_matches(['#', ';', '/', ' ', '\t']).strip_prefix("kics-scan")?.trim();
    let any = || vec!["*".to_string()];
    let (scope, codes) = match command.split_once('=') {
        Some(("disable", codes)) => {
            let codes = codes.split(',').map(|code| code.trim().to_string()).collect();
            (IgnoreScope::File, codes)
        }
        Some(("enable", codes)) => (IgnoreScope::File, vec![format!("!{}", codes.trim())]),
        _ => match command.split_whitespace().next()? {
            "ignore" => (IgnoreScope::File, any()),
            "ignore-line" => (IgnoreScope::Instruction(next_instruction(file, place)?.span), any()),
            "ignore-block" => {
                (IgnoreScope::Instruction(stage_span(file, next_instruction(file, place)?)), any())
            }
            _ => return None,
        },
    };
    Some(foreign_ignore(IgnoreProgram::Kics, place, scope, codes))
}

/// `nosemgrep` and `nosem`, with or without IDs, for the instruction below.
fn parse_semgrep_comment(file: &Dockerfile<'_>, place: &ForeignComment<'_>) -> Option<Ignore> {
    let codes = semgrep_codes(&place.text)?;
    let scope = match place.inside {
        Some(instruction) => IgnoreScope::Instruction(instruction.span),
        None => instruction_below_comment(file, place.item)
            .map_or(IgnoreScope::Nothing, |below| IgnoreScope::Instruction(below.span)),
    };
    Some(foreign_ignore(IgnoreProgram::Semgrep, place, scope, codes))
}

fn semgrep_codes(text: &str) -> Option<Vec<String>> {
    let lower = format!(" {}", text.trim()).to_ascii_lowercase();
    let at = lower.find(" nosem")?;
    let rest = lower.get(at + " nosem".len()..)?;
    let rest = rest.strip_prefix("grep").unwrap_or(rest);
    let Some(codes) = rest.strip_prefix([':', '=']) else {
        let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
        return ends.then(|| vec!["*".to_string()]);
    };
    let codes = codes.split(" -- ").next().unwrap_or_default();
    let codes: Vec<String> = codes
        .split([',', ' '])
        .filter(|code| !code.is_empty())
        .map(|code| code.rsplit('.').next().unwrap_or(code).to_string())
        .collect();
    Some(if codes.is_empty() { vec!["*".to_string()] } else { codes })
}

/// A shell comment on the last line of a RUN.
fn semgrep_at_end(file: &Dockerfile<'_>, run: &Instruction<'_>) -> Option<Ignore> {
    if run.kind != Kind::Run || !run.heredocs.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(run.span.bytes(file.source)).into_owned();
    let line = text.lines().last()?;
    let at = line.rfind(" #")?;
    let before = line.get(..at)?;
    if before.matches('"').count() % 2 == 1 || before.matches('\'').count() % 2 == 1 {
        return None;
    }
    let comment = line.get(at + 2..)?;
    let codes = semgrep_codes(comment)?;
    let place = ForeignComment { text: comment.to_string(), span: run.span, inside: None, item: 0 };
    Some(foreign_ignore(IgnoreProgram::Semgrep, &place, IgnoreScope::Instruction(run.span), codes))
}

/// The instruction on the line below the block that contains this comment.
fn instruction_below_comment<'f>(file: &'f Dockerfile<'_>, item: usize) -> Option<&'f Instruction<'f>> {
    for below in file.items.get(item + 1..)? {
        match &below.node {
            Node::Comment(_) | Node::Directive(_) => {}
            Node::Instruction(instruction) => return Some(instruction),
            _ => return None,
        }
    }
    None
}

fn next_instruction<'f>(file: &'f Dockerfile<'_>, place: &ForeignComment<'f>) -> Option<&'f Instruction<'f>> {
    place.inside.or_else(|| {
        file.items.get(place.item + 1..)?.iter().find_map(|item| match &item.node {
            Node::Instruction(instruction) => Some(&**instruction),
            _ => None,
        })
    })
}

fn is_before_from(file: &Dockerfile<'_>, item: usize) -> bool {
    !file.items.iter().take(item).any(|item| item.instruction().is_some_and(|one| one.kind == Kind::From))
}

/// The span from a FROM to the next one; for other instructions, their own span.
fn stage_span(file: &Dockerfile<'_>, from: &Instruction<'_>) -> Span {
    if from.kind != Kind::From {
        return from.span;
    }
    let mut later =
        file.instructions().filter(|one| one.kind == Kind::From && one.span.start > from.span.start);
    let end =
        later.next().map_or(u32::try_from(file.source.len()).unwrap_or(u32::MAX), |next| next.span.start);
    Span::new(from.span.start, end)
}

/// Whether a code of a comment for one of the tools covers the rule. `*` is any check of the tool; `!A,B` is any
/// except these.
pub(super) fn names_rule(tool: foreign::Tool, text: &str, rule: &str) -> bool {
    if let Some(others) = text.strip_prefix('!') {
        return foreign::is_covered_by(tool, None, rule)
            && !others.split(',').any(|code| foreign::is_covered_by(tool, Some(code.trim()), rule));
    }
    foreign::is_covered_by(tool, (text != "*").then_some(text), rule)
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rules::find_by_code;

    /// The codes that are reported.
    fn limit_reports(text: &str) -> String {
        let rules = ["DL3004", "DL3008", "DW3201"].into_iter().filter_map(find_by_code);
        let found = Linter::with_rules(rules).lint(text.as_bytes());
        let mut codes: Vec<&str> = found.iter().map(|one| one.code).collect();
        codes.sort_unstable();
        codes.join(" ")
    }

    #[test]
    fn comments_of_other_tools_are_applied() {
        let from = "FROM debian:12\n";
        let bad = "RUN sudo apt-get install -y curl\n";
        let tls = "RUN curl -k https://x.net\n";
        for (text, expected) in [
            (format!("{from}{bad}"), "DL3004 DL3008"),
            (format!("{from}{bad}#checkov:skip=CKV2_DOCKER_1:reason\n"), "DL3008"),
            (format!("{from}{bad}{tls}# checkov:skip=CKV2_DOCKER_1,CKV2_DOCKER_2\n"), "DL3008"),
            (format!("{from}{tls}# bridgecrew:skip=CKV2_DOCKER_2\n"), ""),
            (format!("{from}RUN a \\\n  # checkov:skip=CKV2_DOCKER_2\n  && curl -k https://x.net\n"), ""),
            (format!("{from}RUN echo \"checkov:skip=CKV2_DOCKER_2\"\n{tls}"), "DW3201"),
            (format!("{from}RUN <<E\n# checkov:skip=CKV2_DOCKER_2\nE\n{tls}"), "DW3201"),
            (format!("#trivy:ignore:AVD-DS-0010\n#trivy:ignore:DS-0026\n{from}{bad}"), "DL3008"),
            (format!("{from}# trivy:ignore:DS-0010 — reason\n{bad}{bad}"), "DL3004 DL3008 DL3008"),
            (format!("{from}# trivy:ignore:ds010:exp:2020-01-01\n{bad}"), "DL3004 DL3008"),
            (format!("{from}# trivy:ignore:ds010:exp:2999-01-01\n{bad}"), "DL3008"),
            (format!("{from}# trivy:ignore:DS-0010\n\n{bad}"), "DL3004 DL3008"),
            (format!("{from}# trivy:ignore:*\n{bad}"), "DL3008"),
            (
                format!("{from}# kics-scan ignore-line\nRUN a \\\n  && sudo apt-get install -y curl\n{tls}"),
                "DW3201",
            ),
            (format!("# kics-scan ignore-block\n{from}{bad}{from}{bad}"), "DL3004 DL3008"),
            (format!("# KICS-SCAN disable=8ADA6E80-0ade-439e-b176-0b28f6bce35a\n{from}{bad}"), "DL3008"),
            (format!("# kics-scan enable=8ada6e80-0ade-439e-b176-0b28f6bce35a\n{from}{bad}"), "DL3004"),
            (format!("# kics-scan ignore\n{from}{bad}{tls}"), "DW3201"),
            (
                format!(
                    "{from}# nosemgrep: dockerfile.security.no-sudo-in-dockerfile.no-sudo-in-dockerfile\n{bad}"
                ),
                "DL3008",
            ),
            (format!("{from}# nosemgrep\n{bad}"), "DL3008"),
            (format!("{from}RUN sudo apt-get install -y curl # nosemgrep -- reason\n"), "DL3008"),
            (format!("{from}# nosemanticsearch\n{bad}"), "DL3004 DL3008"),
        ] {
            assert_eq!(limit_reports(&text), expected, "{text}");
        }
    }
}
