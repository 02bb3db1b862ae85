//! Writes the new order of instructions as edits.

use std::collections::BTreeMap;

use super::install::reads_no_sources;
use super::project::{InstallNeeds, parent_directory};
use super::site::CopyAndInstall;
use crate::diagnostic::Edit;
use crate::optimize::facts::is_system_manager;
use crate::rule::RuleChecker;
use crate::rules::fixes::instruction_edit::line_start_above;
use crate::rules::fixes::run_edit::end_without_continuations;
use crate::semantic::effects::{self, Verb};
use crate::semantic::paths::base_name;
use crate::shell::{ListNode, ShellCommand};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Item, Node};

/// The edits that split the COPY of `site`. `directory`: the project directory, relative to the context.
pub(super) fn split_edits(
    cx: &RuleChecker<'_>,
    site: &CopyAndInstall<'_, '_>,
    directory: &str,
    needs: &InstallNeeds,
) -> Result<Vec<Edit>, String> {
    let manifests = copy_manifests(cx, site, directory, needs)?;
    let copy = MovedInstruction::new(cx, site.copy.instruction).ok_or("the `COPY` is not found")?;
    let run = item_of_instruction(cx, site.run.instruction).ok_or("the `RUN` is not found")?;
    let source = cx.file.source;
    if let Some(fetch) = &needs.fetch {
        if site.script.instruction.rest.text.contains("type=cache")
            || site.script.mounts.iter().any(|mount| mount.kind() == "cache")
        {
            return Err("a cache mount already keeps the downloads".to_string());
        }
        if site.run.state.workdir.as_deref() != Some(&site.directory) {
            return Err(format!(
                "`{}` installs in a different directory than the `RUN`",
                site.install.shorten_call()
            ));
        }
        let keyword = &site.run.instruction.keyword.text;
        let flags = flags_as_written(site.run.instruction, source);
        let (head, after_head) = commands_before_install(site, source)?;
        let fetch = format!("{keyword} {flags}{head}{fetch}\n");
        // If nothing is between the two, nothing has to move.
        if site.between.is_empty() {
            let above_copy = Edit::insert(copy.span.start, format!("{manifests}{fetch}"));
            return Ok(std::iter::once(above_copy).chain(after_head).collect());
        }
        let at = line_start_above(cx, site.run.instruction);
        let moved = [
            Edit::insert(copy.span.start, manifests),
            Edit::delete(copy.span),
            Edit::insert(at, format!("{fetch}{}", copy.text)),
        ];
        return Ok(moved.into_iter().chain(after_head).collect());
    }
    let mut edits = vec![Edit::insert(copy.span.start, manifests), Edit::delete(copy.span)];
    match last_element_before_sources(site, source)? {
        None => {
            let newline = if run.span.bytes(source).ends_with(b"\n") { "" } else { "\n" };
            let text = format!("{newline}{}", copy.text);
            let text = if newline.is_empty() { text } else { text.trim_end_matches('\n').to_string() };
            edits.push(Edit::insert(run.span.end, text));
        }
        Some(last) => edits.push(split_run(site, last, &copy.text, source)?),
    }
    Ok(edits)
}

