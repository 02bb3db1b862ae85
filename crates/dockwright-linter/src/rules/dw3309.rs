//! DW3309: packages that may come from either of two indexes.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::assignments::find_assignments;
use crate::semantic::written_text::find_written_text;
use crate::semantic::{View, parse_settings};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Arguments, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "DW3309",
    name: "second-package-index",
    severity: Severity::Info,
    enabled: RuleActivation::Selected,
    // A requirements file may name a second index.
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3309.md"),
    ..Rule::SECURITY
};

const VARIABLES: [&str; 2] = ["PIP_EXTRA_INDEX_URL", "UV_EXTRA_INDEX_URL"];
const HELP: &str = "install its packages in a separate step with `--index-url`, or require hashes";

/// A second package index, besides the default one.
struct SecondPackageIndex {
    anchor: Span,
    span: Span,
    /// The address of the index, if that is the reason.
    address: String,
    message: String,
}

fn check(cx: &mut RuleChecker<'_>) {
    let mut found: Vec<SecondPackageIndex> = Vec::new();
    check_runs(cx, &mut found);
    check_variables(cx, &mut found);
    found.sort_by_key(|one| one.span);
    let is_trusted = |address: &str| {
        !address.is_empty()
            && address
                .split_whitespace()
                .all(|one| cx.options.trusted_indexes.iter().any(|own| one.starts_with(own)))
    };
    found.retain(|one| !is_trusted(one.address.trim_matches(['"', '\''])));
    for one in found {
        cx.report_at(one.anchor, one.span, one.message).help(HELP);
    }
}

fn check_runs(cx: &RuleChecker<'_>, found: &mut Vec<SecondPackageIndex>) {
    let source = cx.file.source;
    for run in cx.semantics.runs_in_bourne_shell() {
        let anchor = run.outer.span;
        for command in &run.script.commands {
            let name = command.name.as_deref().unwrap_or_default();
            let by_option =
                |option: &str| format!("`{option}` lets `{name}` use whichever index has the higher version");
            if let Some((word, option, address)) = find_second_index(command) {
                found.push(SecondPackageIndex {
                    anchor,
                    span: word.span,
                    address,
                    message: by_option(option),
                });
            } else if let Some((word, file, address)) = find_in_requirements(cx, command) {
                let message = format!("`{file}` lets `{name}` use whichever index has the higher version");
                found.push(SecondPackageIndex { anchor, span: word.span, address, message });
            }
        }
        for set in
            find_assignments(run, source).into_iter().filter(|set| VARIABLES.contains(&set.name.as_str()))
        {
            let address = set.value.clone().unwrap_or_default();
            found.push(SecondPackageIndex {
                anchor,
                span: set.span,
                address,
                message: describe_second_index(&set.name),
            });
        }
        for written in find_written_text(run, source).iter().filter(|one| one.is_written_to(&["*/pip.conf"]))
        {
            let mut lines = written.lines.iter();
            if let Some(line) = lines.find(|line| line.text.trim().starts_with("extra-index-url")) {
                let address = line.text.split_once('=').map_or("", |(_, value)| value.trim()).to_string();
                found.push(SecondPackageIndex {
                    anchor,
                    span: line.span,
                    address,
                    message: describe_second_index("extra-index-url"),
                });
            }
        }
    }
}

fn check_variables(cx: &RuleChecker<'_>, found: &mut Vec<SecondPackageIndex>) {
    for instruction in cx.file.instructions() {
        let anchor = instruction.span;
        match &instruction.arguments {
            Arguments::Pairs { .. } if instruction.kind == Kind::Env => {
                for one in parse_settings(cx.file, instruction, View::Exact) {
                    if VARIABLES.contains(&one.key.as_str()) && !one.value.is_empty() {
                        let span = one.pair.key.span.enclosing_span(one.pair.value.span);
                        let message = describe_second_index(&one.key);
                        found.push(SecondPackageIndex { anchor, span, address: one.value.clone(), message });
                    }
                }
            }
            Arguments::Declarations(names) => {
                for one in names.iter().filter(|one| VARIABLES.contains(&one.name.text.as_ref())) {
                    if let Some(default) = &one.default {
                        let message = describe_second_index(&one.name.text);
                        let address = default.text.to_string();
                        found.push(SecondPackageIndex { anchor, span: one.name.span, address, message });
                    }
                }
            }
            _ => {}
        }
    }
}

fn describe_second_index(name: &str) -> String {
    format!("`{name}` lets packages come from whichever index has the higher version")
}

fn installs_for_python(name: &str) -> bool {
    name.starts_with("pip") || matches!(name, "uv" | "pdm")
}

