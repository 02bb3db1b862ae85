//! A command in shell form becomes an array.

use crate::diagnostic::{Applicability, Edit, Fix, Offer};
use crate::rule::Checker;
use crate::semantic::{View, script};
use crate::shell::{ListNode, Reading};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, quoted};

/// What only a shell can run.
const BUILTINS: &str = " . : alias bg break cd command continue eval exec exit export fg hash jobs let local \
    read readonly return set shift source time times trap type ulimit umask unalias unset wait ";

/// The array, where the command is one program with plain arguments.
pub fn fix(cx: &Checker<'_>, instruction: &Instruction<'_>) -> Offer {
    let (file, semantics) = (cx.file, cx.semantics);
    let line = match &instruction.arguments {
        Arguments::Command(line) => Some(line),
        Arguments::Healthcheck(check) => check.command.as_ref(),
        _ => None,
    };
    let Some(line @ CommandLine::Shell(text)) = line else { return Err("it is an array already".into()) };
    let script = script(file, instruction, line, View::Exact);
    if script.reading != Reading::Complete {
        return Err("its command could not be read to the end".into());
    }
    let ([item], [command]) = (script.list.as_slice(), script.commands.as_slice()) else {
        return Err("it is more than one command, which needs a shell".into());
    };
    if !instruction.continuations.is_empty() || !script.comments.is_empty() {
        return Err("it goes over several lines".into());
    }
    let simple = item.node == ListNode::Command(0)
        && !item.negated
        && script.end.is_none()
        && command.assignments.is_empty()
        && command.redirections.is_empty()
        && command.words.iter().all(|word| word.literal)
        && text.is_verbatim(file.source)
        && !text.text.starts_with('[')
        && !text.text.contains(['\\', '~', '`', '!', '\n', '$']);
    let program = command.words.first().ok_or("it has no command")?;
    let plain = program.span.bytes(file.source) == program.text.as_bytes() && !program.text.contains('=');
    if !simple || !plain {
        return Err("it needs a shell, for a variable, a redirection or the like".into());
    }
    if BUILTINS.contains(&format!(" {} ", program.text)) {
        return Err(format!("only a shell can run {}", quoted(&program.text)).into());
    }
    let words = command.words.iter().map(|word| serde_json::to_string(&word.text));
    let array = format!("[{}]", words.collect::<Result<Vec<_>, _>>().unwrap_or_default().join(", "));
    let stage = semantics.stage_at(instruction.span.start).ok_or("it belongs to no stage")?;
    let unknown = if semantics.build.stages.get(stage.index).is_none_or(|stage| stage.has_shell) {
        Some("what its shell does before it runs the command".to_string())
    } else if instruction.kind == Kind::Cmd && has_entrypoint(cx, stage.index) {
        Some("what the entrypoint does with it".to_string())
    } else if program.text.contains('/') {
        Some(format!("whether {} is a script that names its interpreter", quoted(&program.text)))
    } else {
        None
    };
    let edits = [Edit::replace(text.span, array)];
    let title = "write it as an array";
    Ok(match unknown {
        None => {
            let missing =
                format!("whether anything counts on the shell that {} is run by", quoted(&program.text));
            Fix::new(Applicability::UnsafeMid, title, edits).missing(missing)
        }
        Some(fact) => Fix::new(Applicability::Shown, title, edits).missing(fact),
    })
}

/// Whether the stage, or one that it is built on, has an ENTRYPOINT.
fn has_entrypoint(cx: &Checker<'_>, stage: usize) -> bool {
    cx.semantics.build.stages.get(stage).is_none_or(|stage| stage.has_entrypoint)
}
