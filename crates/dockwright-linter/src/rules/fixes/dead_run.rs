//! The instruction that was probably meant by a RUN that only changes its own shell.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::shell::{ListNode, ShellWord};

/// WORKDIR for a single `cd`, ENV for a single `export`. This changes the image, so it is a suggestion.
pub(crate) fn replace_dead_run(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    offer_replacement(cx, run)
        .ok_or_else(|| "the `RUN` is not a single `cd` or `export` with plain words".into())
}

fn offer_replacement(cx: &RuleChecker<'_>, run: &Run<'_>) -> Option<Fix> {
    let source = cx.file.source;
    let [item] = run.script.list.as_slice() else { return None };
    let ListNode::Command(at) = item.node else { return None };
    let command = run.script.commands.get(at)?;
    // As written: the reader of shell text gives no value for an assignment.
    let written = |word: &ShellWord| {
        let text = std::str::from_utf8(word.span.bytes(source)).ok().filter(|text| !text.is_empty())?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-=+:,@%".contains(&byte);
        text.bytes().all(plain).then(|| text.to_string())
    };
    let (name, rest) = command.words.split_first()?;
    let values: Vec<String> = rest.iter().map(written).collect::<Option<_>>()?;
    let keyword = match (name.text.as_str(), values.as_slice()) {
        ("cd", [path]) if path.starts_with('/') => "WORKDIR",
        ("export", [_, ..]) if values.iter().all(|value| is_env_assignment(value)) => "ENV",
        _ => return None,
    };
    let line = format!("{keyword} {}", values.join(" "));
    let span = run.instruction.keyword.span.enclosing_span(run.instruction.rest.span);
    let title = format!("change it to `{line}`");
    let instruction = run.instruction;
    let whole =
        instruction.continuations.is_empty() && instruction.heredocs.is_empty() && run.mounts.is_empty();
    let fix = Fix::new(Applicability::Suggestion, title, [Edit::replace(span, line)]);
    whole.then(|| fix.with_risk("the change may not be intended for the image"))
}

/// Whether the text is `NAME=value`, as in ENV.
fn is_env_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, value)| !name.is_empty() && !value.is_empty())
}
