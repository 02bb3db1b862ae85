//! DL3020: `ADD` instead of `COPY`.

use crate::diagnostic::Severity;
use crate::optimize::context::{AddedFileKind, ContextFiles};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes;
use crate::semantic::{PathPattern, View, archive};
use crate::syntax::{self, Arguments, Instruction, Source};

pub(super) static RULE: Rule = Rule {
    code: "DL3020",
    name: "add-for-local-files",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    // Rules about COPY do not check ADD.
    reveals: &["DL3021", "DL3022", "DL3045"],
    check: Check::Instruction(&[syntax::Kind::Add], check),
    docs: include_str!("../../../../rules/DL3020.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, add: &Instruction<'_>) {
    let Arguments::Paths(paths) = &add.arguments else { return };
    let view = cx.semantics.view;
    let flagged = !view.knows_few_uses_of_add && ADD_ONLY.iter().any(|flag| add.flag(flag).is_some());
    let context = cx.context;
    if flagged || paths.sources.iter().all(|source| needs_add_instruction(source, view, context)) {
        return;
    }
    let source = cx.file.source;
    let offer = fixes::add_to_copy::replace_add_with_copy(add, source, cx.context);
    cx.report(add, add.keyword.span, "`ADD` copies local files here; `COPY` is enough")
        .help("use `COPY`, which never downloads or unpacks")
        .fix_or_reason(offer);
}

/// The flags that `COPY` lacks.
const ADD_ONLY: [&str; 3] = ["checksum", "keep-git-dir", "unpack"];

/// Whether `ADD` does, or may do, something for this source that `COPY` cannot do.
fn needs_add_instruction(source: &Source<'_>, view: View, context: Option<&ContextFiles>) -> bool {
    let path = source.word().text.trim_matches(['"', '\'']);
    let is_git = ["git@", "git://", "ssh://"].iter().any(|start| path.starts_with(start));
    path.starts_with("http://")
        || path.starts_with("https://")
        || archive::has_archive_suffix(path)
        || (!view.knows_few_uses_of_add
            && (is_git
                || path.starts_with('$')
                || archive::may_be_unpacked(path)
                || archive::may_match_archive(path)
                || (archive::is_open_pattern(path) && matches_archive(path, context))))
}

/// Whether the pattern matches an archive in the build context; without a context, it may.
fn matches_archive(pattern: &str, context: Option<&ContextFiles>) -> bool {
    let (Some(files), Some(pattern)) = (context, PathPattern::new(pattern.trim_start_matches(['.', '/'])))
    else {
        return true;
    };
    let is_archive =
        |path: &str| !matches!(files.kind(path), Some(AddedFileKind::File | AddedFileKind::Directory));
    files.all.iter().any(|file| pattern.is_match(&file.path) && is_archive(&file.path))
}
