//! Changes a command in shell form to exec form.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::{ArrayContext, ArrayFault, MalformedArray, View, read_run_script};
use crate::shell::{ListNode, ParseOutcome, ShellCommand, ShellWord};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Word, quote_excerpt};

/// Commands that only a shell can run.
const BUILTINS: &str = " . : alias bg break cd command continue eval exec exit export fg hash jobs let local \
    read readonly return set shift source time times trap type ulimit umask unalias unset wait ";

/// Why a command cannot be written as an array.
enum ExecFormObstacle {
    Array,
    /// Brackets whose content is not JSON.
    Brackets(ArrayFault),
    /// The name of the program is in quotes.
    Quoted,
    Unread,
    Several,
    Lines,
    Empty,
    /// Shell syntax, as a description: a redirection, or a word in backticks.
    Shell(String),
    /// Only a shell can run this command.
    Builtin(String),
}

impl ExecFormObstacle {
    fn is_exec_builtin(&self) -> bool {
        matches!(self, Self::Builtin(name) if name == "exec")
    }

    fn needs_shell(&self) -> bool {
        matches!(self, Self::Several | Self::Shell(_) | Self::Builtin(_))
    }
}

impl std::fmt::Display for ExecFormObstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Array => "the command is already an array",
            Self::Brackets(_) => "the command starts with `[`, but is not valid JSON",
            Self::Quoted => "the program name is quoted",
            Self::Unread => "the command has a syntax error",
            Self::Several => "several commands require a shell",
            Self::Lines => "the command spans several lines",
            Self::Empty => "the instruction has no command",
            Self::Shell(what) => return write!(f, "the command uses shell syntax ({what})"),
            Self::Builtin(name) => return write!(f, "{} is a shell builtin", quote_excerpt(name)),
        })
    }
}

/// The message for the shell form of the instruction `keyword`, which is quoted.
pub(crate) fn shell_form_message(
    cx: &RuleChecker<'_>,
    instruction: &Instruction<'_>,
    keyword: &str,
) -> String {
    match plain_command(cx, instruction) {
        Err(ExecFormObstacle::Empty) => format!("{keyword} has no command"),
        Err(unfit) if unfit.is_exec_builtin() => format!("{keyword} is in shell form"),
        _ => format!("shell-form {keyword} does not forward signals to the program"),
    }
}