/// The COPY instructions of the manifests, one for each directory.
fn copy_manifests(
    cx: &RuleChecker<'_>,
    site: &CopyAndInstall<'_, '_>,
    directory: &str,
    needs: &InstallNeeds,
) -> Result<String, String> {
    let source = cx.file.source;
    let copy = site.copy.instruction;
    let flags = flags_as_written(copy, source);
    let lower = copy.keyword.text.chars().all(|c| !c.is_uppercase());
    let keyword = if lower { "copy" } else { "COPY" };
    let mut lines: BTreeMap<(String, bool), Vec<String>> = BTreeMap::new();
    for path in &needs.paths {
        let whole = path.ends_with('/');
        let key = if whole { path.trim_end_matches('/') } else { parent_directory(path) };
        lines.entry((key.to_string(), whole)).or_default().push(path.trim_end_matches('/').to_string());
    }
    let relative = match &copy.arguments {
        Arguments::Paths(paths) => paths.destination.as_ref().is_some_and(|word| !word.text.starts_with('/')),
        _ => false,
    };
    // The path from the destination of the COPY to the project.
    let within =
        directory.strip_prefix(if site.pattern == "." { "" } else { &site.pattern }).unwrap_or(directory);
    let mut text = String::new();
    for ((below, _), mut paths) in lines {
        paths.sort_by_key(|path| (copy_order_of_file(path), path.clone()));
        let target = [site.destination.as_str(), within, &below]
            .iter()
            .map(|part| part.trim_matches('/'))
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("/");
        let target = if target.is_empty() { "/".to_string() } else { format!("/{target}/") };
        let workdir =
            site.copy.state.workdir.as_deref().map(|path| format!("{}/", path.trim_end_matches('/')));
        let target = match workdir.and_then(|workdir| target.strip_prefix(&workdir).map(str::to_string)) {
            // Below `/`, the path does not depend on the WORKDIR of the base image.
            Some(rest) if relative && !site.destination.is_empty() => format!("./{rest}"),
            _ => target,
        };
        let sources: Vec<String> = paths
            .iter()
            .map(|path| if directory.is_empty() { path.clone() } else { format!("{directory}/{path}") })
            .collect();
        if sources.iter().any(|path| {
            path.contains([' ', '"', '\'', '$', '\\', '[', '*', '?']) && !path.ends_with("*.csproj")
        }) {
            return Err("a path has characters that a `COPY` would expand".to_string());
        }
        text.push_str(&format!("{keyword} {flags}{} {target}\n", sources.join(" ")));
    }
    Ok(text)
}

/// The position in the list of copied files: dependency files, then lock files, then settings.
pub(super) fn copy_order_of_file(path: &str) -> u8 {
    let name = base_name(path);
    if name.starts_with('.') || name.to_lowercase() == "nuget.config" {
        2
    } else {
        u8::from(name.contains("lock") || name.ends_with(".sum") || name.contains("shrinkwrap"))
    }
}

/// The flags as written, each followed by a space.
fn flags_as_written(instruction: &Instruction<'_>, source: &[u8]) -> String {
    let texts = instruction.flags.iter().map(|flag| String::from_utf8_lossy(flag.span.bytes(source)));
    texts.fold(String::new(), |all, flag| all + &flag + " ")
}

fn item_of_instruction<'c>(cx: &RuleChecker<'c>, instruction: &Instruction<'_>) -> Option<&'c Item<'c>> {
    let items = &cx.file.items;
    let at = items.partition_point(|item| item.span.end <= instruction.span.start);
    items.get(at)
}

/// An instruction with the comments above it.
struct MovedInstruction {
    span: Span,
    text: String,
}

impl MovedInstruction {
    fn new(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> Option<Self> {
        let items = &cx.file.items;
        let at = items.partition_point(|item| item.span.end <= instruction.span.start);
        let comments = items.get(..at)?.iter().rev().take_while(|item| matches!(item.node, Node::Comment(_)));
        let own = items.get(at)?.span;
        let start = comments.last().map_or(own.start, |item| item.span.start);
        let span = Span::new(start, own.end);
        let text = String::from_utf8(span.bytes(cx.file.source).to_vec()).ok()?.replace("\r\n", "\n");
        text.ends_with('\n').then_some(Self { span, text })
    }
}

/// The last element that moves before the sources: the install, and its cleanup. `None` if that is the whole RUN.
fn last_element_before_sources(
    site: &CopyAndInstall<'_, '_>,
    source: &[u8],
) -> Result<Option<usize>, String> {
    let script = &site.script.script;
    let command = |at: usize| match script.list.get(at)?.node {
        ListNode::Command(command) => script.commands.get(command),
        _ => None,
    };
    let mut last = site.element;
    while command(last + 1)
        .is_some_and(|command| is_clean_up(command, source) || is_same_install(site, command, source))
    {
        last += 1;
    }
    let rest = (last + 1..script.list.len()).map(command);
    for command in rest.clone().flatten() {
        if is_clean_up(command, source) || removes_files(command, source) {
            let name = command.quoted_name();
            return Err(format!(
                "the `RUN` ends with {name}, which may depend on the output of `{}`",
                site.install.shorten_call()
            ));
        }
    }
    Ok((last + 1 < script.list.len()).then_some(last))
}

/// Whether the command is another install of the same kind from other named files, or, with `mix`, the
/// compilation of the dependencies.
fn is_same_install(site: &CopyAndInstall<'_, '_>, command: &ShellCommand, source: &[u8]) -> bool {
    let first = command.operands().next().map_or("", |word| word.text.as_str());
    if site.install.manager == "mix" && command.is("mix") && first == "deps.compile" {
        return true;
    }
    let other = super::ProjectInstall::new(command, source);
    other.is_some_and(|other| other.manager == site.install.manager && other.call == site.install.call)
}

fn is_clean_up(command: &ShellCommand, source: &[u8]) -> bool {
    let effects = effects::command_effects(command, source);
    let cleans = effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Clean);
    let removes = command.is("rm")
        && command.operands().all(|word| {
            ["/root/", "~/", "/tmp/", "/var/", "/usr/local/share/.cache"]
                .iter()
                .any(|start| word.text.starts_with(start))
        });
    cleans || removes
}

