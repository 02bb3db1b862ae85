//! DW5006: a source of COPY or ADD that is not in the build context.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::context::InContext;
use crate::rule::{Check, Checker, Fixable, Pairing, Rule};
use crate::semantic::nearest;
use crate::syntax::{Arguments, quoted};

pub static RULE: Rule = Rule {
    code: "DW5006",
    name: "missing-source",
    fixable: Fixable::Sometimes,
    leads: &[("CopyIgnoredFile", Pairing::Words)],
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../rules/DW5006.md"),
    ..Rule::BUILD
};

fn check(cx: &mut Checker<'_>) {
    let build = &cx.semantics.build;
    let Some(files) = cx.context.filter(|files| !files.assumed && files.unreadable == 0) else { return };
    for found in &build.facts.sources {
        let path = found.value.trim_start_matches('/');
        let is_sure = found.known && found.certain && !found.site.fired && build.is_needed(found.site.stage);
        let is_pattern = path.contains(['*', '?', '[', '\\']);
        let Arguments::Paths(paths) = &found.site.instruction.arguments else { continue };
        let has_globbing = found.site.instruction.flag("parents").is_some() || paths.sources.is_empty();
        if !is_sure
            || is_pattern
            || has_globbing
            || path.is_empty()
            || path.split('/').any(|part| part == "..")
        {
            continue;
        }
        let keyword = quoted(&found.site.instruction.keyword.text);
        let kept = |source: &str| files.has_any_of(source);
        let message = match files.find(path) {
            InContext::Yes => continue,
            InContext::Ignored => {
                let hides = cx.ignored.is_some_and(|ignored| ignored.hides_source(path, Some(&kept)));
                if !hides {
                    continue;
                }
                let file = files.ignore_file.as_deref().unwrap_or(".dockerignore");
                format!("{keyword} fails, because {} excludes {}", quoted(file), quoted(path))
            }
            InContext::No => format!("{} is not in the build context", quoted(path)),
        };
        let (folder, name) =
            path.trim_end_matches('/').rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut names: Vec<&str> = files
            .all
            .iter()
            .filter_map(|file| file.path.strip_prefix(prefix.as_str())?.split('/').next())
            .collect();
        names.dedup();
        let mut patience = 10_000;
        let near = nearest(name.trim_end_matches('/'), names.into_iter().map(Some), &mut patience);
        let near = near.map(|near| format!("{prefix}{near}"));
        let (span, anchor) = (found.span, found.site.anchor);
        let literal = found.literal && span.bytes(cx.file.source) == found.value.as_bytes();
        let report = cx.report(anchor, span, message);
        match near {
            Some(near) => {
                report.help(format!("did you mean {}?", quoted(&near)));
                if literal {
                    let fix = Fix::new(
                        Applicability::Shown,
                        format!("change it to {}", quoted(&near)),
                        [Edit::replace(span, near)],
                    );
                    report.fix(fix.missing("the intended file is a guess"));
                } else {
                    report.refuse("the path is quoted, or contains a variable");
                }
            }
            None => {
                report
                    .help("create it before the build, or copy another file")
                    .refuse("no file in the build context has a similar name");
            }
        }
    }
}