/// The word, the option, and the address of the second index.
fn find_second_index(command: &ShellCommand) -> Option<(&ShellWord, &'static str, String)> {
    let name = command.name.as_deref()?;
    let words = command.arguments();
    if name == "gem" {
        let mut sources =
            words.iter().filter(|word| word.text == "--source" || word.text.starts_with("--source="));
        return sources.nth(1).map(|word| (word, "--source", String::new()));
    }
    if !installs_for_python(name) {
        return None;
    }
    if words.iter().any(|word| word.text == "--require-hashes" || word.text.starts_with("--hash=")) {
        return None;
    }
    if words.first().is_some_and(|word| word.text == "config") {
        let at = words.iter().position(|word| word.text.ends_with("extra-index-url") && !word.is_flag())?;
        let value = words.get(at + 1).map(|word| word.text.clone()).unwrap_or_default();
        return words.get(at).map(|word| (word, "extra-index-url", value));
    }
    let value_of = |option: &str| {
        words.iter().enumerate().find_map(|(at, word)| {
            let next = || words.get(at + 1).map(|next| next.text.clone()).unwrap_or_default();
            let glued = word.text.strip_prefix(option)?;
            match glued.strip_prefix('=') {
                Some(value) => Some((word, value.to_string())),
                None => glued.is_empty().then(|| (word, next())),
            }
        })
    };
    let is_remote = |value: &String| value.starts_with("http");
    let by_address = value_of("--extra-index-url").map(|(word, value)| (word, "--extra-index-url", value));
    let by_links = || {
        let found = value_of("--find-links").or_else(|| value_of("-f"));
        found.filter(|(_, value)| is_remote(value)).map(|(word, value)| (word, "--find-links", value))
    };
    let by_strategy = || {
        let risky = |value: &String| matches!(value.as_str(), "unsafe-best-match" | "unsafe-first-match");
        value_of("--index-strategy")
            .filter(|(_, value)| risky(value))
            .map(|(word, _)| (word, "--index-strategy", String::new()))
    };
    let found = by_address.or_else(by_links).or_else(by_strategy)?;
    (!are_local_versions(command)).then_some(found)
}

/// Whether every package has a version that the public index cannot have: `torch==2.3.0+cpu`.
fn are_local_versions(command: &ShellCommand) -> bool {
    let is_verb = |text: &str| matches!(text, "install" | "pip" | "add" | "sync" | "download" | "wheel");
    let mut packages =
        command.operands().filter(|word| !word.text.contains("://") && !is_verb(&word.text)).peekable();
    packages.peek().is_some()
        && packages.all(|word| word.text.split_once("==").is_some_and(|(_, version)| version.contains('+')))
}

/// The second index that a requirements file of the build context names.
fn find_in_requirements<'c>(
    cx: &RuleChecker<'_>,
    command: &'c ShellCommand,
) -> Option<(&'c ShellWord, String, String)> {
    let context = cx.context?;
    if !installs_for_python(command.name.as_deref()?) {
        return None;
    }
    let words = command.arguments();
    let at = words.iter().position(|word| matches!(word.text.as_str(), "-r" | "--requirement"))?;
    let word = words.get(at + 1)?;
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_string();
    let name = last(&word.text);
    let mut same = context.all.iter().map(|file| file.path.as_str()).filter(|path| last(path) == name);
    let path = same.next().filter(|_| same.next().is_none())?;
    let text = context.text(path)?;
    if text.contains("--hash=") {
        return None;
    }
    let line = text.lines().find_map(|line| line.trim().strip_prefix("--extra-index-url"))?;
    Some((word, path.to_string(), line.trim_start_matches(['=', ' ']).trim().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Linter;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_second_indexes() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN pip install --extra-index-url https://py.corp.net corp-lib"),
                (1, "RUN pip install --extra-index-url=https://py.corp.net corp-lib"),
                (1, "RUN uv pip install --extra-index-url https://py.corp.net corp-lib"),
                (1, "RUN pipenv install --extra-index-url https://py.corp.net corp-lib"),
                (1, "RUN uv pip install --index-strategy unsafe-best-match corp-lib"),
                (1, "RUN pip install torch -f https://download.pytorch.org/whl/torch_stable.html"),
                (1, "RUN gem install --source https://a.net --source https://b.net x"),
                (1, "ENV PIP_EXTRA_INDEX_URL=https://py.corp.net"),
                (1, "ARG PIP_EXTRA_INDEX_URL=https://py.corp.net"),
                (1, "RUN PIP_EXTRA_INDEX_URL=https://py.corp.net pip install x"),
                (1, "RUN pip config set global.extra-index-url https://py.corp.net"),
                (1, "RUN printf '[global]\\nextra-index-url = https://py.corp.net\\n' > /etc/pip.conf"),
                (0, "RUN pip install --index-url https://py.corp.net corp-lib"),
                (0, "RUN pip install -f ./wheels corp-lib"),
                (0, "RUN gem install --source https://a.net x"),
                (
                    0,
                    "RUN pip install torch==2.3.0+cpu --extra-index-url https://download.pytorch.org/whl/cpu",
                ),
                (0, "RUN pip install --require-hashes -r r.txt --extra-index-url https://py.corp.net"),
                (0, "RUN npm install --registry https://r.corp.net x"),
                (0, "RUN echo --extra-index-url"),
            ],
        );
    }

    #[test]
    fn trusted_indexes_are_not_reported() {
        let mut linter = Linter::with_rules([&RULE]);
        linter.options.trusted_indexes = vec!["https://py.corp.net/".to_string()];
        let count = |text: &str| {
            let found = linter.lint(format!("FROM python:3.12\n{text}\n").as_bytes());
            found.iter().filter(|one| one.code == RULE.code).count()
        };
        assert_eq!(count("RUN pip install --extra-index-url https://py.corp.net/simple x"), 0);
        assert_eq!(count("ENV PIP_EXTRA_INDEX_URL=https://py.corp.net/simple"), 0);
        assert_eq!(count("RUN pip install --extra-index-url https://py.corp.network/simple x"), 1);
    }
}
