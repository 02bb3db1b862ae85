//! DW3103: files that every user may change.

use super::mode_changes::{self, LocatedModeChange, list_paths};
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::base_image::StageUser;
use crate::semantic::paths::is_within;

pub(crate) static RULE: Rule = Rule {
    code: "DW3103",
    name: "world-writable",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3103.md"),
    ..Rule::SECURITY
};

/// Directories for the files of all users.
const SHARED: [&str; 5] = ["/tmp", "/var/tmp", "/run/lock", "/var/lock", "/dev"];

fn check(cx: &mut RuleChecker<'_>) {
    for mut changed in mode_changes::find_mode_changes(cx) {
        if !changed.change.others_write || changed.change.sticky {
            continue;
        }
        let paths = std::mem::take(&mut changed.paths);
        let paths: Vec<String> = paths
            .into_iter()
            .filter(|path| {
                !is_shared_directory(path)
                    && !changed.is_mode_reverted(cx, path, |change| change.others_lose_write)
            })
            .collect();
        if paths.is_empty() {
            continue;
        }
        let files = if changed.recursive { "files under " } else { "" };
        let what = if paths == ["…"] {
            "the files that `xargs` passes".to_string()
        } else {
            format!("{files}{}", list_paths(&paths))
        };
        let message =
            format!("`{}` lets every user in the container modify {what}", changed.shown.replace('`', "'"));
        let offer = offer_fix(cx, &changed, &paths);
        cx.report_at(changed.anchor, changed.span, message)
            .help("use `chown` or `COPY --chown`; for OpenShift, use group 0 and `chmod g=u`")
            .fix_or_reason(offer);
    }
}

fn is_shared_directory(path: &str) -> bool {
    SHARED.iter().any(|shared| is_within(path, shared))
}

fn offer_fix(cx: &RuleChecker<'_>, changed: &LocatedModeChange<'_>, paths: &[String]) -> FixOrReason {
    let missing = "other users may need to write there";
    let source = cx.file.source;
    if let Some(mode) = changed.flag {
        if mode.span.bytes(source) != mode.text.as_bytes() {
            return Err("the flag is quoted or comes from a variable".into());
        }
        let edit = Edit::replace(mode.span, "755");
        return Ok(Fix::new(Applicability::Suggestion, "use `--chmod=755`", [edit]).with_risk(missing));
    }
    let (Some(run), [path]) = (changed.run, paths) else {
        return Err("the command changes several paths".into());
    };
    let Some(command) = run.script.commands.get(changed.command).filter(|command| command.is("chmod")) else {
        return Err("only `chmod` of one path can be replaced".into());
    };
    let is_plain = path.starts_with('/') && !path.contains(['*', '$', '{', '?', ' ']);
    let words = command.words.iter().skip(command.name_at).collect::<Vec<_>>();
    let last = words
        .last()
        .filter(|word| is_plain && word.text == *path && word.span.bytes(source) == path.as_bytes());
    let (Some(first), Some(last)) = (words.first(), last) else {
        return Err("the path is not one literal word".into());
    };
    let stage = cx.semantics.stages.last().map_or(0, |stage| stage.index);
    let end = u32::try_from(source.len()).unwrap_or(u32::MAX);
    let user = match cx.semantics.user_at(stage, end) {
        StageUser::Other(user) => user,
        StageUser::Root => return Err("the container runs as root".into()),
        StageUser::Unknown => return Err("the user of the container is unknown".into()),
    };
    if !dockerfile_creates(cx, path) {
        return Err(format!("`{path}` may belong to the base image").into());
    }
    let recursive =
        if changed.shown.contains("-R") || changed.shown.contains("--recursive") { "-R " } else { "" };
    let text = format!("chown {recursive}{user} {path}");
    let title = format!("use `{}`", text.replace('`', "'"));
    Ok(Fix::new(
        Applicability::Suggestion,
        title,
        [Edit::replace(first.span.enclosing_span(last.span), text)],
    )
    .with_risk(missing))
}

/// Whether the file creates the path.
fn dockerfile_creates(cx: &RuleChecker<'_>, path: &str) -> bool {
    let same =
        |text: &str| text.trim_matches(['"', '\'']).trim_end_matches('/') == path.trim_end_matches('/');
    let made = cx.semantics.runs.iter().flat_map(|run| &run.script.commands).any(|command| {
        command.is_any(&["mkdir", "touch", "install"]) && command.operands().any(|word| same(&word.text))
    });
    made || cx.file.instructions().any(|instruction| match &instruction.arguments {
        crate::syntax::Arguments::Paths(paths) => {
            paths.destination.as_ref().is_some_and(|word| same(&word.text))
        }
        crate::syntax::Arguments::Text(word) => {
            instruction.kind == crate::syntax::Kind::Workdir && same(&word.text)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_world_writable_modes() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN mkdir /data && chmod 777 /data"),
                (1, "RUN chmod -R a+rwX /srv"),
                (1, "RUN chmod 0666 /etc/app.conf"),
                (1, "RUN chmod --recursive 0777 $DIR"),
                (1, "RUN find / -name x -exec chmod 777 {} +"),
                (1, "RUN find /srv -type f | xargs chmod 666"),
                (1, "COPY --chmod=0666 a /etc/"),
                (1, "RUN chmod u+x,o+w f"),
                (1, "RUN mkdir -m 777 /data"),
                (1, "RUN install -m 0777 a /usr/bin/a"),
                (1, "RUN install -d -m0777 /a /b"),
                (1, "RUN <<E\nchmod 777 /srv\nE"),
                (1, "RUN umask 000 && chmod +w /srv"),
                (1, "RUN sudo chmod 777 /srv"),
                (0, "RUN chmod 1777 /scratch"),
                (0, "RUN chmod 777 /tmp /var/tmp/x"),
                (0, "RUN chmod 770 /srv"),
                (0, "RUN chmod g+w,o-w /srv"),
                (0, "RUN chmod +x /srv/a"),
                (0, "RUN chmod +w /srv/a"),
                (0, "FROM debian:12 AS b\nRUN chmod 777 /x\nFROM debian:12\nCOPY --from=b /y /y"),
                (0, "RUN chmod 777 /x && chmod 755 /x"),
                (0, "RUN chmod 777 /x\nRUN chmod -R o-w /x"),
                (0, "RUN chmod -R g=u /app"),
                (0, "RUN chmod 777 /x && y && rm -rf /x"),
                (0, "RUN --mount=type=cache,target=/c chmod 777 /c"),
                (0, "RUN echo chmod 777 /x"),
            ],
        );
    }

    #[test]
    fn messages_show_what_is_written() {
        let found = find_problems(&RULE, "RUN chmod --recursive 0777 $DIR");
        assert_eq!(
            found[0].message,
            "`chmod --recursive 0777` lets every user in the container modify files under `${DIR}`"
        );
    }
}
