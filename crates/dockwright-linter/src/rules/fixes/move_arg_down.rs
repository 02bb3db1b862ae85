//! Moves a declaration down to the first instruction that reads it.

use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::semantic::{EffectiveShells, Run, ShellKind, Stage, effects};
use crate::source::Span;
use crate::syntax::{Arguments, Declaration, Instruction, Item, Kind, Node};

/// Programs that print or use all variables.
const READ_ALL: [&str; 7] = ["declare", "env", "envsubst", "export", "printenv", "set", "typeset"];
/// Known programs that configure and compile.
const COMPILE: [&str; 3] = ["docker-php-ext-configure", "docker-php-ext-install", "docker-php-source"];

/// Whether an instruction uses a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ArgUse {
    No,
    /// It runs something that may read any variable.
    Maybe(String),
    /// It names the variable.
    Yes,
}

/// The position to which a declaration can move.
#[derive(Debug)]
pub(crate) struct ArgPosition<'a> {
    /// The first instruction that names it.
    pub named: Option<&'a Instruction<'a>>,
    /// The first one that may read it without naming it, before that, and the program that it runs.
    pub(crate) doubtful: Option<(&'a Instruction<'a>, String)>,
    /// RUNs that a new value rebuilds unnecessarily: those above the first one that names it.
    pub(crate) needless: Vec<&'a Instruction<'a>>,
    /// How many of them certainly do not read it.
    pub certain: usize,
}

/// Finds the first use of the variables that an ARG declares, within its stage.
pub(crate) fn find_arg_position<'a>(
    cx: &RuleChecker<'a>,
    shells: &EffectiveShells,
    stage: &Stage<'_>,
    arg: &Instruction<'_>,
    declared: &[Declaration<'_>],
) -> ArgPosition<'a> {
    let mut position = ArgPosition { named: None, doubtful: None, needless: Vec::new(), certain: 0 };
    let after = cx.file.instructions().filter(|one| one.span.start > arg.span.start);
    for instruction in after.take_while(|one| one.span.start < stage.span.end) {
        if changes_default_values(instruction, declared) {
            position.named = Some(instruction);
            break;
        }
        let mut reads = ArgUse::No;
        for declaration in declared {
            reads = match variable_use(cx, shells, instruction, &declaration.name.text) {
                ArgUse::Maybe(what) if reads == ArgUse::No => ArgUse::Maybe(what),
                ArgUse::No | ArgUse::Maybe(_) => reads,
                ArgUse::Yes => ArgUse::Yes,
            };
        }
        match reads {
            ArgUse::Yes => {
                position.named = Some(instruction);
                break;
            }
            ArgUse::Maybe(what) if position.doubtful.is_none() => {
                position.doubtful = Some((instruction, what));
            }
            _ => {}
        }
        if instruction.kind == Kind::Run {
            position.needless.push(instruction);
            position.certain += usize::from(position.doubtful.is_none());
        }
    }
    position
}

/// Whether the instruction changes the variables that the default values use.
fn changes_default_values(instruction: &Instruction<'_>, declared: &[Declaration<'_>]) -> bool {
    let names: Vec<&str> = declared
        .iter()
        .filter_map(|one| one.default.as_ref())
        .flat_map(|default| names_in_text(&default.text))
        .collect();
    !names.is_empty()
        && match &instruction.arguments {
            Arguments::Declarations(declared) => declared.iter().any(|one| names.contains(&&*one.name.text)),
            Arguments::Pairs { pairs, .. } if instruction.kind == Kind::Env => {
                pairs.iter().any(|pair| names.contains(&&*pair.key.text))
            }
            _ => false,
        }
}

