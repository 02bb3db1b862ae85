//! A sentence about when BuildKit cannot use the cached result of an instruction. The conditions come from
//! `optimize`.

use std::collections::BTreeSet;

use super::state::format_inline_code;
use crate::optimize::{StepDraft, draft_steps};
use crate::semantic::{Semantics, StageBaseKind, mentioned_variables};
use crate::syntax::{Arguments, Instruction, Kind, MountKey, Paths, Source, join_with_or};

/// Maximum number of names in a list.
const MAX: usize = 6;

/// When it is rebuilt; `None` for an ARG above all stages and for instructions that could not be parsed.
pub(super) fn rebuild_conditions(semantics: &Semantics<'_>, instruction: &Instruction<'_>) -> Option<String> {
    let stage = semantics.stage_at(instruction.span.start)?;
    if let Arguments::From(from) = &instruction.arguments {
        return Some(match stage.base {
            StageBaseKind::Stage(_) => "when the stage it is built on is rebuilt".to_string(),
            StageBaseKind::Scratch => "never".to_string(),
            StageBaseKind::Image | StageBaseKind::Variable => {
                let variables =
                    join_names_with_or(&mentioned_variables(&from.image.text).map(str::to_string).collect());
                let variables = variables.map(|names| format!(", or the value of {names} changes"));
                format!(
                    "when {} is updated{}",
                    format_inline_code(&from.image.text),
                    variables.unwrap_or_default()
                )
            }
        });
    }
    if matches!(instruction.arguments, Arguments::Unreadable) {
        return None;
    }
    let drafts = draft_steps(semantics);
    let own = |draft: &&StepDraft<'_, '_>| draft.instruction.span == instruction.span;
    let draft = drafts.steps.iter().find(own)?;
    if !draft.counts {
        return Some(match instruction.kind {
            Kind::Env | Kind::Arg | Kind::User | Kind::Shell => {
                "never by itself; a new value rebuilds the later steps that use it".to_string()
            }
            _ => "never: it only changes the configuration of the image".to_string(),
        });
    }
    let mut reasons = Vec::new();
    if !draft.key.free {
        reasons.push("an earlier step in this stage is rebuilt".to_string());
    }
    reasons.push("this instruction changes".to_string());
    match (&instruction.arguments, instruction.kind) {
        (Arguments::Paths(paths), _) => reasons.extend(path_conditions(instruction, paths)),
        (_, Kind::Run) => reasons.extend(mount_conditions(instruction)),
        _ => {}
    }
    let names = draft.key.args.names().map(str::to_string).collect();
    reasons.extend(join_names_with_or(&names).map(|names| format!("the value of {names} changes")));
    let last = reasons.pop()?;
    Some(if reasons.is_empty() {
        format!("when {last}")
    } else {
        format!("when {}, or {last}", reasons.join(", "))
    })
}

/// What COPY and ADD depend on.
fn path_conditions(instruction: &Instruction<'_>, paths: &Paths<'_>) -> Vec<String> {
    let sources: Vec<&str> =
        paths.sources.iter().filter_map(Source::path).map(|word| word.text.as_ref()).collect();
    let is_remote = |path: &str| path.contains("://");
    let (remote, local): (Vec<&str>, Vec<&str>) = sources.into_iter().partition(|path| is_remote(path));
    let mut reasons = Vec::new();
    if let Some(names) = join_names_with_or(&local.into_iter().map(str::to_string).collect()) {
        let location = match instruction.flag_value("from") {
            Some(from) => format!("in {}", format_inline_code(&from.text)),
            None => "in the build context".to_string(),
        };
        reasons.push(format!("the content of {names} {location} changes"));
    }
    if let Some(names) = join_names_with_or(&remote.into_iter().map(str::to_string).collect()) {
        reasons.push(format!("the content of {names} changes"));
    }
    reasons
}

