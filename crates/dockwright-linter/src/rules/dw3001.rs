//! DW3001: a file that looks like a secret, copied into the image.

use crate::diagnostic::ProblemCost;
use crate::optimize::context::{ContextFiles, is_secret, is_secret_file};
use crate::optimize::facts;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::base_name;
use crate::semantic::secrets::{find_passwords, find_tokens};
use crate::semantic::written_text::find_copied_text;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, Source};

pub(super) static RULE: Rule = Rule {
    code: "DW3001",
    name: "secret-copied",
    // What a COPY of a directory copies depends on the build context.
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Copy, Kind::Add], check),
    docs: include_str!("../../../../rules/DW3001.md"),
    ..Rule::OPTIMIZER
};

const HELP: &str = "exclude it in `.dockerignore`; pass secrets with `RUN --mount=type=secret`";

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let mut named = false;
    for word in facts::find_copied_secrets(cx.semantics, copy) {
        if copy.flag("from").is_none() && cx.context.is_some_and(|files| is_harmless(files, &word.text)) {
            continue;
        }
        let message =
            format!("`{}` looks like a secret and is copied into the image", word.text.replace('`', "'"));
        cx.report(copy, word.span, message).help(HELP).set_cost(ProblemCost::Secret);
        named = true;
    }
    if named || !cx.semantics.is_in_image_at(copy.span.start) {
        return;
    }
    for written in find_copied_text(cx.semantics, copy) {
        let Some(first) =
            written.lines.first().zip(written.lines.last()).filter(|_| holds_secrets(&written.path))
        else {
            continue;
        };
        let text = first.0.span.enclosing_span(first.1.span);
        let is_in = |span: Span| text.contains(span);
        let secret = find_tokens(cx.file.source).iter().any(|token| is_in(token.span))
            || find_passwords(cx.semantics).iter().any(|password| is_in(password.span));
        if secret {
            let message = format!(
                "`{}` contains a secret and is written into the image",
                written.path.replace('`', "'")
            );
            cx.report(copy, first.0.span, message)
                .help("pass secrets with `RUN --mount=type=secret`")
                .set_cost(ProblemCost::Secret);
        }
    }
    if copy.flag("from").is_none()
        && let Some(context) = cx.context
    {
        check_context(cx, copy, context);
    }
}

/// Whether the build context has a readable file of that name, without a secret in it.
fn is_harmless(files: &ContextFiles, path: &str) -> bool {
    let path = path.trim_start_matches("./");
    files.text(path).is_some() && is_secret(path) && !is_secret_file(files, path)
}

/// Whether programs read secrets from a file of this name.
fn holds_secrets(path: &str) -> bool {
    let name = base_name(path);
    is_secret(path) || name.starts_with("id_")
}

/// Reports the secrets of the build context that a directory contains.
fn check_context(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>, context: &ContextFiles) {
    let Some(outline) = cx.outline() else { return };
    let draft =
        outline.drafts.steps.iter().find(|draft| std::ptr::eq(draft.instruction, copy) && !draft.fired);
    let Some(draft) = draft else { return };
    let is_copied = |path: &str| {
        draft.key.reads.iter().any(|read| read.known && read.path_prefix_named_by_source(path).is_some())
    };
    let secrets: Vec<&str> = context
        .all
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| is_copied(path) && is_secret_file(context, path))
        .collect();
    if secrets.is_empty() {
        return;
    }
    let shown: Vec<String> =
        secrets.iter().take(3).map(|path| format!("`{}`", path.replace('`', "'"))).collect();
    let files = match secrets.len() {
        1 => shown.concat(),
        2 | 3 => {
            let (last, first) =
                shown.split_last().map_or((String::new(), &[][..]), |(last, first)| (last.clone(), first));
            format!("{} and {last}", first.join(", "))
        }
        count => format!("{} and {} more", shown.join(", "), count - 3),
    };
    let keyword = copy.keyword.text.to_uppercase();
    let Arguments::Paths(paths) = &copy.arguments else { return };
    let source = paths.sources.iter().find_map(Source::path);
    let Some(source) = source else { return };
    let message = format!("`{keyword} {}` copies {files} into the image", source.text.replace('`', "'"));
    let help = match secrets.len() {
        1 => HELP,
        _ => "exclude them in `.dockerignore`; pass secrets with `RUN --mount=type=secret`",
    };
    cx.report(copy, source.span, message).help(help).set_cost(ProblemCost::Secret);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_copied_secret_files() {
        check_problem_counts(
            &RULE,
            &[
                (1, "COPY .aws /root/.aws"),
                (1, "COPY .ssh/ /root/.ssh/"),
                (1, "COPY home/.config/gcloud /root/.config/gcloud"),
                (1, "ADD service-account.json /app/"),
                (1, "COPY client.ovpn /etc/openvpn/"),
                (1, "FROM debian:12 AS b\nFROM debian:12\nCOPY --from=b /root/.npmrc /root/.npmrc"),
                (1, "COPY <<E /root/.npmrc\nregistry=https://ci:hunter2222@r.corp.net/\nE"),
                (0, "COPY --from=ghcr.io/x/y /root/.npmrc /root/.npmrc"),
                (0, "COPY .docker/entrypoint.sh /"),
                (0, "COPY <<E /root/.npmrc\nsave-exact=true\nE"),
                (0, "COPY ssh_config /etc/ssh/"),
                (0, "COPY certs/ca.pem /"),
                (0, "ADD https://example.org/Release.key /etc/apt/keyrings/x.asc"),
                (0, "COPY . ."),
            ],
        );
    }
}