fn removes_files(command: &ShellCommand, source: &[u8]) -> bool {
    let call = effects::command_effects(command, source).packages;
    call.is_some_and(|call| call.verb == Verb::Remove && is_system_manager(call.manager))
}

/// Splits the RUN into two, with the COPY between them. Shell settings of the first part are repeated in the second
/// one.
fn split_run(site: &CopyAndInstall<'_, '_>, last: usize, copy: &str, source: &[u8]) -> Result<Edit, String> {
    let script = &site.script.script;
    let (Some(end), Some(next)) = (script.list.get(last), script.list.get(last + 1)) else {
        return Err("the `RUN` cannot be split".to_string());
    };
    let between = Span::new(end_without_continuations(end.span, source), next.span.start);
    if between.bytes(source).contains(&b'#') {
        return Err("a comment is where the `RUN` would be split".to_string());
    }
    let again = repeated_shell_changes(site, last + 1, source)?;
    let run = site.run.instruction;
    let flags = flags_as_written(run, source);
    let text = format!("\n{copy}{} {flags}{again}", run.keyword.text);
    Ok(Edit::replace(between, text))
}

/// The commands before the install in its RUN, which move before the download because it may need them, and the edit
/// that removes them.
fn commands_before_install(
    site: &CopyAndInstall<'_, '_>,
    source: &[u8],
) -> Result<(String, Option<Edit>), String> {
    let list = &site.script.script.list;
    let (Some(first), Some(install)) = (list.first(), list.get(site.element).filter(|_| site.element > 0))
    else {
        return Ok((String::new(), None));
    };
    let span = Span::new(first.span.start, install.span.start);
    let text = String::from_utf8_lossy(span.bytes(source)).to_string();
    if text.contains('#') || text.contains("<<") {
        return Err("a comment is where the `RUN` would be split".to_string());
    }
    Ok((text, Some(Edit::replace(span, repeated_shell_changes(site, site.element, source)?))))
}

/// The shell settings of the first `number` commands, to be repeated for the commands after them.
fn repeated_shell_changes(
    site: &CopyAndInstall<'_, '_>,
    number: usize,
    source: &[u8],
) -> Result<String, String> {
    let script = &site.script.script;
    let mut again = String::new();
    // The install itself, and the commands that move with it, are programs.
    for item in script.list.iter().take(number.min(site.element)) {
        let ListNode::Command(at) = item.node else { continue };
        let Some(command) = script.commands.get(at) else { continue };
        let state = effects::command_effects(command, source).state;
        if state.is_none() || reads_no_sources(command) {
            continue;
        }
        let text = String::from_utf8_lossy(command.span.bytes(source)).to_string();
        let plain = command.is_any(&["cd", "set", "export"]) && command.words.iter().all(|word| word.literal);
        if !plain || text.contains('\n') {
            return Err(format!("`{text}` would have to be repeated after the split"));
        }
        again.push_str(&format!("{text} && "));
    }
    Ok(again)
}
