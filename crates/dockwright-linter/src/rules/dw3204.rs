//! DW3204: content that is downloaded without encryption and without being verified.

use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::Run;
use crate::semantic::download::{DownloadTarget, find_downloads};
use crate::semantic::url::{Url, is_localhost, is_private, shorten_address};
use crate::semantic::verification::verification_of;
use crate::shell::{CommandPlace, ShellCommand, ShellWord};
use crate::source::Span;

pub(crate) static RULE: Rule = Rule {
    code: "DW3204",
    name: "plain-http-download",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3204.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    let source = cx.file.source;
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    for run in runs {
        let mut found: Vec<(Span, String)> = Vec::new();
        for download in find_downloads(run, source) {
            let is_used = match &download.to {
                DownloadTarget::Nothing => false,
                DownloadTarget::Stdout => is_output_read(run, download.command, source),
                DownloadTarget::File(_) | DownloadTarget::Unknown => true,
            };
            let name = download.file_name().unwrap_or_default();
            let is_checked =
                !name.is_empty() && verification_of(run, Some(download.command), name, source).is_some();
            if is_used && !is_checked && is_unencrypted_public_url(&download.address) {
                found.push((download.span, download.address));
            }
        }
        for command in &run.script.commands {
            found.extend(find_address_operand(command).map(|word| (word.span, word.text.clone())));
        }
        found.sort();
        found.dedup();
        for (span, address) in found {
            let shown = shorten_address(&address);
            let quoted = run
                .script
                .commands
                .iter()
                .any(|one| one.place == CommandPlace::Quoted && one.span.contains(span));
            let fix = build_fix(span, &address, source).filter(|_| !quoted);
            let message = format!("`{shown}` is downloaded without encryption or verification");
            let problem =
                cx.report_at(run.outer.span, span, message).help("use `https`, or verify a checksum");
            problem.fix_or_reason(fix.ok_or("the host may not support `https`".into()));
        }
    }
}

/// Whether a pipe or a substitution reads the output of the command.
fn is_output_read(run: &Run<'_>, index: usize, source: &[u8]) -> bool {
    run.script.command_piped_to(index, source).is_some()
        || run.script.commands.get(index).is_some_and(|command| command.place == CommandPlace::Substitution)
}

/// Whether the address is an unencrypted URL of a public host.
fn is_unencrypted_public_url(address: &str) -> bool {
    Url::parse(address).is_some_and(|url| {
        url.is_unencrypted() && !url.host.contains('$') && !is_localhost(url.host) && !is_private(url.host)
    })
}

/// The URL argument of a program other than a downloader.
fn find_address_operand(command: &ShellCommand) -> Option<&ShellWord> {
    let words = command.arguments();
    let find = |test: &dyn Fn(&str) -> bool| {
        words.iter().find(|word| is_unencrypted_public_url(&word.text) && test(&word.text))
    };
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.text.as_str()));
    match command.name.as_deref()? {
        "git" if has(&["clone", "submodule", "fetch", "ls-remote"]) => find(&|_| true),
        "rpm"
            if has(&["--import"])
                || words.iter().any(|word| word.is_flag() && word.text.contains(['i', 'U', 'F'])) =>
        {
            find(&|_| true)
        }
        "yum" | "dnf" | "microdnf" | "tdnf" => find(&|text| text.ends_with(".rpm")),
        name if name.starts_with("pip") => find(&|text| {
            [".whl", ".tar.gz", ".zip"]
                .iter()
                .any(|end| text.split('#').next().unwrap_or_default().ends_with(end))
        }),
        "npm" | "yarn" | "pnpm" if has(&["config"]) && has(&["registry"]) => find(&|_| true),
        "gem" if has(&["--source", "-s"]) => find(&|_| true),
        _ => None,
    }
}

/// Replaces `http` with `https`.
fn build_fix(span: Span, address: &str, source: &[u8]) -> Option<Fix> {
    let at = span.bytes(source).windows(7).position(|window| window == b"http://")?;
    let host = Url::parse(address)?.host.to_string();
    let end = span.start + u32::try_from(at).ok()? + 4;
    Some(
        Fix::new(Applicability::Suggestion, "use `https`", [Edit::insert(end, "s")])
            .with_risk(format!("`{host}` may not support `https`")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_unencrypted_downloads() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN wget -q http://x.org/a.tgz && tar xzf a.tgz"),
                (1, "RUN curl -L http://x.org/i.sh | sh"),
                (1, "RUN wget -O- http://x.org/k.gpg | apt-key add -"),
                (1, "RUN git clone git://github.com/o/r"),
                (1, "RUN git clone http://github.com/o/r"),
                (1, "RUN yum install -y http://x.org/a.rpm"),
                (1, "RUN pip install http://x.org/a.whl"),
                (1, "RUN curl -o /a ftp://x.org/a"),
                (0, "RUN wget http://x.org/a.tgz && echo \"$S  a.tgz\" | sha256sum -c && tar xzf a.tgz"),
                (0, "RUN echo \"deb http://x.org/debian bookworm main\" > /etc/apt/sources.list"),
                (0, "RUN curl http://localhost:3000 -o a"),
                (0, "RUN curl -o a http://$MIRROR/x"),
                (0, "RUN curl -sI http://x.org"),
                (0, "RUN curl -s http://x.org"),
                (0, "RUN http_proxy=http://proxy:3128 apt-get update"),
                (0, "RUN pip install -i http://pypi.corp.org/simple a"),
                (0, "RUN wget https://x.org/a.tgz"),
            ],
        );
    }
}
