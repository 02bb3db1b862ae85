//! [`Run`]: a RUN instruction with its commands.

use super::{ProgramCall, ProgramSyntax, View};
use crate::semantic::paths::is_within;
use crate::shell::analysis::AnalysisShell;
use crate::shell::{self, Connector, ParseOutcome, ShellCommand, ShellScript};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Dockerfile, Instruction, Mount};

/// A RUN and its commands.
#[derive(Debug)]
pub struct Run<'a> {
    /// The RUN itself (for `ONBUILD RUN`, the inner instruction).
    pub instruction: &'a Instruction<'a>,
    /// The instruction at top level: the same, or the ONBUILD around it.
    pub outer: &'a Instruction<'a>,
    pub onbuild: bool,
    /// Index of the stage; `None` before the first FROM.
    pub stage: Option<usize>,
    /// Whether its layer is in an image that the file builds, by default or with `--target` (always true for
    /// ONBUILD).
    pub ships: bool,
    pub mounts: Vec<Mount<'a>>,
    pub script: ShellScript,
    pub view: View,
}

impl Run<'_> {
    /// Whether its command is in shell form; a heredoc counts as one.
    pub fn is_shell_form(&self) -> bool {
        matches!(&self.instruction.arguments, Arguments::Command(CommandLine::Shell(_)))
    }

    /// Whether the size of its layer and the exact versions that it installs matter.
    pub fn affects_final_image(&self) -> bool {
        self.ships || self.view.judges_every_stage
    }

    /// Whether it has no network, so it cannot download anything.
    pub fn is_offline(&self) -> bool {
        let network = self.instruction.flag_value("network");
        !self.view.downloads_without_network && network.is_some_and(|network| network.text == "none")
    }

    /// Its calls of a program.
    pub fn calls<'r>(
        &'r self,
        program: &'r ProgramSyntax,
    ) -> impl Iterator<Item = ProgramCall<'r>> + use<'r> {
        self.script.commands.iter().filter_map(move |command| program.read(command, self.view))
    }

    /// Whether the command line is only a heredoc, whose body is the script.
    pub fn is_heredoc_only(&self) -> bool {
        match &self.instruction.arguments {
            Arguments::Command(CommandLine::Shell(text)) => is_only_operator(self.instruction, text.span),
            _ => false,
        }
    }

    /// Whether something is piped into the command that may confirm its prompts.
    pub fn are_prompts_confirmed(&self, command: &ShellCommand) -> bool {
        self.view.knows_piped_answers && command.connector == Some(Connector::Pipe)
    }

    /// The command that fills a cache that no later command deletes.
    pub fn find_undeleted_cache(
        &self,
        fills: impl Fn(&ShellCommand) -> bool,
        deletes: impl Fn(&ShellCommand) -> bool,
    ) -> Option<&ShellCommand> {
        if self.is_offline() {
            return None;
        }
        let commands = &self.script.commands;
        let (last_in, last_out) = if self.view.compares_first_of_each {
            (commands.iter().position(fills)?, commands.iter().position(deletes))
        } else {
            (commands.iter().rposition(fills)?, commands.iter().rposition(deletes))
        };
        commands.get(last_in).filter(|_| last_out.is_none_or(|out| out <= last_in))
    }

    /// The command that fills a cache that stays in the image: no cache or tmpfs mount has a target that
    /// contains `directory`, and nothing deletes the cache.
    pub fn find_kept_cache_command(
        &self,
        directory: &str,
        fills: impl Fn(&ShellCommand) -> bool,
        deletes: impl Fn(&ShellCommand) -> bool,
    ) -> Option<&ShellCommand> {
        if !self.ships || self.onbuild || self.has_cache_or_tmpfs_mount(directory) {
            return None;
        }
        self.find_cache_filling_command(fills, deletes)
    }

    /// The command that fills a cache, if nothing in the RUN deletes it.
    pub fn find_cache_filling_command(
        &self,
        fills: impl Fn(&ShellCommand) -> bool,
        deletes: impl Fn(&ShellCommand) -> bool,
    ) -> Option<&ShellCommand> {
        self.find_undeleted_cache(fills, &deletes).filter(|install| !deletes(install))
    }

    /// Whether the command removes all or a part of what `pattern` (a directory with `*` or `/*` after it) matches.
    pub fn removes_part_of(&self, command: &ShellCommand, pattern: &str) -> bool {
        if self.view.any_forced_rm_removes {
            return command.is("rm") && command.has_argument(&["-rf", pattern]);
        }
        let directory = pattern.trim_end_matches(['*', '/']);
        command.is_any(&["rm", "find"])
            && command.operands().any(|path| {
                let path = path.text.trim_end_matches(['*', '/']);
                path.len() > 1 && (is_within(directory, path) || is_within(path, directory))
            })
    }

    /// The commands of that name whose arguments contain one of `any` (anywhere among them).
    pub fn commands<'r>(
        &'r self,
        name: &'r str,
        any: &'r [&'r str],
    ) -> impl Iterator<Item = &'r ShellCommand> + use<'r> {
        self.script.commands.iter().filter(move |command| command.is(name) && command.has_argument(any))
    }

    /// Whether a cache or tmpfs mount's target contains `path`: files written there are not in the layer.
    pub fn has_cache_or_tmpfs_mount(&self, path: &str) -> bool {
        self.mounts.iter().any(|mount| {
            matches!(&*mount.kind(), "cache" | "tmpfs")
                && mount.target().is_some_and(|target| target.text.contains(path))
        })
    }

    /// The bind mount of the whole build context.
    pub fn mounted_context(&self) -> Option<&Mount<'_>> {
        self.mounts.iter().find(|mount| {
            let source = mount.source().map_or("", |source| source.text.trim_matches(['.', '/']));
            mount.kind() == "bind" && mount.from().is_none() && source.is_empty()
        })
    }
}

