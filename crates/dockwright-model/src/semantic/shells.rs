//! [`EffectiveShells`]: which shell runs the commands of each instruction.

use super::interpreted::BOURNE_SHELLS;
use super::{Semantics, StageBaseKind};
use crate::syntax::{Arguments, CommandLine, Kind};

/// The program that reads the text of a shell-form command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellKind {
    /// The default of the builder: `/bin/sh -c`, on Windows `cmd /S /C`.
    Default,
    /// A shell of the Bourne family, from SHELL.
    Bourne,
    /// PowerShell or `cmd`.
    Windows,
    /// Anything else.
    Other,
}

/// The shells of a file.
#[derive(Debug, Default)]
pub struct EffectiveShells {
    /// The shells with the offsets from which they apply, in file order.
    changes: Vec<(u32, ShellKind)>,
    /// Whether each stage is for Windows.
    windows: Vec<bool>,
}

impl EffectiveShells {
    pub fn new(semantics: &Semantics<'_>) -> Self {
        let mut shells = Self::default();
        let mut at_end: Vec<ShellKind> = Vec::new();
        let mut stages = semantics.build.stages.iter();
        let mut now = ShellKind::Default;
        for instruction in semantics.file.instructions() {
            match (instruction.kind, &instruction.arguments) {
                (Kind::From, Arguments::From(_)) => {
                    let Some(stage) = stages.next() else { continue };
                    if !shells.windows.is_empty() {
                        at_end.push(now);
                    }
                    let parent = match stage.base {
                        StageBaseKind::Stage(parent) => Some(parent),
                        _ => None,
                    };
                    now = parent.and_then(|parent| at_end.get(parent).copied()).unwrap_or(ShellKind::Default);
                    shells.windows.push(stage.windows);
                }
                (Kind::Shell, Arguments::Command(line)) => now = shell_kind(line),
                _ => continue,
            }
            shells.changes.push((instruction.span.start, now));
        }
        shells
    }

    /// The shell at an offset.
    pub fn shell_at(&self, offset: u32) -> ShellKind {
        let after = self.changes.partition_point(|(start, _)| *start < offset);
        after
            .checked_sub(1)
            .and_then(|at| self.changes.get(at))
            .map_or(ShellKind::Default, |(_, shell)| *shell)
    }

    /// Whether a stage is for Windows.
    pub fn is_windows(&self, stage: usize) -> bool {
        self.windows.get(stage).copied().unwrap_or(false)
    }
}

fn shell_kind(line: &CommandLine<'_>) -> ShellKind {
    let CommandLine::Exec { words, .. } = line else { return ShellKind::Other };
    let program = words.first().map(|word| word.text.to_lowercase()).unwrap_or_default();
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    match name.strip_suffix(".exe").unwrap_or(name) {
        name if BOURNE_SHELLS.contains(&name) => ShellKind::Bourne,
        "cmd" | "powershell" | "pwsh" => ShellKind::Windows,
        _ => ShellKind::Other,
    }
}
