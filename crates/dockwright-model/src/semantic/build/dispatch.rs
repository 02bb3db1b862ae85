//! Processes one instruction of a stage.

use std::borrow::Cow;

use super::directory::{WorkingDirectory, is_absolute, path_on_system_drive};
use super::pass::BuildPass;
use super::{
    BuildConversionStep, BuildRefusal, ExpandedValue, InstructionSite, RepeatedInstruction, StageWorkdir,
};
use crate::semantic::convert::port::{PortError, PortSpec};
use crate::semantic::convert::signal;
use crate::semantic::expand::{Environment, expand_words};
use crate::semantic::scope::{ScopeId, VariableBinding, VariableOrigin};
use crate::syntax::{
    Arguments, CommandLine, Declaration, Instruction, KeyValuePair, Kind, Word, quote_excerpt,
};

/// The label that replaces MAINTAINER.
pub const AUTHORS: &str = "org.opencontainers.image.authors";

impl<'a> BuildPass<'a, '_> {
    /// Processes one instruction; returns the environment after it.
    pub(super) fn process_instruction(&mut self, site: &InstructionSite<'a>, scope: ScopeId) -> ScopeId {
        let instruction = site.instruction;
        match (&instruction.arguments, instruction.kind) {
            (Arguments::Pairs { pairs, legacy }, kind) => {
                return self.process_pairs(site, scope, pairs, *legacy, kind);
            }
            (Arguments::Declarations(declarations), _) => {
                let mut scope = scope;
                for declaration in declarations {
                    scope = self.process_arg(site, scope, declaration);
                }
                return scope;
            }
            (Arguments::Paths(paths), _) => self.process_copy(site, scope, paths),
            (Arguments::Command(line), Kind::Cmd) => self.process_command(site, 0, line),
            (Arguments::Command(line), Kind::Entrypoint) => self.process_command(site, 1, line),
            (Arguments::Unreadable, Kind::Cmd) => self.record_shell_form(site, 0),
            (Arguments::Unreadable, Kind::Entrypoint) => self.record_shell_form(site, 1),
            (Arguments::Command(_) | Arguments::Unreadable, Kind::Run) => self.process_run_flags(site, scope),
            (Arguments::Command(CommandLine::Exec { .. }), Kind::Shell) => {
                if let Some(stage) = self.build.stages.get_mut(site.stage) {
                    stage.has_shell = true;
                }
            }
            (Arguments::Healthcheck(_), _) => self.record_replacement(site, 2),
            (Arguments::List { words, .. }, Kind::Expose) => self.process_expose(site, scope, words),
            (Arguments::List { words, .. }, Kind::Volume) => self.process_volume(site, scope, words),
            (Arguments::Text(word), Kind::Workdir) => self.process_workdir(site, scope, word),
            (Arguments::Text(word), Kind::Stopsignal) => self.check_stop_signal(site, scope, word),
            (Arguments::Text(word), Kind::User) => {
                self.expand_word(site, scope, word);
            }
            (Arguments::Onbuild(_), _) if !site.fired => {
                if let Some(stage) = self.build.stages.get_mut(site.stage) {
                    stage.triggers.push(instruction);
                }
            }
            _ => {}
        }
        scope
    }

    fn process_pairs(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        pairs: &'a [KeyValuePair<'a>],
        legacy: bool,
        kind: Kind,
    ) -> ScopeId {
        if legacy {
            self.build.facts.legacy_pairs.push(*site);
        }
        let mut after = scope;
        for pair in pairs {
            let key = self.expand_word(site, scope, &pair.key);
            let value = self.expand_word(site, scope, &pair.value);
            if kind == Kind::Label
                && key.value() == AUTHORS
                && let Some(stage) = self.build.stages.get_mut(site.stage)
            {
                stage.has_authors = true;
            }
            if kind != Kind::Env {
                continue;
            }
            let binding = VariableBinding {
                origin: VariableOrigin::Env,
                certain: key.certain && value.certain,
                known: key.known && value.known,
                value: Some(value.result.unwrap_or_default()),
                declared: Some(pair.key.span),
            };
            let literal = key.value() == pair.key.text;
            let name = key.result.unwrap_or_default();
            self.build.facts.keys.push(ExpandedValue {
                site: *site,
                span: site.report_span(pair.key.span),
                value: name.clone(),
                literal,
                certain: key.certain,
                known: key.known,
            });
            after = self.build.scopes.bind(after, name, binding);
        }
        after
    }

    fn process_arg(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        declaration: &'a Declaration<'a>,
    ) -> ScopeId {
        let name = declaration.name.text.as_ref();
        let span = site.report_span(declaration.name.span);
        self.build.facts.keys.push(ExpandedValue {
            site: *site,
            span,
            value: name.into(),
            literal: true,
            certain: true,
            known: true,
        });
        if let Some(value) = self.inputs.args.get(name) {
            return self.declare_arg(scope, declaration, Some((value.clone().into(), true, true)));
        }
        if let Some(default) = &declaration.default {
            let expansion = self.default(site, scope, &declaration.name, default);
            let known = expansion.known && expansion.result.is_ok();
            let value = expansion.result.unwrap_or_default();
            return self.declare_arg(scope, declaration, Some((value, false, known)));
        }
        let global = self.build.scopes.get(self.global, name);
        let value = global.and_then(|global| Some((global.value.clone()?, global.certain, global.known)));
        if value.is_none() && self.build.scopes.environment(scope).variable(name).value.is_some() {
            // The value does not change.
            return scope;
        }
        self.declare_arg(scope, declaration, value)
    }

    fn process_command(&mut self, site: &InstructionSite<'a>, slot: usize, line: &CommandLine<'_>) {
        match line {
            CommandLine::Shell(_) => self.record_shell_form(site, slot),
            CommandLine::Exec { .. } => self.record_replacement(site, slot),
        }
    }

    fn record_shell_form(&mut self, site: &InstructionSite<'a>, slot: usize) {
        self.record_replacement(site, slot);
        if self.build.stages.get(site.stage).is_some_and(|stage| !stage.has_shell) {
            self.build.facts.shell_forms.push(*site);
        }
    }

    /// Records CMD, ENTRYPOINT or HEALTHCHECK, of which only the last one applies.
    fn record_replacement(&mut self, site: &InstructionSite<'a>, slot: usize) {
        let Some(stage) = self.build.stages.get_mut(site.stage) else { return };
        stage.has_entrypoint |= slot == 1;
        let Some(last) = stage.last.get_mut(slot) else { return };
        if let Some(earlier) = last.replace(*site) {
            self.build.facts.repeated.push(RepeatedInstruction { earlier, later: *site });
        }
    }

    fn process_workdir(&mut self, site: &InstructionSite<'a>, scope: ScopeId, word: &'a Word<'a>) {
        let expansion = self.expand_word(site, scope, word);
        let Some(stage) = self.build.stages.get_mut(site.stage) else { return };
        let windows = stage.windows;
        let first = std::mem::replace(&mut stage.workdir, StageWorkdir::Chosen) != StageWorkdir::Chosen;
        let Ok(value) = expansion.result else { return };
        let path = if windows { path_on_system_drive(&value) } else { Some(Cow::Borrowed(value.as_ref())) };
        stage.directory = match path {
            Some(path) => stage.directory.enter_directory(&path, expansion.certain, expansion.known),
            None => WorkingDirectory::UNKNOWN_OF_IMAGE,
        };
        if first && !is_absolute(&value, windows) {
            self.build.facts.relative_workdirs.push(ExpandedValue {
                site: *site,
                span: site.report_span(word.span),
                literal: value == word.text,
                value,
                certain: expansion.certain,
                known: expansion.known,
            });
        }
    }

    fn check_stop_signal(&mut self, site: &InstructionSite<'a>, scope: ScopeId, word: &'a Word<'a>) {
        let expansion = self.expand_word(site, scope, word);
        let Ok(value) = &expansion.result else { return };
        if !signal::is_signal(value) {
            let span = site.report_span(word.span);
            let message = format!("unknown signal {}", quote_excerpt(value));
            let mut refusal = BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, span, message)
                .with_certainty_of(&expansion);
            if let Some(near) = signal::nearest_signal(value) {
                refusal = refusal.help(format!("did you mean `{near}`?"));
                if !site.fired && value == &word.text {
                    refusal = refusal.with_suggestion(word.span, near);
                }
            } else if value.contains(" #") {
                refusal = refusal.help(OWN_LINE);
            } else {
                refusal = refusal.help("use a signal such as `SIGTERM` or `SIGINT`");
            }
            self.record_refusal(refusal);
        }
    }

    fn process_volume(&mut self, site: &InstructionSite<'a>, scope: ScopeId, words: &'a [Word<'a>]) {
        for word in words.iter().filter(|word| !word.text.trim().is_empty()) {
            let expansion = self.expand_word(site, scope, word);
            if expansion.result.is_ok() && expansion.value().is_empty() {
                let message = format!("volume path {} is empty", quote_excerpt(&word.text));
                let refusal = BuildRefusal::new(
                    BuildConversionStep::Dispatch,
                    site.anchor,
                    site.report_span(word.span),
                    message,
                );
                self.record_refusal(refusal.with_certainty_of(&expansion));
            }
        }
    }

    /// Reports words at the end of EXPOSE that look like a comment.
    fn report_expose_comment(&mut self, site: &InstructionSite<'a>, words: &'a [Word<'a>]) {
        let Some((first, last)) = words.first().zip(words.last()) else { return };
        let span = site.report_span(first.span.enclosing_span(last.span));
        let message =
            format!("{} does not start a comment here; it is parsed as a port", quote_excerpt(&first.text));
        self.record_refusal(
            BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, span, message).help(OWN_LINE),
        );
    }

    fn process_expose(&mut self, site: &InstructionSite<'a>, scope: ScopeId, words: &'a [Word<'a>]) {
        for (index, word) in words.iter().enumerate() {
            if word.text.starts_with('#') {
                return self.report_expose_comment(site, words.get(index..).unwrap_or_default());
            }
            let escape = if site.fired { b'\\' } else { self.file.escape };
            let environment = self.build.scopes.environment(scope);
            let (specs, expansion) = expand_words(&word.text, escape, &environment);
            let span = site.report_span(word.span);
            if let Err(error) = &expansion.result {
                let at = (word, 0);
                let mut refusal = BuildRefusal::expansion(
                    BuildConversionStep::Dispatch,
                    site.anchor,
                    at,
                    error,
                    self.file.source,
                );
                refusal.error.span = site.report_span(refusal.error.span);
                self.record_refusal(refusal.with_certainty_of(&expansion));
            }
            for spec in specs {
                if let Err(error) = PortSpec::new(&spec).validate() {
                    let (message, help) = describe_port_fault(&spec, error);
                    let refusal =
                        BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, span, message)
                            .help(help);
                    self.record_refusal(refusal.with_certainty_of(&expansion));
                }
                self.build.facts.ports.push(ExpandedValue {
                    site: *site,
                    span,
                    literal: spec == word.text,
                    value: spec.into(),
                    certain: expansion.certain,
                    known: expansion.known,
                });
            }
        }
    }
}

/// Help for a `#` in an instruction.
const OWN_LINE: &str = "put the comment on its own line";

/// The message and the help for an error in EXPOSE.
fn describe_port_fault(spec: &str, error: PortError) -> (String, &'static str) {
    let spec = quote_excerpt(spec);
    match error {
        PortError::Missing => (format!("{spec} has no port"), "add a port, as in `80/tcp`"),
        PortError::Protocol => {
            (format!("invalid protocol in {spec}"), "use `tcp`, `udp` or `sctp`, as in `80/tcp`")
        }
        PortError::Address => (format!("invalid IP address in {spec}"), "give only the port, as in `80`"),
        PortError::Container => (format!("invalid port {spec}"), "use a port from 0 to 65535"),
        PortError::Host => (format!("invalid host port in {spec}"), "use a port from 0 to 65535"),
        PortError::Ranges => {
            (format!("port ranges in {spec} differ in length"), "give only the ports of the container")
        }
    }
}

/// The instruction after ONBUILD.
pub(super) fn onbuild_trigger<'a>(onbuild: &'a Instruction<'a>) -> Option<&'a Instruction<'a>> {
    match &onbuild.arguments {
        Arguments::Onbuild(inner) => Some(inner),
        _ => None,
    }
}
