//! DW3301: packages that are installed without a check of their signatures.

use crate::byte_search;
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::semantic::paths::base_name;
use crate::semantic::programs::{APK, DNF, YUM, ZYPPER};
use crate::semantic::verification::{VerificationStrength, verification_of};
use crate::semantic::written_text::find_written_text;
use crate::semantic::{Run, View};
use crate::shell::{CommandPlace, ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Arguments, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "DW3301",
    name: "unsigned-package",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3301.md"),
    ..Rule::SECURITY
};

const APT: &str = "add the repository's key with `signed-by`";
const RPM: &str = "import the key first with `rpm --import`";

/// An option that turns the check off.
struct DisablingOption<'c> {
    word: &'c ShellWord,
    shown: String,
    help: &'static str,
}

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    for run in runs {
        for (index, command) in run.script.commands.iter().enumerate() {
            let Some(given) = find_disabling_option(command) else { continue };
            if installs_verified_files(cx, run, index, command) {
                continue;
            }
            let shown = given.shown.replace('`', "'");
            let message = match shown.as_str() {
                "--force-yes" => {
                    "`--force-yes` installs unauthenticated packages and downgrades without asking"
                        .to_string()
                }
                "--allow-insecure-repositories" | "--allow-weak-repositories" => {
                    format!("`{shown}` accepts repositories without a valid signature")
                }
                "--gpg-auto-import-keys" => {
                    "`--gpg-auto-import-keys` trusts whatever key the repository presents".to_string()
                }
                _ => format!("`{shown}` installs packages without checking their signatures"),
            };
            let offer = offer_fix(cx, run, command, &given);
            cx.report_at(run.outer.span, given.word.span, message).help(given.help).fix_or_reason(offer);
        }
        for written in find_written_text(run, cx.file.source) {
            if !written.is_written_to(&["/etc/apt/apt.conf", "/etc/apt/apt.conf.d/"]) {
                continue;
            }
            let is_off = |text: &str| {
                let lower = text.to_ascii_lowercase();
                ["allowunauthenticated", "force-yes", "allowinsecurerepositories"]
                    .iter()
                    .any(|key| lower.contains(key))
                    && ["true", "\"1\"", "yes\""].iter().any(|value| lower.contains(value))
            };
            if let Some(line) = written.lines.iter().find(|line| is_off(&line.text)) {
                let message = format!(
                    "`{}` lets apt install packages without checking their signatures",
                    written.path.replace('`', "'")
                );
                cx.report_at(run.outer.span, line.span, message)
                    .help(APT)
                    .add_reason_not_fixed("the repositories that lack a key are unknown");
            }
        }
    }
}

fn find_disabling_option(command: &ShellCommand) -> Option<DisablingOption<'_>> {
    let words = command.arguments();
    let find = |any: &[&str]| words.iter().find(|word| any.contains(&word.text.as_str()));
    let name = command.name.as_deref()?;
    let new = |word: Option<&ShellWord>, help: &'static str| word.map(|word| (word.text.clone(), help));
    let (shown, help) = match name {
        "apt-get" | "apt" | "aptitude" => {
            let verb =
                command.operands().find(|word| !word.text.contains('=')).map(|word| word.text.as_str())?;
            if matches!(
                verb,
                "install" | "upgrade" | "dist-upgrade" | "full-upgrade" | "build-dep" | "source" | "satisfy"
            ) {
                let option = find(&["--allow-unauthenticated", "--force-yes"]).or_else(|| {
                    words.iter().find(|word| {
                        disables_check(&word.text, &["apt::get::allowunauthenticated", "apt::get::force-yes"])
                    })
                });
                new(option, APT)?
            } else if verb == "update" {
                let option =
                    find(&["--allow-insecure-repositories", "--allow-weak-repositories"]).or_else(|| {
                        let keys = [
                            "acquire::allowinsecurerepositories",
                            "acquire::allowdowngradetoinsecurerepositories",
                            "acquire::allowweakrepositories",
                        ];
                        words.iter().find(|word| disables_check(&word.text, &keys))
                    });
                new(option, APT)?
            } else {
                return None;
            }
        }
        "apk" => {
            let installs = find(&["add", "upgrade", "fix"]).is_some();
            new(find(&["--allow-untrusted"]).filter(|_| installs), "add the key to `/etc/apk/keys`")?
        }
        "yum" | "dnf" | "dnf5" | "microdnf" | "tdnf" | "yumdownloader" => {
            if find(&["config-manager"]).is_some() {
                return None;
            }
            let option = find(&["--nogpgcheck", "--no-gpgchecks"])
                .or_else(|| words.iter().find(|word| super::tls::is_setopt_off(&word.text, "gpgcheck")));
            new(option, RPM)?
        }
        "rpm" => {
            let installs = ["i", "U", "F"].iter().any(|letter| command.has_flag(letter))
                || ["install", "upgrade", "freshen"].iter().any(|flag| command.has_flag(flag));
            let option = find(&["--nosignature", "--nodigest", "--noverify"]).filter(|_| installs);
            new(option, RPM)?
        }
        "zypper" => {
            if find(&["addrepo", "ar"]).is_some()
                && words.iter().any(|word| word.text.starts_with(['/', '.']) || word.text.starts_with("dir:"))
            {
                return None;
            }
            let option = find(&["--no-gpg-checks", "--allow-unsigned-rpm", "--gpg-auto-import-keys"]);
            new(option, "import the key after checking its fingerprint")?
        }
        "dpkg" => new(find(&["--force-bad-verify"]), APT)?,
        _ => return None,
    };
    let word = words.iter().find(|word| word.text == shown)?;
    Some(DisablingOption { word, shown, help })
}

