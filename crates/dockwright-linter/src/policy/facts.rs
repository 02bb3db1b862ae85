//! The facts that policies can match. They are documented in `docs/policy.md` and must not change.

use crate::semantic::expand::{ExpansionMode, expand};
use crate::semantic::reference::ImageReference;
use crate::semantic::{Run, Semantics, Stage, StageBaseKind, View, read_run_script};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Word};

/// A word of the file, in all spellings that a pattern may match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PolicyFact {
    pub texts: Vec<String>,
    pub span: Span,
}

/// A program that is run. A command with a wrapper (`sudo apt-get`) counts as two: `sudo` and `apt-get`.
#[derive(Debug)]
pub(super) struct CommandFacts {
    /// The name, without its directory and as written.
    pub name: PolicyFact,
    pub arguments: Vec<PolicyFact>,
}

/// The facts about an instruction.
#[derive(Debug)]
pub(super) struct InstructionFacts {
    /// The keyword; of a trigger, that of the instruction after it, and `ONBUILD`.
    pub instruction: PolicyFact,
    /// The image that FROM names, or the one that the stage of any other instruction is built on.
    pub image: Option<PolicyFact>,
    /// Whether it is FROM.
    pub(crate) names_image: bool,
    /// `name` and `name=value`.
    pub flags: Vec<PolicyFact>,
    pub commands: Vec<CommandFacts>,
    /// The words of an instruction without commands.
    pub arguments: Vec<PolicyFact>,
    /// Whether it is in the last stage, or in one that the last stage is built on.
    pub shipped: bool,
}

impl InstructionFacts {
    pub(super) fn collect(semantics: &Semantics<'_>, outer: &Instruction<'_>) -> Self {
        let inner = match &outer.arguments {
            Arguments::Onbuild(inner) => inner.as_ref(),
            _ => outer,
        };
        let mut keyword = PolicyFact::new(inner.keyword.span, inner.keyword.text.as_ref());
        if !std::ptr::eq(inner, outer) {
            keyword.texts.push(outer.keyword.text.to_string());
        }
        let reader = FactReader { semantics, outer };
        let stage = semantics.stage_at(outer.span.start);
        Self {
            instruction: keyword,
            image: reader.base_image_fact(stage),
            names_image: inner.kind == Kind::From,
            flags: reader.flag_facts(inner),
            commands: reader.facts_of_commands(inner),
            arguments: reader.argument_facts(inner),
            shipped: stage.is_some_and(|stage| stage.ships),
        }
    }
}

impl PolicyFact {
    fn new(span: Span, text: impl Into<String>) -> Self {
        Self { texts: vec![text.into()], span }
    }

    /// Adds another spelling.
    fn with_alternative_spelling(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
        self
    }
}

struct FactReader<'r, 'a> {
    semantics: &'r Semantics<'a>,
    /// The instruction at top level.
    outer: &'r Instruction<'r>,
}

impl FactReader<'_, '_> {
    fn base_image_fact(&self, stage: Option<&Stage<'_>>) -> Option<PolicyFact> {
        let is_from = self.outer.kind == Kind::From;
        let root = if is_from { stage? } else { self.semantics.stage_chain(stage?.index).last()? };
        let build = self.semantics.build.stages.get(root.index)?;
        // FROM may name another stage; it then has no image.
        if matches!(build.base, StageBaseKind::Stage(_)) || !build.image.known {
            return None;
        }
        let text = build.image.result.as_ref().ok()?;
        let image = PolicyFact::new(root.image_word.span, text.as_ref());
        if build.base == StageBaseKind::Scratch {
            return Some(image);
        }
        let Ok(reference) = ImageReference::parse(text) else { return Some(image) };
        let tag = reference.tag().map(|tag| format!(":{tag}"));
        let tag = tag.or_else(|| reference.digest().is_none().then(|| ":latest".to_string()));
        let tag = tag.unwrap_or_default();
        let full = reference.repository();
        let mut names = vec![full.clone()];
        let short = full.strip_prefix("docker.io/");
        names.extend(short.map(str::to_string));
        names.extend(short.and_then(|name| name.strip_prefix("library/")).map(str::to_string));
        let spellings = names.iter().flat_map(|name| [name.clone(), format!("{name}{tag}")]);
        let digest = reference.digest().map(|digest| format!("{full}{tag}@{digest}"));
        Some(spellings.chain(digest).fold(image, PolicyFact::with_alternative_spelling))
    }

    /// A word of the instruction, expanded.
    fn fact_of_word(&self, word: &Word<'_>) -> PolicyFact {
        PolicyFact::new(word.span, self.expand_text(&word.text))
    }

    /// The text with the values of variables that the file sets; as written if one is unknown.
    fn expand_text(&self, text: &str) -> String {
        let build = &self.semantics.build;
        let scope = if self.outer.kind == Kind::From {
            build.global
        } else {
            build.scopes.scope_before(self.outer.span.start)
        };
        let environment = build.scopes.environment(scope);
        let expansion = expand(text, self.semantics.file.escape, ExpansionMode::Word, &environment);
        match expansion.result {
            Ok(value) if expansion.known => value.into_owned(),
            _ => text.to_string(),
        }
    }

