//! Makes a relative `WORKDIR` absolute.

use crate::diagnostic::{Applicability, Edit, Fix, FixOffer};
use crate::rule::RuleChecker;
use crate::semantic::{StageBaseKind, paths, text_argument};
use crate::syntax::{Instruction, Kind, quote_excerpt};

/// Maximum number of lines or slow instructions that are read to find the current directory, to limit the time for
/// long files.
const FAR: usize = 500;

/// Replaces the path with an absolute one, if the previous `WORKDIR` of the stage, or of those that it is built on,
/// is known.
pub(crate) fn make_workdir_absolute(cx: &RuleChecker<'_>, workdir: &Instruction<'_>) -> FixOffer {
    let text = text_argument(cx.file, workdir, cx.semantics.view);
    let path = text.trim_matches(['"', '\'']);
    let rest = &workdir.rest;
    if !rest.is_verbatim(cx.file.source)
        || path.contains(char::is_whitespace)
        || rest.text.trim_matches(['"', '\'']) != path
    {
        return Err("the path is quoted or comes from a variable".into());
    }
    let before = directory_before(cx, workdir).ok_or("the base image's working directory is unknown")?;
    let whole = join_paths(&before, path).ok_or("the path contains `..`, `~` or a backslash")?;
    let edits = [Edit::replace(rest.span, rest.text.replacen(path, &whole, 1))];
    let title = format!("change it to {}", quote_excerpt(&whole));
    if before.contains('$') {
        // A variable may have a different value now.
        let missing = format!("{} may have changed", quote_excerpt(&before));
        return Ok(Fix::new(Applicability::Suggestion, title, edits).missing(missing));
    }
    Ok(Fix::safe(title, edits))
}

/// The current directory, if it is absolute or starts with a variable.
fn directory_before(cx: &RuleChecker<'_>, workdir: &Instruction<'_>) -> Option<String> {
    let semantics = cx.semantics;
    let mut stage = semantics.stage_at(workdir.span.start)?;
    let mut paths = Vec::new();
    let mut end = workdir.span.start;
    let mut patience = FAR;
    loop {
        let items = &cx.file.items;
        let items = items.get(..items.partition_point(|item| item.span.start < end)).unwrap_or_default();
        let above = items.iter().rev().take_while(|item| item.span.start >= stage.span.start);
        for other in above {
            patience = patience.checked_sub(1)?;
            let Some(other) = other.instruction().filter(|other| other.kind == Kind::Workdir) else {
                continue;
            };
            let text = text_argument(cx.file, other, semantics.view);
            let path = text.trim_matches(['"', '\'']).to_string();
            let absolute = path.starts_with(['/', '$']);
            if !absolute && semantics.may_be_absolute(&path, other.span.start) {
                // A path with a drive: the result depends on the platform.
                return None;
            }
            paths.push(path);
            if absolute {
                let mut paths = paths.iter().rev();
                let first = paths.next()?.clone();
                return paths.try_fold(first, |whole, path| join_paths(&whole, path));
            }
        }
        let StageBaseKind::Stage(parent) = stage.base else { return None };
        // A stage is built on an earlier one, so that this ends.
        stage = semantics.stages.get(parent).filter(|parent| parent.index < stage.index)?;
        end = stage.span.end;
    }
}

/// The absolute path; `None` if it contains `..` or similar parts.
fn join_paths(before: &str, path: &str) -> Option<String> {
    let is_hard = |part: &str| part == ".." || part.contains('\\') || part.starts_with('~');
    if path.split('/').any(is_hard) {
        return None;
    }
    paths::join_path(Some(before), path)
}
