//! DW2409: the whole history of a Git repository.

use crate::diagnostic::{Applicability, Fix, ProblemCost, Severity};
use crate::optimize::facts::StepDraft;
use crate::optimize::{LocatedCommand, join_path, pattern_covers};
use crate::rule::{Check, Fixable, Rule, RuleActivation, RuleChecker};
use crate::rules::fixes::run_edit::{NOT_PLAIN, insert_after_word};
use crate::semantic::View;
use crate::semantic::programs::GIT;
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW2409",
    name: "git-history-cloned",
    severity: Severity::Info,
    // In most repositories it is advice about cost, not a fault.
    enabled: RuleActivation::Selected,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2409.md"),
    ..Rule::OPTIMIZER
};

/// Options that limit the history, or that show that all of it is needed.
const LIMITED: [&str; 9] = [
    "depth",
    "shallow-since",
    "shallow-exclude",
    "mirror",
    "bare",
    "filter",
    "reference",
    "revision",
    "shared",
];

/// Subcommands that read the history.
const READERS: [&str; 15] = [
    "describe",
    "log",
    "rev-list",
    "rev-parse",
    "merge",
    "rebase",
    "cherry-pick",
    "shortlog",
    "blame",
    "bisect",
    "revert",
    "tag",
    "name-rev",
    "format-patch",
    "diff",
];

/// Subcommands that need another commit than the latest one.
const CHOOSERS: [&str; 4] = ["checkout", "reset", "switch", "worktree"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let steps = &outline.drafts.steps;
    for (at, step) in steps.iter().enumerate() {
        let Some(run) = step.run.filter(|_| !step.fired && outline.graph.is_stage_needed(step.stage)) else {
            continue;
        };
        for (index, one) in step.commands.iter().enumerate() {
            let Some(target) = cloned_directory(one.command) else { continue };
            let own = step.commands.get(index + 1..).unwrap_or_default();
            let later = steps.get(at + 1..).unwrap_or_default();
            let later =
                later.iter().filter(|other| other.stage == step.stage).flat_map(|other| &other.commands);
            let calls = || own.iter().chain(later.clone()).map(|other| other.command);
            if calls().any(|command| runs_git(command, &READERS)) {
                continue;
            }
            let chooses = calls().any(|command| runs_git(command, &CHOOSERS));
            let stays = outline.graph.is_stage_in_image(step.stage) && !is_deleted(one, &target, own);
            report(cx, step, run, one.command, (chooses, stays));
        }
    }
}

fn report(
    cx: &mut RuleChecker<'_>,
    step: &StepDraft<'_, '_>,
    run: &crate::semantic::Run<'_>,
    clone: &ShellCommand,
    (chooses, stays): (bool, bool),
) {
    let what = if stays { "stores" } else { "downloads" };
    let help = if chooses {
        "fetch only one version: `git clone --depth=1 --branch=TAG`, or `git fetch --depth=1 URL COMMIT`"
    } else {
        "add `--depth=1`"
    };
    let edit = insert_after_word(clone, &["clone"], "--depth=1", cx.file.source);
    let cost = if stays {
        ProblemCost::UnknownSize { usual_megabytes: 20 }
    } else {
        ProblemCost::Download(step.instruction.span.start)
    };
    let found = cx
        .report(
            run.outer,
            clone.name_span(),
            format!("`git clone` {what} the whole history of the repository"),
        )
        .help(help)
        .set_cost(cost);
    match edit.filter(|_| run.is_shell_form()) {
        _ if chooses => found.add_reason_not_fixed("a later command checks out another commit"),
        Some(edit) => found.fix(
            Fix::new(Applicability::Suggestion, "add `--depth=1`", [edit])
                .with_risk("the build may read the history, for example to derive its version"),
        ),
        None => found.add_reason_not_fixed(NOT_PLAIN),
    };
}

/// The directory that `git clone` creates, if it clones all of a remote repository.
fn cloned_directory(command: &ShellCommand) -> Option<String> {
    if !command.is("git") || command.may_have_options {
        return None;
    }
    let call = GIT.read(command, View::Exact)?;
    if !call.is_subcommand(&["clone"]) || !call.lacks_options(&LIMITED) {
        return None;
    }
    let mut operands = call.operands_without_subcommand(&["clone"]);
    let address = operands.next()?.text.trim_matches(['"', '\'']);
    let is_remote = address.contains("://") || address.starts_with("git@");
    let name = address.trim_end_matches('/').rsplit(['/', ':']).next()?.trim_end_matches(".git");
    let directory = operands.next().map_or(name, |word| word.text.as_str());
    is_remote.then(|| directory.to_string())
}

/// Whether the same RUN deletes the repository, or its history.
fn is_deleted(clone: &LocatedCommand<'_>, target: &str, rest: &[LocatedCommand<'_>]) -> bool {
    let history = join_path(clone.directory.as_deref(), target).map(|path| format!("{path}/.git"));
    rest.iter().filter(|one| one.command.is_any(&["rm", "mv", "find"])).any(|one| {
        let named = one.command.arguments().iter().any(|word| word.text.contains(".git"));
        let gone = one.absolute_paths(&one.effects.deletes);
        named
            || history.as_ref().is_some_and(|history| gone.iter().any(|path| pattern_covers(path, history)))
            || one.command.is("rm") && history.is_none()
    })
}

fn runs_git(command: &ShellCommand, subcommands: &[&str]) -> bool {
    GIT.read(command, View::Exact).is_some_and(|call| call.is_subcommand(subcommands))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_clones_of_everything() {
        let run = |text: &str| format!("FROM debian:12\nWORKDIR /src\nRUN {text}\nCMD [\"x\"]\n");
        let url = "https://example.com/a/tool.git";
        let cases = [
            (1, run(&format!("git clone {url}"))),
            (1, run(&format!("git clone --recursive -b v1.2 {url} /opt/tool && cd /opt/tool && make"))),
            (1, run(&format!("git clone {url} && cd tool && git checkout 1a2b3c4"))),
            (1, run(&format!("git clone {url} && cd tool && make install && cd .. && rm -rf tool"))),
            (0, run(&format!("git clone --depth 1 {url}"))),
            (0, run(&format!("git clone --filter=blob:none {url}"))),
            (0, run(&format!("git clone {url} && cd tool && git describe --tags > VERSION"))),
            (0, run("git clone /mnt/repository tool")),
            (0, run("git fetch origin")),
        ];
        let cases: Vec<(usize, &str)> = cases.iter().map(|(count, text)| (*count, text.as_str())).collect();
        check_problem_counts(&RULE, &cases);
    }
}
