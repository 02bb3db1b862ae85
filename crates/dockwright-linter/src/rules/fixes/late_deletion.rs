//! Merges a deletion into the RUN that creates the deleted files.

use super::bind_mount;
use super::fold_into_copy::start_line;
use super::merge::{self, MergeCertainty};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::{LateDeletion, StepDraft};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::syntax::{Arguments, Instruction, Kind, Node, quote_excerpt};

/// Maximum number of RUNs that are merged: a longer result would be unreadable, and a small change would rebuild all
/// of it.
const MAX_MERGED_RUNS: usize = 4;

/// Merges the RUNs from the one that creates the files to the one that deletes them, or returns the reason against
/// it.
pub(crate) fn merge_up_to_deletion(cx: &RuleChecker<'_>, deletion: &LateDeletion<'_>) -> Result<Fix, String> {
    let creating = deletion.of.iter().rev().find(|one| one.kind == Kind::Run);
    let Some(creating) = creating else {
        let copy = deletion.of.first();
        let line = copy.map_or(0, |one| start_line(cx, one));
        if copy.is_some_and(|one| downloads_source(cx, one)) {
            return Err(format!("the fix cannot replace the `ADD` download on line {line}"));
        }
        return bind_mount::mount_copied_files(cx, deletion).map_err(|reason| {
            format!("line {line} copies it, and a mount cannot replace the copy because {reason}")
        });
    };
    let runs = runs_between(cx, creating, deletion.run)?;
    if runs.len() > MAX_MERGED_RUNS {
        return Err(format!("the fix would merge {} instructions, more than {MAX_MERGED_RUNS}", runs.len()));
    }
    let mut edits: Vec<Edit> = Vec::new();
    let mut missing = None;
    let mut proof = Vec::new();
    for (at, first) in runs.iter().enumerate() {
        let later = runs.get(at + 1..).unwrap_or_default();
        let Some(second) = later.first() else { break };
        let (from, to) = (start_line(cx, first.outer), start_line(cx, second.outer));
        let (own, joint) = merge::join_with_grouping(cx, first, later).map_err(|reason| {
            format!("the `RUN`s on lines {from} and {to} cannot be merged because {reason}")
        })?;
        match joint {
            MergeCertainty::Certain => {
                proof.push(format!(
                    "every command of the `RUN`s on lines {from} and {to} is known and leaves no process running"
                ));
            }
            MergeCertainty::Doubtful(fact) => missing = Some(fact),
        }
        proof.push(format!(
            "the `RUN`s on lines {from} and {to} are adjacent, with the same user, shell and directory"
        ));
        edits.extend(own);
    }
    let overlapping = |pair: &[Edit]| matches!(pair, [one, two] if one.span.end > two.span.start);
    edits.sort();
    if edits.windows(2).any(overlapping) {
        return Err("the parentheses around their commands would conflict".to_string());
    }
    let title = match runs.len() {
        2 => "merge it into the previous `RUN`".to_string(),
        number => format!("merge the {number} `RUN`s"),
    };
    let fix = match missing {
        None => Fix::safe(title, edits),
        Some(fact) => Fix::new(Applicability::UnsafeMid, title, edits).with_risk(fact),
    };
    Ok(proof.into_iter().fold(fix.without_information_loss(), Fix::with_proof))
}

