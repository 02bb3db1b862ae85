//! Makes Alpine packages that only the build needs a virtual package, which is deleted after the build.

use super::append::append_command;
use super::fold_into_copy::start_line;
use super::later_runs;
use super::merge::{self, MergeCertainty};
use super::run_edit::end_without_continuations;
use super::runtime_libraries;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::is_build_package;
use crate::rule::RuleChecker;
use crate::semantic::effects::{self, Verb};
use crate::semantic::programs::COMPILERS;
use crate::semantic::{Run, managers};
use crate::shell::{ListNode, ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Kind, quote_excerpt};

/// Packages that only a build needs, if there are any.
pub(crate) struct KeptBuildPackages<'r, 'a> {
    run: &'r Run<'a>,
    add: &'r ShellCommand,
    /// The index of the `apk add` in the list.
    at: usize,
    pub build: Vec<&'r ShellWord>,
    others: Vec<&'r ShellWord>,
    /// The next RUN, if it builds.
    next: Option<&'r Run<'a>>,
}

/// The packages that one `apk add` installs, if the same RUN or the next one builds with them and nothing deletes
/// them.
pub(crate) fn find_kept_packages<'r, 'a>(
    cx: &RuleChecker<'_>,
    run: &'r Run<'a>,
    next: Option<&'r Run<'a>>,
) -> Option<KeptBuildPackages<'r, 'a>> {
    let source = cx.file.source;
    let call = |command: &ShellCommand, verb: Verb| {
        effects::command_effects(command, source)
            .packages
            .filter(|call| call.manager == "apk" && call.verb == verb)
    };
    let deletes =
        |run: &Run<'_>| run.script.commands.iter().any(|command| call(command, Verb::Remove).is_some());
    let mut adds = run.script.list.iter().enumerate().filter_map(|(at, item)| match item.node {
        ListNode::Command(command) => run.script.commands.get(command).map(|command| (at, command)),
        _ => None,
    });
    let (at, add) = adds.find(|(_, command)| {
        call(command, Verb::Install)
            .is_some_and(|call| call.words(command).any(|word| is_build_package(&word.text)))
    })?;
    if add.has_flag("virtual")
        || add.has_flag("t")
        || deletes(run)
        || later_runs::later_runs(cx, run)?.into_iter().any(deletes)
    {
        return None;
    }
    let packages = call(add, Verb::Install)?.packages;
    let words = packages.iter().filter_map(|at| add.words.get(*at));
    let (build, others): (Vec<_>, Vec<_>) = words.partition(|word| is_build_package(&word.text));
    let builds_here = run
        .script
        .list
        .iter()
        .skip(at + 1)
        .filter_map(|item| match item.node {
            ListNode::Command(command) => run.script.commands.get(command),
            _ => None,
        })
        .any(|command| may_compile(command, source));
    let next = next.filter(|next| next.stage == run.stage && !next.onbuild);
    let builds_next =
        next.is_some_and(|next| next.script.commands.iter().any(|command| may_compile(command, source)));
    let next = if builds_here { None } else { Some(next.filter(|_| builds_next)?) };
    // A container that starts one of them is a build environment.
    let started = cx.file.instructions().rfind(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint))?;
    let is_tool = |word: &str| {
        matches!(word, "make" | "gcc" | "g++" | "cc" | "cargo" | "go" | "cmake" | "gem" | "pip" | "pip3")
    };
    let mut words =
        started.rest.text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_')));
    if words.any(is_tool) {
        return None;
    }
    Some(KeptBuildPackages { run, add, at, build, others, next })
}

/// Whether a command may compile something.
pub(crate) fn may_compile(command: &ShellCommand, source: &[u8]) -> bool {
    let by_manager = effects::command_effects(command, source).packages.is_some_and(|call| {
        matches!(call.verb, Verb::Install | Verb::Build)
            && managers::find_manager(call.manager).is_some_and(|manager| manager.compiles)
    });
    by_manager || command.is_any(&COMPILERS) || command.has_argument(&["build_ext", "bdist_wheel"])
}

