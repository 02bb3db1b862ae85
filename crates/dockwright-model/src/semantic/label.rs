//! Labels, and their comparison with the schema.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{KeyValueSetting, LabelType, Semantics, Stage, StageBaseKind, View, parse_settings};
use crate::syntax::{Dockerfile, Instruction, Kind};

/// The labels of a LABEL that are in the schema and for which `is_bad` returns true.
pub fn schema_labels_matching<'i, 's>(
    file: &Dockerfile<'_>,
    label: &'i Instruction<'s>,
    view: View,
    schema: &BTreeMap<String, LabelType>,
    is_bad: impl Fn(&KeyValueSetting<'i, 's>, LabelType) -> bool,
) -> Vec<KeyValueSetting<'i, 's>> {
    if schema.is_empty() {
        return Vec::new();
    }
    let mut reported = HashSet::new();
    let mut bad = parse_settings(file, label, view);
    bad.retain(|setting| {
        schema.get(&setting.key).is_some_and(|kind| is_bad(setting, *kind))
            && (!view.reports_label_once || reported.insert(setting.key.clone()))
    });
    bad
}

/// The labels of a LABEL to which the schema gives the type `kind`, and whose value is invalid.
pub fn invalid_labels<'i, 's>(
    file: &Dockerfile<'_>,
    label: &'i Instruction<'s>,
    view: View,
    schema: &BTreeMap<String, LabelType>,
    kind: LabelType,
) -> Vec<KeyValueSetting<'i, 's>> {
    schema_labels_matching(file, label, view, schema, |setting, of_schema| {
        let is_unknown = !view.variables_are_text && setting.pair.value.text.contains('$');
        of_schema == kind && !is_unknown && !kind.accepts_value(&setting.value, view)
    })
}

/// The stages that lack this label although they should have it, in file order.
pub fn stages_without_label<'s, 'a>(
    file: &Dockerfile<'a>,
    semantics: &'s Semantics<'a>,
    label: &str,
) -> Vec<&'s Stage<'a>> {
    let sets = |instruction: &Instruction<'_>| {
        instruction.kind == Kind::Label
            && parse_settings(file, instruction, semantics.view).iter().any(|setting| setting.key == label)
    };
    if semantics.view.judges_every_stage {
        return stages_without_excuse(file, semantics, sets);
    }
    super::final_stage_without_instruction(file, semantics, sets).into_iter().collect()
}

/// Like hadolint, which does not report a stage if something is copied from it, or if a stage built on it has the
/// label.
fn stages_without_excuse<'s, 'a>(
    file: &Dockerfile<'a>,
    semantics: &'s Semantics<'a>,
    sets: impl Fn(&Instruction<'_>) -> bool,
) -> Vec<&'s Stage<'a>> {
    let mut good: HashSet<&str> = HashSet::new();
    // By name; unnamed stages are always reported.
    let mut bad: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    for instruction in file.instructions() {
        let Some(stage) = semantics.stage_at(instruction.span.start) else { continue };
        match instruction.kind {
            Kind::From if good.contains(stage.image.name()) => good.extend(stage.alias()),
            Kind::From => bad.entry(stage.alias()).or_default().push(stage.index),
            Kind::Copy => {
                if let Some(from) = instruction.flag_value("from") {
                    bad.remove(&Some(from.text.as_ref()));
                }
            }
            Kind::Label if sets(instruction) => {
                bad.remove(&Some(stage.alias().unwrap_or(stage.image.name())));
                if let Some(unnamed) = bad.get_mut(&None).filter(|bad| bad.last() == Some(&stage.index)) {
                    unnamed.pop();
                }
                good.extend(stage.alias());
            }
            _ => {}
        }
    }
    let mut bad: Vec<usize> = bad.into_values().flatten().collect();
    bad.sort_unstable();
    bad.into_iter().filter_map(|index| semantics.stages.get(index)).collect()
}

/// The final stage, if neither it nor a base stage has such an instruction.
pub(crate) fn final_stage_without_instruction<'s, 'a>(
    file: &Dockerfile<'a>,
    semantics: &'s Semantics<'a>,
    is_wanted: impl Fn(&Instruction<'_>) -> bool,
) -> Option<&'s Stage<'a>> {
    let image = semantics.stages.last()?;
    let lineage: HashSet<usize> = semantics.stage_and_ancestors(image).map(|stage| stage.index).collect();
    let has = |instruction: &Instruction<'_>| {
        is_wanted(instruction)
            && semantics.stage_at(instruction.span.start).is_some_and(|stage| lineage.contains(&stage.index))
    };
    (!file.instructions().any(has)).then_some(image)
}

impl<'a> Semantics<'a> {
    /// The stage, the one that it is built on, and so on.
    pub fn stage_and_ancestors<'s>(&'s self, stage: &'s Stage<'a>) -> impl Iterator<Item = &'s Stage<'a>> {
        std::iter::successors(Some(stage), |stage| match stage.base {
            StageBaseKind::Stage(parent) if parent < stage.index => self.stages.get(parent),
            _ => None,
        })
    }
}