    fn flag_facts(&self, inner: &Instruction<'_>) -> Vec<PolicyFact> {
        let flags = inner.flags.iter().map(|flag| {
            let name = flag.name.text.as_ref();
            let fact = PolicyFact::new(flag.span, name);
            match &flag.value {
                Some(value) => {
                    fact.with_alternative_spelling(format!("{name}={}", self.expand_text(&value.text)))
                }
                None => fact,
            }
        });
        flags.collect()
    }

    fn argument_facts(&self, inner: &Instruction<'_>) -> Vec<PolicyFact> {
        match &inner.arguments {
            Arguments::From(from) => from.alias.iter().map(|alias| self.fact_of_word(&alias.name)).collect(),
            Arguments::Paths(paths) => {
                let sources = paths.sources.iter().map(crate::syntax::Source::word);
                sources.chain(&paths.destination).map(|word| self.fact_of_word(word)).collect()
            }
            Arguments::List { words, .. } if inner.kind == Kind::Expose => {
                words.iter().map(|word| fact_without_suffix(self.fact_of_word(word), '/')).collect()
            }
            Arguments::List { words, .. } => words.iter().map(|word| self.fact_of_word(word)).collect(),
            Arguments::Pairs { pairs, .. } => {
                let pairs = pairs.iter().map(|pair| {
                    let key = self.expand_text(&pair.key.text);
                    let both = format!("{key}={}", self.expand_text(&pair.value.text));
                    PolicyFact::new(pair.key.span.enclosing_span(pair.value.span), both)
                        .with_alternative_spelling(key)
                });
                pairs.collect()
            }
            Arguments::Declarations(declarations) => {
                let declarations = declarations.iter().map(|one| {
                    let name = one.name.text.as_ref();
                    match &one.default {
                        Some(default) => {
                            let both = format!("{name}={}", self.expand_text(&default.text));
                            PolicyFact::new(one.name.span.enclosing_span(default.span), both)
                                .with_alternative_spelling(name)
                        }
                        None => PolicyFact::new(one.name.span, name),
                    }
                });
                declarations.collect()
            }
            Arguments::Text(word) if inner.kind == Kind::User => {
                vec![fact_without_suffix(self.fact_of_word(word), ':')]
            }
            Arguments::Text(word) => vec![self.fact_of_word(word)],
            Arguments::Command(_)
            | Arguments::Healthcheck(_)
            | Arguments::Onbuild(_)
            | Arguments::Unreadable => Vec::new(),
        }
    }

    fn facts_of_commands(&self, inner: &Instruction<'_>) -> Vec<CommandFacts> {
        if let Some(run) = self.semantics.runs.iter().find(|run| run.instruction.span == inner.span) {
            let commands = &run.script.commands;
            return commands.iter().flat_map(|command| self.facts_of_command(Some(run), command)).collect();
        }
        let line: &CommandLine<'_> = match &inner.arguments {
            Arguments::Command(line) => line,
            Arguments::Healthcheck(healthcheck) => match &healthcheck.command {
                Some(line) => line,
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let script = read_run_script(self.semantics.file, inner, line, View::Exact);
        script.commands.iter().flat_map(|command| self.facts_of_command(None, command)).collect()
    }

    /// A command, and the wrappers before it.
    fn facts_of_command(&self, run: Option<&Run<'_>>, command: &ShellCommand) -> Vec<CommandFacts> {
        let text = |word: &ShellWord| {
            let known = run.and_then(|run| self.semantics.known_text_of_word(run, word));
            PolicyFact::new(word.span, known.unwrap_or_else(|| word.text.clone()))
        };
        let wrappers = command.wrappers.iter().filter_map(|wrapper| {
            let name = command.words.get(wrapper.at)?;
            let rest = command.words.get(wrapper.at + 1..).unwrap_or_default();
            let name = PolicyFact::new(name.span, wrapper.name.as_str())
                .with_alternative_spelling(name.text.as_str());
            Some(CommandFacts { name, arguments: rest.iter().map(text).collect() })
        });
        let mut found: Vec<CommandFacts> = wrappers.collect();
        if let (Some(name), Some(word)) = (&command.name, command.words.get(command.name_at)) {
            let base = name.rsplit('/').next().unwrap_or(name);
            let name = PolicyFact::new(word.span, base)
                .with_alternative_spelling(name.as_str())
                .with_alternative_spelling(word.text.as_str());
            // The options of a wrapper precede the program.
            let arguments = match &command.given {
                Some(given) => given.as_slice(),
                None => command.words.get(command.name_at + 1..).unwrap_or_default(),
            };
            found.push(CommandFacts { name, arguments: arguments.iter().map(text).collect() });
        }
        found
    }
}

/// The fact, also without the text from the separator on: `22` for `22/tcp`.
fn fact_without_suffix(fact: PolicyFact, sign: char) -> PolicyFact {
    match fact.texts.first().and_then(|text| text.split_once(sign)) {
        Some((start, _)) => {
            let start = start.to_string();
            fact.with_alternative_spelling(start)
        }
        None => fact,
    }
}
