//! The link that makes apk keep packages: `/etc/apk/cache`, created and removed in the same RUN.

use std::collections::BTreeSet;

use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::rules::fixes::append::append_command;
use crate::rules::fixes::removal_edits::prepend_command;
use crate::rules::fixes::run_edit::end_without_continuations;
use crate::semantic::Run;
use crate::semantic::managers::apk::{LINK as PLACE, MAKE_LINK as LINK, REMOVE_LINK as UNLINK};
use crate::shell::Connector;

/// Adds the link to the RUN, from which the elements in `gone` are removed. If the last one is among them, the
/// command that removes the link replaces it.
///
/// # Errors
/// The text gives the reason why it cannot be added.
pub(super) fn link_apk_cache(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    gone: &mut BTreeSet<usize>,
) -> Result<Vec<Edit>, String> {
    let source = cx.file.source;
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    let alpine = base.is_some_and(|base| {
        let certain = base.certain || (base.name_is_certain && base.image.name == "alpine");
        certain && base.image.official && base.image.facts.distro.as_deref() == Some("alpine")
    });
    if !alpine {
        return Err(format!("the base image may not have `{PLACE}`, which apk needs"));
    }
    if source.windows(PLACE.len()).any(|text| text == PLACE.as_bytes()) {
        return Err(format!("the file already uses `{PLACE}`"));
    }
    let list = &run.script.list;
    let no_place = || format!("`{PLACE}`, which apk needs, cannot be created and removed in the `RUN`");
    let mut edits = Vec::new();
    edits.extend(prepend_command(run, LINK, source).filter(|_| !gone.contains(&0)));
    let last = list.len().checked_sub(1).filter(|last| gone.contains(last));
    match last.and_then(|at| list.get(at)) {
        Some(item) => {
            let tied = item.joint.is_some_and(|joint| {
                matches!(joint.connector, Connector::And | Connector::Sequence | Connector::Newline)
            });
            if !tied || item.negated || run.script.end.is_some() {
                return Err(no_place());
            }
            gone.remove(&(list.len() - 1));
            let span =
                crate::source::Span::new(item.span.start, end_without_continuations(item.span, source));
            edits.push(Edit::replace(span, UNLINK));
        }
        None => edits.extend(append_command(run, source, UNLINK)),
    }
    if edits.len() != 2 {
        return Err(no_place());
    }
    // On one line, the RUN would be hard to read.
    let connector = run.instruction.heredocs.is_empty().then(|| {
        let shape =
            edits.last().and_then(|edit| edit.text.strip_suffix(UNLINK)).filter(|text| text.contains('\n'));
        shape.map_or_else(|| format!(" {}\n    && ", char::from(cx.file.escape)), str::to_string)
    });
    for edit in &mut edits {
        let text = edit.text.clone();
        let alone = (text.strip_suffix(" && "), text.strip_prefix(" && "));
        let (first, last) = (alone.0 == Some(LINK), alone.1 == Some(UNLINK));
        edit.text = match &connector {
            Some(connector) if first => format!("{LINK}{connector}"),
            Some(connector) if last => format!("{connector}{UNLINK}"),
            _ => text,
        };
    }
    Ok(edits)
}
