//! Makes a relative `WORKDIR` absolute.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::{join_written_paths, text_argument};
use crate::syntax::{Instruction, quote_excerpt};

/// Replaces the path with an absolute one, if the previous `WORKDIR` of this stage or a base stage is
/// known.
pub(crate) fn make_workdir_absolute(cx: &RuleChecker<'_>, workdir: &Instruction<'_>) -> FixOrReason {
    let text = text_argument(cx.file, workdir, cx.semantics.view);
    let path = text.trim_matches(['"', '\'']);
    let rest = &workdir.rest;
    if !rest.is_verbatim(cx.file.source)
        || path.contains(char::is_whitespace)
        || rest.text.trim_matches(['"', '\'']) != path
    {
        return Err("the path is quoted or comes from a variable".into());
    }
    let before = cx
        .semantics
        .written_workdir_before(workdir)
        .ok_or("the base image's working directory is unknown")?;
    let whole = join_written_paths(before, path).ok_or("the path contains `..`, `~` or a backslash")?;
    let may_be_relative = || !cx.semantics.value_of(before, workdir.span.start).starts_with('/');
    if before.starts_with('$') && may_be_relative() {
        return Err("the previous `WORKDIR` starts with a variable that may hold a relative path".into());
    }
    let edits = [Edit::replace(rest.span, rest.text.replacen(path, &whole, 1))];
    let title = format!("change it to {}", quote_excerpt(&whole));
    if before.contains('$') {
        // A variable may have a different value now.
        let missing = format!("{} may have changed", quote_excerpt(before));
        return Ok(Fix::new(Applicability::Suggestion, title, edits).with_risk(missing));
    }
    Ok(Fix::safe(title, edits))
}