/// Whether the text is a setting (`-oKEY=VALUE`, `KEY=VALUE` after `-o`) that turns one of these on.
fn disables_check(text: &str, keys: &[&str]) -> bool {
    let lower = text.trim_start_matches("--option=").trim_start_matches("-o").trim().to_ascii_lowercase();
    let Some((key, value)) = lower.split_once('=') else { return false };
    keys.contains(&key) && matches!(value.trim_matches(['"', '\'']), "true" | "1" | "yes")
}

/// Whether only local files are installed that the RUN verifies, or that a stage of the file built.
fn installs_verified_files(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    index: usize,
    command: &ShellCommand,
) -> bool {
    let call = match command.name.as_deref() {
        Some("apk") => APK.read_call_under_any_name(command, View::Exact),
        Some("yum") => YUM.read_call_under_any_name(command, View::Exact),
        Some("rpm" | "dnf" | "dnf5" | "microdnf" | "tdnf") => {
            DNF.read_call_under_any_name(command, View::Exact)
        }
        Some("zypper") => ZYPPER.read_call_under_any_name(command, View::Exact),
        _ => return false,
    };
    let verbs = ["add", "install", "in", "localinstall", "reinstall", "update", "upgrade"];
    let files: Vec<&str> =
        call.operands.iter().map(|word| word.text.as_str()).filter(|text| !verbs.contains(text)).collect();
    let is_file = |text: &&str| {
        !text.contains("://") && (text.contains('/') || text.ends_with(".apk") || text.ends_with(".rpm"))
    };
    if files.is_empty() || !files.iter().all(is_file) {
        return false;
    }
    files.iter().all(|file| {
        let before = run.script.commands.get(..index).is_some_and(|_| {
            verification_of(run, None, file, cx.file.source) == Some(VerificationStrength::Strong)
        });
        before || comes_from_stage(cx, run, file)
    })
}

/// Whether the file comes from another stage: through `COPY --from` or a mount.
fn comes_from_stage(cx: &RuleChecker<'_>, run: &Run<'_>, file: &str) -> bool {
    let stage_of = |name: &str| cx.semantics.stage_named(name).is_some() || name.parse::<usize>().is_ok();
    let mounted = run.mounts.iter().any(|mount| {
        let target = mount.mount_target_text().trim_end_matches('/');
        mount.from().is_some_and(|from| stage_of(&from.text))
            && !target.is_empty()
            && file.starts_with(target)
    });
    let name = base_name(file);
    mounted
        || cx
            .file
            .instructions()
            .filter(|copy| copy.kind == Kind::Copy && copy.span.start < run.outer.span.start)
            .any(|copy| {
                let Some(from) = copy.flag_value("from").filter(|from| stage_of(&from.text)) else {
                    return false;
                };
                let Arguments::Paths(paths) = &copy.arguments else { return false };
                let destination = paths.destination.as_ref().map_or("", |word| word.text.as_ref());
                let directory = destination.trim_end_matches('/');
                let sources = paths.sources.iter().any(|source| base_name(&source.word().text) == name);
                !from.text.is_empty() && (sources || (directory.len() > 1 && file.starts_with(directory)))
            })
}