/// What the mounts of a RUN depend on: the content of bind mounts matters, caches and secrets do not.
fn mount_conditions(instruction: &Instruction<'_>) -> Vec<String> {
    let mounts = instruction.mounts();
    let bound = mounts.iter().filter_map(|mount| {
        let value = |key| {
            let field = mount.fields.iter().find(|field| field.key == Some(key))?;
            Some(field.value.as_ref()?.text.to_string())
        };
        if value(MountKey::Type).is_some_and(|kind| !kind.eq_ignore_ascii_case("bind")) {
            return None;
        }
        let source = format_inline_code(&value(MountKey::Source).unwrap_or_else(|| "/".to_string()));
        Some(match value(MountKey::From) {
            Some(from) => format!("the content of {source} in {} changes", format_inline_code(&from)),
            None => format!("the content of {source} in the build context changes"),
        })
    });
    bound.take(MAX).collect()
}

/// `a`, `b` or `c`, and `None` for no names.
fn join_names_with_or(names: &BTreeSet<String>) -> Option<String> {
    let more = names.len() > MAX;
    let mut names: Vec<String> = names.iter().take(MAX).map(|name| format_inline_code(name)).collect();
    if more {
        names.push("another one".to_string());
    }
    (!names.is_empty()).then(|| join_with_or(&names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn last(text: &str) -> Option<String> {
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        rebuild_conditions(&semantics, file.instructions().next_back().expect("an instruction"))
    }

    #[test]
    fn every_reason_is_named() {
        let above = "when an earlier step in this stage is rebuilt";
        for (text, expected) in [
            ("ARG A\n", None),
            ("FROM a:1\n", Some("when `a:1` is updated".to_string())),
            ("ARG V=1\nFROM a:$V\n", Some("when `a:$V` is updated, or the value of `V` changes".to_string())),
            ("FROM scratch\n", Some("never".to_string())),
            ("FROM a AS b\nFROM b\n", Some("when the stage it is built on is rebuilt".to_string())),
            ("FROM a\nRUN b\n", Some(format!("{above}, or this instruction changes"))),
            (
                "FROM a\nENV B=c\nUSER $B\n",
                Some("never by itself; a new value rebuilds the later steps that use it".to_string()),
            ),
            ("FROM a\nCMD b\n", Some("never: it only changes the configuration of the image".to_string())),
            ("FROM a\nWORKDIR /b\n", Some(format!("{above}, or this instruction changes"))),
            (
                "FROM a\nRUN x\nCOPY --link b /d\n",
                Some(
                    "when this instruction changes, or the content of `b` in the build context changes"
                        .to_string(),
                ),
            ),
            (
                "FROM a\nARG V\nARG W=1\nRUN b\n",
                Some(format!("{above}, this instruction changes, or the value of `V` or `W` changes")),
            ),
            (
                "FROM a\nARG V\nARG W=1\nENV X=$W\nWORKDIR /$X\n",
                Some(format!("{above}, this instruction changes, or the value of `W` changes")),
            ),
            (
                "FROM a\nCOPY b c /d\n",
                Some(format!(
                    "{above}, this instruction changes, or the content of `b` or `c` in the build context changes"
                )),
            ),
            (
                "FROM a\nCOPY --from=x b /d\n",
                Some(format!("{above}, this instruction changes, or the content of `b` in `x` changes")),
            ),
            (
                "FROM a\nADD https://example.org/b /d\n",
                Some(format!(
                    "{above}, this instruction changes, or the content of `https://example.org/b` changes"
                )),
            ),
            (
                "FROM a\nRUN --mount=source=p,target=/p --mount=type=cache,target=/c b\n",
                Some(format!(
                    "{above}, this instruction changes, or the content of `p` in the build context changes"
                )),
            ),
            ("FROM a\nCOPY <<E /d\nx\nE\n", Some(format!("{above}, or this instruction changes"))),
        ] {
            assert_eq!(last(text), expected, "{text}");
        }
    }
}
