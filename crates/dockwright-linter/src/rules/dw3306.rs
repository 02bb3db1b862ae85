//! DW3306: a file that is downloaded, and run or installed without having been verified.

use std::collections::HashMap;

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::Run;
use crate::semantic::download::{Download, DownloadTarget, find_downloads};
use crate::semantic::interpreted::is_interpreter;
use crate::semantic::url::is_localhost;
use crate::semantic::verification::{VerificationStrength, verification_of};
use crate::shell::{ShellCommand, ShellWord};
use crate::syntax::{Arguments, Kind, Source};

pub(crate) static RULE: Rule = Rule {
    code: "DW3306",
    name: "unverified-download",
    severity: Severity::Info,
    enabled: RuleActivation::Selected,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3306.md"),
    ..Rule::SECURITY
};

/// Parts of the names of variables that hold a checksum.
const SUMS: [&str; 6] = ["sha", "sum", "digest", "hash", "md5", "signature"];

/// Maximum number of RUNs after a download that are searched for its use, to limit the time for long files.
const FAR: usize = 200;

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    let copies = find_copied_programs(cx);
    for (at, run) in runs.iter().enumerate() {
        let stage = run.stage.and_then(|stage| cx.semantics.stages.get(stage));
        if stage.and_then(|stage| stage.alias()).is_some_and(|name| name.to_lowercase().starts_with("test")) {
            continue;
        }
        let downloads = find_downloads(run, cx.file.source);
        if downloads.is_empty() {
            continue;
        }
        let after = runs.iter().skip(at + 1).take(FAR).copied();
        let later: Vec<&Run<'_>> = after.filter(|other| runs_after_in_stage(cx, run, other)).collect();
        let mut known: Vec<String> = Vec::new();
        for download in downloads {
            let DownloadTarget::File(file) = &download.to else { continue };
            let is_fixed =
                download.url().is_some_and(|url| is_localhost(url.host) || url.has_digest_in_path());
            if is_fixed || known.contains(file) {
                continue;
            }
            let is_copied = || is_copied_to_programs(&copies, run, file);
            if report(cx, run, &later, &download, file, &is_copied) {
                known.push(file.clone());
            }
        }
    }
}

/// Whether a RUN comes after another one in its stage, or in a stage that is built on it.
fn runs_after_in_stage(cx: &RuleChecker<'_>, run: &Run<'_>, other: &Run<'_>) -> bool {
    run.stage.zip(other.stage).is_some_and(|(first, stage)| cx.semantics.is_built_on(stage, first))
}

/// How a download is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DownloadUse {
    Run,
    Install,
}

