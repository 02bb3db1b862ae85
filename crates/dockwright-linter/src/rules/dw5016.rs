//! DW5016: a script from the build context that cannot be run.

use crate::optimize::facts::{CopiedFile, CopiedMode, ImagePathState, ImagePaths, LocatedCommand};
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::rules::build_commands::{decisive_commands, runs_in_build};
use crate::semantic::Run;
use crate::semantic::program_name;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5016",
    name: "unusable-script",
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5016.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline), Some(_)) = (cx.program_absence(), cx.outline(), cx.context) else {
        return;
    };
    let paths = ImagePaths::new(outline, cx.context);
    for (step, run) in runs_in_build(cx) {
        for (before, one) in decisive_commands(absence, step) {
            let command = one.command;
            let Some(name) = command.words.get(command.name_at).filter(|word| word.literal) else { continue };
            if !name.text.contains('/') || !command.wrappers.is_empty() {
                continue;
            }
            let Some(path) = crate::optimize::join_path(one.directory.as_deref(), &name.text) else {
                continue;
            };
            let ImagePathState::Copied(file) = paths.state_before(step, before, &path) else { continue };
            if let Some((message, help)) = describe_problem(cx, run, before, &file) {
                cx.report(run.outer, name.span, message).help(help);
            }
        }
    }
}

/// Why the script cannot be run, and what to do.
fn describe_problem(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    before: &[LocatedCommand<'_>],
    file: &CopiedFile,
) -> Option<(String, String)> {
    let files = cx.context?;
    let shown = quote_excerpt(&file.source);
    let line = cx.semantics.line(file.at);
    if file.mode == CopiedMode::NotExecutable {
        let message = format!("the `COPY` on line {line} makes {shown} not executable, so it cannot be run");
        return Some((message, "use `--chmod=755`".to_string()));
    }
    if file.mode == CopiedMode::Kept && files.is_executable(&file.source) == Some(false) {
        let message = format!("{shown} is not executable in the build context, so it cannot be run");
        let help = format!("add `--chmod=755` to the `COPY` on line {line}, or make the file executable");
        return Some((message, help));
    }
    let text = files.text(&file.source)?;
    let first = text.split('\n').next()?.strip_prefix("#!")?;
    if first.ends_with('\r') {
        let message = format!(
            "{shown} has Windows line endings, so its `#!` line names an interpreter that does not exist"
        );
        let help = "save it with Unix line endings, and set `eol=lf` for it in `.gitattributes`";
        return Some((message, help.to_string()));
    }
    let mut words = first.split_whitespace();
    let program = words.next()?;
    let program = if program_name(program) == "env" { words.next()? } else { program };
    let is_certain = !program.starts_with('-')
        && !program.contains('=')
        && before.iter().all(|one| !one.effects.unknown && one.effects.packages.is_none());
    let name = program_name(program);
    let lack = cx
        .program_absence()?
        .programs_before_run(run.outer.span.start)?
        .reason_for_absence(name)
        .filter(|_| is_certain)?;
    let message = format!(
        "{shown} needs {}, which is not in `{}` as of {}",
        quote_excerpt(name),
        lack.image,
        lack.date
    );
    Some((message, crate::rules::fixes::missing_program::install_help(&lack)))
}
