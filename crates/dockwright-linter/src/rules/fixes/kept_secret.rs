//! Fixes for secrets that stay in a layer.

use super::{append, run_edit};
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::secrets::ReceivedSecret;
use crate::shell::ShellCommand;

/// Why there is no other fix.
pub(crate) const NO_FIX: &str = "the use of the secret in the build is unknown";

/// Mounts the file instead of running the command that writes it.
pub(crate) fn mount_secret_file_fix(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    index: usize,
    file: &str,
    secret: &ReceivedSecret,
    secrets: &[ReceivedSecret],
) -> FixOrReason {
    let source = cx.file.source;
    let command = run.script.commands.get(index).ok_or("the command is unknown")?;
    let uses = run.script.commands.iter().filter(|other| {
        let words = other.words.iter().map(|word| word.span).chain(other.assignments.iter().copied());
        words.into_iter().any(|span| secret.is_expanded_in(&String::from_utf8_lossy(span.bytes(source))))
    });
    if uses.count() > 1 || secrets.len() > 1 {
        return Err("the `RUN` uses the secret for something else, too".into());
    }
    let target = match file.strip_prefix("~/") {
        Some(rest) if run_edit::is_root(cx, run) => format!("/root/{rest}"),
        Some(_) => return Err("the home directory is unknown".into()),
        None => file.to_string(),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    if !target.starts_with('/') || !target.chars().all(is_plain) {
        return Err("the path of the file is relative or computed".into());
    }
    let item = run.script.list.iter().position(|item| item.span == command.span);
    let deletion = item.and_then(|at| run_edit::remove_element(run, at, source));
    let deletion = deletion.ok_or("the command that writes the file cannot be removed from the `RUN`")?;
    let id = target.rsplit('/').next().unwrap_or_default().trim_start_matches('.').to_string();
    let mount = format!("--mount=type=secret,id={id},target={target}");
    let flag = match secret.mount {
        Some(span) => Edit::replace(span, mount.clone()),
        None => run_edit::add_run_flags(cx, run, std::slice::from_ref(&mount), false)
            .ok_or("no flag can be added to the `RUN`")?,
    };
    let title = format!("mount `{target}` as a secret");
    let missing = format!("the build must pass `--secret id={id}`");
    Ok(Fix::new(Applicability::Suggestion, title, [flag, deletion]).with_risk(missing))
}

/// Deletes the section of the URL at the end of the RUN.
pub(crate) fn delete_url_section(cx: &RuleChecker<'_>, run: &Run<'_>, command: &ShellCommand) -> FixOrReason {
    let source = cx.file.source;
    let key = command.arguments().iter().find(|word| word.text.to_ascii_lowercase().ends_with(".insteadof"));
    let key = key.filter(|_| command.is("git")).ok_or(NO_FIX)?;
    let text = String::from_utf8_lossy(key.span.bytes(source)).into_owned();
    let section = text.len().checked_sub(".insteadOf".len()).and_then(|end| text.get(..end));
    let level = if command.has_flag("system") { "--system" } else { "--global" };
    let section = section
        .filter(|_| run_edit::is_known_and_list(cx, run) && !text.contains('\n'))
        .ok_or(append::NO_POSITION)?;
    let quotes = section.chars().filter(|c| *c == '"').count();
    if quotes % 2 == 1 || command.wrappers.iter().any(|wrapper| wrapper.name == "sudo") {
        return Err("the key is quoted as a whole".into());
    }
    let edit = append::append_command(run, source, &format!("git config {level} --remove-section {section}"));
    let edit = edit.ok_or(append::NO_POSITION)?;
    let fix = Fix::new(Applicability::UnsafeLow, "delete the setting at the end of the `RUN`", [edit]);
    Ok(fix.with_risk("a later `RUN` may use the setting"))
}