/// Reads the shell text of a RUN, CMD, ENTRYPOINT, SHELL or HEALTHCHECK.
pub fn read_run_script(
    file: &Dockerfile<'_>,
    instruction: &Instruction<'_>,
    line: &CommandLine<'_>,
    view: View,
) -> ShellScript {
    match line {
        CommandLine::Exec { words, brackets } if view.exec_form_is_shell_text => {
            shell::read_joined_array(words, *brackets)
        }
        CommandLine::Exec { words, .. } => shell::read_exec_array(words),
        CommandLine::Shell(_)
            if run_shebang(file, instruction, line, view).is_some_and(AnalysisShell::is_foreign) =>
        {
            ShellScript { reading: ParseOutcome::Foreign, ..ShellScript::default() }
        }
        CommandLine::Shell(text) => {
            let span = shell_span(file.source, instruction, text.span, view);
            let masked = shell::mask_continuations(file.source, span, &instruction.continuations);
            let mut script = shell::read_script(&masked, span.start);
            if view == View::Exact && masked.contains("\r\n") {
                remove_carriage_returns(&mut script, file.source);
            }
            script
        }
    }
}

/// In a heredoc with CR LF, the shell reads the CR as part of the last word, which is never intended.
fn remove_carriage_returns(script: &mut ShellScript, source: &[u8]) {
    let shorten = |span: &mut Span| {
        if span.bytes(source).ends_with(b"\r") {
            span.end -= 1;
        }
    };
    for command in &mut script.commands {
        shorten(&mut command.span);
        for word in &mut command.words {
            shorten(&mut word.span);
            word.text.truncate(word.text.trim_end_matches('\r').len());
        }
        if let Some(name) = &mut command.name {
            name.truncate(name.trim_end_matches('\r').len());
        }
    }
    script.list.iter_mut().for_each(|item| shorten(&mut item.span));
}

/// The program that a RUN names in a `#!` line: if such a script is all of the RUN, BuildKit writes it to a file and
/// executes it.
pub(super) fn run_shebang(
    file: &Dockerfile<'_>,
    instruction: &Instruction<'_>,
    line: &CommandLine<'_>,
    view: View,
) -> Option<AnalysisShell> {
    let (CommandLine::Shell(text), [heredoc]) = (line, instruction.heredocs.as_slice()) else { return None };
    if view.reads_scripts_in_current_shell || !is_only_operator(instruction, text.span) {
        return None;
    }
    let body = String::from_utf8_lossy(heredoc.body.bytes(file.source));
    AnalysisShell::from_shebang(if heredoc.chomp { body.trim_start_matches('\t') } else { &body })
}

/// Whether a command line is only the operator of a heredoc.
fn is_only_operator(instruction: &Instruction<'_>, text: Span) -> bool {
    instruction.heredocs.first().is_some_and(|first| first.operator.contains(text))
}

/// The bytes that the shell receives: the command line with its heredocs.
pub fn shell_span(source: &[u8], instruction: &Instruction<'_>, text: Span, view: View) -> Span {
    let text = match instruction.flags.first() {
        Some(flag) if view.reads_unknown_flag_as_command(flag) => flag.span.enclosing_span(text),
        _ => text,
    };
    let (Some(first), Some(last)) = (instruction.heredocs.first(), instruction.heredocs.last()) else {
        return text;
    };
    if is_only_operator(instruction, text) {
        first.body
    } else if view.heredoc_cuts_command && first.operator.start <= text.start {
        let rest = Span::new(first.operator.end, first.body.end);
        // hadolint drops the rest of the line if it looks like a redirection.
        let is_dropped = matches!(rest.bytes(source).trim_ascii_start().first(), Some(b'|' | b'>'));
        if is_dropped { first.body } else { rest }
    } else if view.heredoc_cuts_command {
        Span::new(text.start, first.operator.start)
    } else {
        Span::new(text.start, last.terminator.end)
    }
}

/// The instruction if it is a RUN, or the RUN inside an ONBUILD.
pub(crate) fn run_or_onbuild_run<'a>(
    instruction: &'a Instruction<'a>,
) -> Option<(&'a Instruction<'a>, &'a CommandLine<'a>, bool)> {
    use crate::syntax::Kind;
    let (inner, onbuild) = match &instruction.arguments {
        Arguments::Onbuild(inner) => (inner.as_ref(), true),
        _ => (instruction, false),
    };
    match &inner.arguments {
        Arguments::Command(line) if inner.kind == Kind::Run => Some((inner, line, onbuild)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::semantic::{Semantics, View};
    use crate::syntax;

    #[test]
    fn pipes_into_and_inside_quoted_text() {
        for run in ["a | su -c \"sh\" u", "bash -c \"a | sh\"", "(x && a) | sudo sh"] {
            let text = format!("FROM debian\nRUN {run}\n");
            let file = syntax::parse(text.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let script = &semantics.runs[0].script;
            let at = script.commands.iter().position(|command| command.is("sh")).expect("a shell");
            let found = script.commands_piped_into(at, file.source);
            let last = found.last().expect("something piped into it");
            assert!(script.commands[*last].is("a"), "{run}");
            assert!(script.command_piped_to(*last, file.source).is_some(), "{run}");
        }
    }
}
