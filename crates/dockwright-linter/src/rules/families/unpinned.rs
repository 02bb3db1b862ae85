//! Packages that are installed without a version: one report for a RUN, which names them all.

use crate::rule::RuleChecker;
use crate::semantic::{ProgramSyntax, Run, is_pinned_rpm, visit_runs_with_variables};
use crate::shell::ShellWord;
use crate::source::Span;
use crate::syntax::{join_with_and, quote_excerpt};

/// A system package manager, for reporting packages without versions.
pub(crate) struct UnpinnedPackageRule {
    pub program: &'static ProgramSyntax,
    pub(crate) installs: &'static [&'static str],
    /// Whether a package is named with a version. The second argument: whether excluded packages are also reported.
    pub(crate) is_pinned: fn(&str, bool) -> bool,
    /// How a package is named with a version, in a sentence.
    pub pinned: fn(&str) -> String,
}

impl UnpinnedPackageRule {
    /// The packages without versions in a RUN.
    pub(crate) fn packages<'r>(&self, run: &'r Run<'_>) -> Vec<&'r ShellWord> {
        let view = run.view;
        let is_pinned = |package: &str| (self.is_pinned)(package, view.takes_exclusions_for_packages);
        let installs = run.calls(self.program).filter(|call| call.is_subcommand(self.installs));
        installs
            .flat_map(|call| {
                call.unpinned_packages(call.operands_without_subcommand(self.installs), is_pinned)
            })
            .collect()
    }

    /// Reports packages without versions.
    pub(crate) fn check(&self, cx: &mut RuleChecker<'_>, run: &Run<'_>) {
        if run.affects_final_image() {
            report_unpinned(cx, run, &self.packages(run), self.pinned);
        }
    }
}

/// Reports packages of yum and dnf without a version. Variables of the file may hold versions, and modules have
/// streams.
pub(crate) fn check_rpm(cx: &mut RuleChecker<'_>, program: &ProgramSyntax, reports_groups: bool) {
    visit_runs_with_variables(cx.file, cx.semantics, |run, variables| {
        let unpinned = run.calls(program).filter(|call| call.is_subcommand(&["install"])).flat_map(|call| {
            let packages = call.operands_without_subcommand(&["install", "module"]);
            if call.command.has_argument(&["module"]) {
                call.unpinned_packages(packages, |module| module.contains(':'))
            } else if !reports_groups && call.command.has_argument(&["group"]) {
                Vec::new()
            } else {
                call.unpinned_packages(packages, |package| is_pinned_rpm(package, variables))
            }
        });
        let unpinned: Vec<&ShellWord> = unpinned.collect();
        if run.affects_final_image() {
            report_unpinned(cx, run, &unpinned, |package| format!("`{package}-VERSION`"));
        }
    });
}

/// Maximum number of packages in a message.
const NAMED: usize = 3;

/// Reports packages that are installed without a version; `pinned` describes the form with a version.
pub(crate) fn report_unpinned(
    cx: &mut RuleChecker<'_>,
    run: &Run<'_>,
    packages: &[&ShellWord],
    pinned: impl Fn(&str) -> String,
) {
    report_packages_without_version(cx, run, packages, ("installed", None), pinned);
}

/// Reports packages without a version that `dockwright pin --only KIND` can look up.
pub(crate) fn report_pinnable(
    cx: &mut RuleChecker<'_>,
    run: &Run<'_>,
    packages: &[&ShellWord],
    kind: &str,
    pinned: impl Fn(&str) -> String,
) {
    let done = if kind == "go" { "fetched" } else { "installed" };
    report_packages_without_version(cx, run, packages, (done, Some(kind)), pinned);
}

