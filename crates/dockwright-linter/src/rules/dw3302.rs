//! DW3302: package repositories whose packages are not checked.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::Run;
use crate::semantic::url::Url;
use crate::semantic::written_text::{WrittenText, WrittenTextLine, find_copied_text, find_written_text};
use crate::shell::ShellCommand;
use crate::source::Span;

pub(crate) static RULE: Rule = Rule {
    code: "DW3302",
    name: "unsigned-repository",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3302.md"),
    ..Rule::SECURITY
};

const APT: [&str; 2] = ["/etc/apt/sources.list", "/etc/apt/sources.list.d/"];
const YUM: [&str; 5] =
    ["/etc/yum.repos.d/", "/etc/yum.conf", "/etc/dnf/dnf.conf", "/etc/zypp/repos.d/", "/etc/dnf/repos.d/"];
const PACMAN: [&str; 2] = ["/etc/pacman.conf", "/etc/pacman.d/"];

/// A setting that turns the check off.
struct DisabledCheck {
    span: Span,
    /// `trusted=yes`.
    setting: String,
    /// The address of the repository, if it is known.
    address: Option<String>,
    help: &'static str,
    fix: Option<Fix>,
}

const SIGNED_BY: &str = "add the key with `signed-by=`";
const GPGKEY: &str = "set `gpgcheck=1` and `gpgkey=`";
const SIG_LEVEL: &str = "import the key with `pacman-key`, and keep `SigLevel = Required`";

fn check(cx: &mut RuleChecker<'_>) {
    let mut found: Vec<(Span, DisabledCheck)> = Vec::new();
    for run in cx.semantics.runs_in_bourne_shell() {
        let written = find_written_text(run, cx.file.source);
        for one in &written {
            if let Some(off) = find_disabled_check(one, cx.file.source)
                .filter(|_| !is_check_enabled_later(run, one, &written))
            {
                found.push((run.outer.span, off));
            }
        }
        found.extend(
            run.script
                .commands
                .iter()
                .filter_map(|command| Some((run.outer.span, find_disabled_check_in_command(command)?))),
        );
    }
    for copy in cx.file.instructions() {
        let written = find_copied_text(cx.semantics, copy);
        found.extend(
            written.iter().filter_map(|one| Some((copy.span, find_disabled_check(one, cx.file.source)?))),
        );
    }
    found.sort_by_key(|(_, off)| off.span);
    for (anchor, off) in found {
        let url = off.address.as_deref().and_then(Url::parse);
        let from = match url {
            Some(url) if !url.host.contains('$') => format!("`{}`", url.host),
            _ => "this repository".to_string(),
        };
        let plain = if url.is_some_and(|url| url.is_unencrypted()) { " over plain HTTP" } else { "" };
        let setting = off.setting.replace('`', "'").replace(": ", ":");
        let message = format!("`{setting}` accepts unsigned packages from {from}{plain}");
        let problem = cx.report_at(anchor, off.span, message).help(off.help);
        problem.fix_or_reason(off.fix.ok_or("the key of the repository is unknown".into()));
    }
}

fn find_disabled_check(written: &WrittenText, source: &[u8]) -> Option<DisabledCheck> {
    if written.is_written_to(&APT) {
        find_disabled_check_in_apt(written)
    } else if written.is_written_to(&YUM) {
        find_disabled_check_in_yum(written, source)
    } else if written.is_written_to(&PACMAN) {
        let is_off = |line: &&WrittenTextLine| {
            let text = line.text.trim().to_ascii_lowercase().replace(' ', "");
            text.starts_with("siglevel=never") || (text.starts_with("siglevel=") && text.contains("trustall"))
        };
        let line = written.lines.iter().find(is_off)?;
        let setting = line.text.trim().to_string();
        Some(DisabledCheck { span: line.span, setting, address: None, help: SIG_LEVEL, fix: None })
    } else {
        None
    }
}

fn is_local(address: &str) -> bool {
    ["file:", "copy:", "cdrom:", "dir:", "/"].iter().any(|scheme| address.starts_with(scheme))
}

