//! DW4004: an ARG from before the first FROM, used in a stage that does not declare it.

use std::collections::HashSet;

use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::semantic::{BaseVariable, Run, Semantics, View, shell_span};
use crate::shell::{ShellScript, find_variable_uses, mask_continuations};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4004",
    name: "argument-out-of-scope",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::No,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4004.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let mut seen: HashSet<(usize, &str)> = HashSet::new();
    for run in semantics.runs.iter().filter(|run| !run.onbuild && run.view == View::Exact) {
        let Some(stage) = run.stage else { continue };
        for (name, span) in find_uses_out_of_scope(semantics, run) {
            if !seen.insert((stage, name)) {
                continue;
            }
            let scope = semantics.build.scopes.scope_before(run.instruction.span.start);
            let unknown = semantics.build.scopes.base_variable(scope, name) == BaseVariable::Unknown;
            let declared =
                semantics.build.scopes.get(semantics.build.global, name).and_then(|one| one.declared);
            let message = match declared {
                Some(span) => {
                    let line = semantics.line(span.start);
                    format!(
                        "{} is empty here, because the `ARG` on line {line} only applies to `FROM`",
                        quote_excerpt(name)
                    )
                }
                None => {
                    format!("{} is empty here, because this stage does not declare it", quote_excerpt(name))
                }
            };
            let message = if unknown { format!("{message}, unless the base image sets it") } else { message };
            let edit =
                Edit::insert(instruction_edit::line_start_above(cx, run.outer), format!("ARG {name}\n"));
            let fix = Fix::new(Applicability::UnsafeMid, format!("add `ARG {name}` before it"), [edit])
                .with_risk("the value may change the result");
            let found = cx.report(run.outer, span, message);
            found.help(format!("add `ARG {name}` to this stage")).fix(fix);
            if unknown {
                found.severity = Severity::Info;
            }
        }
    }
}

/// The plain uses of variables that are only in the scope of FROM.
fn find_uses_out_of_scope<'a>(semantics: &'a Semantics<'_>, run: &'a Run<'_>) -> Vec<(&'a str, Span)> {
    let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return Vec::new() };
    let is_foreign = semantics.shebang(run).is_some_and(crate::shell::analysis::AnalysisShell::is_foreign);
    if is_foreign || semantics.is_windows(run.outer.span.start) || runs_sourced_code(&run.script) {
        return Vec::new();
    }
    let scopes = &semantics.build.scopes;
    let scope = scopes.scope_before(run.instruction.span.start);
    let is_lost = |name: &str| {
        scopes.get(semantics.build.global, name).is_some_and(|global| global.value.is_some())
            && scopes.get(scope, name).is_none()
            && !matches!(scopes.base_variable(scope, name), BaseVariable::Set(_))
    };
    let source = semantics.file.source;
    let span = shell_span(source, run.instruction, text.span, semantics.view);
    let shown = mask_continuations(source, span, &run.instruction.continuations);
    let mut found = Vec::new();
    for one in find_variable_uses(&shown) {
        let start = span.start + u32::try_from(one.range.start).unwrap_or(0);
        let end = span.start + u32::try_from(one.range.end).unwrap_or(0);
        let is_default = one.operator.trim_start_matches(':').starts_with(['-', '=', '+', '?']);
        if is_default || !is_lost(one.name) || may_set_variable(&shown, &run.script, one.name, source) {
            continue;
        }
        let name = semantics.build.scopes.names(semantics.build.global).find(|(name, _)| *name == one.name);
        found.extend(name.map(|(name, _)| (name, Span::new(start, end))));
    }
    found
}

/// Whether a script runs code that may set any variable.
fn runs_sourced_code(script: &ShellScript) -> bool {
    script.commands.iter().any(|command| command.is_any(&[".", "source", "eval"]))
}

/// Whether the script may set the variable itself.
fn may_set_variable(text: &str, script: &ShellScript, name: &str, source: &[u8]) -> bool {
    const SETTING: [&str; 11] = [
        "export",
        "readonly",
        "local",
        "declare",
        "typeset",
        "read",
        "getopts",
        "mapfile",
        "readarray",
        "unset",
        "let",
    ];
    // `A=$A` keeps the value.
    let assigns = |text: &str| {
        text.split_once('=').is_some_and(|(left, right)| {
            left.trim_end_matches('+') == name
                && ![format!("${name}"), format!("\"${name}\""), format!("${{{name}}}")]
                    .contains(&right.to_string())
        })
    };
    let written = |span: Span| String::from_utf8_lossy(span.bytes(source)).into_owned();
    let by_assignment = script.bare_assignments.iter().any(|span| assigns(&written(*span)));
    let by_command = script.commands.iter().any(|command| {
        (command.is_any(&SETTING)
            && command.arguments().iter().any(|word| word.text == name || assigns(&written(word.span))))
            || (command.is("printf") && command.has_argument(&["-v"]) && command.has_argument(&[name]))
    });
    let pairs = text.split_whitespace().zip(text.split_whitespace().skip(1));
    let by_loop = pairs
        .into_iter()
        .any(|(keyword, word)| matches!(keyword, "for" | "select") && word.trim_end_matches(';') == name);
    by_assignment
        || by_command
        || by_loop
        || text.contains(&format!("${{{name}:="))
        || text.contains(&format!("${{{name}="))
}
