//! RUNs without a lasting effect.

use super::Run;
use crate::semantic::paths::base_name;
use crate::shell::{ListItem, ListNode, ParseOutcome, ShellCommand};
use crate::source::Span;

/// Commands that change only the shell, which ends with the RUN.
const OWN: [&str; 9] = ["alias", "cd", "export", "pushd", "set", "shopt", "ulimit", "umask", "unset"];

/// Scripts that only set variables and functions, by the last part of their path.
const SETTINGS: [&str; 33] = [
    ".bash_profile",
    ".bashrc",
    ".cshrc",
    ".env",
    ".profile",
    ".zprofile",
    ".zshrc",
    "activate",
    "bash.bashrc",
    "bashrc",
    "conda.sh",
    "emsdk_env.sh",
    "env",
    "env.sh",
    "environment",
    "export.sh",
    "functions.sh",
    "ghcup_env",
    "init.sh",
    "local_setup.bash",
    "mamba.sh",
    "nix.sh",
    "nvm.sh",
    "os-release",
    "profile",
    "rvm",
    "sdkman-init.sh",
    "set_env.sh",
    "setenv.sh",
    "setup.bash",
    "setvars.sh",
    "thisroot.sh",
    "virtualenvwrapper.sh",
];

/// Whether a command reads a script that only sets variables and functions: `. venv/bin/activate`.
fn sources_settings(command: &ShellCommand) -> bool {
    let [file, ..] = command.arguments() else { return false };
    let name = base_name(&file.text);
    command.is_any(&[".", "source"])
        && (SETTINGS.contains(&name) || (file.text.contains('/') && name.ends_with(".env")))
}

/// Whether a command activates an environment in the shell: `conda activate x`.
fn activates_environment(command: &ShellCommand) -> bool {
    let verb = command.arguments().first().map_or("", |word| word.text.as_str());
    match command.name.as_deref() {
        Some("conda" | "mamba" | "micromamba") => matches!(verb, "activate" | "deactivate"),
        Some("nvm") => verb == "use",
        Some("workon" | "deactivate") => true,
        _ => false,
    }
}

impl Run<'_> {
    /// Whether it changes only its own shell.
    pub fn changes_only_its_shell(&self, source: &[u8]) -> bool {
        let script = &self.script;
        let is_bracket = |span: Span| match span.bytes(source) {
            [b'(', second, ..] => *second != b'(',
            text => text.starts_with(b"{"),
        };
        let only_shell = |item: &ListItem| match item.node {
            ListNode::Command(_) | ListNode::Bare => true,
            ListNode::Compound => is_bracket(item.span),
            _ => false,
        };
        // These commands have no effect.
        let idle = |command: &ShellCommand| command.is_any(&["true", ":"]);
        let own = |command: &ShellCommand| {
            command.is_any(&OWN) || sources_settings(command) || activates_environment(command)
        };
        let commands = &script.commands;
        let is_own =
            |command: &ShellCommand| (own(command) || idle(command)) && command.redirections.is_empty();
        if !commands.iter().all(is_own) {
            return false;
        }
        // A redirection empties a file, and a substitution may do anything.
        let text = match self.instruction.heredocs.as_slice() {
            [heredoc] if self.is_heredoc_only() => heredoc.body.bytes(source),
            _ => self.instruction.rest.span.bytes(source),
        };
        let plain = !text.iter().any(|byte| matches!(byte, b'<' | b'>' | b'`'))
            && !text.windows(2).any(|pair| pair == b"$(");
        script.reading == ParseOutcome::Complete
            && !script.list.is_empty()
            && script.list.iter().all(only_shell)
            && (commands.is_empty() || commands.iter().any(own))
            && script.tests.is_empty()
            && !self.onbuild
            && self.is_shell_form()
            && (self.instruction.heredocs.is_empty() || self.is_heredoc_only())
            && !text.starts_with(b"#!")
            && plain
    }
}
