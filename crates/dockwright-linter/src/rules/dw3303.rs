//! DW3303: keys that apt trusts for every repository.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::signed_by;
use crate::semantic::Run;
use crate::semantic::base_image::ExternalBaseImage;
use crate::semantic::download::find_downloads;
use crate::semantic::effects::redirected_file;
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::{Arguments, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "DW3303",
    name: "key-for-every-repository",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3303.md"),
    ..Rule::SECURITY
};

const HELP: &str = "store the key in `/etc/apt/keyrings` and reference it in the source with `signed-by=`";
/// Releases of Debian whose apt has no `apt-key`.
const WITHOUT: [&str; 3] = ["trixie", "forky", "13"];

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    for run in runs {
        let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
        for (index, command) in run.script.commands.iter().enumerate() {
            if command.is("apt-key") {
                check_apt_key(cx, run, index, base.as_ref());
            } else if let Some(path) = written_key_path(run, index, command, cx.file.source) {
                report_file(cx, run.outer.span, command.span, &path);
            }
        }
    }
    for copy in cx.file.instructions().filter(|one| matches!(one.kind, Kind::Copy | Kind::Add)) {
        let Arguments::Paths(paths) = &copy.arguments else { continue };
        let Some(destination) = &paths.destination else { continue };
        let path = destination.text.trim_matches(['"', '\'']).to_string();
        if is_shared_directory(&path) {
            report_file(cx, copy.span, destination.span, &path);
        }
    }
}

fn report_file(cx: &mut RuleChecker<'_>, anchor: Span, span: Span, path: &str) {
    let message = format!("a key in `{}` can sign packages from any repository", path.replace('`', "'"));
    cx.report_at(anchor, span, message)
        .help(HELP)
        .add_reason_not_fixed("the sources that need the key are unknown");
}

fn is_shared_directory(path: &str) -> bool {
    path == "/etc/apt/trusted.gpg"
        || path == "/etc/apt/trusted.gpg.d"
        || path.starts_with("/etc/apt/trusted.gpg.d/")
}

fn check_apt_key(cx: &mut RuleChecker<'_>, run: &Run<'_>, index: usize, base: Option<&ExternalBaseImage>) {
    let Some(command) = run.script.commands.get(index) else { return };
    let words = command.arguments();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.text.as_str()));
    if !has(&["add", "adv"]) || has(&["list", "finger", "del", "export", "exportall", "verify", "--help"]) {
        return;
    }
    let release = base.and_then(|base| base.image.release.clone()).unwrap_or_default();
    let distro = base.and_then(|base| base.image.facts.distro.as_deref());
    if distro == Some("debian")
        && WITHOUT.contains(&release.as_str())
        && base.is_some_and(|base| base.certain)
    {
        let image = base.map(|base| format!("{}:{}", base.image.name, base.image.tag)).unwrap_or_default();
        let offer = signed_by::offer_fix(cx, run, index, base);
        let message = format!("`{image}` has no `apt-key`, so this `RUN` fails");
        let problem =
            cx.report_at(run.outer.span, command.name_span(), message).help(HELP).fix_or_reason(offer);
        problem.severity = Severity::Error;
        return;
    }
    let old =
        ["wheezy", "jessie", "squeeze", "trusty", "precise", "14.04", "12.04"].contains(&release.as_str());
    let own_keyring = words.windows(2).any(|pair| match pair {
        [option, path] => option.text == "--keyring" && !is_shared_directory(&path.text),
        _ => false,
    });
    if old || own_keyring || distro.is_some_and(|distro| !matches!(distro, "debian" | "ubuntu")) {
        return;
    }
    let owner = match distro {
        Some("ubuntu") => "Ubuntu",
        Some(_) => "Debian",
        None => "the distribution",
    };
    let message =
        format!("`apt-key` lets this key sign packages from any repository, including {owner}'s own");
    let offer = signed_by::offer_fix(cx, run, index, base);
    cx.report_at(run.outer.span, command.name_span(), message).help(HELP).fix_or_reason(offer);
}

