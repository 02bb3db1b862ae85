//! DW3305: a download that is run without having been verified.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;
use crate::semantic::download::{Download, DownloadTarget, find_downloads};
use crate::semantic::interpreted::{SHELLS, runs_stdin};
use crate::semantic::url::{is_localhost, shorten_address};
use crate::shell::{CommandPlace, ShellCommand};
use crate::source::Span;

pub(crate) static RULE: Rule = Rule {
    code: "DW3305",
    name: "piped-download",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3305.md"),
    ..Rule::SECURITY
};

/// Programs that pass on what they read.
const FILTERS: [&str; 14] = [
    "tee", "sed", "tr", "cat", "gunzip", "zcat", "gzip", "xz", "xzcat", "bzip2", "grep", "awk", "head",
    "tail",
];

/// Hosts, with what to use instead.
const INSTEAD: [(&str, &str); 8] = [
    ("nodesource.com", "copy Node.js from the official image, or use the signed repository"),
    ("sh.rustup.rs", "use `FROM rust`, or download `rustup-init` and verify its checksum"),
    ("static.rust-lang.org", "use `FROM rust`, or download `rustup-init` and verify its checksum"),
    ("getcomposer.org", "use `COPY --from=composer:2 /usr/bin/composer /usr/bin/`"),
    ("bootstrap.pypa.io", "install the distribution's `python3-pip`, or use `ensurepip`"),
    ("astral.sh", "use `COPY --from=ghcr.io/astral-sh/uv`"),
    ("get.docker.com", "use the signed repository"),
    ("bun.sh", "copy Bun from the official image"),
];

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    for run in runs {
        let mut last: Option<Span> = None;
        for download in find_downloads(run, cx.file.source) {
            let is_local = download.url().is_some_and(|url| is_localhost(url.host));
            if download.to != DownloadTarget::Stdout || is_local {
                continue;
            }
            let Some((name, span)) = find_running_program(run, download.command, cx.file.source) else {
                continue;
            };
            if last.replace(span) != Some(span) {
                report(cx, run, &download, &name, span);
            }
        }
    }
}

fn report(cx: &mut RuleChecker<'_>, run: &Run<'_>, download: &Download, name: &str, span: Span) {
    let url = download.url();
    let address = shorten_address(&download.address);
    let plain = if url.is_some_and(|url| url.is_unencrypted()) { " over plain HTTP" } else { "" };
    let message = format!("`{name}` runs an unverified script from `{address}`{plain}");
    let host = url.map(|url| url.host.to_ascii_lowercase()).unwrap_or_default();
    let instead = INSTEAD.iter().find(|(own, _)| host == *own || host.ends_with(&format!(".{own}")));
    cx.report_at(run.outer.span, span, message)
        .help(instead.map_or("download it, verify its checksum, then run it", |(_, help)| help))
        .add_reason_not_fixed("the effects of the script are unknown");
}

/// The program that runs the output of the command at `index`, and where it is.
fn find_running_program(run: &Run<'_>, index: usize, source: &[u8]) -> Option<(String, Span)> {
    /// Maximum number of programs in a pipe that are examined.
    const LONGEST: usize = 10;
    let mut at = index;
    for _ in 0..LONGEST {
        let Some(next) = run.script.command_piped_to(at, source) else { break };
        let command = run.script.commands.get(next)?;
        if runs_stdin(command) {
            let name = command.name.clone().unwrap_or_default();
            return Some((name, command.name_span()));
        }
        // In the list of commands, `su -c bash` is followed by the `bash` that it runs.
        let quoted = run.script.commands.get(next + 1).filter(|inner| inner.place == CommandPlace::Quoted);
        if let Some(inner) = quoted.filter(|inner| command.span.contains(inner.span) && runs_stdin(inner)) {
            return Some((inner.name.clone().unwrap_or_default(), inner.name_span()));
        }
        if !command.is_any(&FILTERS) {
            return None;
        }
        at = next;
    }
    find_substitution_consumer(run, index, source)
}