/// Makes the packages a virtual one that is deleted at the end, or returns the reason why that is not possible.
pub(crate) fn remove_build_packages(
    cx: &RuleChecker<'_>,
    kept: &KeptBuildPackages<'_, '_>,
) -> Result<Fix, String> {
    let source = cx.file.source;
    let last = kept.next.unwrap_or(kept.run);
    if ![kept.run, last].iter().all(|run| merge::is_and_list(cx, run)) {
        return Err("the commands of the `RUN` are not all joined with `&&`".to_string());
    }
    let words = kept.build.iter().chain(&kept.others);
    if let Some(word) = words.into_iter().find(|word| !word.literal || word.text.contains('$')) {
        return Err(format!("{} refers to unknown packages", quote_excerpt(&word.text)));
    }
    let (runtime, mut missing) = runtime_libraries_to_keep(kept);
    let mut proof = vec![format!("line {} builds but deletes nothing", start_line(cx, last.outer))];
    for later in later_runs::later_runs(cx, last).ok_or("the rest of the file is too long to analyze")? {
        let at = start_line(cx, later.outer);
        if let Some(command) = later.script.commands.iter().find(|command| may_compile(command, source)) {
            let name = command.name.as_deref().unwrap_or("a command");
            return Err(format!("`{name}` on line {at} may need them, too"));
        }
        if !later_runs::has_known_commands(cx, later) {
            missing = missing.or_else(|| Some(format!("line {at} may need them")));
        }
    }
    if missing.is_none() {
        proof.push("no later instruction builds anything".to_string());
    }
    let mut edits =
        virtual_package_edits(kept, &runtime, source).ok_or("the package list cannot be split")?;
    let mut doubtful = None;
    let deletion = "apk del .build-deps";
    if let Some(next) = kept.next {
        let (joining, joint) = merge::join_with_grouping(cx, kept.run, &[next]).map_err(|reason| {
            format!("the `RUN` that builds cannot be merged into this one because {reason}")
        })?;
        edits.extend(joining);
        if let MergeCertainty::Doubtful(fact) = joint {
            doubtful = Some(fact);
        }
        let (trailing, indentation) = merge::merged_run_style(cx, kept.run, next);
        let escape = char::from(cx.file.escape);
        let at = end_without_continuations(
            next.script.list.last().ok_or("the `RUN` has no commands")?.span,
            source,
        );
        let (end, start) = if trailing { (" &&", "") } else { ("", "&& ") };
        edits.push(Edit::insert(at, format!("{end} {escape}\n{indentation}{start}{deletion}")));
    } else {
        edits.push(append_command(kept.run, source, deletion).ok_or("no command can be added at its end")?);
    }
    edits.sort();
    if !runtime.is_empty() {
        proof.push(format!(
            "the libraries that programs link to stay: {}",
            runtime.iter().map(|name| quote_excerpt(name)).collect::<Vec<_>>().join(", ")
        ));
    }
    let title = "install them as a virtual package, and delete it in the same `RUN`";
    let fix = match (missing, doubtful) {
        (Some(fact), _) => Fix::new(Applicability::Suggestion, title, edits).with_risk(fact),
        (None, fact) => {
            let fix = Fix::new(Applicability::UnsafeMid, title, edits);
            fix.with_risk(fact.unwrap_or("something outside this file may need them"))
        }
    };
    Ok(proof.into_iter().fold(fix.without_information_loss(), Fix::with_proof))
}

/// The libraries that programs built with the packages link to, except for those that stay anyway; and what is
/// unknown about them.
fn runtime_libraries_to_keep(kept: &KeptBuildPackages<'_, '_>) -> (Vec<&'static str>, Option<String>) {
    let mut missing = None;
    let mut runtime: Vec<&'static str> = Vec::new();
    for word in &kept.build {
        let name = word.text.split(['=', '~', '<', '>', '@']).next().unwrap_or_default();
        match runtime_libraries::runtime_libraries_of(name) {
            Some(libraries) => runtime.extend(libraries),
            None => {
                missing = missing.or_else(|| {
                    Some(format!(
                        "the libraries of {} that programs link to are unknown",
                        quote_excerpt(name)
                    ))
                });
            }
        }
    }
    // The first one that needs another installs it.
    if runtime.contains(&"libstdc++") {
        runtime.retain(|name| *name != "libgcc");
    }
    runtime.sort_unstable();
    runtime.dedup();
    runtime.retain(|name| kept.others.iter().all(|other| other.text != *name));
    (runtime, missing)
}

