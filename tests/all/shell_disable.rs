//! `# shellcheck disable=…` in RUNs: in a heredoc or on the comment lines of a continued RUN, it applies to that RUN.
//! In `dockwright hadolint`, as in hadolint, it applies to the next command, and is ignored on comment lines.

use dockwright::lint::{CompatMode, Linter};
use dockwright::rule::RuleGroup;
use dockwright::rules;
use dockwright::source::LineIndex;

/// The codes shown, each with its line.
fn shown_codes(file: &str, as_hadolint: bool) -> Vec<(u32, &'static str)> {
    let mut linter =
        Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
    linter.options.hadolint = as_hadolint;
    if as_hadolint {
        linter.compat_mode = CompatMode::Hadolint;
    }
    let lines = LineIndex::new(file.as_bytes());
    let found = linter.lint(file.as_bytes());
    found.iter().map(|one| (lines.line(one.span.start), one.code)).collect()
}

#[test]
fn disable_comments_apply_to_their_run() {
    let heredoc = |body: &str| format!("FROM a\nRUN <<E\n{body}\nE\n");
    for (file, check, hadolint) in [
        (
            "FROM a\nRUN echo a && \\\n  # shellcheck disable=SC2086\n  echo $HOME\nRUN echo $HOME\n"
                .to_owned(),
            vec![(5, "SC2086")],
            vec![(4, "SC2086"), (5, "SC2086")],
        ),
        (
            "FROM a\nRUN cd a; \\\n  # shellcheck disable=all\n  echo $HOME\n".to_owned(),
            vec![],
            vec![(4, "SC2086")],
        ),
        (
            "FROM a\nRUN cd a; \\\n  # shellcheck disable=2164 disable=SC2080-SC2090 # why\n  echo $HOME\n"
                .to_owned(),
            vec![],
            vec![(4, "SC2086")],
        ),
        (
            "FROM a\n# shellcheck disable=SC2086\nRUN echo $HOME\n".to_owned(),
            vec![(3, "SC2086")],
            vec![(3, "SC2086")],
        ),
        (heredoc("# shellcheck disable=SC2086\necho $HOME\necho $HOME"), vec![], vec![(5, "SC2086")]),
        (heredoc("echo $HOME\n# shellcheck disable=SC2086\necho $HOME"), vec![], vec![(3, "SC2086")]),
        (
            heredoc("# shellcheck disable=SC2086,SC2164\nf() {\necho $HOME\ncd a\nb\n}\nf\ncd c\nd"),
            vec![],
            vec![(10, "SC2164")],
        ),
    ] {
        assert_eq!(shown_codes(&file, false), check, "{file}");
        assert_eq!(shown_codes(&file, true), hadolint, "{file}");
    }
}
