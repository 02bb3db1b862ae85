//! DL3003: `cd` in a RUN.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::change_directory;
use crate::semantic::build::WorkingDirectory;
use crate::semantic::paths::is_within;
use crate::semantic::{Run, mentioned_variables};
use crate::shell::{CommandPlace, ShellCommand};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DL3003",
    name: "cd-in-run",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3003.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if run.onbuild {
        return;
    }
    let replaceable =
        |command: &ShellCommand| run.view.judges_every_cd || is_replaceable_by_workdir(cx, run, command);
    if let Some(cd) = run.script.commands.iter().find(|command| command.is("cd") && replaceable(command)) {
        let is_first = run.script.commands.first().is_some_and(|first| first.span == cd.span);
        let offer = if is_first || run.view.judges_every_cd {
            change_directory::replace_cd_with_workdir(cx, run)
        } else {
            Err("`cd` is not the first command of the `RUN`".into())
        };
        cx.report(run.outer, cd.span, "`cd` changes the directory for this `RUN` only")
            .help("use `WORKDIR`, or pass the directory to the program (`make -C dir`)")
            .fix_or_reason(offer);
    }
}

/// Whether a `WORKDIR` can replace the `cd`.
fn is_replaceable_by_workdir(cx: &RuleChecker<'_>, run: &Run<'_>, cd: &ShellCommand) -> bool {
    let source = cx.file.source;
    let Some(path) = cd.operands().next() else { return false };
    !matches!(cd.place, CommandPlace::Substitution | CommandPlace::Quoted)
        && !path.span.bytes(source).starts_with(b"~")
        && !returns_to_directory(run, cd, &path.text)
        && !is_in_subshell(run, cd, source)
        && is_known_to_builder(cx, run, cd, path.span.bytes(source))
        && !is_deleted(run, cd, &path.text)
        && !is_deleted_from_another_directory(run, cd)
}

/// Whether the `cd` returns from the directory of an earlier `cd`.
fn returns_to_directory(run: &Run<'_>, cd: &ShellCommand, path: &str) -> bool {
    let up = path == "/" || path == "-" || path.trim_end_matches('/').split('/').all(|part| part == "..");
    let inside = format!("{}/", path.trim_end_matches('/'));
    let leaves = |other: &ShellCommand| {
        up || (path.starts_with('/') && other.operands().any(|word| word.text.starts_with(&inside)))
    };
    let earlier = |other: &ShellCommand| other.is_any(&["cd", "pushd"]) && other.span.end <= cd.span.start;
    run.script.commands.iter().any(|other| earlier(other) && leaves(other))
}

/// Whether the command is in a subshell, whose changes are lost at its end.
fn is_in_subshell(run: &Run<'_>, command: &ShellCommand, source: &[u8]) -> bool {
    let item = run.script.list.iter().find(|item| item.span.contains(command.span));
    let Some(item) = item.filter(|_| command.place == CommandPlace::Compound) else { return false };
    // Parentheses in commands and comments do not open a subshell.
    let inner = run.script.commands.iter().map(|other| other.span).chain(run.script.comments.iter().copied());
    let inner: Vec<Span> = inner.filter(|span| item.span.contains(*span)).collect();
    let mut open: Vec<bool> = Vec::new();
    let mut before = b' ';
    for at in item.span.start..command.span.start {
        if inner.iter().any(|span| span.start <= at && at < span.end) {
            before = b' ';
            continue;
        }
        let byte = source.get(at as usize).copied().unwrap_or_default();
        match byte {
            b'(' => open.push(before != b'$' && before != b'('),
            // `pattern)` and `name()` do not open a subshell.
            b')' if before == b'(' => open.truncate(open.len().saturating_sub(1)),
            b')' => drop(open.pop()),
            _ => {}
        }
        before = byte;
    }
    open.contains(&true)
}

/// Whether the builder has the value of every variable in the path; only the shell knows the value of a substitution.
fn is_known_to_builder(cx: &RuleChecker<'_>, run: &Run<'_>, cd: &ShellCommand, path: &[u8]) -> bool {
    let path = String::from_utf8_lossy(path);
    if !path.contains(['$', '`']) {
        return !path.starts_with('-');
    }
    let scopes = &cx.semantics.build.scopes;
    let scope = scopes.scope_before(run.outer.span.start);
    let text = run.instruction.rest.span.bytes(cx.file.source);
    let text = String::from_utf8_lossy(text);
    let mut names = mentioned_variables(&path).peekable();
    let plain = path.matches('$').count() == mentioned_variables(&path).count() && !path.contains('`');
    let before = run.script.bare_assignments.iter().filter(|span| span.start < cd.span.start);
    let assigned: Vec<String> =
        before.map(|span| String::from_utf8_lossy(span.bytes(cx.file.source)).into_owned()).collect();
    let is_own = |name: &str| {
        assigned.iter().any(|one| one.starts_with(&format!("{name}=")))
            || text.contains(&format!("export {name}="))
            || text.contains(&format!("for {name} in"))
            || text.contains(&format!("read {name}"))
            || text.contains(&format!("read -r {name}"))
    };
    plain && names.peek().is_some() && names.all(|name| scopes.get(scope, name).is_some() && !is_own(name))
}