fn report(
    cx: &mut RuleChecker<'_>,
    run: &Run<'_>,
    later: &[&Run<'_>],
    download: &Download,
    file: &str,
    is_copied: &dyn Fn() -> bool,
) -> bool {
    let source = cx.file.source;
    let own = || run.script.commands.iter().skip(download.command + 1);
    let all = || own().chain(later.iter().flat_map(|run| &run.script.commands));
    let used = all().find_map(|command| find_use_in_command(command, file));
    let Some(used) = used.or_else(|| is_copied().then_some(DownloadUse::Run)) else {
        return false;
    };
    let strength = verification_of(run, Some(download.command), file, source)
        .max(later.iter().filter_map(|run| verification_of(run, None, file, source)).max());
    if strength == Some(VerificationStrength::Strong)
        || all().any(|command| may_compare_checksum(command, file))
    {
        return false;
    }
    let shown = file.replace('`', "'");
    let message = match (strength, used) {
        (Some(_), _) => {
            let sum = if all().any(|command| command.is("md5sum")) { "MD5" } else { "SHA-1" };
            format!("`{shown}` is verified only with {sum}, which can be forged")
        }
        (None, DownloadUse::Run) => format!("`{shown}` is downloaded and run without verification"),
        (None, DownloadUse::Install) => format!("`{shown}` is downloaded and installed without verification"),
    };
    cx.report_at(run.outer.span, download.span, message)
        .help("verify it with `sha256sum -c`, or download it with `ADD --checksum=`")
        .add_reason_not_fixed("the checksum of the file is unknown");
    true
}

/// Whether the word is the file: the same path, or the same name if one of them is relative.
fn is_file(word: &str, file: &str) -> bool {
    let (word, file) = (word.trim_start_matches("./"), file.trim_start_matches("./"));
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_string();
    let both_absolute = word.starts_with('/') && file.starts_with('/');
    word == file || (!both_absolute && !file.is_empty() && last(word) == last(file) && !last(file).is_empty())
}

fn find_use_in_command(command: &ShellCommand, file: &str) -> Option<DownloadUse> {
    let name = command.name.as_deref()?;
    let program = command.words.get(command.name_at).map_or(name, |word| word.text.as_str());
    let names = |word: &ShellWord| is_file(&word.text, file);
    let last = file.rsplit('/').next().unwrap_or(file);
    // A name without a path is searched in `PATH`.
    let is_in_path = file.contains("/bin/") || file.contains("/sbin/");
    if (program.contains('/') && is_file(program, file)) || (is_in_path && program == last) {
        return Some(DownloadUse::Run);
    }
    let mut operands = command.operands();
    let is_run = match name {
        "." | "source" => operands.next().is_some_and(names),
        "chmod" => {
            let makes_executable = |mode: &str| {
                let by_letter = mode.split_once('+').is_some_and(|(_, what)| what.contains('x'));
                by_letter || mode.chars().rev().take(3).any(|digit| matches!(digit, '1' | '3' | '5' | '7'))
            };
            let mode = operands.next();
            mode.is_some_and(|mode| makes_executable(&mode.text)) && operands.any(names)
        }
        "install" => operands.any(names) && !command.has_flag("d"),
        _ if is_interpreter(name) => operands.next().is_some_and(names),
        _ => false,
    };
    if is_run {
        return Some(DownloadUse::Run);
    }
    let installs = match name {
        "dpkg" => command.has_flag("i") || command.has_flag("install"),
        "rpm" => ["i", "U", "F", "install", "upgrade"].iter().any(|flag| command.has_flag(flag)),
        "gdebi" => true,
        "apt" | "apt-get" | "aptitude" | "yum" | "dnf" | "microdnf" | "pip" | "pip3" | "zypper" => command
            .operands()
            .next()
            .is_some_and(|word| matches!(word.text.as_str(), "install" | "localinstall" | "in")),
        _ => false,
    };
    // Packages that install the key of a repository, and packages whose signature is checked, need no checksum.
    let is_signed = last.contains("-release")
        || (last.ends_with(".rpm")
            && command.arguments().iter().any(|word| word.text == "--setopt=localpkg_gpgcheck=1"));
    (installs && !is_signed && command.operands().any(names)).then_some(DownloadUse::Install)
}

/// Whether a command gets both the file and a variable with a checksum, so that it may compare them.
fn may_compare_checksum(command: &ShellCommand, file: &str) -> bool {
    let last = file.rsplit('/').next().unwrap_or(file);
    let is_sum = |word: &ShellWord| {
        let text = word.text.to_lowercase();
        text.contains("${") && SUMS.iter().any(|part| text.contains(part))
    };
    let words = command.words.as_slice();
    let checks = !command.is_any(&["echo", "printf"]);
    checks && words.iter().any(|word| word.text.contains(last)) && words.iter().any(is_sum)
}

/// By stage, the files that are copied from it into a directory of programs.
type CopiedPrograms<'s> = HashMap<usize, Vec<&'s str>>;

fn find_copied_programs<'s>(cx: &RuleChecker<'s>) -> CopiedPrograms<'s> {
    let mut found = CopiedPrograms::new();
    for copy in cx.file.instructions().filter(|one| one.kind == Kind::Copy) {
        let from = copy.flag_value("from").map(|word| word.text.to_string());
        let stage = from.and_then(|from| cx.semantics.stage_named(&from).or_else(|| from.parse().ok()));
        let (Some(stage), Arguments::Paths(paths)) = (stage, &copy.arguments) else { continue };
        let to = paths.destination.as_ref().map(|word| word.text.as_ref()).unwrap_or_default();
        if to.contains("/bin/") || to.ends_with("/bin") {
            let sources = paths.sources.iter().filter_map(Source::path).map(|word| word.text.as_ref());
            found.entry(stage).or_default().extend(sources);
        }
    }
    found
}

