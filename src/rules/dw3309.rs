//! DW3309: packages that may come from either of two indexes.

use crate::diagnostic::Severity;
use crate::rule::{Check, Enabled, Rule, RuleChecker};
use crate::semantic::assignments::find_assignments;
use crate::semantic::written_text::find_written_text;
use crate::semantic::{View, parse_settings};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Arguments, Kind};

pub static RULE: Rule = Rule {
    code: "DW3309",
    name: "second-package-index",
    severity: Severity::Info,
    enabled: Enabled::Selected,
    check: Check::File(check),
    docs: include_str!("../../rules/DW3309.md"),
    ..Rule::SECURITY
};

const VARIABLES: [&str; 2] = ["PIP_EXTRA_INDEX_URL", "UV_EXTRA_INDEX_URL"];
const HELP: &str = "install its packages in a separate step with `--index-url`, or require hashes";

fn check(cx: &mut RuleChecker<'_>) {
    let mut found: Vec<(Span, Span, String)> = Vec::new();
    for run in cx.semantics.bourne_runs() {
        for command in &run.script.commands {
            if let Some((span, option)) = second_index(command) {
                let name = command.name.as_deref().unwrap_or("pip");
                let message = format!("`{option}` lets `{name}` use whichever index has the higher version");
                found.push((run.outer.span, span, message));
            }
        }
        for set in find_assignments(run, cx.file.source)
            .into_iter()
            .filter(|set| VARIABLES.contains(&set.name.as_str()))
        {
            found.push((run.outer.span, set.span, of_variable(&set.name)));
        }
        for written in find_written_text(run, cx.file.source).iter().filter(|one| one.is_at(&["*/pip.conf"]))
        {
            if let Some(line) =
                written.lines.iter().find(|line| line.text.trim().starts_with("extra-index-url"))
            {
                found.push((run.outer.span, line.span, of_variable("extra-index-url")));
            }
        }
    }
    for instruction in cx.file.instructions() {
        match &instruction.arguments {
            Arguments::Pairs { .. } if instruction.kind == Kind::Env => {
                for one in parse_settings(cx.file, instruction, View::Exact) {
                    if VARIABLES.contains(&one.key.as_str()) && !one.value.is_empty() {
                        let span = one.pair.key.span.to(one.pair.value.span);
                        found.push((instruction.span, span, of_variable(&one.key)));
                    }
                }
            }
            Arguments::Declarations(names) => {
                for one in names.iter().filter(|one| VARIABLES.contains(&one.name.text.as_ref())) {
                    if one.default.is_some() {
                        found.push((instruction.span, one.name.span, of_variable(&one.name.text)));
                    }
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|(_, span, _)| *span);
    for (anchor, span, message) in found {
        cx.report_at(anchor, span, message).help(HELP);
    }
}

fn of_variable(name: &str) -> String {
    format!("`{name}` lets packages come from whichever index has the higher version")
}

fn second_index(command: &ShellCommand) -> Option<(Span, &'static str)> {
    let name = command.name.as_deref()?;
    if !(name.starts_with("pip") || matches!(name, "uv" | "pdm")) {
        return None;
    }
    let words = command.arguments();
    if words.iter().any(|word| matches!(word.text.as_str(), "--require-hashes" | "config")) {
        let is_setting = words.iter().any(|word| word.text.ends_with("extra-index-url") && !word.is_flag());
        return (is_setting && name.starts_with("pip"))
            .then_some((command.span, "pip config set extra-index-url"));
    }
    let option = words
        .iter()
        .find(|word| word.text == "--extra-index-url" || word.text.starts_with("--extra-index-url="));
    let strategy = || {
        words
            .iter()
            .find(|word| word.text.contains("unsafe-best-match") || word.text.contains("unsafe-first-match"))
    };
    let (word, shown) = match option {
        Some(word) => (word, "--extra-index-url"),
        None => (strategy()?, "--index-strategy"),
    };
    let packages: Vec<&ShellWord> = command.operands().filter(|word| word.text.contains("==")).collect();
    let named = command
        .operands()
        .filter(|word| {
            !word.text.contains("://") && !matches!(word.text.as_str(), "install" | "pip" | "add" | "sync")
        })
        .count();
    let local = named > 0 && packages.len() == named && packages.iter().all(|word| word.text.contains('+'));
    (!local).then_some((word.span, shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_counts;

    #[test]
    fn second_indexes() {
        check_counts(
            &RULE,
            &[
                (1, "RUN pip install --extra-index-url https://py.corp.net corp-lib"),
                (1, "RUN pip install --extra-index-url=https://py.corp.net corp-lib"),
                (1, "RUN uv pip install --extra-index-url https://py.corp.net corp-lib"),
                (1, "ENV PIP_EXTRA_INDEX_URL=https://py.corp.net"),
                (1, "RUN PIP_EXTRA_INDEX_URL=https://py.corp.net pip install x"),
                (1, "RUN pip config set global.extra-index-url https://py.corp.net"),
                (0, "RUN pip install --index-url https://py.corp.net corp-lib"),
                (
                    0,
                    "RUN pip install torch==2.3.0+cpu --extra-index-url https://download.pytorch.org/whl/cpu",
                ),
                (0, "RUN pip install --require-hashes -r r.txt --extra-index-url https://py.corp.net"),
                (0, "RUN echo --extra-index-url"),
            ],
        );
    }
}
