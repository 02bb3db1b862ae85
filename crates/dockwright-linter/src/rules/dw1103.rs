//! DW1103: packages installed by name after a COPY of sources.

use crate::diagnostic::{ProblemCost, Severity};
use crate::optimize::facts::{CopiedOrigin, ImportedFiles, StepDraft, is_manifest_source};
use crate::optimize::{SourceMatcher, StepOutline};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::hoist_run::{MovedRun, NamedPackages, named_packages};
use crate::semantic::paths::base_name;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DW1103",
    name: "system-install-after-copy",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1103.md"),
    ..Rule::OPTIMIZER
};

/// Maximum number of instructions between the two.
const FAR: usize = 60;

fn check(cx: &mut RuleChecker<'_>) {
    let (semantics, source) = (cx.semantics, cx.file.source);
    let Some(outline) = cx.outline() else { return };
    let drafts = &outline.drafts;
    for (at, step) in drafts.steps.iter().enumerate() {
        let Some(run) = step.run.filter(|_| !step.fired) else { continue };
        let Some(packages) = named_packages(run, source) else { continue };
        let above = drafts.steps.iter().take(at).rev().take(FAR).take_while(|one| one.stage == step.stage);
        let above: Vec<&StepDraft<'_, '_>> = above.collect();
        let Some(first) = above.iter().rposition(|one| is_source_copy(outline, one)) else { continue };
        let over = above.iter().take(first + 1).rev().copied().collect();
        let hoist = MovedRun { run: step, over };
        let (Some(copy), Some(command)) = (hoist.copy(), run.script.commands.first()) else { continue };
        let line = semantics.line(copy.span.start);
        let what = if packages == NamedPackages::System { "system packages" } else { "packages" };
        let message = format!("{what} are reinstalled whenever a file copied on line {line} changes");
        let offer = hoist.fix(cx, packages).map_err(Into::into);
        cx.report(run.outer, command.name_span(), message)
            .help("install them before the `COPY`")
            .set_cost(ProblemCost::Rebuild(vec![run.outer.span.start]))
            .fix_or_reason(offer);
    }
}

/// Whether the step copies files that change often, or the output that a stage builds from them.
fn is_source_copy(outline: &StepOutline<'_, '_>, step: &StepDraft<'_, '_>) -> bool {
    matches!(step.instruction.kind, Kind::Copy | Kind::Add)
        && !step.fired
        && (step.key.taken.iter().any(|taken| is_built_from_sources(outline, taken))
            || (step.key.taken.is_empty()
                && step.key.reads.iter().any(|read| !is_manifest_source(&read.pattern))))
}

