//! Stores a key of apt for a single source instead of for all.

use std::borrow::Cow;

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::download::{DownloadTarget, find_downloads};
use crate::semantic::written_text::find_written_text;
use crate::semantic::{Run, base_image::ExternalBaseImage};
use crate::shell::{CommandPlace, Connector, ShellCommand};
use crate::source::Span;
use crate::syntax::quote_excerpt;

const KEYRINGS: &str = "/etc/apt/keyrings";
/// Releases whose apt package creates `/etc/apt/keyrings`.
const WITH_DIRECTORY: [&str; 6] = ["bookworm", "trixie", "jammy", "noble", "22.04", "24.04"];

/// Stores the key that `apt-key add` at `index` adds in a file, and adds it to the only package source of the stage.
pub(crate) fn offer_fix(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    index: usize,
    base: Option<&ExternalBaseImage>,
) -> FixOrReason {
    let source = cx.file.source;
    let command = run.script.commands.get(index).ok_or("the command is unknown")?;
    let (name, line) = find_only_source(cx, run)?;
    let key = format!("{KEYRINGS}/{name}.asc");
    let mut edits = store_key_in_file(run, index, command, &key, source)?;
    let has_directory = base.is_some_and(|base| {
        base.certain && base.image.release.as_deref().is_some_and(|release| WITH_DIRECTORY.contains(&release))
    });
    if !has_directory {
        let start = edits.iter().map(|edit| edit.span.start).min().unwrap_or(command.span.start);
        let first =
            run.script.commands.iter().find(|other| other.span.start <= start && start <= other.span.end);
        let at = first.map_or(command.span.start, |first| first.span.start);
        // The edit of that command may begin at the same place.
        match edits.iter_mut().find(|edit| edit.span.start == at) {
            Some(edit) => edit.text = format!("mkdir -p {KEYRINGS} && {}", edit.text),
            None => edits.push(Edit::insert(at, format!("mkdir -p {KEYRINGS} && "))),
        }
    }
    edits.push(add_key_to_source(line, &key, source)?);
    edits.sort();
    let fix = Fix::new(Applicability::Suggestion, format!("add `signed-by={key}` to the source"), edits);
    Ok(fix.with_risk("the key may need the other file name (`.gpg` or `.asc`)"))
}

/// The name of the only package source file that the stage writes, and its only line.
fn find_only_source(cx: &RuleChecker<'_>, run: &Run<'_>) -> Result<(String, Span), &'static str> {
    const NONE: &str = "this file configures no package source that uses the key";
    let mut found = None;
    for other in cx.semantics.runs.iter().filter(|other| other.stage == run.stage) {
        for written in find_written_text(other, cx.file.source) {
            let list = written
                .path
                .strip_prefix("/etc/apt/sources.list.d/")
                .and_then(|name| name.strip_suffix(".list"));
            for line in written.lines.iter().filter(|line| line.text.trim_start().starts_with("deb")) {
                if found.is_some() {
                    return Err("this stage configures several package sources");
                }
                let is_after = line.span.start > run.outer.span.start;
                found = Some((list.filter(|_| is_after).unwrap_or_default().to_string(), line.span));
            }
        }
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    found.filter(|(name, _)| !name.is_empty() && name.chars().all(is_plain)).ok_or(NONE)
}

/// The edits that make the command store the key in the file.
fn store_key_in_file(
    run: &Run<'_>,
    index: usize,
    command: &ShellCommand,
    key: &str,
    source: &[u8],
) -> Result<Vec<Edit>, Cow<'static, str>> {
    const COMPUTED: &str = "the key comes from neither a single download nor a file";
    let plain = |command: &ShellCommand| {
        command.place == CommandPlace::Top && command.wrappers.is_empty() && command.redirections.is_empty()
    };
    let operands: Vec<&str> = command.operands().map(|word| word.text.as_str()).collect();
    let ["add", file] = operands.as_slice() else { return Err("the key comes from a key server".into()) };
    if !plain(command) {
        return Err(describe_context(command));
    }
    if *file != "-" {
        let is_plain = file.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'));
        return if is_plain {
            Ok(vec![Edit::replace(command.span, format!("cp {file} {key}"))])
        } else {
            Err(COMPUTED.into())
        };
    }
    if command.connector != Some(Connector::Pipe) {
        return Err(COMPUTED.into());
    }
    let [left] = run.script.commands_piped_into(index, source)[..] else { return Err(COMPUTED.into()) };
    let left_command =
        run.script.commands.get(left).filter(|left| plain(left) && left.connector != Some(Connector::Pipe));
    let left_command = left_command.ok_or(COMPUTED)?;
    let all = find_downloads(run, source);
    let mut own = all.iter().filter(|download| download.command == left);
    let download = own
        .next()
        .filter(|download| download.to == DownloadTarget::Stdout && own.next().is_none())
        .ok_or(COMPUTED)?;
    let tail = Span::new(left_command.span.end, command.span.end);
    if tail.bytes(source).contains(&b'#') {
        return Err("a comment is between them".into());
    }
    if left_command.is("curl") {
        return Ok(vec![Edit::replace(tail, format!(" -o {key}"))]);
    }
    if left_command.is("wget") {
        let address = String::from_utf8_lossy(download.span.bytes(source)).into_owned();
        let others =
            left_command.arguments().iter().filter(|word| word.span != download.span && word.text != "-");
        // Options other than `-qO -` would have to be kept.
        let is_known =
            others.into_iter().all(|word| matches!(word.text.as_str(), "-qO" | "-qO-" | "-q" | "-O" | "-O-"));
        let text = format!("wget -qO {key} {address}");
        let whole = left_command.span.enclosing_span(command.span);
        return if is_known {
            Ok(vec![Edit::replace(whole, text)])
        } else {
            Err("`wget` has options that the fix would lose".into())
        };
    }
    Err(COMPUTED.into())
}

/// What is around a command that is not a plain command.
fn describe_context(command: &ShellCommand) -> Cow<'static, str> {
    match command.wrappers.first() {
        Some(wrapper) => format!("{} runs `apt-key`", quote_excerpt(&wrapper.name)).into(),
        None if !command.redirections.is_empty() => "`apt-key` has a redirection".into(),
        None => "`apt-key` runs in a nested command".into(),
    }
}

/// Adds `signed-by` to the options of a source.
fn add_key_to_source(line: Span, key: &str, source: &[u8]) -> Result<Edit, &'static str> {
    const ODD: &str = "the source is not written as one plain line";
    let text = std::str::from_utf8(line.bytes(source)).map_err(|_| ODD)?;
    let text_start = text.find("deb").ok_or(ODD)?;
    let after =
        text.get(text_start..).and_then(|rest| rest.find(' ')).map(|at| text_start + at).ok_or(ODD)?;
    let rest = text.get(after..).unwrap_or_default();
    let options = rest.trim_start();
    let start = after + (rest.len() - options.len());
    let offset = |at: usize| line.start + u32::try_from(at).unwrap_or(0);
    if options.contains("signed-by") || options.contains("trusted=") {
        return Err("the source already has `signed-by=` or `trusted=`");
    }
    if options.starts_with('[') {
        let end = options.find(']').ok_or(ODD)?;
        let inner = options.get(..end).unwrap_or_default().trim_end().len();
        return Ok(Edit::replace(
            Span::new(offset(start + inner), offset(start + end)),
            format!(" signed-by={key}{}", if inner < end { " " } else { "" }),
        ));
    }
    Ok(Edit::insert(offset(start), format!("[signed-by={key}] ")))
}