/// Whether an ADD downloads a source; it may be in a variable.
pub(crate) fn downloads_source(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> bool {
    let Arguments::Paths(paths) = &instruction.arguments else { return false };
    let steps = cx.outline().into_iter().flat_map(|outline| &outline.drafts.steps);
    let mut steps = steps.filter(|step| std::ptr::eq(step.instruction, instruction));
    // The other sources are heredocs, or in the build context.
    let has_other =
        |step: &StepDraft<'_, '_>| paths.sources.len() > instruction.heredocs.len() + step.key.reads.len();
    instruction.kind == Kind::Add && steps.next().is_some_and(has_other)
}

/// The RUNs from one RUN to another, if only comments and metadata instructions are between them.
fn runs_between<'c>(
    cx: &'c RuleChecker<'_>,
    first: &Instruction<'_>,
    last: &Instruction<'_>,
) -> Result<Vec<&'c Run<'c>>, String> {
    let within = cx
        .file
        .items
        .iter()
        .filter(|item| item.span.end > first.span.start && item.span.start < last.span.end);
    for item in within {
        if let Node::Instruction(other) = &item.node
            && other.kind != Kind::Run
            && !merge::sets_only_metadata(cx, other)
        {
            let keyword = quote_excerpt(&other.keyword.text.to_uppercase());
            return Err(format!("{keyword} on line {} is between the two `RUN`s", start_line(cx, other)));
        }
    }
    let runs = cx.semantics.runs.iter();
    let runs: Vec<&Run<'_>> = runs
        .filter(|run| run.outer.span.start >= first.span.start && run.outer.span.start <= last.span.start)
        .collect();
    if runs.len() < 2 { Err("no earlier `RUN` creates it".to_string()) } else { Ok(runs) }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Applicability;
    use crate::rules::fixes::apply_first_fix::apply_first_fix_below_from;

    /// The result of the fix for two RUNs, the second of which is `rm /t` unless one is given; or the reason
    /// why there is none.
    fn merge_runs(runs: &str) -> (Option<Applicability>, String) {
        apply_first_fix_below_from(&crate::rules::dw2001::RULE, "debian:12", runs)
    }

    #[test]
    fn groups_commands_if_and_binds_differently() {
        let safe = Some(Applicability::Safe);
        let mid = Some(Applicability::UnsafeMid);
        for (first, class, expected) in [
            ("touch /t", safe, "RUN touch /t \\\n    && rm /t"),
            ("touch /t && true", safe, "RUN touch /t && true \\\n    && rm /t"),
            ("touch /t; true", safe, "RUN { touch /t; true; } \\\n    && rm /t"),
            ("touch /t || true", safe, "RUN { touch /t || true; } \\\n    && rm /t"),
            ("touch /t && ./x", mid, "RUN touch /t && ./x \\\n    && rm /t"),
            ("! false && touch /t", safe, "RUN { ! false && touch /t; } \\\n    && rm /t"),
            ("if true; then touch /t; fi", safe, "RUN { if true; then touch /t; fi; } \\\n    && rm /t"),
            ("cd / && touch /t", safe, "RUN cd / && touch /t \\\n    && rm /t"),
            ("cd /; touch /t", safe, "RUN ( cd /; touch /t ) \\\n    && rm /t"),
            ("export A=b && touch /t", safe, "RUN ( export A=b && touch /t ) \\\n    && rm /t"),
            ("A=b && touch /t", safe, "RUN ( A=b && touch /t ) \\\n    && rm /t"),
            ("touch /t && umask 077", safe, "RUN ( touch /t && umask 077 ) \\\n    && rm /t"),
            ("touch /t && exit 0", safe, "RUN ( touch /t && exit 0 ) \\\n    && rm /t"),
            ("touch /t || exit 1", safe, "RUN ( touch /t || exit 1 ) \\\n    && rm /t"),
            ("set -ex && touch /t", safe, "RUN set -ex && touch /t \\\n    && rm /t"),
            ("set -o pipefail && touch /t", safe, "RUN ( set -o pipefail && touch /t ) \\\n    && rm /t"),
            (". /env && touch /t", mid, "RUN ( . /env && touch /t ) \\\n    && rm /t"),
            ("alias a=b && touch /t", safe, "RUN ( alias a=b && touch /t ) \\\n    && rm /t"),
            ("touch /t && true && \\\n  true", safe, "RUN touch /t && true && \\\n  true && \\\n  rm /t"),
            ("service x start && touch /t", mid, "RUN service x start && touch /t \\\n    && rm /t"),
        ] {
            assert_eq!(
                merge_runs(&format!("RUN {first}\nRUN rm /t")),
                (class, expected.to_string()),
                "{first}"
            );
        }
    }

    #[test]
    fn isolates_second_run() {
        for (second, expected) in [
            ("rm /t && true", "RUN touch /t \\\n    && rm /t && true"),
            ("rm /t; true", "RUN touch /t \\\n    && { rm /t; true; }"),
            ("rm /t || true", "RUN touch /t \\\n    && { rm /t || true; }"),
            ("! rm /t", "RUN touch /t \\\n    && { ! rm /t; }"),
        ] {
            let text = merge_runs(&format!("RUN touch /t\nRUN {second}")).1;
            assert_eq!(text, expected, "{second}");
        }
    }

    #[test]
    fn isolates_shell_changes_from_later_commands() {
        for (runs, expected) in [
            (
                "RUN touch /t && cd /\nRUN true\nRUN rm t",
                "RUN ( touch /t && cd / ) \\\n    && true \\\n    && rm t",
            ),
            (
                "RUN touch /t\nRUN true; true\nRUN rm t",
                "RUN touch /t \\\n    && { true; true; } \\\n    && rm t",
            ),
            (
                "RUN touch /t\nRUN cd /opt\nRUN rm t; true",
                "RUN touch /t \\\n    && ( cd /opt ) \\\n    && { rm t; true; }",
            ),
        ] {
            assert_eq!(merge_runs(runs).1, expected, "{runs}");
        }
    }

    #[test]
    fn moves_metadata_after_merged_run() {
        for (runs, expected) in [
            ("RUN touch /t\nEXPOSE 80\nRUN rm /t", "RUN touch /t \\\n    && rm /t\nEXPOSE 80"),
            (
                "RUN touch /t\n\n# hadolint ignore=DL3025\nCMD a\n\nLABEL a=b\n\n# gone\nRUN rm /t\nUSER a",
                "RUN touch /t \\\n# gone\n    && rm /t\n\n# hadolint ignore=DL3025\nCMD a\n\nLABEL a=b\nUSER a",
            ),
            (
                "RUN touch /t; true\nVOLUME /v\nRUN rm /t || true",
                "RUN { touch /t; true; } \\\n    && { rm /t || true; }\nVOLUME /v",
            ),
            (
                "RUN touch /t\nRUN true\nLABEL a=b\nRUN rm /t",
                "RUN touch /t \\\n    && true \\\n    && rm /t\nLABEL a=b",
            ),
        ] {
            assert_eq!(merge_runs(runs), (Some(Applicability::Safe), expected.to_string()), "{runs}");
        }
    }

    #[test]
    fn states_reasons_against_merge() {
        for (runs, reason) in [
            ("RUN set -e; touch /t\nRUN rm /t", "`set -e` has no effect"),
            ("SHELL [\"/bin/bash\", \"-ec\"]\nRUN touch /t; true\nRUN rm /t", "`set -e` has no effect"),
            ("RUN touch /t # why\nRUN rm /t", "not a plain list"),
            ("RUN touch /t;\nRUN rm /t", "not a plain list"),
            ("RUN touch /t & true\nRUN rm /t", "not a plain list"),
            ("RUN --mount=type=cache,target=/c touch /t\nRUN rm /t", "flags"),
            ("RUN touch /t\nRUN --network=none rm /t", "flags"),
            ("RUN <<EOF\ntouch /t\nEOF\nRUN rm /t", "not a plain list"),
            ("RUN touch /t\nENV A=b\nRUN rm /t", "`ENV` on line 3 is between"),
            ("RUN touch /t\nSHELL [\"/bin/bash\", \"-c\"]\nRUN rm /t", "`SHELL` on line 3 is between"),
            ("RUN touch /t\nONBUILD RUN true\nRUN rm /t", "`ONBUILD` on line 3 is between"),
            ("RUN touch /t\nUSER a\nRUN rm /t", "`USER` on line 3 is between"),
            ("RUN touch /t\nLABEL a=b\nRUN true\nRUN rm /t", "another instruction is between"),
            ("RUN touch /t\nCOPY a /b\nRUN rm /t", "`COPY` on line 3 is between"),
            ("COPY t.txt /t\nRUN rm /t", "line 2 copies it"),
            ("ARG FROM=https://example.org\nADD $FROM/t /t\nRUN rm /t", "the `ADD` download on line 3"),
            ("RUN touch /t\nRUN true\nRUN true\nRUN true\nRUN rm /t", "5 instructions"),
        ] {
            let (class, found) = merge_runs(runs);
            assert!(class.is_none() && found.contains(reason), "{runs}\n{found}");
        }
    }
}
