//! The state at an instruction: its cost, when it is rebuilt, stage, user, working directory and shell.

use super::rebuilds;
use crate::facts::absence::ProgramAbsence;
use crate::facts::installs::AptInstalls;
use crate::semantic::base_image::StageUser;
use crate::semantic::{EffectiveWorkdir, Semantics, Stage, StageBaseKind};
use crate::syntax::{CommandLine, Instruction, Kind};

/// Maximum number of absent programs that are listed; the others are only counted.
const MAX_ABSENT: usize = 12;

/// The state as a list in Markdown. `cost`: what the instruction adds and how long it takes.
pub(super) fn instruction_state(
    semantics: &Semantics<'_>,
    instruction: &Instruction<'_>,
    cost: Option<String>,
) -> String {
    let mut lines: Vec<String> = cost.map(|cost| format!("- **Cost** {cost}")).into_iter().collect();
    lines.extend(
        rebuilds::rebuild_conditions(semantics, instruction).map(|when| format!("- **Rebuilt** {when}")),
    );
    match semantics.stage_at(instruction.span.start) {
        Some(stage) => {
            lines.push(format!("- **Stage** {}", stage_line(semantics, stage)));
            // A FROM defines all of this, so there is no state before it.
            if instruction.kind != Kind::From {
                lines.extend(stage_lines(semantics, stage, instruction));
            }
        }
        None => lines.push("- **Stage** none (above the first `FROM`)".to_string()),
    }
    if instruction.kind == Kind::Run {
        lines.extend(absent_programs_line(semantics, instruction));
    }
    lines.join("\n")
}

pub(super) fn stage_line(semantics: &Semantics<'_>, stage: &Stage<'_>) -> String {
    let name = stage.alias().map(|alias| format!("{}, ", format_inline_code(alias))).unwrap_or_default();
    let base = match stage.base {
        StageBaseKind::Stage(parent) => {
            let parent = semantics.stages.get(parent);
            let name = parent.map(|parent| match parent.alias() {
                Some(alias) => format_inline_code(alias),
                None => stage_position(semantics, parent),
            });
            format!("built on stage {}", name.unwrap_or_default())
        }
        StageBaseKind::Scratch => "from an empty image".to_string(),
        StageBaseKind::Image | StageBaseKind::Variable => {
            format!("from {}", format_inline_code(stage.image.text()))
        }
    };
    let fate = if stage.ships {
        "part of the image"
    } else {
        "not part of the image, except for files copied from it"
    };
    format!("{name}{}, {base}; {fate}", stage_position(semantics, stage))
}

/// The position of the stage among all stages, counted from 1.
pub(crate) fn stage_position(semantics: &Semantics<'_>, stage: &Stage<'_>) -> String {
    format!("{} of {}", stage.index + 1, semantics.stages.len())
}

fn stage_lines(semantics: &Semantics<'_>, stage: &Stage<'_>, instruction: &Instruction<'_>) -> [String; 3] {
    let start = instruction.span.start;
    let holds = semantics.effective_state(start);
    let base = semantics.base_image(stage.index);
    let facts = base.as_ref().filter(|base| base.certain).map(|base| base.image.facts);
    let root = semantics.stage_and_ancestors(stage).last().unwrap_or(stage);
    let scratch = root.base == StageBaseKind::Scratch;
    let of_image = |what: &str| format!("that of {}{what}", format_inline_code(root.image.text()));

    let user = match (holds.user, semantics.user_at(stage.index, start)) {
        (Some(user), _) => format_inline_code(user),
        (None, StageUser::Root) => "`root`".to_string(),
        (None, StageUser::Other(user)) => format_inline_code(&user),
        (None, StageUser::Unknown) if scratch => "`root`".to_string(),
        (None, StageUser::Unknown) => of_image(" (unknown)"),
    };
    let workdir = match (holds.workdir, facts.and_then(|facts| facts.workdir.as_deref())) {
        (Some(EffectiveWorkdir::Known(path)), _) => format_inline_code(&path),
        (Some(EffectiveWorkdir::Unknown), _) => "depends on a variable or on the base image".to_string(),
        (None, Some("")) => "`/`".to_string(),
        (None, Some(path)) => format_inline_code(path),
        (None, None) if scratch => "`/`".to_string(),
        (None, None) => of_image(", or `/` if it sets none"),
    };
    let windows = semantics.shells().is_windows(stage.index);
    let shell = match holds.shell {
        Some(CommandLine::Exec { words, .. }) => {
            format_inline_code(&words.iter().map(|word| word.text.as_ref()).collect::<Vec<_>>().join(" "))
        }
        Some(CommandLine::Shell(word)) => format_inline_code(&word.text),
        None if windows => "`cmd /S /C`".to_string(),
        None if scratch || facts.is_some_and(|facts| facts.has_default_shell == Some(true)) => {
            "`/bin/sh -c`".to_string()
        }
        None => "`/bin/sh -c`, unless the base image sets a different one".to_string(),
    };
    [
        format!("- **User** {user}"),
        format!("- **Working directory** {workdir}"),
        format!("- **Shell** {shell}"),
    ]
}

