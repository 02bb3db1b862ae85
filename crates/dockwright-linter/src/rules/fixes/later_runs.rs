//! The RUNs after a RUN, in its stage and in the stages that are built on it.

use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::shell::ParseOutcome;

/// Maximum number of RUNs: with more, examining all later RUNs of each RUN would take too long.
const FAR: usize = 200;

/// The reason for a missing fix if there are more RUNs than [`FAR`].
pub(crate) const TOO_MANY: &str = "the rest of the file is too long to analyze";

/// The RUNs that see the files of this one, in the order of the file; `None` if there are too many.
pub(crate) fn later_runs<'c>(cx: &'c RuleChecker<'_>, run: &Run<'_>) -> Option<Vec<&'c Run<'c>>> {
    let Some(stage) = run.stage else { return Some(Vec::new()) };
    let semantics = cx.semantics;
    let after = semantics.runs.partition_point(|other| other.outer.span.start <= run.outer.span.start);
    if semantics.stages.len() > FAR || semantics.runs.len() - after > FAR {
        return None;
    }
    let sees = |other: usize| semantics.is_built_on(other, stage);
    let seen: Vec<bool> = (0..semantics.stages.len()).map(sees).collect();
    let rest = semantics.runs.get(after..).unwrap_or_default().iter();
    Some(rest.filter(|other| other.stage.is_some_and(|stage| seen.get(stage) == Some(&true))).collect())
}

/// Whether every command of the RUN is known.
pub(crate) fn has_known_commands(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    run.script.reading == ParseOutcome::Complete
        && run.command_effects(cx.file.source).iter().all(|effects| !effects.unknown)
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rules::{dl3009, dw1201};

    #[test]
    fn keeps_apt_lists_needed_later() {
        let install = "RUN apt-get update && apt-get install -y --no-install-recommends devscripts";
        let linter = Linter::with_rules([&dl3009::RULE, &dw1201::RULE]);
        for (later, expected) in [
            ("mk-build-deps -i debian/control", true),
            ("aptitude install -y a", true),
            ("apt-cache show a", true),
            ("apt-get update && mk-build-deps -i debian/control", false),
            ("echo mk-build-deps", false),
        ] {
            let built =
                format!("FROM debian:12 AS b\n{install}\nRUN {later}\nFROM scratch\nCOPY --from=b /x /x\n");
            let shipped = format!("FROM debian:12\n{install}\nRUN {later}\n");
            for (text, reason) in [
                (built, "line 3 installs with the package lists that this step leaves"),
                (shipped, "a later `RUN` needs the lists"),
            ] {
                let found = linter.lint(text.as_bytes());
                let refused = found.iter().flat_map(|one| &one.refused).any(|said| said == reason);
                assert_eq!(refused, expected, "{text}");
            }
        }
    }
}