/// Adds `--virtual` for the packages that the build needs, and installs the others with a separate command before.
fn virtual_package_edits(
    kept: &KeptBuildPackages<'_, '_>,
    runtime: &[&str],
    source: &[u8],
) -> Option<Vec<Edit>> {
    let add = kept.add;
    let text = |word: &ShellWord| std::str::from_utf8(word.span.bytes(source)).ok();
    let verb = add.arguments().iter().find(|word| word.text == "add")?;
    let mut edits = vec![Edit::insert(verb.span.end, " --virtual .build-deps")];
    let is_package =
        |word: &ShellWord| kept.build.iter().chain(&kept.others).any(|own| own.span == word.span);
    for other in &kept.others {
        let at = add.words.iter().position(|word| word.span == other.span)?;
        let before = add.words.get(at.checked_sub(1)?)?;
        let span = Span::new(
            end_without_continuations(before.span, source),
            end_without_continuations(other.span, source),
        );
        if span.bytes(source).contains(&b'#') {
            return None;
        }
        edits.push(Edit::delete(span));
    }
    let stay: Option<Vec<&str>> = kept.others.iter().map(|word| text(word)).collect();
    let stay: Vec<&str> = stay?.into_iter().chain(runtime.iter().copied()).collect();
    if !stay.is_empty() {
        let options = add.words.iter().filter(|word| !is_package(word)).map(text);
        let options: Option<Vec<&str>> = options.collect();
        let options = options?.join(" ");
        let between = package_separator(kept, source).filter(|_| options.len() + stay.join(" ").len() > 90);
        let command = match between {
            Some(between) => format!("{options}{between}{}", stay.join(&between)),
            None => format!("{options} {}", stay.join(" ")),
        };
        let list = &kept.run.script.list;
        // Joined in the same way as the element and one of its neighbors.
        let own = list.get(kept.at)?;
        let ahead = kept
            .at
            .checked_sub(1)
            .and_then(|at| list.get(at))
            .map(|before| Span::new(end_without_continuations(before.span, source), own.span.start));
        let behind = list
            .get(kept.at + 1)
            .map(|next| Span::new(end_without_continuations(own.span, source), next.span.start));
        let plain = |span: &Span| !span.bytes(source).contains(&b'#');
        let separator = behind.filter(plain).or(ahead.filter(plain));
        let separator = match separator {
            Some(span) => std::str::from_utf8(span.bytes(source)).ok()?.to_string(),
            None => " \\\n    && ".to_string(),
        };
        edits.push(Edit::insert(own.span.start, command + &separator));
    }
    // Edits of neighboring words touch each other.
    edits.sort();
    let mut whole: Vec<Edit> = Vec::new();
    for edit in edits {
        match whole.last_mut() {
            Some(last) if last.span.end == edit.span.start => {
                last.span.end = edit.span.end;
                last.text.push_str(&edit.text);
            }
            _ => whole.push(edit),
        }
    }
    Some(whole)
}

/// The text between two packages of the list.
fn package_separator(kept: &KeptBuildPackages<'_, '_>, source: &[u8]) -> Option<String> {
    let mut all: Vec<Span> = kept.build.iter().chain(&kept.others).map(|word| word.span).collect();
    all.sort_unstable();
    let [.., before, after] = all.as_slice() else { return None };
    let text = Span::new(end_without_continuations(*before, source), after.start).bytes(source);
    String::from_utf8(text.to_vec()).ok().filter(|text| !text.contains('#'))
}