/// `deb [trusted=yes] …`, and `Trusted: yes` in a paragraph.
fn find_disabled_check_in_apt(written: &WrittenText) -> Option<DisabledCheck> {
    for line in &written.lines {
        let text = line.text.trim();
        if !text.starts_with("deb") {
            continue;
        }
        let Some((_, options)) = text.split_once('[') else { continue };
        let Some((options, rest)) = options.split_once(']') else { continue };
        let option = options.split_whitespace().find(|option| {
            matches!(
                option.to_ascii_lowercase().as_str(),
                "trusted=yes" | "allow-insecure=yes" | "trusted=true" | "trusted=1"
            )
        });
        let address = rest.split_whitespace().next().unwrap_or_default();
        if let Some(option) = option.filter(|_| !is_local(address)) {
            let (setting, address) = (option.to_string(), Some(address.to_string()));
            return Some(DisabledCheck { span: line.span, setting, address, help: SIGNED_BY, fix: None });
        }
    }
    let value_of = |line: &WrittenTextLine, key: &str| {
        let (own, value) = line.text.split_once(':')?;
        own.trim().eq_ignore_ascii_case(key).then(|| value.trim().to_string())
    };
    let trusted = |line: &&WrittenTextLine| {
        ["Trusted", "Allow-Insecure"]
            .iter()
            .any(|key| value_of(line, key).is_some_and(|value| value == "yes"))
    };
    let line = written.lines.iter().find(trusted)?;
    let address = written.lines.iter().find_map(|line| value_of(line, "URIs"));
    if address.as_deref().is_some_and(is_local) {
        return None;
    }
    let setting = line.text.trim().to_string();
    Some(DisabledCheck { span: line.span, setting, address, help: SIGNED_BY, fix: None })
}

fn find_disabled_check_in_yum(written: &WrittenText, source: &[u8]) -> Option<DisabledCheck> {
    let value_of = |line: &WrittenTextLine, key: &str| {
        let (own, value) = line.text.split_once('=')?;
        (own.trim() == key).then(|| value.trim().to_string())
    };
    let is_off = |line: &&WrittenTextLine| {
        value_of(line, "gpgcheck").is_some_and(|value| matches!(value.as_str(), "0" | "no" | "false"))
    };
    let line = written.lines.iter().find(is_off)?;
    let address = written.lines.iter().find_map(|line| value_of(line, "baseurl"));
    if address.as_deref().is_some_and(is_local) {
        return None;
    }
    let has_key = written.lines.iter().any(|line| value_of(line, "gpgkey").is_some());
    let text = line.span.bytes(source);
    let at = text.windows(10).position(|window| window == b"gpgcheck=0").filter(|_| has_key);
    let fix = at.map(|at| {
        let digit = line.span.start + u32::try_from(at).unwrap_or(0) + 9;
        let edit = Edit::replace(Span::new(digit, digit + 1), "1");
        Fix::new(Applicability::Suggestion, "use `gpgcheck=1`", [edit])
            .with_risk("the packages may not be signed with the key")
    });
    Some(DisabledCheck { span: line.span, setting: "gpgcheck=0".to_string(), address, help: GPGKEY, fix })
}

/// Whether a later command of the RUN sets `gpgcheck` to 1 in the same file.
fn is_check_enabled_later(run: &Run<'_>, one: &WrittenText, all: &[WrittenText]) -> bool {
    run.script.commands.len() > one.command
        && all.iter().any(|later| {
            later.command > one.command
                && later.path == one.path
                && later.lines.iter().any(|line| line.text.replace(' ', "").contains("gpgcheck=1"))
        })
}

