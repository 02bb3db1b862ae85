//! The effects of a whole RUN.

use super::{Effects, command_effects};
use crate::semantic::Run;
use crate::shell::{Connector, ListNode, ParseOutcome, ShellScript};

impl Run<'_> {
    /// The effects of each of its commands, in the order of [`ShellScript::commands`]. `source` is the text of the
    /// file.
    pub fn command_effects(&self, source: &[u8]) -> Vec<Effects> {
        self.script.commands.iter().map(|command| command_effects(command, source)).collect()
    }

    /// Whether it is one `&&` list of simple commands, all of which are known (including those in substitutions).
    pub fn is_known_and_list(&self, source: &[u8]) -> bool {
        is_and_list(&self.script) && self.command_effects(source).iter().all(|effects| !effects.unknown)
    }

    /// Whether a service, an agent or a background job may keep running after it. True for unknown commands.
    pub fn may_leave_running(&self, source: &[u8]) -> bool {
        let script = &self.script;
        let joints = script.list.iter().filter_map(|item| item.joint).chain(script.end);
        joints.into_iter().any(|joint| joint.connector == Connector::Background)
            || script.commands.iter().any(|command| command.connector == Some(Connector::Background))
            || self.command_effects(source).iter().any(|effects| effects.starts)
    }
}

/// Whether the script consists only of simple commands and tests (`[ … ]`) joined by `&&`.
fn is_and_list(script: &ShellScript) -> bool {
    script.reading == ParseOutcome::Complete
        && !script.list.is_empty()
        && script.comments.is_empty()
        && script.end.is_none()
        && script.list.iter().enumerate().all(|(at, item)| {
            matches!(item.node, ListNode::Command(_) | ListNode::Test)
                && !item.negated
                && (at == 0 || item.joint.is_some_and(|joint| joint.connector == Connector::And))
        })
}