/// Whether a later command of the RUN deletes the directory.
fn is_deleted(run: &Run<'_>, cd: &ShellCommand, path: &str) -> bool {
    let trimmed = |text: &str| text.trim_end_matches('/').trim_start_matches("./").to_string();
    let path = trimmed(path);
    let later = run.script.commands.iter().filter(|other| other.span.start >= cd.span.end);
    later.filter(|other| other.is_any(&["rm", "rmdir"])).flat_map(ShellCommand::operands).any(|word| {
        let gone = trimmed(&word.text);
        if path.starts_with('/') || gone.starts_with('/') {
            let (directory, inside) = match gone.strip_suffix("/*") {
                Some(directory) => (directory, true),
                None => (gone.as_str(), false),
            };
            let rest = path.strip_prefix(directory);
            return rest.is_some_and(|rest| rest.starts_with('/') || (rest.is_empty() && !inside))
                || (!path.starts_with('/') && gone.ends_with(&format!("/{path}")));
        }
        let gone = gone.trim_start_matches("../");
        !gone.is_empty() && is_within(&path, gone)
    })
}

/// Whether a later command of the RUN deletes the directory by a path from the directory that it is then in.
fn is_deleted_from_another_directory(run: &Run<'_>, cd: &ShellCommand) -> bool {
    let mut here = WorkingDirectory::from_known_image("/");
    let mut entered = None;
    for command in &run.script.commands {
        if command.is("cd") {
            let mut paths = command.operands();
            let (Some(path), None) = (paths.next(), paths.next()) else { return false };
            if !path.literal || path.text.starts_with(['-', '~']) {
                return false;
            }
            // The directory in which the RUN starts is unknown.
            if entered.is_none() && command.span != cd.span && !path.text.starts_with('/') {
                return false;
            }
            here = here.enter_directory(&path.text, false, true);
            if command.span == cd.span {
                if !path.text.starts_with('/') {
                    return false;
                }
                entered.clone_from(&here.path);
            }
        } else if command.is_any(&["rm", "rmdir"])
            && let Some(entered) = &entered
        {
            let mut gone =
                command.operands().filter(|word| word.literal).filter_map(|word| here.join(&word.text));
            if gone.any(|gone| is_within(entered, &gone)) {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Linter;

    #[test]
    fn accepts_cd_without_workdir_equivalent() {
        for (run, reported) in [
            ("cd /a && b", true),
            ("a && cd /b && c", true),
            ("(cd /a && b)", false),
            ("b && ( x; cd /a && b ) && c", false),
            ("if a; then (cd /b && c); fi", false),
            ("if a; then cd /b && c; fi", true),
            ("(a) && cd /b && c", true),
            ("f() { cd /a; }; f", true),
            ("{ cd /a && b; }", true),
            ("case $x in a) cd /b && c ;; esac", true),
            ("x=$(cd /a && pwd) && b", false),
            ("cd $(mktemp -d) && b", false),
            ("cd \"$(mktemp -d)\" && b", false),
            ("d=$(mktemp -d) && cd \"$d\" && b", false),
            ("D=/x && cd $D && b", false),
            ("cd \"$HOME\" && b", false),
            // `WORKDIR` does not support home directories.
            ("cd && b", false),
            ("cd; b", false),
            ("cd ~ && b", false),
            ("cd ~/c && b", false),
            ("cd ~app/c && b", false),
            ("cd -P /a && b", true),
            ("cd && b && cd /a && c", true),
            ("cd $D && b", true),
            ("cd /opt/${D} && b", true),
            ("cd ${D%/*} && b", false),
            ("git clone a /tmp/b && cd /tmp/b && c && cd / && rm -rf /tmp/b", false),
            ("git clone a /tmp/b && cd /tmp/b && c && rm -rf /tmp/*", false),
            ("cd /tmp && c && rm -rf /tmp/*", true),
            ("git clone a b && cd b && c && cd .. && rm -rf b", false),
            ("git clone a b && cd b/c && c && cd ../.. && rm -rf ./b/", false),
            ("cd /tmp && git clone a b && cd b && c", true),
            ("rm -rf /tmp/b && cd /tmp/b && c", true),
            ("mkdir -p /tmp/b && cd /tmp/b && c && cd .. && rm -rf b", false),
            ("cd /tmp/a && c && cd /tmp && rm -fr ./a/", false),
            ("cd /tmp/a/b && c && cd ../.. && rm -r a", false),
            ("cd /tmp/a && c && rm -r b", true),
            ("cd /tmp/a && c && cd /srv && rm -r a", true),
            ("cd /tmp/a && c && cd $D && rm -r a", true),
        ] {
            let text = format!("FROM a\nARG D\nRUN {run}\n");
            let found = Linter::with_rules([&RULE]).lint(text.as_bytes());
            assert_eq!(!found.is_empty(), reported, "{run}");
        }
    }
}
