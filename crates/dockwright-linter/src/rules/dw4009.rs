//! DW4009: the name of an instruction as a command of a RUN.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason, Severity};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::semantic::Run;
use crate::shell::{CommandPlace, ShellCommand};
use crate::source::Span;
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4009",
    name: "leftover-instruction",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::No,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW4009.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let source = cx.file.source;
    for command in &run.script.commands {
        let Some(keyword) = instruction_name(command) else { continue };
        let span = command.name_span();
        // A function of that name may be defined here.
        let text = run.instruction.span.bytes(source);
        if String::from_utf8_lossy(text).contains(&format!("{keyword}()")) {
            continue;
        }
        let message =
            format!("{} is an instruction, but the shell runs it as a program", quote_excerpt(keyword));
        let help = match keyword {
            "RUN" => "remove it".to_string(),
            "ENV" | "ARG" => {
                format!("end the `RUN` before it and start a new {keyword} line, or use `export`")
            }
            _ => "end the `RUN` before it, and start a new line".to_string(),
        };
        let offer = offer_fix(cx, command, keyword, span);
        cx.report(run.outer, span, message).help(help).fix_or_reason(offer);
    }
}

/// The instruction with the name of the command, in uppercase.
fn instruction_name(command: &ShellCommand) -> Option<&'static str> {
    let name = command.name.as_deref()?;
    let kind = Kind::from_name(name);
    let written = command.words.get(command.name_at)?;
    (kind != Kind::Unknown && name == kind.name() && written.literal).then(|| kind.name())
}

fn offer_fix(cx: &RuleChecker<'_>, command: &ShellCommand, keyword: &str, span: Span) -> FixOrReason {
    if keyword != "RUN" {
        return Err("the instruction may belong before or after the `RUN`".into());
    }
    let next = command.words.get(command.name_at + 1).ok_or("the instruction has no arguments")?;
    if command.place == CommandPlace::Quoted || span.bytes(cx.file.source) != b"RUN" {
        return Err("the command is quoted".into());
    }
    let edit = Edit::delete(Span::new(span.start, next.span.start));
    Ok(Fix::new(Applicability::Suggestion, "remove `RUN`", [edit])
        .with_risk("the line may be meant as an instruction"))
}