/// The words of a text that may be variable names.
fn names_in_text(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Whether an instruction reads the variable `name`: it contains the name, or it runs a program that may read it.
pub(crate) fn variable_use(
    cx: &RuleChecker<'_>,
    shells: &EffectiveShells,
    instruction: &Instruction<'_>,
    name: &str,
) -> ArgUse {
    // CMD, ENTRYPOINT and HEALTHCHECK run when the variable no longer exists.
    if matches!(instruction.kind, Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck) {
        return ArgUse::No;
    }
    let source = cx.file.source;
    let flags = instruction.flags.iter().map(|flag| String::from_utf8_lossy(flag.span.bytes(source)));
    let bodies = instruction.heredocs.iter().map(|one| String::from_utf8_lossy(one.body.bytes(source)));
    let names_it = flags
        .chain(bodies)
        .chain([std::borrow::Cow::Borrowed(&*instruction.rest.text)])
        .any(|text| names_in_text(&text).any(|word| word == name));
    if names_it {
        return ArgUse::Yes;
    }
    if instruction.kind != Kind::Run {
        return ArgUse::No;
    }
    let at = cx.semantics.runs.partition_point(|run| run.outer.span.start < instruction.span.start);
    let run = cx.semantics.runs.get(at).filter(|run| run.outer.span == instruction.span);
    let Some(run) = run else { return ArgUse::Maybe("the `RUN`".to_string()) };
    if !matches!(shells.shell_at(instruction.span.start), ShellKind::Default | ShellKind::Bourne) {
        return ArgUse::Maybe("the shell".to_string());
    }
    argument_use(run, name, source)
}

fn argument_use(run: &Run<'_>, name: &str, source: &[u8]) -> ArgUse {
    if run.script.reading != crate::shell::ParseOutcome::Complete {
        return ArgUse::Maybe("the `RUN`".to_string());
    }
    for command in &run.script.commands {
        let effects = effects::command_effects(command, source);
        let called = command.name.as_deref().unwrap_or_default();
        let of_system = effects
            .packages
            .as_ref()
            .is_none_or(|call| crate::optimize::facts::is_system_manager(call.manager));
        let git = called == "git" && name.starts_with("GIT");
        if effects.unknown || !of_system || git || COMPILE.contains(&called) || prints_all_variables(command)
        {
            return ArgUse::Maybe(command.quoted_name());
        }
    }
    ArgUse::No
}

/// `export -p` and `set` without a word print them all; `export A=b` does not.
fn prints_all_variables(command: &crate::shell::ShellCommand) -> bool {
    let only_sets = command.is_any(&["export", "set"])
        && !command.arguments().is_empty()
        && !command.has_argument(&["-p", "-o"]);
    command.is_any(&READ_ALL) && !only_sets
}

/// Whether a stage that is built on this one names the variable, which has the value there, too.
pub(crate) fn is_read_in_later_stage(cx: &RuleChecker<'_>, stage: &Stage<'_>, name: &str) -> bool {
    let shells = cx.semantics.shells();
    let semantics = cx.semantics;
    let below =
        |other: &Stage<'_>| other.index > stage.index && semantics.is_built_on(other.index, stage.index);
    semantics.stages.iter().filter(|other| below(other)).any(|other| {
        cx.file.instructions_in(other.span).any(|one| variable_use(cx, shells, one, name) != ArgUse::No)
    })
}

/// A block of adjacent ARGs, with the comments above them.
#[derive(Debug)]
pub(crate) struct ArgBlock<'a> {
    /// The items of the ARGs, in order.
    pub items: Vec<&'a Item<'a>>,
    /// From the first byte of the comments above them.
    start: u32,
    comments: bool,
    /// Whether something directly below them may also be described by the comments.
    tied_below: bool,
    /// The blank line below them, if there is also one above them: one of the two moves with them.
    blank_below: Option<Span>,
}

/// Whether looking for the first use of each ARG would take too long.
pub(crate) fn exceeds_search_limit(cx: &RuleChecker<'_>) -> bool {
    cx.file.source.len() > 200_000 || cx.file.instructions().filter(|one| one.kind == Kind::Arg).count() > 100
}