/// Commands that add or change a repository.
fn find_disabled_check_in_command(command: &ShellCommand) -> Option<DisabledCheck> {
    let words = command.arguments();
    let has = |any: &[&str]| words.iter().find(|word| any.contains(&word.text.as_str()));
    match command.name.as_deref()? {
        "zypper" => {
            let verb = has(&["addrepo", "ar", "modifyrepo", "mr"])?;
            let at = words.iter().position(|word| word.span == verb.span)?;
            let option = words.get(at..)?.iter().find(|word| {
                matches!(word.text.as_str(), "--no-gpgcheck" | "-G")
                    || (word.is_flag() && !word.text.starts_with("--") && word.text.contains('G'))
            })?;
            let address = words
                .iter()
                .map(|word| word.text.clone())
                .find(|text| text.contains("://") || is_local(text));
            if address.as_deref().is_some_and(is_local) {
                return None;
            }
            let setting = option.text.clone();
            Some(DisabledCheck {
                span: option.span,
                setting,
                address,
                help: "import the key after checking its fingerprint",
                fix: None,
            })
        }
        "dnf" | "dnf5" | "yum-config-manager" => {
            let manages = command.is("yum-config-manager") || has(&["config-manager"]).is_some();
            let option = words.iter().find(|word| super::tls::is_setopt_off(&word.text, "gpgcheck"))?;
            let setting = option.text.clone();
            manages.then_some(DisabledCheck {
                span: option.span,
                setting,
                address: None,
                help: GPGKEY,
                fix: None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_unsigned_repositories() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN echo 'deb [trusted=yes] https://x.net/apt ./' > /etc/apt/sources.list.d/x.list"),
                (1, "RUN echo 'deb [arch=amd64 trusted=yes] http://x.net/apt ./' >> /etc/apt/sources.list"),
                (
                    1,
                    "RUN printf 'deb [trusted=yes] https://x.net/apt ./\\n' | tee /etc/apt/sources.list.d/x.list",
                ),
                (1, "RUN add-apt-repository \"deb [trusted=yes] https://x.net/apt ./\""),
                (
                    1,
                    "COPY <<E /etc/apt/sources.list.d/x.sources\nTypes: deb\nURIs: https://x.net/apt\nTrusted: yes\nE",
                ),
                (
                    1,
                    "RUN echo -e \"[ROCm]\\nname=ROCm\\nbaseurl=https://x.net\\nenabled=1\\ngpgcheck=0\" >> /etc/yum.repos.d/rocm.repo",
                ),
                (1, "RUN cat <<E > /etc/yum.repos.d/x.repo\n[x]\nbaseurl=https://x.net\ngpgcheck = 0\nE"),
                (1, "RUN sed -i 's/gpgcheck=1/gpgcheck=0/' /etc/yum.repos.d/x.repo"),
                (1, "RUN sed -i 's/^SigLevel.*/SigLevel = Never/' /etc/pacman.conf"),
                (1, "RUN zypper addrepo -G https://x.net/repo x"),
                (1, "RUN zypper --non-interactive ar --no-gpgcheck https://x.net/repo x"),
                (1, "RUN dnf config-manager --save --setopt=x.gpgcheck=0"),
                (1, "RUN { echo '[x]'; echo 'gpgcheck=0'; } > /etc/yum.repos.d/x.repo"),
                (
                    1,
                    "RUN echo 'deb [trusted=yes] https://x.net/apt ./' > /etc/apt/sources.list.d/x.list && apt-get update && rm /etc/apt/sources.list.d/x.list",
                ),
                (0, "RUN echo 'deb [ trusted=yes ] file:///tmp/build ./' > /etc/apt/sources.list.d/x.list"),
                (0, "RUN echo repo_gpgcheck=0 >> /etc/yum.repos.d/x.repo"),
                (0, "RUN echo gpgcheck=0"),
                (0, "RUN echo gpgcheck=1 >> /etc/yum.conf"),
                (0, "RUN echo '# deb [trusted=yes] https://x.net/apt ./' > /etc/apt/sources.list.d/x.list"),
                (0, "RUN sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.repos.d/x.repo"),
                (
                    0,
                    "RUN echo gpgcheck=0 >> /etc/yum.conf && x && sed -i s/gpgcheck=0/gpgcheck=1/ /etc/yum.conf",
                ),
                (0, "RUN yum-config-manager --add-repo https://x.net/x.repo"),
                (
                    0,
                    "RUN echo 'deb [signed-by=/etc/apt/keyrings/x.asc] https://x.net/apt ./' > /etc/apt/sources.list.d/x.list",
                ),
            ],
        );
        let found = find_problems(
            &RULE,
            "RUN echo 'deb [trusted=yes] http://x.net/apt ./' > /etc/apt/sources.list.d/x.list",
        );
        assert_eq!(found[0].message, "`trusted=yes` accepts unsigned packages from `x.net` over plain HTTP");
    }
}
