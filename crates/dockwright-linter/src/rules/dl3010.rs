//! DL3010: an archive that is copied, then unpacked.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{Run, View, archive};
use crate::shell::{ShellCommand, ShellWord};
use crate::syntax::{Arguments, Instruction, Kind, Paths, Source, Word};

pub(super) static RULE: Rule = Rule {
    code: "DL3010",
    name: "copied-archive",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3010.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut copies: Vec<CopiedArchive<'_>> = Vec::new();
    let mut runs = semantics.runs.iter().filter(|run| !run.onbuild).peekable();
    for instruction in file.instructions() {
        match (instruction.kind, &instruction.arguments) {
            (Kind::From, _) => {
                if !semantics.view.forgets_unpacked_archives {
                    report(cx, &copies);
                }
                copies.clear();
            }
            (Kind::Copy, Arguments::Paths(paths)) if instruction.flag("from").is_none() => {
                copies.extend(copied_archives(instruction, paths));
            }
            (Kind::Run, _) => {
                let Some(run) = runs.next_if(|run| run.outer.span == instruction.span) else { continue };
                if run.affects_final_image() {
                    find_unpacked(run, &mut copies);
                }
            }
            _ => {}
        }
    }
    report(cx, &copies);
}

/// An archive in the build context that a COPY names.
struct CopiedArchive<'a> {
    copy: &'a Instruction<'a>,
    word: &'a Word<'a>,
    /// The last part of its path in the image.
    name: &'a str,
    unpacked: bool,
}

/// The archives of one COPY, by their name in the image: that of the destination, if it looks like an archive.
fn copied_archives<'a>(copy: &'a Instruction<'a>, paths: &'a Paths<'a>) -> Vec<CopiedArchive<'a>> {
    let copied = |word: &'a Word<'a>| {
        let name = file_name(&word.text);
        archive::has_archive_suffix(word.text.trim_matches(['"', '\''])).then_some(CopiedArchive {
            copy,
            word,
            name,
            unpacked: false,
        })
    };
    match paths.destination.as_ref().and_then(copied) {
        Some(renamed) => vec![renamed],
        None => paths.sources.iter().map(Source::word).filter_map(copied).collect(),
    }
}

fn find_unpacked(run: &Run<'_>, copies: &mut [CopiedArchive<'_>]) {
    for command in run.script.commands.iter().filter(|command| unpacks_archive(command, run.view)) {
        for copied in copies.iter_mut() {
            copied.unpacked |= (run.view.knows_archives_add_cannot_unpack
                || archive::is_unpacked_by_add(copied.name))
                && command.arguments().iter().any(|word| names_archive(word, copied.name, run.view));
        }
    }
}

/// Reports each COPY once.
fn report(cx: &mut RuleChecker<'_>, copies: &[CopiedArchive<'_>]) {
    let mut last = None;
    for copied in copies.iter().filter(|copied| copied.unpacked) {
        if last != Some(copied.copy.span) {
            let message =
                format!("the archive `{}` stays in the image after a later `RUN` unpacks it", copied.name);
            cx.report(copied.copy, copied.word.span, message)
                .help("use `ADD` to unpack it, or bind-mount it into the `RUN`");
        }
        last = Some(copied.copy.span);
    }
}

fn unpacks_archive(command: &ShellCommand, view: View) -> bool {
    const UNPACKERS: [&str; 9] =
        ["unzip", "gunzip", "bunzip2", "unlzma", "unxz", "zgz", "uncompress", "zcat", "gzcat"];
    let all = view.knows_archives_add_cannot_unpack;
    if !command.is("tar") {
        return all && command.is_any(&UNPACKERS);
    }
    // `tar xf` needs no dash.
    let bare = command.arguments().first().filter(|word| !all && !word.is_flag());
    bare.is_some_and(|word| word.text.contains('x'))
        || command.has_argument(&["--extract", "--get"])
        || command.arguments().iter().any(|word| {
            word.text.starts_with('-') && word.text.contains('x') && (all || !word.text.starts_with("--"))
        })
}

/// Whether the argument is a file of that name.
fn names_archive(word: &ShellWord, name: &str, view: View) -> bool {
    if view.knows_archives_add_cannot_unpack {
        return !word.is_flag() && file_name(&word.text) == name;
    }
    let path = word.text.strip_prefix("--file=").unwrap_or(&word.text);
    file_name(path) == name
}

/// The text after the last slash or backslash, without quotes around it.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default().trim_matches(['"', '\''])
}
