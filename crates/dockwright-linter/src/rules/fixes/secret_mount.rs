//! Passes a secret with a mount instead of an ARG.

use super::instruction_edit;
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::syntax::{Arguments, Instruction, Kind};

/// The message for a secret in an ARG or ENV with this quoted keyword and name, and what to do.
pub(crate) fn describe_secret(kind: Kind, keyword: &str, name: &str) -> (String, &'static str) {
    if kind == Kind::Arg {
        let message = format!("{name} looks like a secret, and {keyword} stores it in the image history");
        return (message, "pass it with `RUN --mount=type=secret`");
    }
    let message = format!("{name} looks like a secret, and {keyword} stores it in the image");
    (message, "pass it with `RUN --mount=type=secret`, or set it when the container starts")
}

/// Deletes the ARG, and adds a mount to each RUN of the stage that uses the name. This is a suggestion, because the
/// build command has to pass the secret. Not possible if other instructions use it, too.
pub(crate) fn use_secret_mount(cx: &RuleChecker<'_>, arg: &Instruction<'_>) -> FixOrReason {
    let source = cx.file.source;
    let Arguments::Declarations(names) = &arg.arguments else {
        return Err("the variable is also set at run time".into());
    };
    let [declared] = names.as_slice() else { return Err("the `ARG` declares several variables".into()) };
    let name = declared.name.text.as_ref();
    let stage = cx.semantics.stage_at(arg.span.start).ok_or("the instruction is outside of a stage")?;
    let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if arg.kind != Kind::Arg {
        return Err("the variable is also set at run time".into());
    }
    if !is_plain {
        return Err("the name is not a plain variable name".into());
    }
    if declared.default.is_some() {
        return Err(format!("`{name}` has a default value").into());
    }
    if !cx.options.builder.has_secret_mounts() {
        return Err("the builder does not support secret mounts".into());
    }
    if !cx.semantics.is_leaf_stage(stage.index) {
        return Err("other stages are based on this one".into());
    }
    let mut edits = instruction_edit::delete_instruction(arg, source).edits;
    let mount = format!(" --mount=type=secret,id={},env={name}", name.to_lowercase());
    for other in cx.semantics.instructions_naming(name).filter(|other| other.span != arg.span) {
        let within = other.span.start > arg.span.start && other.span.start < stage.span.end;
        if !within || other.kind != Kind::Run || !other.keyword.is_verbatim(source) {
            return Err("an instruction other than `RUN` also uses it".into());
        }
        edits.push(Edit::insert(other.keyword.span.end, mount.clone()));
    }
    let title = format!("mount `{name}` as a secret");
    let used = edits.len() > 1;
    let fix = Fix::new(Applicability::Suggestion, title, edits);
    let missing = format!("the build must pass `--secret id={}`", name.to_lowercase());
    if used { Ok(fix.with_risk(missing)) } else { Err("no `RUN` of the stage uses it".into()) }
}