fn report_packages_without_version(
    cx: &mut RuleChecker<'_>,
    run: &Run<'_>,
    packages: &[&ShellWord],
    (done, kind): (&str, Option<&str>),
    pinned: impl Fn(&str) -> String,
) {
    let Some(first) = packages.first() else { return };
    let redirected =
        packages.iter().find_map(|word| Some((*word, redirected_range(run, word, cx.file.source)?)));
    let mut names: Vec<String> = Vec::new();
    for word in packages {
        let name = quote_excerpt(&word.text);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let message = match (names.as_slice(), &redirected) {
        ([name], Some((_, range))) => {
            let range = quote_excerpt(range);
            format!("the shell treats {range} as a redirection, so {name} is {done} without a version")
        }
        ([name], None) => format!("{name} is {done} without a version"),
        _ => {
            let more = names.len().saturating_sub(NAMED);
            if more > 0 {
                names.truncate(NAMED);
                names.push(format!("{more} more"));
            }
            format!("{} are {done} without a version", join_with_and(&names))
        }
    };
    let help = match redirected {
        Some((word, range)) => {
            let whole = quote_excerpt(&format!("'{}{range}'", word.text));
            format!("quote the version range: {whole}")
        }
        None => {
            let pinned = pinned(&first.text);
            // `dockwright pin` does not look up URLs and variables.
            match kind.filter(|_| first.literal && !first.text.contains("://")) {
                Some(kind) => format!("use {pinned}, or run `dockwright pin --only {kind}`"),
                None => format!("use {pinned} for repeatable builds"),
            }
        }
    };
    cx.report(run.outer, first.span, message).help(help);
}

/// The version range after a name that the shell reads as redirections, without its spaces: `>=1.2`, `>1<2`,
/// `>= 1.2`.
pub(crate) fn redirected_range(run: &Run<'_>, word: &ShellWord, source: &[u8]) -> Option<String> {
    let all = || run.script.commands.iter().flat_map(|command| &command.redirections);
    let spaces = |from: u32| {
        let rest = source.get(from as usize..).unwrap_or_default();
        u32::try_from(rest.iter().take_while(|byte| **byte == b' ').count()).unwrap_or_default()
    };
    let start = word.span.end + spaces(word.span.end);
    let mut end = start;
    while let Some(next) = all().find(|span| span.start == end && span.end > end) {
        end = next.end;
    }
    let mut text = String::from_utf8_lossy(Span::new(start, end).bytes(source)).replace(' ', "");
    if text.ends_with('=') {
        // `>= 1.2`: the file is named `=`, and the version is a separate word.
        let rest = source.get((end + spaces(end)) as usize..).unwrap_or_default();
        let version = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(version));
    }
    let version = text.trim_start_matches(['<', '>', '=', '~']);
    let is_range = text.starts_with(['<', '>']) && !text.starts_with("<<") && !text.starts_with(">>");
    // `> $LOG` after a space is meant as a redirection.
    let is_version = |c: char| c.is_ascii_digit() || (c == '$' && start == word.span.end);
    (is_range && version.starts_with(is_version)).then_some(text)
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rules;

    #[test]
    fn ranges_without_quotes() {
        for (packages, expected) in [
            ("tree>=1.2", Some("'tree>=1.2'")),
            ("tree >=1.2", Some("'tree>=1.2'")),
            ("tree >= 1.2", Some("'tree>=1.2'")),
            ("tree > 1.2 && ls", Some("'tree>1.2'")),
            ("tree>$V", Some("'tree>$V'")),
            ("tree > $LOG", None),
            ("tree > /dev/null 2>&1", None),
            ("tree >> 1", None),
        ] {
            let linter = Linter::with_rules(rules::all_rules().filter(|rule| rule.code == "DL3018"));
            let found = linter.lint(format!("FROM a\nRUN apk add {packages}\n").as_bytes());
            let help = found.first().and_then(|one| one.help.as_deref()).unwrap_or_default();
            let quoted = help.split('`').nth(1).filter(|_| help.starts_with("quote the version range"));
            assert_eq!(quoted, expected, "{packages}");
        }
    }

    #[test]
    fn ranges_of_managers_without_a_rule_about_versions() {
        for (command, expected) in [
            ("conda install -y numpy>=1.26", Some("'numpy>=1.26'")),
            ("mamba install -y numpy >=1.26", Some("'numpy>=1.26'")),
            ("cargo install ripgrep>=14", Some("'ripgrep>=14'")),
            ("yarn add left-pad@>=1", Some("'left-pad@>=1'")),
            ("poetry add flask>2", Some("'flask>2'")),
            ("conda install -y 'numpy>=1.26'", None),
            ("conda install -y numpy > /dev/null", None),
            ("pip install numpy>=1.26", None),
        ] {
            let linter = Linter::with_rules(rules::all_rules().filter(|rule| rule.code == "DW4014"));
            let found = linter.lint(format!("FROM a\nRUN {command}\n").as_bytes());
            let help = found.first().and_then(|one| one.help.as_deref()).unwrap_or_default();
            assert_eq!(help.split('`').nth(1), expected, "{command}");
        }
    }
}
