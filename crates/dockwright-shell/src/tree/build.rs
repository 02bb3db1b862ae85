//! From shuck's tree to [`ShellTree`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use shuck_ast::{
    ArithmeticForCommand, BinaryOp, BuiltinCommand, CaseCommand, Command as Found, CompoundCommand,
    DeclOperand, ForCommand, ForSyntax, FunctionDef, IfCommand, IfSyntax, Redirect, Span, Stmt, StmtSeq,
};
use shuck_parser::parser::Parser;

use super::cursor::TokenCursor;
use super::{
    AndOrList, Branch, CaseItem, Command, CommandKind, List, LoopHeader, Pipeline, ShellTree, Statement,
    Tokens,
};
use crate::limits;

/// Parses shell text that `mask` has prepared, with the grammar of Bash. `offset` is the position of the text in the
/// file, in bytes; spans are relative to the file.
///
/// `None` if the text cannot be parsed completely, or contains something that a layout cannot move: comments,
/// heredocs, lines that end a command, the syntax of other shells.
pub fn parse_tree(text: &str, offset: u32) -> Option<ShellTree> {
    if !limits::is_within_limits(text) {
        return None;
    }
    let read = || {
        let parsed = Parser::new(text).parse();
        if !parsed.is_ok() {
            return None;
        }
        let mut builder = TreeBuilder(TokenCursor::new(text, offset));
        let list = builder.convert_list(&parsed.file.body)?;
        builder.0.rest().is_empty().then_some(ShellTree { tokens: builder.0.tokens, list })
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

struct TreeBuilder<'t>(TokenCursor<'t>);

impl TreeBuilder<'_> {
    fn tokens_from(&self, first: usize) -> Tokens {
        first..self.0.next_index()
    }

    fn convert_list(&mut self, list: &StmtSeq) -> Option<List> {
        let first = self.0.next_index();
        let mut statements = Vec::new();
        for stmt in list.iter() {
            let chain = self.convert_chain(stmt)?;
            let rest = self.0.rest();
            let is_end = match rest.as_bytes() {
                [b';', b';' | b'&', ..] | [b'&', b'&' | b'>', ..] => false,
                [b';' | b'&', ..] => true,
                _ => false,
            };
            let end = if is_end { Some(self.0.take(1)?) } else { None };
            statements.push(Statement { chain, end });
        }
        Some(List { statements, tokens: self.tokens_from(first) })
    }

    fn convert_chain(&mut self, stmt: &Stmt) -> Option<AndOrList> {
        let first = self.0.next_index();
        let mut pipelines = Vec::new();
        for (op, stmt) in operands_of_chain(stmt, |op| matches!(op, BinaryOp::And | BinaryOp::Or)) {
            let op = if let Some(span) = op { Some(self.0.take_node(span)?) } else { None };
            pipelines.push((op, self.convert_pipeline(stmt)?));
        }
        Some(AndOrList { pipelines, tokens: self.tokens_from(first) })
    }

    fn convert_pipeline(&mut self, stmt: &Stmt) -> Option<Pipeline> {
        let first = self.0.next_index();
        let mut commands = Vec::new();
        let is_chain = matches!(&stmt.command, Found::Binary(_));
        let negation = self.take_negation(is_chain && stmt.negated)?;
        for (op, stmt) in operands_of_chain(stmt, |op| matches!(op, BinaryOp::Pipe | BinaryOp::PipeAll)) {
            let op = if let Some(span) = op { Some(self.0.take_node(span)?) } else { None };
            let mut command = self.convert_command(stmt)?;
            if op.is_none() && !negation.is_empty() {
                if !command.negation.is_empty() {
                    return None;
                }
                command.tokens.start = negation.start;
                command.negation = negation.clone();
            }
            commands.push((op, command));
        }
        Some(Pipeline { commands, tokens: self.tokens_from(first) })
    }

    fn take_negation(&mut self, is_negated: bool) -> Option<Tokens> {
        let first = self.0.next_index();
        if is_negated {
            self.0.take_expected_token("!")?;
        }
        Some(self.tokens_from(first))
    }

    fn convert_command(&mut self, stmt: &Stmt) -> Option<Command> {
        let first = self.0.next_index();
        let negation = self.take_negation(stmt.negated)?;
        let kind = match &stmt.command {
            Found::Simple(_) | Found::Builtin(_) | Found::Decl(_) => {
                CommandKind::Simple(self.convert_simple_command(&stmt.command, &stmt.redirects)?)
            }
            Found::Compound(compound) => self.convert_compound(compound)?,
            Found::Function(function) => self.convert_function(function)?,
            Found::Binary(_) | Found::AnonymousFunction(_) => return None,
        };
        let after = self.0.next_index();
        if !matches!(kind, CommandKind::Simple(_)) {
            stmt.redirects.iter().try_for_each(|redirect| self.take_redirect(redirect))?;
        }
        let redirections = self.tokens_from(after);
        Some(Command { kind, tokens: self.tokens_from(first), negation, redirections })
    }

    fn convert_simple_command(&mut self, command: &Found, redirects: &[Redirect]) -> Option<Tokens> {
        enum BuiltinPart<'a> {
            Leaf(Span),
            Redirect(&'a Redirect),
        }
        let mut parts: Vec<(usize, BuiltinPart<'_>)> = Vec::new();
        let mut leaf = |span: Span| {
            if span.start.offset() < span.end.offset() {
                parts.push((span.start.offset(), BuiltinPart::Leaf(span)));
            }
        };
        let mut keyword = "";
        match command {
            Found::Simple(simple) => {
                leaf(simple.name.span);
                simple.args.iter().for_each(|word| leaf(word.span));
                simple.assignments.iter().for_each(|one| leaf(one.span));
            }
            Found::Decl(decl) => {
                leaf(decl.variant_span);
                decl.assignments.iter().for_each(|one| leaf(one.span));
                decl.operands.iter().for_each(|operand| match operand {
                    DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => leaf(word.span),
                    DeclOperand::Name(name) => leaf(name.span),
                    DeclOperand::Assignment(one) => leaf(one.span),
                });
            }
            Found::Builtin(builtin) => {
                let (name, first, more, assignments) = match builtin {
                    BuiltinCommand::Break(it) => ("break", &it.depth, &it.extra_args, &it.assignments),
                    BuiltinCommand::Continue(it) => ("continue", &it.depth, &it.extra_args, &it.assignments),
                    BuiltinCommand::Return(it) => ("return", &it.code, &it.extra_args, &it.assignments),
                    BuiltinCommand::Exit(it) => ("exit", &it.code, &it.extra_args, &it.assignments),
                };
                keyword = name;
                first.iter().chain(more).for_each(|word| leaf(word.span));
                assignments.iter().for_each(|one| leaf(one.span));
            }
            _ => return None,
        }
        let redirects = redirects.iter().map(|one| (one.span.start.offset(), BuiltinPart::Redirect(one)));
        parts.extend(redirects);
        parts.sort_by_key(|(start, _)| *start);
        let first = self.0.next_index();
        for (start, part) in parts {
            let before = self.0.next_index();
            self.0.take_words_before(start)?;
            if self.0.next_index() > before {
                keyword = "";
            }
            match part {
                BuiltinPart::Leaf(span) => drop(self.0.take_node(span)?),
                BuiltinPart::Redirect(redirect) => self.take_redirect(redirect)?,
            }
        }
        if !keyword.is_empty() {
            self.0.take_expected_token(keyword)?;
        }
        Some(self.tokens_from(first))
    }

    /// Takes the operator and the target of a redirection.
    fn take_redirect(&mut self, redirect: &Redirect) -> Option<()> {
        let target = redirect.word_target()?;
        if target.span.start.offset() <= redirect.span.start.offset() {
            // `2>&1` is one token to the parser.
            self.0.take_node(redirect.span)?;
            return Some(());
        }
        self.0.take_operator_before(target.span.start.offset())?;
        self.0.take_node(target.span)?;
        Some(())
    }

    fn convert_compound(&mut self, compound: &CompoundCommand) -> Option<CommandKind> {
        match compound {
            CompoundCommand::If(command) => self.convert_if_command(command),
            CompoundCommand::For(command) => self.convert_for_loop(command),
            CompoundCommand::ArithmeticFor(command) => self.convert_arithmetic_for(command),
            CompoundCommand::While(command) => {
                self.convert_while_loop("while", &command.condition, &command.body)
            }
            CompoundCommand::Until(command) => {
                self.convert_while_loop("until", &command.condition, &command.body)
            }
            CompoundCommand::Case(command) => self.convert_case(command),
            CompoundCommand::Subshell(body) => self.convert_group("(", body, ")"),
            CompoundCommand::BraceGroup(body) => self.convert_group("{", body, "}"),
            CompoundCommand::Arithmetic(command) => {
                self.convert_opaque_command(command.left_paren_span, command.right_paren_span)
            }
            CompoundCommand::Conditional(command) => {
                self.convert_opaque_command(command.left_bracket_span, command.right_bracket_span)
            }
            _ => None,
        }
    }

    fn convert_opaque_command(&mut self, open: Span, close: Span) -> Option<CommandKind> {
        self.0.take_node(Span { start: open.start, end: close.end })?;
        Some(CommandKind::Opaque)
    }

    fn convert_group(&mut self, open: &str, body: &StmtSeq, close: &str) -> Option<CommandKind> {
        let open = self.0.take_expected_token(open)?;
        let body = self.convert_list(body)?;
        let close = self.0.take_expected_token(close)?;
        Some(CommandKind::Group { open, body, close })
    }

    fn convert_if_command(&mut self, command: &IfCommand) -> Option<CommandKind> {
        if !matches!(command.syntax, IfSyntax::ThenFi { .. }) {
            return None;
        }
        let more = command.elif_branches.iter().map(|(condition, body)| ("elif", condition, body));
        let mut branches = Vec::new();
        for (keyword, condition, body) in
            std::iter::once(("if", &command.condition, &command.then_branch)).chain(more)
        {
            branches.push(Branch {
                keyword: self.0.take_expected_token(keyword)?,
                condition: self.convert_list(condition)?,
                then: self.0.take_expected_token("then")?,
                body: self.convert_list(body)?,
            });
        }
        let otherwise = match &command.else_branch {
            Some(body) => Some((self.0.take_expected_token("else")?, self.convert_list(body)?)),
            None => None,
        };
        Some(CommandKind::If { branches, otherwise, end: self.0.take_expected_token("fi")? })
    }

    fn convert_while_loop(
        &mut self,
        keyword: &str,
        condition: &StmtSeq,
        body: &StmtSeq,
    ) -> Option<CommandKind> {
        let keyword = self.0.take_expected_token(keyword)?;
        let header = LoopHeader::Condition { keyword, condition: self.convert_list(condition)? };
        self.convert_loop_body(header, body)
    }

    fn convert_for_loop(&mut self, command: &ForCommand) -> Option<CommandKind> {
        if !matches!(command.syntax, ForSyntax::InDoDone { .. }) {
            return None;
        }
        let first = self.0.next_index();
        self.0.take_expected_token("for")?;
        let [target] = command.targets.as_slice() else { return None };
        self.0.take_node(target.word.span)?;
        if command.words.is_some() {
            self.0.take_expected_token("in")?;
        }
        let name = self.tokens_from(first);
        let first = self.0.next_index();
        for word in command.words.iter().flatten() {
            self.0.take_node(word.span)?;
        }
        let words = self.tokens_from(first);
        let end = if self.0.rest().starts_with(';') { Some(self.0.take(1)?) } else { None };
        self.convert_loop_body(LoopHeader::Words { name, words, end }, &command.body)
    }

    fn convert_arithmetic_for(&mut self, command: &ArithmeticForCommand) -> Option<CommandKind> {
        command.done_span?;
        let first = self.0.next_index();
        self.0.take_expected_token("for")?;
        self.convert_opaque_command(command.left_paren_span, command.right_paren_span)?;
        let name = self.tokens_from(first);
        let words = self.0.next_index()..self.0.next_index();
        let end = if self.0.rest().starts_with(';') { Some(self.0.take(1)?) } else { None };
        self.convert_loop_body(LoopHeader::Words { name, words, end }, &command.body)
    }

    fn convert_loop_body(&mut self, header: LoopHeader, body: &StmtSeq) -> Option<CommandKind> {
        let body_keyword = self.0.take_expected_token("do")?;
        let body = self.convert_list(body)?;
        Some(CommandKind::Loop { header, body_keyword, body, end: self.0.take_expected_token("done")? })
    }

    fn convert_case(&mut self, command: &CaseCommand) -> Option<CommandKind> {
        let first = self.0.next_index();
        self.0.take_expected_token("case")?;
        self.0.take_node(command.word.span)?;
        self.0.take_expected_token("in")?;
        let header = self.tokens_from(first);
        let mut items = Vec::new();
        for item in &command.cases {
            let first = self.0.next_index();
            if self.0.rest().starts_with('(') {
                self.0.take(1)?;
            }
            for (at, pattern) in item.patterns.iter().enumerate() {
                if at > 0 {
                    self.0.take_expected_token("|")?;
                }
                self.0.take_node(pattern.span)?;
            }
            self.0.take_expected_token(")")?;
            let pattern = self.tokens_from(first);
            let body = self.convert_list(&item.body)?;
            let end = match [";;&", ";;", ";&"].iter().find(|end| self.0.rest().starts_with(**end)) {
                Some(end) => Some(self.0.take_expected_token(end)?),
                None => None,
            };
            items.push(CaseItem { pattern, body, end, tokens: self.tokens_from(first) });
        }
        Some(CommandKind::Case { header, items, end: self.0.take_expected_token("esac")? })
    }

    fn convert_function(&mut self, function: &FunctionDef) -> Option<CommandKind> {
        let first = self.0.next_index();
        if let Some(keyword) = function.header.function_keyword_span {
            self.0.take_node(keyword)?;
        }
        let [entry] = function.header.entries.as_slice() else { return None };
        self.0.take_node(entry.word.span)?;
        if function.header.trailing_parens_span.is_some() {
            self.0.take_expected_token("(")?;
            self.0.take_expected_token(")")?;
        }
        let header = self.tokens_from(first);
        if !matches!(function.body.command, Found::Compound(_)) {
            return None;
        }
        let body = Box::new(self.convert_command(&function.body)?);
        Some(CommandKind::Function { header, body })
    }
}

/// The operands of a left-nested chain of these operators, each with the operator before it.
fn operands_of_chain(stmt: &Stmt, of: impl Fn(BinaryOp) -> bool) -> Vec<(Option<Span>, &Stmt)> {
    let mut operands = Vec::new();
    let mut current = stmt;
    while let Found::Binary(binary) = &current.command
        && of(binary.op)
    {
        operands.push((Some(binary.op_span), &*binary.right));
        current = &binary.left;
    }
    operands.push((None, current));
    operands.reverse();
    operands
}