/// The ARGs around one, without a blank line or comment between them.
pub(crate) fn find_adjacent_args<'a>(cx: &RuleChecker<'a>, arg: &Instruction<'_>) -> Option<ArgBlock<'a>> {
    let items = &cx.file.items;
    let is_arg = |at: usize| {
        let instruction = items.get(at).and_then(Item::instruction);
        instruction.is_some_and(|one| one.kind == Kind::Arg)
    };
    let at = items.iter().position(|item| item.instruction().is_some_and(|one| one.span == arg.span))?;
    let first = (0..=at).rev().take_while(|at| is_arg(*at)).last()?;
    let last = (at..items.len()).take_while(|at| is_arg(*at)).last()?;
    let is_comment = |at: &usize| matches!(items.get(*at).map(|item| &item.node), Some(Node::Comment(_)));
    let is_blank = |at: usize| matches!(items.get(at).map(|item| &item.node), Some(Node::Blank));
    let top = (0..first).rev().take_while(is_comment).last().unwrap_or(first);
    let tied_below = items.get(last + 1).is_some_and(|item| item.instruction().is_some());
    let above = top.checked_sub(1).is_some_and(is_blank);
    let blank_below = (above && is_blank(last + 1)).then(|| items.get(last + 1).map(|item| item.span));
    Some(ArgBlock {
        items: items.get(first..=last)?.iter().collect(),
        start: items.get(top)?.span.start,
        comments: top < first,
        tied_below,
        blank_below: blank_below.flatten(),
    })
}

impl ArgBlock<'_> {
    /// Moves the members that `moves` selects above `target`; if all of them move, the comments move with them.
    ///
    /// # Errors
    /// The subject of the comments is unknown.
    pub(crate) fn move_args_down(
        &self,
        cx: &RuleChecker<'_>,
        moves: &dyn Fn(&Instruction<'_>) -> bool,
        target: &Instruction<'_>,
    ) -> Result<Vec<Edit>, String> {
        let source = cx.file.source;
        let moved: Vec<&&Item<'_>> =
            self.items.iter().filter(|item| item.instruction().is_some_and(moves)).collect();
        let all = moved.len() == self.items.len();
        let comment = Span::new(self.start, self.items.first().map_or(self.start, |item| item.span.start));
        let first_moves = moved.first().map(|item| item.span) == self.items.first().map(|item| item.span);
        let said = String::from_utf8_lossy(comment.bytes(source));
        let about_them = || {
            let names = moved.iter().filter_map(|item| match &item.instruction()?.arguments {
                Arguments::Declarations(declared) => Some(declared.iter().map(|one| &*one.name.text)),
                _ => None,
            });
            names.flatten().any(|name| names_in_text(&said).any(|word| word == name))
        };
        if self.comments && first_moves && (!all || (self.tied_below && !about_them())) {
            return Err("the comment above it may also be about lines that stay".to_string());
        }
        let mut text = Vec::new();
        let mut edits: Vec<Edit> = Vec::new();
        let with_comments = (self.comments && all).then_some(comment);
        for span in with_comments.into_iter().chain(moved.iter().map(|item| item.span)) {
            text.extend_from_slice(span.bytes(source));
            // Lines that follow each other are removed at once.
            match edits.last_mut() {
                Some(last) if last.span.end == span.start => last.span.end = span.end,
                _ => edits.push(Edit::delete(span)),
            }
        }
        if let (true, Some(blank), Some(last)) = (all, self.blank_below, edits.last_mut()) {
            last.span.end = blank.end;
        }
        let text = String::from_utf8(text).map_err(|_| "the file is not UTF-8".to_string())?;
        if !text.ends_with('\n') {
            return Err("the `ARG` is at the end of the file".to_string());
        }
        edits.push(Edit::insert(
            super::instruction_edit::line_start_above(cx, target),
            text.replace("\r\n", "\n"),
        ));
        Ok(edits)
    }
}
