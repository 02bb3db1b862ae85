//! The walk over shuck's tree that fills a [`Script`].
//!
//! shuck bounds the nesting of its tree (100 levels) and the length of chains (1,000 links). Chains are
//! followed in loops here, nesting by recursion.

use shuck_ast::{
    Assignment, BinaryOp, BuiltinCommand, Command as Tree, CompoundCommand, DeclClause, DeclOperand,
    Redirect, Span as Found, Stmt, StmtSeq, StmtTerminator, TimeCommand, Word,
};

use super::read::resolve;
use super::{Command, Connector, Joint, ListItem, ListNode, Place, Reading, Script, ShellWord};
use crate::source::Span;

/// A word and its literal value, where it has one.
pub(super) type Read = (ShellWord, Option<String>);

pub(super) struct Walk<'t> {
    text: &'t str,
    offset: u32,
    pub(super) script: Script,
    /// Words that the next simple command lost to a `time` before it.
    taken: usize,
}

/// Something that may hold commands.
enum Part<'a> {
    Word(&'a Word),
    Assignment(&'a Assignment),
    Redirect(&'a Redirect),
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str, offset: u32) -> Self {
        Self { text, offset, script: Script::default(), taken: 0 }
    }

    pub(super) fn script(mut self, body: &StmtSeq, reading: Reading) -> Script {
        self.script.reading = reading;
        self.list(body, Place::Top, true);
        if let Some(last) = body.last() {
            self.script.end = self.joint_after(last).filter(|joint| joint.connector != Connector::Newline);
        }
        self.script.comments.sort_unstable();
        self.script.comments.dedup();
        self.script
    }

    /// The bytes of a span of shuck's, with its ends moved outwards to character boundaries.
    pub(super) fn slice(&self, span: Found) -> &'t str {
        let span = self.clamped(span);
        self.text.get(span).unwrap_or_default()
    }

    pub(super) fn span(&self, span: Found) -> Span {
        let span = self.clamped(span);
        let at = |offset: usize| self.offset.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(at(span.start), at(span.end))
    }

    fn clamped(&self, span: Found) -> std::ops::Range<usize> {
        let start = self.text.floor_char_boundary(span.start.offset().min(self.text.len()));
        let end = self.text.ceil_char_boundary(span.end.offset().min(self.text.len()));
        start..end.max(start)
    }

    /// A list; `top` where it is the script itself.
    pub(super) fn list(&mut self, list: &StmtSeq, place: Place, top: bool) {
        self.comments(list.leading_comments.iter().chain(&list.trailing_comments));
        let mut joint = None;
        for stmt in list.iter() {
            self.comments(stmt.leading_comments.iter().chain(&stmt.inline_comment));
            self.and_or(stmt, place, joint, top);
            joint = self.joint_after(stmt);
        }
    }

    fn comments<'c>(&mut self, comments: impl Iterator<Item = &'c shuck_ast::Comment>) {
        for comment in comments {
            let at = |offset: shuck_ast::TextSize| self.offset.saturating_add(offset.to_u32());
            let span = Span::new(at(comment.range.start()), at(comment.range.end()));
            self.script.comments.push(span);
        }
    }

    /// What stands between a statement and the one after it.
    fn joint_after(&self, stmt: &Stmt) -> Option<Joint> {
        let connector = match stmt.terminator {
            Some(StmtTerminator::Semicolon) => Connector::Sequence,
            Some(StmtTerminator::Background(_)) => Connector::Background,
            None => Connector::Newline,
        };
        let span = match stmt.terminator_span {
            Some(span) => self.span(span),
            None => {
                let end = self.clamped(stmt.span).end;
                let newline = end + self.text.get(end..)?.find('\n')?;
                let at = self.offset.saturating_add(u32::try_from(newline).ok()?);
                Span::new(at, at.saturating_add(1))
            }
        };
        Some(Joint { connector, span })
    }

    /// Elements tied by `&&` and `||`.
    pub(super) fn and_or(&mut self, stmt: &Stmt, place: Place, joint: Option<Joint>, top: bool) {
        for (stmt, joint) in self.spine(stmt, joint, |op| matches!(op, BinaryOp::And | BinaryOp::Or)) {
            let stages = self.spine(stmt, joint, |op| matches!(op, BinaryOp::Pipe | BinaryOp::PipeAll));
            let at = top.then_some(self.script.list.len());
            if top {
                let (span, negated) = (self.trimmed(stmt), stmt.negated);
                self.script.list.push(ListItem { span, joint, node: ListNode::Pipeline, negated });
            }
            if let [(stage, joint)] = stages.as_slice() {
                let node = self.element(stage, place, *joint);
                if let Some(item) = at.and_then(|at| self.script.list.get_mut(at)) {
                    item.node = node;
                }
            } else {
                self.script.pipes = true;
                for (stage, joint) in stages {
                    self.element(stage, place, joint);
                }
            }
        }
    }

    /// The operands of a left-nested chain of these operators, each with what stands before it.
    fn spine<'a>(
        &self,
        stmt: &'a Stmt,
        first: Option<Joint>,
        of: impl Fn(BinaryOp) -> bool,
    ) -> Vec<(&'a Stmt, Option<Joint>)> {
        let mut operands = Vec::new();
        let mut current = stmt;
        while let Tree::Binary(binary) = &current.command
            && of(binary.op)
        {
            let connector = match binary.op {
                BinaryOp::And => Connector::And,
                BinaryOp::Or => Connector::Or,
                BinaryOp::Pipe | BinaryOp::PipeAll => Connector::Pipe,
            };
            operands.push((&*binary.right, Some(Joint { connector, span: self.span(binary.op_span) })));
            current = &binary.left;
        }
        operands.push((current, first));
        operands.reverse();
        operands
    }

    fn element(&mut self, stmt: &Stmt, place: Place, joint: Option<Joint>) -> ListNode {
        let inner = if place == Place::Top { Place::Compound } else { place };
        let node = match &stmt.command {
            Tree::Simple(_) | Tree::Builtin(_) | Tree::Decl(_) => return self.simple(stmt, place, joint),
            Tree::Binary(_) => {
                self.and_or(stmt, place, joint, false);
                ListNode::Compound
            }
            Tree::Compound(CompoundCommand::Time(time)) => {
                self.time(time, stmt, place, joint);
                ListNode::Compound
            }
            Tree::Compound(compound) => {
                self.compound(compound, inner);
                ListNode::Compound
            }
            Tree::Function(function) => {
                self.and_or(&function.body, inner, None, false);
                ListNode::Compound
            }
            Tree::AnonymousFunction(function) => {
                self.and_or(&function.body, inner, None, false);
                ListNode::Compound
            }
        };
        stmt.redirects.iter().for_each(|redirect| self.redirect(redirect));
        node
    }

    fn simple(&mut self, stmt: &Stmt, place: Place, joint: Option<Joint>) -> ListNode {
        let taken = std::mem::take(&mut self.taken);
        let mut words = self.words(stmt);
        words.drain(..taken.min(words.len()));
        let (assignments, mut parts): (&[Assignment], Vec<Part<'_>>) = match &stmt.command {
            Tree::Simple(simple) => (
                &simple.assignments,
                std::iter::once(&simple.name).chain(&simple.args).map(Part::Word).collect(),
            ),
            Tree::Builtin(builtin) => (builtin_assignments(builtin), builtin_parts(builtin)),
            Tree::Decl(decl) => (&decl.assignments, decl.operands.iter().filter_map(operand_part).collect()),
            _ => (&[], Vec::new()),
        };
        parts.extend(assignments.iter().map(Part::Assignment));
        parts.extend(stmt.redirects.iter().map(Part::Redirect));
        parts.sort_by_key(Part::start);

        let is_test = matches!(&stmt.command, Tree::Simple(simple) if self.slice(simple.name.span) == "[");
        let node = if is_test {
            ListNode::Test
        } else {
            self.command(words, assignments, &stmt.redirects, place, joint)
        };
        for part in parts {
            match part {
                Part::Word(word) => self.nested_in_word(word),
                Part::Assignment(assignment) => self.assignment(assignment),
                Part::Redirect(redirect) => self.redirect(redirect),
            }
        }
        node
    }

    fn command(
        &mut self,
        words: Vec<Read>,
        assignments: &[Assignment],
        redirects: &[Redirect],
        place: Place,
        joint: Option<Joint>,
    ) -> ListNode {
        let Some(first) = words.first().map(|(word, _)| word.span) else { return ListNode::Bare };
        let values: Vec<Option<&str>> = words.iter().map(|(_, value)| value.as_deref()).collect();
        let (name, name_at) = resolve(&values);
        let assignments: Vec<Span> = assignments.iter().map(|one| self.span(one.span)).collect();
        let redirections: Vec<Span> = redirects.iter().map(|one| self.span(one.span)).collect();
        let words: Vec<ShellWord> = words.into_iter().map(|(word, _)| word).collect();
        let all = words.iter().map(|word| word.span).chain(assignments.iter().copied());
        let span = all.chain(redirections.iter().copied()).fold(first, Span::to);
        let connector = joint.map(|joint| joint.connector);
        self.script.commands.push(Command {
            span,
            words,
            name,
            name_at,
            assignments,
            redirections,
            place,
            connector,
        });
        ListNode::Command(self.script.commands.len() - 1)
    }

    /// `time` is a command, and so is what it times: its last word, in one piece.
    fn time(&mut self, time: &TimeCommand, stmt: &Stmt, place: Place, joint: Option<Joint>) {
        let start = self.clamped(time.span).start;
        let mut words = vec![self.plain(start, "time")];
        if time.posix_format
            && let Some(at) = self.text.get(start..).and_then(|text| text.find("-p"))
        {
            words.push(self.plain(start + at, "-p"));
        }
        if let Some(timed) = &time.command {
            let first = self.spine(timed, None, |_| true).first().map_or(&**timed, |(first, _)| first);
            let mut inner = self.words(first);
            self.taken = inner.iter().take_while(|(word, _)| word.text.starts_with('-')).count();
            let rest = inner.split_off(self.taken);
            words.extend(inner);
            if !rest.is_empty() || !matches!(first.command, Tree::Simple(_)) {
                let alone = std::ptr::eq(first, &raw const **timed);
                let text =
                    if alone { rest.iter().map(|(word, _)| &*word.text).collect() } else { String::new() };
                let span = rest.iter().fold(self.trimmed(timed), |span, (word, _)| {
                    if alone { word.span.to(Span::new(word.span.start, span.end)) } else { span }
                });
                words.push((ShellWord { text, literal: false, span }, None));
            }
            self.command(words, &[], &stmt.redirects, place, joint);
            self.and_or(timed, place, None, false);
            self.taken = 0;
        } else {
            self.command(words, &[], &stmt.redirects, place, joint);
        }
    }

    /// A word that stands in the text exactly like this.
    fn plain(&self, at: usize, text: &str) -> Read {
        let start = self.offset.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let span = Span::new(start, start.saturating_add(u32::try_from(text.len()).unwrap_or(0)));
        (ShellWord { text: text.to_owned(), literal: true, span }, Some(text.to_owned()))
    }

    pub(super) fn builtin_words(&self, builtin: &BuiltinCommand, redirects: &[Redirect]) -> Vec<Read> {
        let (name, span) = match builtin {
            BuiltinCommand::Break(command) => ("break", command.span),
            BuiltinCommand::Continue(command) => ("continue", command.span),
            BuiltinCommand::Return(command) => ("return", command.span),
            BuiltinCommand::Exit(command) => ("exit", command.span),
        };
        let mut at = self.clamped(span).start;
        let before = builtin_assignments(builtin).iter().map(|one| one.span);
        let mut before: Vec<Found> = before.chain(redirects.iter().map(|one| one.span)).collect();
        before.sort_by_key(|span| span.start.offset());
        for span in before {
            let gap = self.text.get(at..span.start.offset()).unwrap_or(name);
            if gap.contains(name) {
                break;
            }
            at = self.clamped(span).end;
        }
        let start = at + self.text.get(at..).and_then(|text| text.find(name)).unwrap_or(0);
        let mut words = vec![self.plain(start, name)];
        for part in builtin_parts(builtin) {
            if let Part::Word(word) = part {
                words.push(self.word(word));
            }
        }
        words
    }

    pub(super) fn declaration_words(&self, decl: &DeclClause) -> Vec<Read> {
        let mut words = vec![self.plain(self.clamped(decl.variant_span).start, decl.variant.as_str())];
        words.extend(decl.operands.iter().map(|operand| match operand {
            DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => self.word(word),
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

    /// The span of a statement without its terminator and the blanks before that.
    fn trimmed(&self, stmt: &Stmt) -> Span {
        let mut range = self.clamped(stmt.span);
        if let Some(end) = stmt.terminator_span {
            range.end = range.end.min(end.start.offset()).max(range.start);
        }
        let text = self.text.get(range.clone()).unwrap_or_default();
        let length = text.trim_end().trim_end_matches("\\\n").trim_end().len();
        let at = |offset: usize| self.offset.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(at(range.start), at(range.start + length))
    }
}

impl Part<'_> {
    fn start(&self) -> usize {
        match self {
            Self::Word(word) => word.span.start.offset(),
            Self::Assignment(assignment) => assignment.span.start.offset(),
            Self::Redirect(redirect) => redirect.span.start.offset(),
        }
    }
}

/// The word that shuck puts where a command has none.
pub(super) fn is_missing(name: &Word) -> bool {
    name.span.start.offset() == name.span.end.offset()
}

fn builtin_assignments(builtin: &BuiltinCommand) -> &[Assignment] {
    match builtin {
        BuiltinCommand::Break(command) => &command.assignments,
        BuiltinCommand::Continue(command) => &command.assignments,
        BuiltinCommand::Return(command) => &command.assignments,
        BuiltinCommand::Exit(command) => &command.assignments,
    }
}

fn builtin_parts(builtin: &BuiltinCommand) -> Vec<Part<'_>> {
    let (first, rest) = match builtin {
        BuiltinCommand::Break(command) => (&command.depth, &command.extra_args),
        BuiltinCommand::Continue(command) => (&command.depth, &command.extra_args),
        BuiltinCommand::Return(command) => (&command.code, &command.extra_args),
        BuiltinCommand::Exit(command) => (&command.code, &command.extra_args),
    };
    first.iter().chain(rest).map(Part::Word).collect()
}

fn operand_part(operand: &DeclOperand) -> Option<Part<'_>> {
    match operand {
        DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => Some(Part::Word(word)),
        DeclOperand::Assignment(assignment) => Some(Part::Assignment(assignment)),
        DeclOperand::Name(_) => None,
    }
}
