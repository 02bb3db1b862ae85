//! What a RUN does as a whole.

use super::{Effects, command_effects};
use crate::semantic::Run;
use crate::shell::{Connector, ListNode, ReadOutcome, ShellScript};

impl Run<'_> {
    /// The effects of each of its commands, in the order of [`ShellScript::commands`]. `source` is the text of the
    /// file.
    pub fn effects(&self, source: &[u8]) -> Vec<Effects> {
        self.script.commands.iter().map(|command| command_effects(command, source)).collect()
    }

    /// Whether it is one `&&` list of simple commands, each of which is known (those in substitutions, too).
    pub fn is_pure_list(&self, source: &[u8]) -> bool {
        is_and_list(&self.script) && self.effects(source).iter().all(|effects| !effects.unknown)
    }

    /// Whether something may keep running after it: a service, an agent, a job in the background. Unknown for
    /// unknown commands.
    pub fn may_leave_running(&self, source: &[u8]) -> bool {
        let script = &self.script;
        let joints = script.list.iter().filter_map(|item| item.joint).chain(script.end);
        joints.into_iter().any(|joint| joint.connector == Connector::Background)
            || script.commands.iter().any(|command| command.connector == Some(Connector::Background))
            || self.effects(source).iter().any(|effects| effects.starts)
    }

    /// Whether the next RUN, joined to it with `&&`, does just what it does alone: every command is known, none
    /// changes the shell, leaves something running, or writes what a layer does not keep.
    pub fn can_be_followed(&self, source: &[u8]) -> bool {
        is_and_list(&self.script)
            && !self.may_leave_running(source)
            && self
                .effects(source)
                .iter()
                .all(|effects| !effects.unknown && effects.state.is_none() && !effects.writes_volatile())
    }
}

/// Simple commands and tests (`[ … ]`) tied by `&&`, and nothing else.
fn is_and_list(script: &ShellScript) -> bool {
    script.reading == ReadOutcome::Complete
        && !script.list.is_empty()
        && script.comments.is_empty()
        && script.end.is_none()
        && script.list.iter().enumerate().all(|(at, item)| {
            matches!(item.node, ListNode::Command(_) | ListNode::Test)
                && !item.negated
                && (at == 0 || item.joint.is_some_and(|joint| joint.connector == Connector::And))
        })
}
