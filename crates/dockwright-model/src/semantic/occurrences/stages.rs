//! Names of stages: `AS name`, `FROM name`, `--from=name`, `--mount=from=name`.

use super::{Occurrence, OccurrenceRole, Occurrences, Symbol};
use crate::semantic::{CopyFromOrigin, Semantics, Stage, StageBaseKind};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, MountKey, Word};

pub(super) fn collect_stages(semantics: &Semantics<'_>, found: &mut Occurrences) {
    for (stage, built) in semantics.stages.iter().zip(&semantics.build.stages) {
        let span = stage_name_span(stage);
        let spelled = stage.name.is_some();
        found.all.push(stage_occurrence(stage, span, OccurrenceRole::Declaration, spelled));
        let parent = match built.base {
            StageBaseKind::Stage(parent) => semantics.stages.get(parent),
            _ => None,
        };
        found.all.extend(parent.map(|parent| occurrence_in_word(parent, stage.image_word)));
    }
    for outer in semantics.file.instructions() {
        let own = semantics.stage_at(outer.span.start);
        if let Arguments::From(_) | Arguments::Onbuild(_) = outer.arguments {
            continue;
        }
        visit_file_sources(outer, &mut |word| {
            let index = match semantics.copy_from_origin(&word.text, own) {
                CopyFromOrigin::Earlier(index) | CopyFromOrigin::Later(index) => Some(index),
                CopyFromOrigin::Own => own.map(|stage| stage.index),
                CopyFromOrigin::Missing | CopyFromOrigin::Elsewhere => None,
            };
            let stage = index.and_then(|index| semantics.stages.get(index));
            found.all.extend(stage.map(|stage| occurrence_in_word(stage, word)));
        });
    }
}

/// The words of an instruction that name file sources.
pub(super) fn visit_file_sources(instruction: &Instruction<'_>, visit: &mut dyn FnMut(&Word<'_>)) {
    instruction.flag_value("from").into_iter().for_each(&mut *visit);
    for mount in instruction.mounts() {
        let fields = mount.fields.iter().filter(|field| field.key == Some(MountKey::From));
        fields.filter_map(|field| field.value.as_ref()).for_each(&mut *visit);
    }
}

/// The span that identifies a stage: its name, or its FROM.
fn stage_name_span(stage: &Stage<'_>) -> Span {
    stage.name.map_or(stage.from.keyword.span, |name| name.span)
}

fn occurrence_in_word(stage: &Stage<'_>, word: &Word<'_>) -> Occurrence {
    let spelled = stage.alias().is_some_and(|alias| {
        alias.eq_ignore_ascii_case(&word.text) && word.span.len() as usize == word.text.len()
    });
    stage_occurrence(stage, word.span, OccurrenceRole::Use, spelled)
}

fn stage_occurrence(stage: &Stage<'_>, span: Span, role: OccurrenceRole, spelled: bool) -> Occurrence {
    let symbol = Symbol::Stage(stage.index);
    Occurrence { span, reach: span, symbol, role, definition: stage_name_span(stage), spelled }
}
