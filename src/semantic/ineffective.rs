//! RUNs that leave nothing behind.

use super::Run;
use crate::shell::{ListNode, Reading};
use crate::syntax::{Arguments, CommandLine};

/// What changes the shell, which ends with the RUN, and nothing else.
const OWN: [&str; 9] = ["alias", "cd", "export", "pushd", "set", "shopt", "ulimit", "umask", "unset"];

impl Run<'_> {
    /// Whether all that it changes is its own shell.
    pub fn changes_only_its_shell(&self, source: &[u8]) -> bool {
        let script = &self.script;
        let only_shell = |node: ListNode| match node {
            ListNode::Command(at) => script
                .commands
                .get(at)
                .is_some_and(|command| command.is_any(&OWN) && command.redirections.is_empty()),
            ListNode::Bare => true,
            _ => false,
        };
        // A redirection empties a file, and a substitution may do anything.
        let text = match self.instruction.heredocs.as_slice() {
            [heredoc] if self.is_heredoc_only() => heredoc.body.bytes(source),
            _ => self.instruction.rest.span.bytes(source),
        };
        let plain = !text.iter().any(|byte| matches!(byte, b'<' | b'>' | b'`'))
            && !text.windows(2).any(|pair| pair == b"$(");
        script.reading == Reading::Complete
            && !script.list.is_empty()
            && script.list.iter().all(|item| only_shell(item.node))
            && script.commands.len() <= script.list.len()
            && !self.onbuild
            && matches!(&self.instruction.arguments, Arguments::Command(CommandLine::Shell(_)))
            && (self.instruction.heredocs.is_empty() || self.is_heredoc_only())
            && !text.starts_with(b"#!")
            && plain
    }
}
