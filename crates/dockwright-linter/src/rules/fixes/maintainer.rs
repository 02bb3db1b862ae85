//! Replaces `MAINTAINER` with a label.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::build::AUTHORS;
use crate::semantic::expand::{self, ExpansionMode, NoVariables};
use crate::syntax::{Arguments, Instruction, Kind};

/// Adds the label, with the text as MAINTAINER uses it: without expansion, and with its quotes.
pub(crate) fn replace_maintainer(cx: &RuleChecker<'_>, maintainer: &Instruction<'_>) -> FixOrReason {
    let Arguments::Text(name) = &maintainer.arguments else {
        return Err("the `MAINTAINER` has no name".into());
    };
    let (source, escape) = (cx.file.source, char::from(cx.file.escape));
    if name.is_empty() {
        return Err("the `MAINTAINER` has no name".into());
    }
    if !maintainer.keyword.is_verbatim(source) || !name.is_verbatim(source) {
        return Err("the name spans several lines".into());
    }
    let mut value = String::with_capacity(name.text.len() + 2);
    for c in name.text.chars() {
        if matches!(c, '"' | '$') || c == escape {
            value.push(escape);
        }
        value.push(c);
    }
    let value = format!("\"{value}\"");
    let read = expand::expand(&value, cx.file.escape, ExpansionMode::Word, &NoVariables);
    if read.result.as_deref() != Ok(name.text.as_ref()) || !read.uses.is_empty() {
        return Err("quoting would change the name".into());
    }
    let keyword = if maintainer.keyword.text.chars().any(char::is_uppercase) { "LABEL" } else { "label" };
    let span = maintainer.keyword.span.enclosing_span(name.span);
    let edits = [Edit::replace(span, format!("{keyword} {AUTHORS}={value}"))];
    let title = format!("change it to `{keyword} {AUTHORS}=…`");
    let unknown = if !cx.options.label_schema.is_empty() || cx.options.strict_labels {
        Some("the label schema may not allow the label")
    } else if has_label(cx, maintainer) || has_other_maintainer(cx, maintainer) {
        Some("several values are possible for the label")
    } else {
        None
    };
    Ok(match unknown {
        None => Fix::safe(title, edits),
        Some(fact) => Fix::new(Applicability::Suggestion, title, edits).with_risk(fact),
    })
}

/// Whether the stage, or one that it is built on, already has the label.
fn has_label(cx: &RuleChecker<'_>, maintainer: &Instruction<'_>) -> bool {
    let stage = cx.semantics.stage_at(maintainer.span.start);
    let built = stage.and_then(|stage| cx.semantics.build.stages.get(stage.index));
    built.is_none_or(|stage| stage.has_authors)
}

/// Whether the stage has another MAINTAINER: only the last one has an effect.
fn has_other_maintainer(cx: &RuleChecker<'_>, maintainer: &Instruction<'_>) -> bool {
    let Some(stage) = cx.semantics.stage_at(maintainer.span.start) else { return false };
    cx.file.instructions_in(stage.span).filter(|one| one.kind == Kind::Maintainer).count() > 1
}
