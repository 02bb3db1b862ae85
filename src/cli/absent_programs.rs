//! What `check --verbose` prints about the programs that each stage certainly lacks, with the reason.

use super::jobs::FileJob;
use super::lint_file::{is_dockerfile, read_source};
use super::print_note;
use crate::facts::absence::ProgramAbsence;
use crate::facts::installs::AptInstalls;
use crate::files::discover::FileOrigin;
use crate::report::neutralize;
use crate::semantic::{Semantics, View};
use crate::syntax;

/// The rules that use these facts.
const RULES: [&str; 2] = ["DW5001", "DW4003"];

/// Prints a line for each stage of the files for which one of the rules runs.
pub(super) fn print_absences(jobs: &[FileJob]) {
    let runs = |job: &&FileJob| RULES.iter().any(|code| job.settings.is_enabled(code));
    for job in jobs.iter().filter(runs).filter(|job| is_dockerfile(&job.candidate)) {
        // Standard input can be read only once.
        if job.candidate.origin == FileOrigin::Stdin {
            continue;
        }
        let Ok(source) = read_source(&job.candidate) else { continue };
        for (line, text) in describe_absent_programs(&source) {
            print_note(&format_args!("{}:{line}: {}", neutralize(&job.candidate.shown), neutralize(&text)));
        }
    }
}

/// For each stage, the line of its FROM and what is known at its end.
fn describe_absent_programs(source: &[u8]) -> Vec<(u32, String)> {
    let file = syntax::parse(source);
    let semantics = Semantics::new(&file, View::Exact);
    let absence = ProgramAbsence::analyze(&semantics, &AptInstalls::solve(&semantics), &|_| Vec::new());
    let of_stage = |stage: &crate::semantic::Stage<'_>| {
        let name = stage
            .alias()
            .map_or_else(|| format!("stage {}", stage.index + 1), |name| format!("stage `{name}`"));
        let state = absence.programs_at_stage_end(stage.index)?;
        let text = match state.lost {
            Some(lost) => {
                let line = semantics.line(lost.at);
                format!("the programs in {name} are unknown: on line {line}, {}", lost.cause)
            }
            None => {
                let absent = state.absent_programs();
                let (_, lack) = absent.first()?;
                let names: Vec<String> = absent.iter().map(|(name, _)| format!("`{name}`")).collect();
                let (image, date) = (&lack.image, &lack.date);
                format!(
                    "{name} has none of these programs: {} (not in `{image}` as of {date}, and not installed)",
                    names.join(", ")
                )
            }
        };
        Some((semantics.line(stage.span.start), text))
    };
    semantics.stages.iter().filter_map(of_stage).collect()
}

#[cfg(test)]
mod tests {
    use super::describe_absent_programs;

    #[test]
    fn each_stage_has_its_reason() {
        let found = describe_absent_programs(b"FROM debian:12-slim AS a\nRUN apt-get update && apt-get install -y curl\nFROM debian:12-slim\nRUN ./install.sh\nFROM $X\n");
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert!(
            texts[0].starts_with("stage `a` has none of these programs: ") && texts[0].contains("`wget`"),
            "{texts:?}"
        );
        assert!(
            !texts[0].contains("`curl`") && texts[0].contains("(not in `debian:12-slim` as of "),
            "{texts:?}"
        );
        assert_eq!(
            texts[1],
            "the programs in stage 2 are unknown: on line 4, a command may install anything"
        );
        assert_eq!(texts[2], "the programs in stage 3 are unknown: on line 5, the base image is unknown");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 5]);
    }
}
