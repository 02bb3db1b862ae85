//! Variables: ARG, ENV, and where the builder or a shell replaces them.
//!
//! Declarations belong together if one inherits the value of the other: a later ENV of the same name, a stage built
//! on another, and all ARGs of one name, because `--build-arg` sets them all.

use std::collections::HashMap;

use super::{Occurrence, OccurrenceRole, Occurrences, Symbol, UndeclaredVariable};
use crate::semantic::expand::{ExpansionMode, NoVariables, expand};
use crate::semantic::scope::{ScopeId, VariableOrigin};
use crate::semantic::{Semantics, shell_span};
use crate::shell;
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Source, Word};

pub(super) fn collect_variables(semantics: &Semantics<'_>, found: &mut Occurrences) {
    let mut collector = VariableCollector {
        semantics,
        declared: Vec::new(),
        groups: Vec::new(),
        uses: Vec::new(),
        undeclared: Vec::new(),
    };
    for instruction in semantics.file.instructions() {
        collector.visit_instruction(instruction);
    }
    collector.join_build_arguments();
    let symbol = |declared: &HashMap<Span, Symbol>, span: &Span| declared.get(span).copied();
    let symbols = collector.assign_symbols();
    for declaration in &collector.declared {
        let Some(own) = symbol(&symbols, &declaration.span) else { continue };
        found.all.push(Occurrence {
            span: declaration.span,
            reach: declaration.span,
            symbol: own,
            role: OccurrenceRole::Declaration,
            definition: declaration.definition,
            spelled: true,
        });
    }
    for place in &collector.uses {
        let Some(own) = symbol(&symbols, &place.definition) else { continue };
        found.all.push(Occurrence {
            span: place.span,
            reach: place.reach,
            symbol: own,
            role: OccurrenceRole::Use,
            definition: place.definition,
            spelled: place.spelled,
        });
    }
    found.undeclared = collector.undeclared;
}

struct VariableCollector<'s, 'a> {
    semantics: &'s Semantics<'a>,
    declared: Vec<DeclaredVariable>,
    /// Pairs of declarations that belong together, by span.
    groups: Vec<(Span, Span)>,
    uses: Vec<VariablePlace>,
    undeclared: Vec<UndeclaredVariable>,
}

struct DeclaredVariable {
    name: String,
    span: Span,
    definition: Span,
    is_argument: bool,
}

struct VariablePlace {
    span: Span,
    reach: Span,
    definition: Span,
    spelled: bool,
}

/// The context of a word.
struct VariableUseSite<'i> {
    instruction: &'i Instruction<'i>,
    scope: ScopeId,
    /// Whether the text is read when a container runs: build arguments are unset then.
    at_run_time: bool,
}

impl VariableCollector<'_, '_> {
    fn visit_instruction(&mut self, instruction: &Instruction<'_>) {
        let build = &self.semantics.build;
        let start = instruction.span.start;
        let scope =
            if instruction.kind == Kind::From { build.global } else { build.scopes.scope_before(start) };
        let site = VariableUseSite { instruction, scope, at_run_time: false };
        match &instruction.arguments {
            // The variables of a trigger may be declared in the image; its other text is read in another
            // build.
            Arguments::Onbuild(inner) => {
                let inner = VariableUseSite { instruction: inner, scope, at_run_time: true };
                self.visit_arguments(&inner);
            }
            _ => self.visit_arguments(&site),
        }
    }

    fn visit_arguments(&mut self, site: &VariableUseSite<'_>) {
        let instruction = site.instruction;
        for flag in &instruction.flags {
            flag.value.iter().for_each(|value| self.visit_word(site, value));
        }
        match &instruction.arguments {
            Arguments::From(from) => self.visit_word(site, &from.image),
            Arguments::Declarations(declarations) => {
                for declaration in declarations {
                    declaration.default.iter().for_each(|default| self.visit_word(site, default));
                    self.declare_argument(site, &declaration.name, declaration.default.is_some());
                }
            }
            Arguments::Pairs { pairs, .. } => {
                for pair in pairs {
                    self.visit_word(site, &pair.value);
                    if instruction.kind == Kind::Env {
                        self.declare(site, &pair.key, pair.key.span, false);
                    } else {
                        self.visit_word(site, &pair.key);
                    }
                }
            }
            Arguments::Paths(paths) => {
                for source in &paths.sources {
                    match source {
                        Source::Path(word) => self.visit_word(site, word),
                        Source::Heredoc(_, Some(index)) => self.visit_heredoc_body(site, *index),
                        Source::Heredoc(_, None) => {}
                    }
                }
                paths.destination.iter().for_each(|word| self.visit_word(site, word));
            }
            Arguments::List { words, .. } => words.iter().for_each(|word| self.visit_word(site, word)),
            Arguments::Text(word) => self.visit_word(site, word),
            Arguments::Command(line) if instruction.kind != Kind::Shell => self.visit_command(site, line),
            Arguments::Healthcheck(check) => {
                check.command.iter().for_each(|line| self.visit_command(site, line));
            }
            Arguments::Command(_) | Arguments::Onbuild(_) | Arguments::Unreadable => {}
        }
    }

