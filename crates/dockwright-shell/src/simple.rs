//! Simple commands: shuck represents them in four ways (plain commands, declarations, `break` and the
//! like, and the command after `time`).

use shuck_ast::{
    Assignment, BuiltinCommand, Command as Tree, DeclClause, DeclOperand, Redirect, Span as Found, Stmt,
    TimeCommand, Word,
};

use super::read::resolve_command;
use super::walk::{ScriptWalk, WordWithValue};
use super::{CommandPlace, ListConnector, ListNode, ShellCommand, ShellWord};
use dockerfile_syntax::Span;

/// A part of a command that may contain commands.
enum CommandPart<'a> {
    Word(&'a Word),
    Assignment(&'a Assignment),
    Redirect(&'a Redirect),
}

impl ScriptWalk<'_> {
    pub(super) fn add_simple_command(
        &mut self,
        stmt: &Stmt,
        place: CommandPlace,
        joint: Option<ListConnector>,
    ) -> ListNode {
        let taken = std::mem::take(&mut self.taken);
        self.check_words(stmt, place == CommandPlace::Top);
        let mut words = self.words_of_simple_command(stmt);
        words.drain(..taken.min(words.len()));
        let (assignments, mut parts): (&[Assignment], Vec<CommandPart<'_>>) = match &stmt.command {
            Tree::Simple(simple) => (
                &simple.assignments,
                std::iter::once(&simple.name).chain(&simple.args).map(CommandPart::Word).collect(),
            ),
            Tree::Builtin(builtin) => (builtin_assignments(builtin), parts_of_builtin_command(builtin)),
            Tree::Decl(decl) => {
                (&decl.assignments, decl.operands.iter().filter_map(part_of_declaration_operand).collect())
            }
            _ => (&[], Vec::new()),
        };
        parts.extend(assignments.iter().map(CommandPart::Assignment));
        parts.extend(stmt.redirects.iter().map(CommandPart::Redirect));
        parts.sort_by_key(CommandPart::name_offset);

        let is_test = matches!(&stmt.command, Tree::Simple(simple) if self.slice(simple.name.span) == "[");
        let node = if is_test {
            self.script.tests.push(words.into_iter().map(|(word, _)| word).collect());
            ListNode::Test
        } else {
            self.add_command(words, assignments, &stmt.redirects, place, joint)
        };
        for part in parts {
            match part {
                CommandPart::Word(word) => self.visit_commands_in_word(word),
                CommandPart::Assignment(assignment) => self.visit_assignment(assignment),
                CommandPart::Redirect(redirect) => self.visit_redirect(redirect),
            }
        }
        node
    }

    fn add_command(
        &mut self,
        words: Vec<WordWithValue>,
        assignments: &[Assignment],
        redirects: &[Redirect],
        place: CommandPlace,
        joint: Option<ListConnector>,
    ) -> ListNode {
        let Some(first) = words.first().map(|(word, _)| word.span) else {
            let spans = assignments.iter().map(|one| self.span(one.span));
            self.script.bare_assignments.extend(spans.collect::<Vec<_>>());
            return ListNode::Bare;
        };
        let values: Vec<Option<&str>> = words.iter().map(|(_, value)| value.as_deref()).collect();
        let (name, name_at) = resolve_command(&values);
        let assignments: Vec<Span> = assignments.iter().map(|one| self.span(one.span)).collect();
        let redirections: Vec<Span> = redirects.iter().map(|one| self.span(one.span)).collect();
        let words: Vec<ShellWord> = words.into_iter().map(|(word, _)| word).collect();
        let all = words.iter().map(|word| word.span).chain(assignments.iter().copied());
        let span = all.chain(redirections.iter().copied()).fold(first, Span::enclosing_span);
        let connector = joint.map(|joint| joint.connector);
        self.script.commands.push(ShellCommand {
            span,
            words,
            name,
            name_at,
            given: None,
            wrappers: Vec::new(),
            may_have_options: false,
            assignments,
            redirections,
            place,
            connector,
        });
        ListNode::Command(self.script.commands.len() - 1)
    }

    /// Adds `time` as a command, and the timed command, which is also the last word of `time`.
    pub(super) fn add_timed_command(
        &mut self,
        time: &TimeCommand,
        stmt: &Stmt,
        place: CommandPlace,
        joint: Option<ListConnector>,
    ) {
        let start = self.clamped_range(time.span).start;
        let mut words = vec![self.read_plain_word(start, "time")];
        if time.posix_format
            && let Some(at) = self.text.get(start..).and_then(|text| text.find("-p"))
        {
            words.push(self.read_plain_word(start + at, "-p"));
        }
        if let Some(timed) = &time.command {
            let first = self
                .operands_of_binary_chain(timed, None, |_| true)
                .first()
                .map_or(&**timed, |(first, _)| first);
            let mut inner = self.words_of_simple_command(first);
            self.taken = inner.iter().take_while(|(word, _)| word.text.starts_with('-')).count();
            let rest = inner.split_off(self.taken);
            words.extend(inner);
            if !rest.is_empty() || !matches!(first.command, Tree::Simple(_)) {
                let alone = std::ptr::eq(first, &raw const **timed);
                let text =
                    if alone { rest.iter().map(|(word, _)| &*word.text).collect() } else { String::new() };
                let span = rest.iter().fold(self.span_without_closing_bracket(timed), |span, (word, _)| {
                    if alone { word.span.enclosing_span(Span::new(word.span.start, span.end)) } else { span }
                });
                words.push((ShellWord { text, literal: false, span }, None));
            }
            self.add_command(words, &[], &stmt.redirects, place, joint);
            self.visit_and_or_list(timed, place, None, false);
            self.taken = 0;
        } else {
            self.add_command(words, &[], &stmt.redirects, place, joint);
        }
    }

    /// A word that is in the text verbatim.
    fn read_plain_word(&self, at: usize, text: &str) -> WordWithValue {
        let start = self.offset.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let span = Span::new(start, start.saturating_add(u32::try_from(text.len()).unwrap_or(0)));
        (ShellWord { text: text.to_owned(), literal: true, span }, Some(text.to_owned()))
    }

    pub(super) fn builtin_words(
        &self,
        builtin: &BuiltinCommand,
        redirects: &[Redirect],
    ) -> Vec<WordWithValue> {
        let (name, span) = match builtin {
            BuiltinCommand::Break(command) => ("break", command.span),
            BuiltinCommand::Continue(command) => ("continue", command.span),
            BuiltinCommand::Return(command) => ("return", command.span),
            BuiltinCommand::Exit(command) => ("exit", command.span),
        };
        let mut at = self.clamped_range(span).start;
        let before = builtin_assignments(builtin).iter().map(|one| one.span);
        let mut before: Vec<Found> = before.chain(redirects.iter().map(|one| one.span)).collect();
        before.sort_by_key(|span| span.start.offset());
        for span in before {
            let gap = self.text.get(at..span.start.offset()).unwrap_or(name);
            if gap.contains(name) {
                break;
            }
            at = self.clamped_range(span).end;
        }
        let start = at + self.text.get(at..).and_then(|text| text.find(name)).unwrap_or(0);
        let mut words = vec![self.read_plain_word(start, name)];
        for part in parts_of_builtin_command(builtin) {
            if let CommandPart::Word(word) = part {
                words.push(self.read_word(word));
            }
        }
        words
    }

    pub(super) fn declaration_words(&self, decl: &DeclClause) -> Vec<WordWithValue> {
        let mut words =
            vec![self.read_plain_word(self.clamped_range(decl.variant_span).start, decl.variant.as_str())];
        words.extend(decl.operands.iter().map(|operand| match operand {
            DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => self.read_word(word),
            DeclOperand::Name(name) => {
                let text = self.slice(name.span).to_owned();
                let literal = name.subscript.is_none();
                (ShellWord { text: text.clone(), literal, span: self.span(name.span) }, Some(text))
            }
            DeclOperand::Assignment(one) => {
                (ShellWord { text: String::new(), literal: false, span: self.span(one.span) }, None)
            }
        }));
        words
    }
}

impl CommandPart<'_> {
    fn name_offset(&self) -> usize {
        match self {
            Self::Word(word) => word.span.start.offset(),
            Self::Assignment(assignment) => assignment.span.start.offset(),
            Self::Redirect(redirect) => redirect.span.start.offset(),
        }
    }
}

fn builtin_assignments(builtin: &BuiltinCommand) -> &[Assignment] {
    match builtin {
        BuiltinCommand::Break(command) => &command.assignments,
        BuiltinCommand::Continue(command) => &command.assignments,
        BuiltinCommand::Return(command) => &command.assignments,
        BuiltinCommand::Exit(command) => &command.assignments,
    }
}

fn parts_of_builtin_command(builtin: &BuiltinCommand) -> Vec<CommandPart<'_>> {
    let (first, rest) = match builtin {
        BuiltinCommand::Break(command) => (&command.depth, &command.extra_args),
        BuiltinCommand::Continue(command) => (&command.depth, &command.extra_args),
        BuiltinCommand::Return(command) => (&command.code, &command.extra_args),
        BuiltinCommand::Exit(command) => (&command.code, &command.extra_args),
    };
    first.iter().chain(rest).map(CommandPart::Word).collect()
}

fn part_of_declaration_operand(operand: &DeclOperand) -> Option<CommandPart<'_>> {
    match operand {
        DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => Some(CommandPart::Word(word)),
        DeclOperand::Assignment(assignment) => Some(CommandPart::Assignment(assignment)),
        DeclOperand::Name(_) => None,
    }
}
