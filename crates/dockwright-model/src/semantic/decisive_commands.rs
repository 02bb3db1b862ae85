//! Which commands of a RUN decide whether it fails.

use super::Run;
use crate::shell::{CommandPlace, Connector, ListItem, ListNode, ParseOutcome, is_errexit_option};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine};

/// Options of the shell that runs a script.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ShellOptions {
    /// Whether it exits at the first error.
    pub errexit: bool,
    /// Whether a pipeline fails if any of its commands does.
    pub pipefail: bool,
}

impl ShellOptions {
    /// The options that the words of a SHELL or a `#!` line set.
    pub(crate) fn from_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut options = Self::default();
        for word in words {
            options.errexit |= is_errexit_option(word);
            options.pipefail |= word == "pipefail";
        }
        options
    }
}

/// The parts of a script whose failure makes the RUN fail.
#[derive(Debug, Clone, Default)]
pub(crate) struct DecisiveParts {
    /// Simple commands: indices in the script.
    pub commands: Vec<usize>,
    /// `[ … ]`, `[[ … ]]` and other compound commands at the top.
    pub others: Vec<Span>,
}

impl Run<'_> {
    /// The parts that certainly run, unless the RUN fails before, and whose failure makes the RUN fail. In a
    /// pipeline, this is the last command.
    pub(crate) fn decisive_parts(&self, options: ShellOptions) -> DecisiveParts {
        let script = &self.script;
        let mut decisive = DecisiveParts::default();
        if script.reading != ParseOutcome::Complete || self.onbuild {
            return decisive;
        }
        if matches!(&self.instruction.arguments, Arguments::Command(CommandLine::Exec { .. })) {
            decisive.commands.extend((!script.commands.is_empty()).then_some(0));
            return decisive;
        }
        let mut options = options;
        let groups = and_or_groups(&script.list);
        for (at, group) in groups.iter().enumerate() {
            let next = groups.get(at + 1).and_then(|next| next.first()?.joint).or(script.end);
            let is_last = at + 1 == groups.len();
            let in_background = next.is_some_and(|joint| joint.connector == Connector::Background);
            let has_or =
                group.iter().any(|item| item.joint.is_some_and(|joint| joint.connector == Connector::Or));
            // `a && b` does not stop a shell with `-e` if `a` fails.
            let decides = is_last || (options.errexit && group.len() == 1);
            for item in *group {
                let commands = self.decisive_commands_in_item(item, options);
                if decides && !has_or && !in_background && !item.negated {
                    decisive.commands.extend(commands.iter().copied());
                    if matches!(item.node, ListNode::Test | ListNode::Compound) {
                        decisive.others.push(item.span);
                    }
                }
                for command in self.commands_in_item(item).filter_map(|at| script.commands.get(at)) {
                    if command.is("set") {
                        let words = command.arguments().iter().map(|word| word.text.as_str());
                        let set = ShellOptions::from_words(words);
                        let unset = command.arguments().iter().any(|word| word.text.starts_with('+'));
                        options.errexit = (options.errexit && !unset) || set.errexit;
                        options.pipefail = (options.pipefail && !unset) || set.pipefail;
                    }
                    // The commands after it may not run.
                    if command.is_any(&["exit", "return", "trap"]) {
                        return decisive;
                    }
                }
            }
        }
        decisive
    }

    /// All commands in an element of the list.
    fn commands_in_item<'r>(&'r self, item: &'r ListItem) -> impl Iterator<Item = usize> + use<'r> {
        let inside = |span: crate::source::Span| item.span.contains(span);
        let commands = self.script.commands.iter().enumerate();
        commands.filter(move |(_, command)| inside(command.span)).map(|(at, _)| at)
    }

    /// The commands of an element whose failure makes the element fail.
    fn decisive_commands_in_item(&self, item: &ListItem, options: ShellOptions) -> Vec<usize> {
        match item.node {
            ListNode::Command(at) => vec![at],
            ListNode::Pipeline => {
                let top = self.commands_in_item(item).filter(|at| {
                    self.script.commands.get(*at).is_some_and(|command| command.place == CommandPlace::Top)
                });
                let top: Vec<usize> = top.collect();
                let Some((last, before)) = top.split_last() else { return Vec::new() };
                let command = |at: &usize| self.script.commands.get(*at);
                // The last one may be a loop or a group.
                if command(last).is_none_or(|last| last.connector != Some(Connector::Pipe)) {
                    return Vec::new();
                }
                let unpacks = command(last).is_some_and(|last| last.is("tar"));
                match before.split_last() {
                    _ if options.pipefail => top,
                    // If the command before it is missing, unpacking fails, too.
                    Some((before, _)) if unpacks => vec![*before, *last],
                    _ => vec![*last],
                }
            }
            _ => Vec::new(),
        }
    }
}

/// Splits a list into groups that `&&` and `||` join.
fn and_or_groups(list: &[ListItem]) -> Vec<&[ListItem]> {
    let mut groups = Vec::new();
    let mut start = 0;
    for (at, item) in list.iter().enumerate().skip(1) {
        if !matches!(item.joint.map(|joint| joint.connector), Some(Connector::And | Connector::Or)) {
            groups.extend(list.get(start..at));
            start = at;
        }
    }
    groups.extend(list.get(start..).filter(|rest| !rest.is_empty()));
    groups
}

#[cfg(test)]
mod tests {
    use super::ShellOptions;
    use crate::semantic::{Semantics, View};
    use crate::syntax;

    #[test]
    fn commands_that_decide() {
        for (text, expected) in [
            ("a && b && c", "a b c"),
            ("a; b", "b"),
            ("a || b", ""),
            ("a || b; c", "c"),
            ("a && b || c", ""),
            ("! a", ""),
            ("a | b", "b"),
            ("a | tar x", "a tar"),
            ("set -o pipefail; a | b", "a b"),
            ("set -eo pipefail; a | b; c && d; e", "a b e"),
            ("set -e; a; b && c; d", "a d"),
            ("set -e; set +e; a; b", "set b"),
            ("a & b", "b"),
            ("a && b &", ""),
            ("if a; then b; fi && c", "c"),
            ("a && exit 0; c", ""),
            ("x=$(a) && b", "b"),
            ("a | while read x; do b; done", ""),
            ("<<E\na\nb\nE", "b"),
            ("<<E\nset -e\na\nb\nE", "a b"),
            ("[\"a\", \"b\"]", "a"),
            ("sudo a && env X=1 b", "a b"),
        ] {
            let file = format!("FROM x\nRUN {text}\n");
            let file = syntax::parse(file.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let run = semantics.runs.first().expect("a RUN");
            let decisive = run.decisive_parts(ShellOptions::default()).commands;
            let names = decisive.iter().filter_map(|at| run.script.commands[*at].name.as_deref());
            assert_eq!(names.collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