/// Whether another stage copies the file into a directory of programs.
fn is_copied_to_programs(copies: &CopiedPrograms<'_>, run: &Run<'_>, file: &str) -> bool {
    let copied = run.stage.and_then(|stage| copies.get(&stage));
    copied.is_some_and(|copied| copied.iter().any(|path| is_file(path, file)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn downloads_that_are_used_unverified() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN curl -fsSLo /usr/local/bin/t https://x.net/t && chmod +x /usr/local/bin/t"),
                (1, "RUN wget -q https://x.net/get-pip.py -O get-pip.py && python3 get-pip.py"),
                (1, "RUN curl -L https://x.net/x > /usr/bin/x; chmod +x /usr/bin/x"),
                (1, "RUN curl -LO https://x.net/i.sh\nRUN sh ./i.sh"),
                (1, "FROM debian AS a\nRUN curl -LO https://x.net/i.sh\nFROM a\nRUN sh i.sh"),
                (
                    1,
                    "FROM debian AS a\nRUN curl -o /t https://x.net/t\nFROM debian\nCOPY --from=a /t /usr/bin/t",
                ),
                (1, "RUN wget https://x.net/a.deb && dpkg -i a.deb"),
                (1, "RUN curl -LO https://x.net/a.deb && apt-get install -y ./a.deb"),
                (
                    1,
                    "RUN wget https://x.net/x.tgz && echo \"$SUM  x.tgz\" > s && md5sum -c s && ./x.tgz && sh x.tgz",
                ),
                (1, "RUN curl -LO https://x.net/i.sh && sha256sum i.sh && sh i.sh"),
                (1, "RUN curl -Lo /usr/bin/x https://x.net/x && chmod 0755 /usr/bin/x && x --version"),
                (0, "RUN curl -LO https://x.net/i.sh && echo \"abc  i.sh\" | sha256sum -c - && sh i.sh"),
                (0, "RUN curl -LO https://x.net/i.sh && gpg --verify i.sh.asc i.sh && sh i.sh"),
                (0, "RUN curl -LO https://x.net/i.sh && cosign verify-blob --key k i.sh && sh i.sh"),
                (0, &format!("RUN curl -LO https://raw.githubusercontent.com/o/r/{commit}/x.sh && sh x.sh")),
                (0, "RUN curl -LO https://x.net/a.tgz && tar xzf a.tgz"),
                (0, "RUN curl -I https://x.net/a.sh"),
                (0, "RUN curl -LO http://localhost/i.sh && sh i.sh"),
                (0, "RUN curl -LO https://x.net/i.sh && verify i.sh $SHA256 && sh i.sh"),
                (0, "RUN dnf install -y https://x.net/epel-release.rpm"),
                (0, "RUN curl -LO https://x.net/epel-release-9.rpm && rpm -i epel-release-9.rpm"),
                (0, "RUN curl -o /a/i.sh https://x.net/i.sh && sh /b/i.sh"),
                (0, "FROM debian AS test\nRUN curl -LO https://x.net/i.sh && sh i.sh"),
            ],
        );
        let found = find_problems(&RULE, "RUN wget https://x.net/x.sh && md5sum -c x.sh.md5 && sh x.sh");
        assert_eq!(found[0].message, "`x.sh` is verified only with MD5, which can be forged");
    }
}
