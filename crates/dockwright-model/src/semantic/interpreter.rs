//! The shell that reads the text of a RUN.

use super::base_image::{BinSh, DistributionFamily};
use super::run::run_shebang;
use super::shell_state::DEFAULT;
use super::{Run, Semantics, ShellState};
use crate::shell::analysis::{AnalysisShell, Dialect};
use crate::syntax::Arguments;

impl Semantics<'_> {
    /// The program that a RUN names in a `#!` line; SHELL has no effect on that RUN.
    pub fn shebang(&self, run: &Run<'_>) -> Option<AnalysisShell> {
        let Arguments::Command(line) = &run.instruction.arguments else { return None };
        run_shebang(self.file, run.instruction, line, self.view)
    }

    /// The shell that reads the text of a RUN, given the state from SHELL instructions and comments.
    pub fn shell_of(&self, run: &Run<'_>, state: &ShellState) -> AnalysisShell {
        let shell = self.shebang(run).unwrap_or_else(|| AnalysisShell::from_command(&state.shell));
        if self.view.reads_scripts_in_current_shell {
            return shell;
        }
        if shell == AnalysisShell::DEFAULT
            && *state.shell == *DEFAULT
            && self.has_cmd_as_shell(run.outer.span.start)
        {
            return AnalysisShell::CMD;
        }
        let stage = self.stage_at(run.outer.span.start);
        let is_ash = state.shell.split_whitespace().next().is_some_and(|path| path.ends_with("/ash"));
        match shell.dialect() {
            Some(Dialect::Sh) if stage.is_some_and(|stage| self.has_busybox_sh(stage.index)) => {
                shell.with_busybox()
            }
            // `ash` is always BusyBox's shell.
            Some(Dialect::Dash) if is_ash && self.shebang(run).is_none() => AnalysisShell::BUSYBOX,
            _ => shell,
        }
    }

    /// Whether the shell of a stage without a SHELL is `cmd`.
    pub fn has_cmd_as_shell(&self, offset: u32) -> bool {
        !self.view.reads_windows_commands_as_sh && self.is_windows(offset)
    }

    /// Whether `/bin/sh` of a stage is BusyBox's, judging by its base image and the package managers that it calls.
    pub fn has_busybox_sh(&self, stage: usize) -> bool {
        match self.base_image(stage).and_then(|base| base.image.facts.sh) {
            Some(sh) => sh == BinSh::Ash,
            None => {
                self.distribution(stage).is_some_and(|system| system.family == Some(DistributionFamily::Apk))
            }
        }
    }

    /// Whether `/bin/sh` of a stage may support `set -o pipefail`, because it is not known to be dash. Without that
    /// support, the build fails at once.
    pub fn sh_may_have_pipefail(&self, stage: usize) -> bool {
        self.base_image(stage).and_then(|base| base.image.facts.sh) != Some(BinSh::Dash)
    }
}
