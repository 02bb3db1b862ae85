//! When BuildKit cannot take the result of an instruction from the cache, in a sentence.

use std::collections::BTreeSet;

use super::state::code;
use crate::semantic::scope::Origin;
use crate::semantic::{Base, Semantics, mentioned};
use crate::syntax::{Arguments, Instruction, Kind, MountKey, Paths, Source};

/// More names than this are not listed.
const MOST: usize = 6;

/// When it is rebuilt; `None` for an ARG above all stages and for instructions that could not be parsed.
pub fn of_instruction(semantics: &Semantics<'_>, instruction: &Instruction<'_>) -> Option<String> {
    let stage = semantics.stage_at(instruction.span.start)?;
    if let Arguments::From(from) = &instruction.arguments {
        return Some(match stage.base {
            Base::Stage(_) => "when the stage it is built on is rebuilt".to_string(),
            Base::Scratch => "never".to_string(),
            Base::Image | Base::Variable => {
                let variables = among(&mentioned(&from.image.text).map(str::to_string).collect());
                let variables = variables.map(|names| format!(", or the value of {names} changes"));
                format!("when {} is updated{}", code(&from.image.text), variables.unwrap_or_default())
            }
        });
    }
    let mut reasons =
        vec!["an earlier step in this stage is rebuilt".to_string(), "this instruction changes".to_string()];
    match (&instruction.arguments, instruction.kind) {
        (Arguments::Paths(paths), _) => reasons.extend(of_paths(instruction, paths)),
        (_, Kind::Run) => reasons.extend(of_mounts(instruction)),
        (Arguments::Unreadable, _) => return None,
        _ => {}
    }
    if let Some(names) = variables(semantics, instruction) {
        reasons.push(format!("the value of {names} changes"));
    }
    let last = reasons.pop()?;
    Some(format!("when {}, or {last}", reasons.join(", ")))
}

/// What COPY and ADD depend on.
fn of_paths(instruction: &Instruction<'_>, paths: &Paths<'_>) -> Vec<String> {
    let sources: Vec<&str> = paths
        .sources
        .iter()
        .filter_map(|source| match source {
            Source::Path(word) => Some(word.text.as_ref()),
            Source::Heredoc(..) => None,
        })
        .collect();
    let is_remote = |path: &str| path.contains("://");
    let (remote, local): (Vec<&str>, Vec<&str>) = sources.into_iter().partition(|path| is_remote(path));
    let mut reasons = Vec::new();
    if let Some(names) = among(&local.into_iter().map(str::to_string).collect()) {
        let whence = match instruction.flag_value("from") {
            Some(from) => format!("in {}", code(&from.text)),
            None => "in the build context".to_string(),
        };
        reasons.push(format!("the content of {names} {whence} changes"));
    }
    if let Some(names) = among(&remote.into_iter().map(str::to_string).collect()) {
        reasons.push(format!("the content of {names} changes"));
    }
    reasons
}

/// What the mounts of a RUN depend on: bind mounts count with what they hold, caches and secrets do not.
fn of_mounts(instruction: &Instruction<'_>) -> Vec<String> {
    let mounts = instruction.mounts();
    let bound = mounts.iter().filter_map(|mount| {
        let value = |key| {
            let field = mount.fields.iter().find(|field| field.key == Some(key))?;
            Some(field.value.as_ref()?.text.to_string())
        };
        if value(MountKey::Type).is_some_and(|kind| !kind.eq_ignore_ascii_case("bind")) {
            return None;
        }
        let source = code(&value(MountKey::Source).unwrap_or_else(|| "/".to_string()));
        Some(match value(MountKey::From) {
            Some(from) => format!("the content of {source} in {} changes", code(&from)),
            None => format!("the content of {source} in the build context changes"),
        })
    });
    bound.take(MOST).collect()
}

/// The variables that count: for RUN every ARG in force, since commands find them in their environment; else
/// those that are mentioned.
fn variables(semantics: &Semantics<'_>, instruction: &Instruction<'_>) -> Option<String> {
    let scopes = &semantics.build.scopes;
    let scope = scopes.before(instruction.span.start);
    let is_arg = |name: &str| scopes.get(scope, name).is_some_and(|known| known.origin == Origin::Arg);
    let names: BTreeSet<String> = match instruction.kind {
        Kind::Run => {
            let args = scopes.names(scope).filter(|(_, known)| known.origin == Origin::Arg);
            args.map(|(name, _)| name.to_string()).collect()
        }
        _ => mentioned(&instruction.rest.text).filter(|name| is_arg(name)).map(str::to_string).collect(),
    };
    among(&names)
}

/// `a`, `b` or `c`; `None` for nothing.
fn among(names: &BTreeSet<String>) -> Option<String> {
    let more = names.len() > MOST;
    let mut names: Vec<String> = names.iter().take(MOST).map(|name| code(name)).collect();
    if more {
        names.push("another one".to_string());
    }
    let last = names.pop()?;
    Some(if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn last(text: &str) -> Option<String> {
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        of_instruction(&semantics, file.instructions().next_back().expect("an instruction"))
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
            ("FROM a\nENV B=c\nUSER $B\n", Some(format!("{above}, or this instruction changes"))),
            (
                "FROM a\nARG V\nARG W=1\nRUN b\n",
                Some(format!("{above}, this instruction changes, or the value of `V` or `W` changes")),
            ),
            (
                "FROM a\nARG V\nARG W=1\nUSER $W\n",
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