    /// Finds the variables in a word that the builder expands.
    fn visit_word(&mut self, site: &VariableUseSite<'_>, word: &Word<'_>) {
        let source = self.semantics.file.source;
        let expansion = expand(&word.text, self.semantics.file.escape, ExpansionMode::Word, &NoVariables);
        let verbatim = word.is_verbatim(source);
        let mut from = 0;
        for used in &expansion.uses {
            let place = if verbatim {
                Some((
                    word.span_of_range(used.name_range.clone(), source),
                    word.span_of_range(used.range.clone(), source).start,
                ))
            } else {
                next_variable(word.span, source, used.name, &mut from)
            };
            match place {
                Some((name, dollar)) => self.add_variable_use(site, used.name, name, dollar, true),
                None => self.add_variable_use(site, used.name, word.span, word.span.start, false),
            }
        }
    }

    /// Finds the variables in the body of a heredoc of COPY or ADD.
    fn visit_heredoc_body(&mut self, site: &VariableUseSite<'_>, index: usize) {
        let Some(heredoc) = site.instruction.heredocs.get(index).filter(|heredoc| heredoc.expand) else {
            return;
        };
        let Ok(text) = std::str::from_utf8(heredoc.body.bytes(self.semantics.file.source)) else { return };
        for used in expand(text, b'\\', ExpansionMode::HeredocBody, &NoVariables).uses {
            let at = |offset: usize| heredoc.body.start + u32::try_from(offset).unwrap_or(0);
            let name = Span::new(at(used.name_range.start), at(used.name_range.end));
            self.add_variable_use(site, used.name, name, at(used.range.start), true);
        }
    }

    /// Finds the variables in text that a shell reads.
    fn visit_command(&mut self, site: &VariableUseSite<'_>, line: &CommandLine<'_>) {
        let source = self.semantics.file.source;
        let instruction = site.instruction;
        let site = VariableUseSite {
            instruction,
            scope: site.scope,
            at_run_time: site.at_run_time || instruction.kind != Kind::Run,
        };
        match line {
            CommandLine::Shell(text) => {
                let span = shell_span(source, instruction, text.span, self.semantics.view);
                let text = shell::mask_continuations(source, span, &instruction.continuations);
                self.visit_shell_text(&site, &text, span.start);
            }
            // Only a shell that is named there reads variables.
            CommandLine::Exec { words, .. } => {
                if !words.first().is_some_and(|word| word.text.ends_with("sh")) {
                    return;
                }
                for word in words {
                    let inner = Span::new(word.span.start + 1, word.span.end.saturating_sub(1));
                    if inner.start < inner.end && inner.bytes(source) == word.text.as_bytes() {
                        self.visit_shell_text(&site, &word.text, inner.start);
                    }
                }
            }
        }
    }

    fn visit_shell_text(&mut self, site: &VariableUseSite<'_>, text: &str, start: u32) {
        for used in shell::find_variable_uses(text) {
            let at = |offset: usize| start + u32::try_from(offset).unwrap_or(0);
            let lead = used.name.as_ptr() as usize - text.as_ptr() as usize;
            let name = Span::new(at(lead), at(lead + used.name.len()));
            self.add_variable_use(site, used.name, name, at(used.range.start), true);
        }
    }

    fn add_variable_use(
        &mut self,
        site: &VariableUseSite<'_>,
        name: &str,
        span: Span,
        dollar: u32,
        spelled: bool,
    ) {
        let binding = self.semantics.build.scopes.get(site.scope, name);
        let Some(binding) =
            binding.filter(|binding| !site.at_run_time || binding.origin == VariableOrigin::Env)
        else {
            return self.add_use_of_previous_word(site, name, span, dollar, spelled);
        };
        let Some(definition) = binding.declared else { return self.add_undeclared(span, dollar, spelled) };
        self.uses.push(VariablePlace { span, reach: self.reach(dollar, span), definition, spelled });
    }

    fn add_undeclared(&mut self, span: Span, dollar: u32, spelled: bool) {
        if spelled {
            self.undeclared.push(UndeclaredVariable { span, reach: self.reach(dollar, span) });
        }
    }