/// Whether the command may stay in shell form if a `SHELL` is set: it is not empty, and not meant as an
/// array.
pub(crate) fn may_stay_in_shell_form(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> bool {
    !matches!(plain_command(cx, instruction), Err(ExecFormObstacle::Empty | ExecFormObstacle::Brackets(_)))
}

/// The help for the shell form. If the command needs a shell, `exec` replaces the shell with the program, so that it
/// gets signals.
pub(crate) fn exec_form_help(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> &'static str {
    match plain_command(cx, instruction) {
        Err(ExecFormObstacle::Empty) => "add one, as in `CMD [\"program\"]`, or remove the instruction",
        Err(unfit) if unfit.needs_shell() && !unfit.is_exec_builtin() => {
            "this command needs a shell, so start its last program with `exec`, or use `[\"sh\", \"-c\", \"exec …\"]`"
        }
        Err(unfit) if unfit.is_exec_builtin() => {
            "use `[\"sh\", \"-c\", \"exec …\"]` to make the shell explicit; signals already reach the program"
        }
        Err(ExecFormObstacle::Brackets(fault)) => fault.advice(),
        _ => "use the exec form: `[\"program\", \"arg\"]`",
    }
}

/// A single command that needs no shell, and its text.
fn plain_command<'i, 'f>(
    cx: &RuleChecker<'_>,
    instruction: &'i Instruction<'f>,
) -> Result<(ShellCommand, &'i Word<'f>), ExecFormObstacle> {
    let file = cx.file;
    let line = match &instruction.arguments {
        Arguments::Command(line) => Some(line),
        Arguments::Healthcheck(check) => check.command.as_ref(),
        _ => None,
    };
    let Some(line @ CommandLine::Shell(text)) = line else { return Err(ExecFormObstacle::Array) };
    // With a space after the bracket, it may be the test command.
    if text.text.starts_with("['") || text.text.starts_with("[\"") {
        let array = MalformedArray::read(&text.text, ArrayContext::Command);
        return Err(ExecFormObstacle::Brackets(array.map_or(ArrayFault::Other, |array| array.fault)));
    }
    let mut script = read_run_script(file, instruction, line, View::Exact);
    if script.reading != ParseOutcome::Complete {
        return Err(ExecFormObstacle::Unread);
    }
    let ([item], [command]) = (script.list.as_slice(), script.commands.as_slice()) else {
        return Err(ExecFormObstacle::Several);
    };
    let program = command.words.first().ok_or(ExecFormObstacle::Empty)?;
    let special = ['\\', '~', '`', '!', '\n', '$'];
    let word_in_source = |word: &ShellWord| {
        let written = String::from_utf8_lossy(word.span.bytes(file.source)).into_owned();
        (!word.literal || written.contains(special)).then(|| quote_excerpt(&written))
    };
    let shell_syntax = if !command.redirections.is_empty() {
        Some("a redirection".to_string())
    } else if !command.assignments.is_empty() || program.text.contains('=') {
        Some("an assignment".to_string())
    } else if let Some(word) = command.words.iter().find_map(word_in_source) {
        Some(word)
    } else if let Some(c) = text.text.chars().find(|c| special.contains(c) && *c != '\n') {
        Some(quote_excerpt(&c.to_string()))
    } else {
        let simple = item.node == ListNode::Command(0)
            && !item.negated
            && script.end.is_none()
            && !text.text.starts_with('[')
            && !text.text.contains('\n');
        (!simple).then(|| "more than one plain command".to_string())
    };
    if let Some(what) = shell_syntax {
        return Err(ExecFormObstacle::Shell(what));
    }
    if BUILTINS.contains(&format!(" {} ", program.text)) {
        return Err(ExecFormObstacle::Builtin(program.text.clone()));
    }
    if !instruction.continuations.is_empty() || !script.comments.is_empty() {
        return Err(ExecFormObstacle::Lines);
    }
    if !text.is_verbatim(file.source) || program.span.bytes(file.source) != program.text.as_bytes() {
        return Err(ExecFormObstacle::Quoted);
    }
    script.commands.pop().map(|command| (command, text)).ok_or(ExecFormObstacle::Empty)
}

/// The array, if the command is one program with plain arguments.
pub(crate) fn convert_to_exec_form(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> FixOrReason {
    let semantics = cx.semantics;
    let (command, text) = plain_command(cx, instruction).map_err(|unfit| unfit.to_string())?;
    let program = command.words.first().ok_or("the instruction has no command")?;
    let words = command.words.iter().map(|word| serde_json::to_string(&word.text));
    let array = format!("[{}]", words.collect::<Result<Vec<_>, _>>().unwrap_or_default().join(", "));
    let stage = semantics.stage_at(instruction.span.start).ok_or("the instruction is outside of a stage")?;
    let unknown = if semantics.build.stages.get(stage.index).is_none_or(|stage| stage.has_shell) {
        Some("the shell may run startup files before the command".to_string())
    } else if instruction.kind == Kind::Cmd && has_entrypoint(cx, stage.index) {
        Some("the entrypoint may depend on the shell form".to_string())
    } else if is_entrypoint_with_cmd(cx, instruction) {
        Some("the program would get the `CMD` as arguments, which the shell form ignores".to_string())
    } else if program.text.contains('/') {
        Some(format!("{} may be a script without a `#!` line", quote_excerpt(&program.text)))
    } else {
        None
    };
    let edits = [Edit::replace(text.span, array)];
    let title = "change it to exec form";
    Ok(match unknown {
        None => {
            let missing =
                format!("something may rely on {} running in a shell", quote_excerpt(&program.text));
            Fix::new(Applicability::UnsafeMid, title, edits).with_risk(missing)
        }
        Some(fact) => Fix::new(Applicability::Suggestion, title, edits).with_risk(fact),
    })
}

/// Whether the instruction is the ENTRYPOINT of an image that also has a CMD.
fn is_entrypoint_with_cmd(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> bool {
    cx.semantics.stages.iter().any(|stage| {
        let started = cx.semantics.start_instructions(stage.index);
        started.entrypoint.is_some_and(|entrypoint| std::ptr::eq(entrypoint, instruction))
            && started.command.is_some()
    })
}

/// Whether the stage, or one that it is built on, has an ENTRYPOINT.
fn has_entrypoint(cx: &RuleChecker<'_>, stage: usize) -> bool {
    cx.semantics.build.stages.get(stage).is_none_or(|stage| stage.has_entrypoint)
}
