//! Replaces `RUN chmod` with `--chmod` of the COPY that adds the file.

use super::fold_into_copy::{
    FoldObstacle, add_flag, check_steps_between, copies_for_flag, directory_exists, remove_change_from_run,
    start_line,
};
use crate::diagnostic::{Applicability, Fix};
use crate::optimize::{CopiedFiles, LateChange, StepDrafts};
use crate::rule::RuleChecker;
use crate::syntax::quote_excerpt;

/// Sets the mode in the COPY, or returns the reason why the result would differ.
pub(crate) fn set_mode_in_copy(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    change: &LateChange<'_, '_>,
) -> Result<Fix, FoldObstacle> {
    if !cx.options.builder.has_copy_chmod() {
        return Err("the builder does not support `COPY --chmod`".to_string());
    }
    let mut taken = remove_change_from_run(cx, drafts, change)?;
    let run_doubt = taken.doubt.take();
    if change.recursive {
        return Err("`-R` also changes directories, but `COPY` sets one mode for all files".to_string());
    }
    let (mode, exact) = to_octal_mode(&change.value.text).ok_or_else(|| {
        let mode = change.value.text.as_str();
        if mode.bytes().all(|byte| byte.is_ascii_digit()) {
            return format!("builders differ in how they read the mode {}", quote_excerpt(mode));
        }
        let command = quote_excerpt(&format!("chmod {mode}"));
        format!("the result of {command} depends on the previous mode")
    })?;
    let copies = copies_for_flag(cx, drafts, change, "chmod")?;
    if let Some((_, copy)) = copies.first() {
        taken.keep_comments(cx, copy)?;
    }
    let mut edits = taken.edits;
    let mut proof = Vec::new();
    if run_doubt.is_none() {
        proof.push(format!("line {} only changes modes", start_line(cx, change.run.outer)));
    }
    // A directory that the COPY creates also gets the mode, which makes no difference if it is the usual mode of
    // directories.
    let of_directories = mode.trim_start_matches('0') == "755";
    for path in &change.paths {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let copy = change.of.iter().find(|copied| copied.path == *path).map_or(0, |copied| copied.step);
        if !of_directories && !directory_exists(cx, drafts, parent, copy) {
            return Err(format!(
                "the directory {}, which the `COPY` creates, would get the mode, too",
                quote_excerpt(parent)
            ));
        }
        let mut adding = change.of.iter().filter(|copied| copied.path == *path);
        match (adding.next(), adding.next()) {
            (Some(_), None) => {}
            (None, _) => return Err(format!("no `COPY` in its stage copies only {}", quote_excerpt(path))),
            _ => return Err(format!("{} is copied twice", quote_excerpt(path))),
        }
    }
    for (step, copy) in &copies {
        let all: Vec<_> = change.all.iter().filter(|copied| copied.step == *step).collect();
        if let Some(other) = all.iter().find(|copied| copied.tree || !change.paths.contains(&copied.path)) {
            let at = start_line(cx, copy);
            return Err(format!(
                "line {at} also copies {}, whose mode must not change",
                quote_excerpt(&other.path)
            ));
        }
        if let Some(over) = change.maybe.iter().find(|copied| copied.step > *step) {
            let over = drafts.steps.get(over.step).map_or(0, |draft| start_line(cx, draft.anchor));
            return Err(format!("line {over} may copy it again"));
        }
        proof.push(format!("line {} copies only {}", start_line(cx, copy), quote_paths(&all)));
        edits.push(add_flag(copy, &format!("--chmod={mode}")));
    }
    let (Some((first, _)), passes) =
        (copies.first(), copies.iter().map(|(step, _)| *step).collect::<Vec<_>>())
    else {
        return Err("no `COPY` copies it".to_string());
    };
    let doubt = check_steps_between(cx, drafts, *first..change.step, &passes, &change.paths)?;
    if doubt.is_none() {
        proof.push("nothing in between uses it".to_string());
    }
    proof.push("the builder supports `COPY --chmod`".to_string());
    edits.sort();
    let title = format!("use `COPY --chmod={mode}`");
    let fix = match (exact, run_doubt, doubt) {
        (false, _, _) => Fix::new(Applicability::Suggestion, title, edits)
            .with_risk("the mode of the file in the build context is unknown"),
        (true, Some(run_doubt), _) => Fix::new(Applicability::Suggestion, title, edits).with_risk(run_doubt),
        (true, None, Some(doubt)) => Fix::new(Applicability::UnsafeLow, title, edits).with_risk(doubt),
        (true, None, None) => Fix::safe(title, edits),
    };
    Ok(proof.into_iter().fold(fix.without_information_loss(), Fix::with_proof))
}

fn quote_paths(all: &[&CopiedFiles]) -> String {
    all.iter().map(|copied| quote_excerpt(&copied.path)).collect::<Vec<_>>().join(" and ")
}

/// The octal mode, and whether it is written in this form. A mode that only adds execute permission becomes that of
/// programs.
fn to_octal_mode(text: &str) -> Option<(String, bool)> {
    // Builders differ in how they handle the bits before the three digits.
    let digits = text.strip_prefix('0').filter(|rest| rest.len() == 3).unwrap_or(text);
    let octal = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    match text {
        // `chmod 5` is `chmod 005`.
        _ if octal => Some((format!("{text:0>3}"), true)),
        "+x" | "a+x" | "ugo+x" | "+rx" | "a+rx" | "ugo+rx" => Some(("755".to_string(), false)),
        "u+x" => Some(("744".to_string(), false)),
        _ => None,
    }
}