/// The shared place that the command writes a key to.
fn written_key_path(run: &Run<'_>, index: usize, command: &ShellCommand, source: &[u8]) -> Option<String> {
    let output = |names: &[&str]| {
        command.arguments().windows(2).find_map(|pair| match pair {
            [option, path] if names.contains(&option.text.as_str()) => Some(path.text.clone()),
            _ => None,
        })
    };
    let by_redirection = || {
        let mut spans = command.redirections.iter();
        spans.find_map(|span| redirected_file(&String::from_utf8_lossy(span.bytes(source))))
    };
    let path = match command.name.as_deref()? {
        "gpg" | "gpg2" => output(&["-o", "--output"]).or_else(by_redirection),
        "curl" | "wget" => {
            let all = find_downloads(run, source);
            let own = all.into_iter().find(|one| one.command == index)?;
            match own.to {
                crate::semantic::download::DownloadTarget::File(path) => Some(path),
                _ => None,
            }
        }
        "tee" => command.operands().next().map(|word| word.text.clone()),
        "cp" | "mv" | "install" => command.operands().last().map(|word| word.text.clone()),
        "cat" => by_redirection(),
        _ => None,
    };
    path.filter(|path| is_shared_directory(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_keys_trusted_for_all_repositories() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN wget -qO - https://x.net/k | sudo apt-key add -"),
                (1, "RUN apt-key adv --keyserver x --recv-keys 0123456789ABCDEF0123456789ABCDEF01234567"),
                (1, "RUN curl https://x.net/k | gpg --dearmor > /etc/apt/trusted.gpg.d/x.gpg"),
                (1, "RUN curl -o /etc/apt/trusted.gpg.d/x.asc https://x.net/k"),
                (1, "RUN curl https://x.net/k | gpg --dearmor | tee /etc/apt/trusted.gpg.d/x.gpg"),
                (1, "ADD https://x.net/k.asc /etc/apt/trusted.gpg.d/"),
                (1, "FROM debian:trixie\nRUN apt-key add k.asc"),
                (0, "RUN apt-key list"),
                (0, "RUN curl https://x.net/k | gpg --dearmor -o /usr/share/keyrings/x.gpg"),
                (0, "RUN curl https://x.net/k | apt-key --keyring /usr/share/keyrings/x.gpg add -"),
                (0, "RUN rpm --import https://x.net/k"),
                (0, "RUN echo apt-key add"),
            ],
        );
        for (text, expected) in [
            (
                "RUN wget -qO - https://x.net/k | apt-key add - && echo 'deb [arch=amd64] https://x.net/apt ./' > /etc/apt/sources.list.d/x.list",
                "RUN wget -qO /etc/apt/keyrings/x.asc https://x.net/k && echo 'deb [arch=amd64 signed-by=/etc/apt/keyrings/x.asc] https://x.net/apt ./' > /etc/apt/sources.list.d/x.list",
            ),
            (
                "RUN curl -o k https://x.net/k && apt-key add k\nRUN echo deb https://x.net/apt ./ | tee /etc/apt/sources.list.d/x.list",
                "RUN curl -o k https://x.net/k && cp k /etc/apt/keyrings/x.asc\nRUN echo deb [signed-by=/etc/apt/keyrings/x.asc] https://x.net/apt ./ | tee /etc/apt/sources.list.d/x.list",
            ),
            (
                "FROM debian:11\nRUN a && \\\n  curl https://x.net/k | apt-key add - && echo \"deb https://x.net/apt ./\" > /etc/apt/sources.list.d/x.list",
                "FROM debian:11\nRUN a && \\\n  mkdir -p /etc/apt/keyrings && curl https://x.net/k -o /etc/apt/keyrings/x.asc && echo \"deb [signed-by=/etc/apt/keyrings/x.asc] https://x.net/apt ./\" > /etc/apt/sources.list.d/x.list",
            ),
        ] {
            let full =
                if text.contains("FROM ") { text.to_string() } else { format!("FROM debian:12\n{text}\n") };
            let found = find_problems(&RULE, &full);
            let fix = found[0].fix.as_ref().unwrap_or_else(|| panic!("{text}: {:?}", found[0].refused));
            let mut new = full.clone();
            for edit in fix.edits.iter().rev() {
                new.replace_range(edit.span.range(), &edit.text);
            }
            assert!(new.contains(expected), "{new}");
        }
        for text in [
            "RUN apt-key adv --keyserver x --recv-keys 0123456789ABCDEF0123456789ABCDEF01234567 && echo 'deb https://x.net/apt ./' > /etc/apt/sources.list.d/x.list",
            "RUN curl https://x.net/k | apt-key add -",
            "RUN curl https://x.net/k | sudo apt-key add - && echo 'deb https://x.net/apt ./' > /etc/apt/sources.list.d/x.list",
            "RUN curl https://x.net/k | apt-key add - && echo 'deb https://x.net/apt ./' > /etc/apt/sources.list.d/x.list && echo 'deb https://y.net/apt ./' > /etc/apt/sources.list.d/y.list",
        ] {
            assert!(find_problems(&RULE, text)[0].fix.is_none(), "{text}");
        }
        let found = find_problems(&RULE, "FROM debian:trixie\nRUN apt-key add k.asc");
        assert_eq!(found[0].severity, Severity::Error);
        assert_eq!(found[0].message, "`debian:trixie` has no `apt-key`, so this `RUN` fails");
    }
}
