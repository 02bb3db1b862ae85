//! Merges two installs in adjacent RUNs.

use super::merge;
use super::run_edit::end_without_continuations;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::effects::{PackageCall, Verb, command_effects};
use crate::semantic::managers::fetches_for_system;
use crate::shell::ShellCommand;
use crate::source::Span;

/// Packages that add repositories or keys, on which later installs may depend.
const SET_UP: [&str; 6] =
    ["-release", "software-properties", "apt-transport-https", "gnupg", "-keyring", "dirmngr"];

/// A RUN that installs once, and otherwise only fetches lists and cleans up.
pub(crate) struct SingleInstall<'r> {
    call: PackageCall,
    command: &'r ShellCommand,
    /// The words of the other commands.
    others: Vec<Vec<&'r str>>,
}

impl<'r> SingleInstall<'r> {
    /// `None` for a RUN that does anything else.
    pub(crate) fn new(cx: &RuleChecker<'_>, run: &'r Run<'_>) -> Option<Self> {
        let source = cx.file.source;
        if !run.is_known_and_list(source) || !run.mounts.is_empty() || !run.instruction.heredocs.is_empty() {
            return None;
        }
        let mut found = None;
        let mut others = Vec::new();
        for command in &run.script.commands {
            let words = || command.words.iter().map(|word| word.text.as_str()).collect();
            match command_effects(command, source).packages {
                Some(call) if call.verb == Verb::Install && fetches_for_system(call.manager) => {
                    if !command.wrappers.is_empty() {
                        return None;
                    }
                    if found.is_some() || call.packages.is_empty() {
                        return None;
                    }
                    found = Some((call, command));
                }
                Some(call) if matches!(call.verb, Verb::Update | Verb::Clean) => others.push(words()),
                None if command.is("rm") => others.push(words()),
                _ => return None,
            }
        }
        let (call, command) = found?;
        Some(Self { call, command, others })
    }

    /// The options and the subcommand.
    fn options(&self) -> Vec<&'r str> {
        let words = self.command.words.iter().enumerate();
        let mut options: Vec<&str> = words
            .filter(|(at, _)| !self.call.packages.contains(at))
            .map(|(_, word)| word.text.as_str())
            .collect();
        options.sort_unstable();
        options
    }

    /// From the first package to the last, if nothing else is between them.
    fn span(&self) -> Option<Span> {
        let (first, last) = (*self.call.packages.first()?, *self.call.packages.last()?);
        let whole = last - first + 1 == self.call.packages.len() && last + 1 == self.command.words.len();
        let plain = whole && self.command.redirections.is_empty();
        plain
            .then_some(self.command.words.get(first)?.span.enclosing_span(self.command.words.get(last)?.span))
    }

    fn names(&self) -> impl Iterator<Item = &'r str> {
        self.call.words(self.command).map(|word| word.text.as_str())
    }
}

/// Adds the packages of the second RUN to those of the first one. Packages can conflict, so installing all of them
/// may fail.
pub(crate) fn merge_installs(cx: &RuleChecker<'_>, first: &Run<'_>, second: &Run<'_>) -> Option<Fix> {
    let source = cx.file.source;
    let (one, two) = (SingleInstall::new(cx, first)?, SingleInstall::new(cx, second)?);
    merge::join_runs(cx, first, second)?;
    let sets_up = one.names().any(|name| {
        SET_UP.iter().any(|part| name.contains(part)) || name.starts_with(['.', '/']) || name.contains("://")
    });
    let subset = two.others.iter().all(|words| one.others.contains(words));
    if one.call.manager != two.call.manager || one.options() != two.options() || !subset || sets_up {
        return None;
    }
    let (mine, theirs) = (one.span()?, two.span()?);
    let end = end_without_continuations(first.script.list.last()?.span, source);
    let mine_end = end_without_continuations(mine, source);
    let comments = |span: Span| span.bytes(source).contains(&b'#');
    let all = Span::new(mine_end, second.outer.span.end);
    if comments(all) || comments(mine) {
        return None;
    }
    let text = |span: Span| std::str::from_utf8(span.bytes(source)).ok();
    let known: Vec<&str> = one.names().collect();
    if two.names().all(|name| known.contains(&name)) {
        return None;
    }
    let theirs = text(Span::new(theirs.start, end_without_continuations(theirs, source)))?;
    let separator = package_separator(&one, source).unwrap_or_else(|| " ".to_string());
    let tail = text(Span::new(mine_end, end))?;
    let edits = [Edit::replace(all, format!("{separator}{theirs}{tail}"))];
    let title = "install everything in the previous `RUN`";
    Some(Fix::new(Applicability::UnsafeMid, title, edits).with_risk("the packages may conflict"))
}

/// The text between the last two packages.
fn package_separator(install: &SingleInstall<'_>, source: &[u8]) -> Option<String> {
    let mut last = install.call.packages.iter().rev();
    let (after, before) = (last.next()?, last.next()?);
    let (before, after) = (install.command.words.get(*before)?, install.command.words.get(*after)?);
    let text = Span::new(end_without_continuations(before.span, source), after.span.start).bytes(source);
    String::from_utf8(text.to_vec()).ok()
}
