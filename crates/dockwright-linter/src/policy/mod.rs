//! A team's own rules: `[[policy]]` entries of a configuration, matched against facts about instructions.

mod examples;
mod facts;
mod pattern;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::Rule;
use crate::semantic::{BuildInputs, Semantics, Stage, View};
use crate::source::Span;
use crate::syntax::Dockerfile;

pub use examples::check_examples;
pub use pattern::FactPattern;

use facts::{InstructionFacts, PolicyFact};

/// The name of every policy in reports, in place of the name of a rule.
pub const NAME: &str = "policy";

/// A policy: a team's own rule, from a `[[policy]]` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub code: &'static str,
    /// One line.
    pub message: String,
    pub help: Option<String>,
    pub severity: Severity,
    pub conditions: PolicyConditions,
    pub examples: Examples,
}

/// The conditions that an instruction must meet to be reported; all given ones must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyConditions {
    pub instruction: Option<FactPattern>,
    pub command: Option<FactPattern>,
    /// Each must match an argument of the same command or instruction.
    pub arguments: Vec<FactPattern>,
    pub image: Option<FactPattern>,
    /// Each must match a flag of the instruction.
    pub flags: Vec<FactPattern>,
    pub shipped: Option<bool>,
}

/// Dockerfiles that a policy must report, and others that it must not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examples {
    pub bad: Vec<String>,
    pub good: Vec<String>,
}

impl Policy {
    /// A code in the form that diagnostics require. Each distinct code stays in memory until the program ends.
    #[must_use]
    pub fn intern_policy_code(code: &str) -> &'static str {
        static CODES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
        let mut codes = CODES.lock().unwrap_or_else(PoisonError::into_inner);
        let codes = codes.get_or_insert_default();
        if let Some(known) = codes.get(code) {
            return known;
        }
        let code: &'static str = Box::leak(code.to_string().into_boxed_str());
        codes.insert(code);
        code
    }
}

/// The diagnostics of policies, in the order of the file. Policies see the file as BuildKit reads it.
#[must_use]
pub(crate) fn diagnostics(
    policies: &[Arc<Policy>],
    file: &Dockerfile<'_>,
    semantics: &Semantics<'_>,
    inputs: &BuildInputs,
) -> Vec<Diagnostic> {
    if policies.is_empty() {
        return Vec::new();
    }
    if semantics.view != View::Exact {
        return diagnostics(policies, file, &Semantics::with_inputs(file, View::Exact, inputs), inputs);
    }
    let mut found = Vec::new();
    for instruction in file.instructions() {
        let facts = InstructionFacts::collect(semantics, instruction);
        for policy in policies {
            let spans = policy.conditions.matches(&facts);
            found.extend(spans.into_iter().map(|span| policy.diagnostic(semantics, instruction.span, span)));
        }
    }
    found
}

impl Policy {
    /// The policy as a Markdown page.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = format!(
            "# {} {NAME}\n\n{}.\n\nA policy of the configuration. Severity: {}.\n",
            self.code,
            self.message,
            self.severity.as_str()
        );
        if let Some(help) = &self.help {
            page += &format!("\nWhat to do: {help}.\n");
        }
        for (caption, examples) in [("Bad", &self.examples.bad), ("Good", &self.examples.good)] {
            for example in examples {
                page += &format!("\n**{caption}:**\n\n```dockerfile\n{}\n```\n", example.trim());
            }
        }
        page
    }

    fn diagnostic(&self, semantics: &Semantics<'_>, anchor: Span, span: Span) -> Diagnostic {
        Diagnostic {
            code: self.code,
            name: NAME,
            severity: self.severity,
            help: self.help.clone(),
            stage: semantics.stage_at(anchor.start).map(Stage::display_name),
            ..Rule::DOCKWRIGHT.diagnostic(anchor, span, &self.message)
        }
    }
}

impl PolicyConditions {
    /// Where to report an instruction: once for each command that matches, if it has conditions about commands or
    /// arguments, otherwise once. Empty if a condition is not met.
    fn matches(&self, facts: &InstructionFacts) -> Vec<Span> {
        let mut place = facts.instruction.span;
        if let Some(pattern) = &self.instruction
            && !pattern.matches_keyword(&facts.instruction)
        {
            return Vec::new();
        }
        if self.shipped.is_some_and(|shipped| shipped != facts.shipped) {
            return Vec::new();
        }
        if let Some(pattern) = &self.image {
            match facts.image.as_ref().filter(|image| pattern.matches(image)) {
                // Only FROM names its image; elsewhere, it is that of the stage.
                Some(image) if facts.names_image => place = image.span,
                Some(_) => {}
                None => return Vec::new(),
            }
        }
        let Some(place) = last_matching_span(&self.flags, &facts.flags, place) else { return Vec::new() };
        if self.command.is_none() && (self.arguments.is_empty() || facts.commands.is_empty()) {
            return last_matching_span(&self.arguments, &facts.arguments, place).into_iter().collect();
        }
        let commands = facts.commands.iter().filter_map(|command| {
            let name = match &self.command {
                Some(pattern) => pattern.matches(&command.name).then_some(command.name.span)?,
                None => command.name.span,
            };
            last_matching_span(&self.arguments, &command.arguments, name)
        });
        let mut spans: Vec<Span> = commands.collect();
        spans.dedup();
        spans
    }
}

/// Where the last of the patterns matches, or `default` if there are no patterns; `None` if one of them matches no fact.
fn last_matching_span(patterns: &[FactPattern], facts: &[PolicyFact], default: Span) -> Option<Span> {
    let mut last = default;
    for pattern in patterns {
        last = facts.iter().find(|fact| pattern.matches(fact))?.span;
    }
    Some(last)
}
