//! Triggers: the instructions that ONBUILD stores for the stages built on a stage.

use super::dispatch::onbuild_trigger;
use super::pass::BuildPass;
use super::{BuildConversionStep, BuildRefusal, InstructionSite};
use crate::semantic::StageBaseKind;
use crate::semantic::scope::ScopeId;
use crate::syntax::{self, Arguments, FrontendPhase, Instruction};

impl<'a> BuildPass<'a, '_> {
    /// Runs the triggers of the parent, if that is a stage, at the start of the open stage.
    pub(super) fn run_triggers(&mut self, mut scope: ScopeId) -> ScopeId {
        let Some(index) = self.build.stages.len().checked_sub(1) else { return scope };
        let Some(stage) = self.build.stages.get(index) else { return scope };
        let StageBaseKind::Stage(parent) = stage.base else { return scope };
        let anchor = stage.from;
        let triggers =
            self.build.stages.get(parent).map(|parent| parent.triggers.clone()).unwrap_or_default();
        self.firing = Some(index);
        for onbuild in triggers {
            let Some(instruction) = onbuild_trigger(onbuild) else { continue };
            let Some(left) = self.triggers.checked_sub(1) else { break };
            self.triggers = left;
            self.validate_trigger(anchor, onbuild, instruction);
            scope = self.process_instruction(
                &InstructionSite { instruction, anchor, stage: index, fired: true },
                scope,
            );
        }
        self.firing = None;
        scope
    }

    /// BuildKit only splits a trigger into words at its ONBUILD, and parses it in full when it is executed.
    fn validate_trigger(
        &mut self,
        from: &'a Instruction<'a>,
        onbuild: &'a Instruction<'a>,
        trigger: &'a Instruction<'a>,
    ) {
        let mut text = format!("FROM scratch\n{} ", trigger.keyword.text).into_bytes();
        for flag in &trigger.flags {
            text.extend_from_slice(flag.span.bytes(self.file.source));
            text.push(b' ');
        }
        text.extend_from_slice(trigger.rest.text.as_bytes());
        text.push(b'\n');
        if let (Some(first), Some(last)) = (trigger.heredocs.first(), trigger.heredocs.last()) {
            text.extend_from_slice(first.body.enclosing_span(last.terminator).bytes(self.file.source));
        }
        let parsed = syntax::parse(&text);
        let Some(error) = parsed.errors.iter().find(|error| error.phase != FrontendPhase::Directives) else {
            return;
        };
        let span = match &from.arguments {
            Arguments::From(from) => from.image.span,
            _ => from.span,
        };
        let line = crate::source::LineIndex::new(self.file.source).line(onbuild.span.start);
        let message = format!("`ONBUILD` trigger on line {line} fails in this stage, {}", error.message);
        self.record_refusal(BuildRefusal::new(BuildConversionStep::Bases, from, span, message));
    }
}