    /// The name with the `$` or `${` before it and the `}` directly after it.
    fn reach(&self, dollar: u32, name: Span) -> Span {
        let source = self.semantics.file.source;
        let is_braced = Span::new(dollar, name.start).bytes(source) == b"${";
        let closes = is_braced && source.get(name.end as usize) == Some(&b'}');
        Span::new(dollar, name.end + u32::from(closes))
    }

    /// `ARG A=1 B=$A`: the words of an ARG see the values of previous words.
    fn add_use_of_previous_word(
        &mut self,
        site: &VariableUseSite<'_>,
        name: &str,
        span: Span,
        dollar: u32,
        spelled: bool,
    ) {
        if site.instruction.kind != Kind::Arg {
            return self.add_undeclared(span, dollar, spelled);
        }
        let before =
            self.declared.iter().rev().take_while(|one| one.span.start > site.instruction.span.start);
        let Some(neighbor) = before.filter(|one| one.name == name).map(|one| one.span).next() else {
            return self.add_undeclared(span, dollar, spelled);
        };
        let reach = self.reach(dollar, span);
        self.uses.push(VariablePlace { span, reach, definition: neighbor, spelled });
    }

    fn declare_argument(&mut self, site: &VariableUseSite<'_>, name: &Word<'_>, has_default: bool) {
        let build = &self.semantics.build;
        let in_stage = self.semantics.stage_at(site.instruction.span.start).is_some();
        let outside = build.scopes.get(build.global, &name.text).filter(|_| in_stage && !has_default);
        let definition = outside.and_then(|outside| outside.declared).unwrap_or(name.span);
        self.declare(site, name, definition, true);
    }

    fn declare(&mut self, site: &VariableUseSite<'_>, name: &Word<'_>, definition: Span, is_argument: bool) {
        let is_part = |c: char| c == '_' || c.is_ascii_alphanumeric();
        if name.is_empty() || !name.text.chars().all(is_part) || !name.is_verbatim(self.semantics.file.source)
        {
            return;
        }
        let earlier = self.semantics.build.scopes.get(site.scope, &name.text);
        self.groups.extend(earlier.and_then(|earlier| earlier.declared).map(|earlier| (name.span, earlier)));
        self.groups.push((name.span, definition));
        self.declared.push(DeclaredVariable {
            name: name.text.to_string(),
            span: name.span,
            definition,
            is_argument,
        });
    }

    /// Joins all ARGs of one name, because they are one build argument.
    fn join_build_arguments(&mut self) {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for argument in self.declared.iter().filter(|one| one.is_argument) {
            let first = *first.entry(&argument.name).or_insert(argument.span);
            self.groups.push((argument.span, first));
        }
    }

    /// The symbol of each declaration.
    fn assign_symbols(&self) -> HashMap<Span, Symbol> {
        let numbers: HashMap<Span, usize> =
            self.declared.iter().enumerate().map(|(number, one)| (one.span, number)).collect();
        let mut parents: Vec<usize> = (0..self.declared.len()).collect();
        for (one, other) in &self.groups {
            let (Some(one), Some(other)) = (numbers.get(one), numbers.get(other)) else { continue };
            let (one, other) = (find_set_root(&parents, *one), find_set_root(&parents, *other));
            if let Some(parent) = parents.get_mut(one.max(other)) {
                *parent = one.min(other);
            }
        }
        let symbol =
            |(span, number): (&Span, &usize)| (*span, Symbol::Variable(find_set_root(&parents, *number)));
        numbers.iter().map(symbol).collect()
    }
}

fn find_set_root(parents: &[usize], mut at: usize) -> usize {
    while let Some(parent) = parents.get(at).filter(|parent| **parent != at) {
        at = *parent;
    }
    at
}

/// The next `$NAME` or `${NAME` in the bytes of a span: the span of the name, and the offset of the dollar sign.
fn next_variable(span: Span, source: &[u8], name: &str, from: &mut usize) -> Option<(Span, u32)> {
    let bytes = span.bytes(source);
    let at = (*from..bytes.len()).find(|at| {
        let rest = bytes.get(*at..).unwrap_or_default();
        let rest = rest.strip_prefix(b"$").map(|rest| rest.strip_prefix(b"{").unwrap_or(rest));
        let after = rest.and_then(|rest| rest.strip_prefix(name.as_bytes()));
        after.is_some_and(|after| !after.first().is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_'))
    })?;
    let braced = bytes.get(at + 1) == Some(&b'{');
    let start = span.start + u32::try_from(at).ok()?;
    let lead = start + 1 + u32::from(braced);
    *from = at + 1;
    Some((Span::new(lead, lead + u32::try_from(name.len()).ok()?), start))
}
