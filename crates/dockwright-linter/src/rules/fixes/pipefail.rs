//! Adds a SHELL with `pipefail`.

use super::instruction_edit;
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::{Run, ShellKind};

/// Adds the SHELL before the RUN. It also affects later instructions, CMD and images built on this one, so it is a
/// suggestion.
pub(crate) fn set_pipefail(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    if cx.semantics.shebang(run).is_some() {
        return Err("`SHELL` has no effect on a script with a `#!` line".into());
    }
    let run = run.instruction;
    if cx.semantics.shells().shell_at(run.span.start) != ShellKind::Default {
        return Err("the stage already sets another `SHELL`".into());
    }
    let stage = cx.semantics.stage_at(run.span.start).ok_or("the instruction is outside of a stage")?;
    let base = cx.semantics.base_image(stage.index);
    let facts = base.as_ref().map(|base| &base.image.facts);
    let (shell, missing) = if facts.is_some_and(|facts| facts.bash == Some(true)) {
        (r#"["/bin/bash", "-o", "pipefail", "-c"]"#, "a command may end early on purpose, as in `… | head`")
    } else if cx.semantics.has_busybox_sh(stage.index) {
        (r#"["/bin/ash", "-eo", "pipefail", "-c"]"#, "a command may end early on purpose, as in `… | head`")
    } else {
        (r#"["/bin/bash", "-o", "pipefail", "-c"]"#, "`/bin/bash` may not exist")
    };
    let keyword = if run.keyword.text == "run" { "shell" } else { "SHELL" };
    let edit = Edit::insert(instruction_edit::line_start_above(cx, run), format!("{keyword} {shell}\n"));
    Ok(Fix::new(Applicability::Suggestion, format!("add `{keyword} {shell}` before the `RUN`"), [edit])
        .with_risk(missing))
}