/// `bash -c "$(curl …)"`, `bash <(curl …)`, `eval "$(curl …)"`, `. <(curl …)`.
fn find_substitution_consumer(run: &Run<'_>, index: usize, source: &[u8]) -> Option<(String, Span)> {
    let commands = &run.script.commands;
    let download = commands.get(index)?;
    if download.place != CommandPlace::Substitution {
        return None;
    }
    let is_around = |outer: &&ShellCommand| outer.span.contains(download.span) && outer.span != download.span;
    let outer = commands
        .iter()
        .filter(|outer| outer.name.is_some())
        .filter(is_around)
        .min_by_key(|outer| outer.span.len())?;
    let name = outer.name.clone()?;
    let word = outer.words.iter().find(|word| word.span.contains(download.span));
    let raw = word.map(|word| word.span.bytes(source)).unwrap_or_default();
    let text = raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\"")).unwrap_or(raw);
    let is_in = |start: &[u8], end: &[u8]| text.starts_with(start) && text.ends_with(end);
    let whole = is_in(b"$(", b")") || is_in(b"`", b"`");
    let process = raw.starts_with(b"<(");
    let by_redirection = || {
        let mut spans = outer.redirections.iter();
        spans.any(|span| span.contains(download.span) && span.bytes(source).starts_with(b"<"))
    };
    let runs = match name.as_str() {
        "eval" => whole,
        "source" | "." => process || by_redirection(),
        _ if SHELLS.contains(&name.as_str()) => {
            let is_text = |text: &str| text.starts_with('-') && !text.starts_with("--") && text.contains('c');
            let has_text = outer.arguments().iter().any(|word| is_text(&word.text));
            (whole && has_text) || process || (by_redirection() && runs_stdin(outer))
        }
        name if name.starts_with("python") => (whole && outer.has_flag("c")) || process,
        _ => false,
    };
    runs.then(|| (name, outer.name_span()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_downloads_that_are_executed() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN curl -sS https://getcomposer.org/installer | php"),
                (1, "RUN curl -sS https://getcomposer.org/installer | php -- --install-dir=/usr/bin"),
                (1, "RUN curl https://sh.rustup.rs -sSf | bash -s -- -y"),
                (1, "RUN bash -c \"$(curl -fsSL https://x.net/install.sh)\""),
                (1, "RUN bash <(wget -qO- https://x.net)"),
                (1, "RUN { echo set -e; curl https://x.net; } | sh"),
                (1, "RUN curl https://x.net | sudo -E bash -"),
                (1, "RUN curl https://x.net | tee i.sh | sh"),
                (1, "RUN wget -O - https://x.net/get-pip.py | python3"),
                (1, "RUN wget -qO- https://x.net | gunzip | sh -x"),
                (1, "RUN eval \"$(curl https://x.net)\""),
                (1, "RUN curl https://x.net | su -c 'bash' app"),
                (1, "RUN <<E\ncurl https://x.net | sh\nE"),
                (1, "RUN curl -fsSL $URL | bash"),
                (1, "ONBUILD RUN curl https://x.net | sh"),
                (0, "RUN curl https://x.net | python3 -c \"import json\""),
                (0, "RUN curl https://x.net | perl -ne print"),
                (0, "RUN curl https://x.net | python3 script.py"),
                (0, "RUN curl https://x.net | jq ."),
                (0, "RUN curl https://x.net | tar xz"),
                (0, "RUN curl https://x.net | gpg --dearmor -o /x"),
                (0, "RUN curl https://x.net | apt-key add -"),
                (0, "RUN cat i.sh | sh"),
                (0, "RUN echo \"curl x | sh\""),
                (0, "RUN bash -c \"V=$(curl -s https://x.net) && echo $V\""),
                (0, "RUN V=$(curl -s https://x.net) && echo $V"),
                (0, "RUN curl https://x.net -o i.sh && sh i.sh"),
                (0, "RUN curl http://localhost:8080/x | sh"),
                (0, "RUN wget --spider https://x.net | sh"),
            ],
        );
        let found = find_problems(&RULE, "RUN curl -sL http://deb.nodesource.com/setup_24.x | bash -");
        assert_eq!(
            found[0].message,
            "`bash` runs an unverified script from `http://deb.nodesource.com/setup_24.x` over plain HTTP"
        );
    }
}