/// The programs that the stage certainly lacks at a RUN, or why they are unknown.
fn absent_programs_line(semantics: &Semantics<'_>, run: &Instruction<'_>) -> Option<String> {
    let absence = ProgramAbsence::analyze(semantics, &AptInstalls::solve(semantics), &|_| Vec::new());
    let state = absence.programs_before_run(run.span.start)?;
    if let Some(lost) = state.lost {
        let line = semantics.line(lost.at);
        return Some(format!("- **Missing programs** unknown, because {} (line {line})", lost.cause));
    }
    let absent = state.absent_programs();
    let (_, lack) = absent.first()?;
    let names: Vec<String> =
        absent.iter().take(MAX_ABSENT).map(|(name, _)| format_inline_code(name)).collect();
    let more = match absent.len().saturating_sub(MAX_ABSENT) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "- **Missing programs** {}{more} (not in {} as of {})",
        names.join(", "),
        format_inline_code(&lack.image),
        lack.date
    ))
}

/// Text from the file in backticks, on one line.
pub(super) fn format_inline_code(text: &str) -> String {
    let text: String =
        text.chars().map(|char| if char.is_control() || char == '`' { ' ' } else { char }).collect();
    format!("`{}`", text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn last(text: &str) -> String {
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let last = file.instructions().next_back().expect("an instruction");
        instruction_state(&semantics, last, None)
    }

    #[test]
    fn shows_effective_state() {
        for (text, expected) in [
            (
                "FROM debian:12 AS b\nUSER a\nFROM b AS c\nWORKDIR /d\nSHELL [\"/bin/bash\", \"-c\"]\nRUN x\n",
                &[
                    "**Stage** `c`, 2 of 2, built on stage `b`; part of",
                    "**User** `a`\n",
                    "**Working directory** `/d`\n",
                    "**Shell** `/bin/bash -c`\n",
                ][..],
            ),
            (
                "FROM example.org/x\nrun y\n",
                &["1 of 1, from `example.org/x`", "**User** that of `example.org/x` (unknown)"],
            ),
            (
                "FROM debian:12\nRUN y\n",
                &[
                    "**User** `root`\n",
                    "**Working directory** `/`\n",
                    "**Missing programs** `curl`, `wget`, `git`",
                    " more (not in `debian:12`",
                ],
            ),
            (
                "FROM debian:12\nRUN ./x\nRUN y\n",
                &["**Missing programs** unknown, because a command may install anything (line 2)"],
            ),
            (
                "FROM scratch\nRUN y\n",
                &["from an empty image", "**User** `root`", "**Working directory** `/`"],
            ),
            (
                "ARG V=12\nFROM debian:$V\nRUN y\n",
                &["**Missing programs** unknown, because a build argument selects the base image (line 2)"],
            ),
            ("FROM a\nFROM b\n", &["2 of 2, from `b`"]),
            ("ARG A=1\n", &["above the first `FROM`"]),
        ] {
            let said = last(text);
            for part in expected {
                assert!(said.contains(part), "{text} {said} {part}");
            }
        }
    }
}