/// Whether the files come from a stage that copies directories of the build context, itself or through other stages.
fn is_built_from_sources(outline: &StepOutline<'_, '_>, taken: &ImportedFiles) -> bool {
    let StepOutline { drafts, graph, .. } = outline;
    let CopiedOrigin::Stage(stage) = taken.origin else { return false };
    let is_directory = |read: &SourceMatcher| {
        let name = base_name(&read.pattern);
        read.known && (name == "." || !name.contains('.')) && !is_manifest_source(&read.pattern)
    };
    let mut seen = vec![false; graph.buildable.len()];
    let mut open: Vec<usize> = graph.stage_and_ancestors(stage).collect();
    while let Some(stage) = open.pop() {
        if std::mem::replace(seen.get_mut(stage).unwrap_or(&mut true), true) {
            continue;
        }
        let steps = || drafts.steps.iter().filter(|step| step.stage == stage);
        if steps().any(|step| step.key.reads.iter().any(is_directory)) {
            return true;
        }
        for other in steps().flat_map(|step| &step.key.taken) {
            if let CopiedOrigin::Stage(other) = other.origin {
                open.extend(graph.stage_and_ancestors(other));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Applicability;
    use crate::fix::{FixSelection, fix_until_stable};
    use crate::lint::{BuildContext, Linter};
    use crate::optimize::context::ContextFiles;

    const HEAD: &str = "FROM debian:12\nWORKDIR /app\n";
    const INSTALL: &str = "RUN apt-get update && apt-get install -y a\n";

    /// The result of fixing these lines in a known context, or why they are not fixed.
    fn fix_lines(lines: &str) -> String {
        let text = format!("{HEAD}{lines}");
        let build_context =
            BuildContext { context: Some(Arc::new(ContextFiles::default())), ..BuildContext::default() };
        let linter = Linter::with_rules([&RULE]);
        let lint = |text: &[u8]| linter.lint_for_fixes_in_context(text, &build_context);
        let settled = fix_until_stable(
            text.as_bytes(),
            FixSelection::trusting_at_least(Applicability::UnsafeMid),
            &lint,
        );
        let new = String::from_utf8_lossy(&settled.text).to_string();
        if new != text {
            return new.trim_start_matches(HEAD).to_string();
        }
        let said = settled.left.iter().flat_map(|one| one.refused.clone()).collect::<Vec<_>>();
        format!("- {}", said.join("; "))
    }

    #[test]
    fn install_moves_past_unrelated_instructions() {
        for before in [
            "COPY . .\n",
            "ADD . /srv/x\n",
            "COPY src /usr/src/app\n",
            "COPY . .\nCOPY run.sh /usr/local/bin/\n",
            "COPY . .\nENV PYTHONUNBUFFERED=1\nARG NODE_ENV\nEXPOSE 80\nLABEL a=b\n",
            "COPY . .\nRUN mkdir -p /app/x && chmod 755 /app/x\n",
            "COPY . .\nWORKDIR /app/x\n",
            "# why\nCOPY . .\n",
            "COPY --chown=1 . .\nCOPY --from=busybox /x /app/x\n",
        ] {
            let lines = format!("{before}{INSTALL}RUN x\n");
            assert_eq!(fix_lines(&lines), format!("{INSTALL}{before}RUN x\n"), "{lines}");
        }
        assert_eq!(
            fix_lines("COPY . .\n\n# b\nRUN apk add a\n\nCMD x"),
            "# b\nRUN apk add a\nCOPY . .\n\nCMD x"
        );
        for (lines, expected) in [
            ("COPY . .\nRUN apk add a", "RUN apk add a\nCOPY . ."),
            ("COPY . .\nRUN apk add a\n", "RUN apk add a\nCOPY . .\n"),
            ("COPY . .\n\n\nRUN apk add a", "RUN apk add a\nCOPY . ."),
            ("COPY . .\n\nRUN apk add a\n", "RUN apk add a\nCOPY . .\n"),
            ("COPY . .\nCMD x\n\nRUN apk add a", "RUN apk add a\nCOPY . .\nCMD x"),
            ("COPY . .\n\nRUN apk add a\n\n", "RUN apk add a\nCOPY . .\n\n"),
        ] {
            assert_eq!(fix_lines(lines), expected, "{lines}");
        }
    }

    #[test]
    fn refuses_to_move_past_possible_needs() {
        for (before, reason) in [
            ("COPY . /\n", "line 3 copies to `/`, which the install may use"),
            ("COPY etc/apt /etc/apt/\n", "line 3 copies to `/etc/apt/`, which the install may use"),
            (
                "COPY . .\nCOPY tool /usr/local/bin/\n",
                "line 4 copies to `/usr/local/bin/`, which the install may use",
            ),
            (
                "COPY . .\nENV DEBIAN_FRONTEND=noninteractive\n",
                "line 4 sets `DEBIAN_FRONTEND`, which the install may read",
            ),
            ("COPY . .\nARG http_proxy\n", "line 4 sets `http_proxy`, which the install may read"),
            ("COPY . .\nUSER root\n", "`USER` on line 4 is in between"),
            ("COPY . .\nSHELL [\"/bin/bash\", \"-c\"]\n", "`SHELL` on line 4 is in between"),
            ("COPY . .\nVOLUME /x\n", "`VOLUME` on line 4 is in between"),
            ("COPY . .\nRUN ./setup.sh\n", "line 4 runs `./setup.sh`, which may change what is installed"),
            (
                "COPY . .\nRUN cp x /etc/apt/sources.list\n",
                "line 4 runs `cp`, which may change what is installed",
            ),
            ("COPY . .\nRUN pip install x\n", "line 4 runs `pip`, which may change what is installed"),
        ] {
            let lines = format!("{before}{INSTALL}RUN x\n");
            assert_eq!(fix_lines(&lines), format!("- {reason}"), "{lines}");
        }
    }

    #[test]
    fn considers_plain_installs_only() {
        for install in [
            "RUN apt-get install -y ./a.deb",
            "RUN apt-get install -y $A",
            "RUN apt-get install -y $(cat list)",
            "RUN apt-get install -y a < list",
            "RUN apt-get install -y a || true",
            "RUN apt-get install -y a && ./x",
            "RUN pip install --upgrade pip setuptools",
            "RUN pip install -r requirements.txt flask",
            "RUN pip install ./lib",
            "RUN npm install express",
            "RUN apt-get install -y a && echo b > c",
            "RUN apt-get remove -y a",
            "RUN apt-get update",
            "RUN dpkg -i a.deb",
            "RUN apt-get -c /app/apt.conf install -y a",
            "RUN --mount=type=bind,target=/x apt-get install -y a",
            "RUN <<E\napt-get install -y a\nE",
        ] {
            assert_eq!(fix_lines(&format!("COPY . .\n{install}\n")), "- ", "{install}");
        }
        assert_eq!(fix_lines(&format!("COPY package.json .\n{INSTALL}")), "- ");
    }
}