fn offer_fix(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    command: &ShellCommand,
    given: &DisablingOption<'_>,
) -> FixOrReason {
    let source = cx.file.source;
    if !given.shown.starts_with("--") {
        return Err("a setting turns off the check".into());
    }
    if given.word.span.bytes(source) != given.shown.as_bytes() || command.place == CommandPlace::Quoted {
        return Err(NOT_PLAIN.into());
    }
    let before = source.get(..given.word.span.start as usize).unwrap_or_default();
    let spaces = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = given.word.span.start - u32::try_from(spaces).unwrap_or_default();
    let edit = Edit::delete(Span::new(start, given.word.span.end));
    let title = format!("remove `{}`", given.shown);
    let answers = command.arguments().iter().any(|word| {
        matches!(word.text.as_str(), "--yes" | "--assume-yes")
            || (word.is_flag() && !word.text.starts_with("--") && word.text.contains('y'))
    });
    let (level, missing) = if given.shown == "--force-yes" && answers && !changes_sources(cx, run) {
        (Applicability::UnsafeMid, "a package may have to be downgraded")
    } else {
        (Applicability::Suggestion, "the packages may be signed with a key that the image lacks")
    };
    Ok(Fix::new(level, title, [edit]).with_risk(missing))
}

/// Whether a command or COPY of the stage, or of those that it is built on, touches `/etc/apt`.
fn changes_sources(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let Some(stage) = run.stage else { return true };
    cx.semantics.stage_chain(stage).any(|stage| {
        let text = stage.span.bytes(cx.file.source);
        [&b"/etc/apt"[..], b"add-apt-repository", b"apt-key", b"ADD ", b"sources.list"]
            .iter()
            .any(|word| byte_search::contains(text, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_disabled_checks() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN apk add --no-cache --allow-untrusted x.apk"),
                (1, "RUN apk --allow-untrusted add x"),
                (1, "RUN apt-get -yq --force-yes install x"),
                (1, "RUN apt-get install -y --allow-unauthenticated x"),
                (1, "RUN apt-get -o \"APT::Get::AllowUnauthenticated=true\" install -y x"),
                (1, "RUN apt-get update --allow-insecure-repositories"),
                (1, "RUN dnf install -y --setopt=terra.gpgcheck=0 x"),
                (1, "RUN yum install -y --nogpgcheck x"),
                (1, "RUN dnf install -y --nogpgcheck --repofrompath a,https://x.net a-release"),
                (1, "RUN rpm -Uvh --nosignature https://x.net/a.rpm"),
                (1, "RUN zypper --no-gpg-checks in -y x"),
                (1, "RUN zypper --gpg-auto-import-keys ref"),
                (1, "RUN <<E\nyum install -y --nogpgcheck x\nE"),
                (1, "RUN sudo apt-get install -y --force-yes x"),
                (1, "RUN echo 'APT::Get::AllowUnauthenticated \"true\";' > /etc/apt/apt.conf.d/99x"),
                (1, "RUN curl -LO https://x.net/x.apk && apk add --allow-untrusted x.apk"),
                (0, "RUN apt-get purge --force-yes x"),
                (0, "RUN printf 'apt-get --force-yes' > note"),
                (0, "RUN apt-get update --allow-unauthenticated"),
                (0, "RUN apt-get -o APT::Get::AllowUnauthenticated=false install x"),
                (0, "RUN yum install nogpgcheck"),
                (0, "RUN apk index --allow-untrusted -o /x/APKINDEX.tar.gz /x/a.apk"),
                (0, "RUN rpm --nofiledigest -V x"),
                (0, "RUN rpm -qp --nosignature x.rpm"),
                (
                    0,
                    "FROM alpine AS b\nRUN abuild\nFROM alpine\nCOPY --from=b /out/x.apk /tmp/\nRUN apk add --allow-untrusted /tmp/x.apk",
                ),
                (
                    0,
                    "RUN curl -LO https://x.net/x.apk && echo \"$SHA  x.apk\" | sha256sum -c - && apk add --allow-untrusted ./x.apk",
                ),
            ],
        );
    }
}
