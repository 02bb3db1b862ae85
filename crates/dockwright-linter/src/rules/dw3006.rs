//! DW3006: private keys that are created while the image is built.

use crate::diagnostic::{Applicability, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::append;
use crate::semantic::programs::read_apt_call;
use crate::semantic::{Run, View, layer_contents};
use crate::shell::{ShellCommand, ShellWord};
use crate::syntax::Kind;

pub(crate) static RULE: Rule = Rule {
    code: "DW3006",
    name: "key-generated-in-build",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3006.md"),
    ..Rule::SECURITY
};

const HELP_FOR_HOST_KEYS: &str =
    "delete the host keys in the same `RUN`, and run `ssh-keygen -A` when the container starts";
const HELP_FOR_OTHER_KEYS: &str = "create the key when the container starts, or mount it as a secret";

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> =
        cx.semantics.runs_in_bourne_shell().filter(|run| run.ships && !is_for_tests(cx, run)).collect();
    let serves = starts_sshd(cx);
    for run in runs {
        let removes =
            |index: usize| layer_contents::is_deleted_later(run, "/etc/ssh/ssh_host_rsa_key", index);
        for (index, command) in run.script.commands.iter().enumerate() {
            if let Some((shown, path)) = find_created_key(command) {
                let kept = path
                    .as_deref()
                    .map_or(!removes(index), |path| layer_contents::keeps_in_layer(run, path, index));
                if kept && !path.as_deref().is_some_and(is_test_path) {
                    let message =
                        format!("`{shown}` creates a private key that all containers of this image share");
                    let is_host_key = command.is("ssh-keygen")
                        && (command.has_argument(&["-A"])
                            || path.as_deref().is_some_and(|path| path.starts_with("/etc/ssh/")));
                    let help = if is_host_key { HELP_FOR_HOST_KEYS } else { HELP_FOR_OTHER_KEYS };
                    cx.report_at(run.outer.span, command.span, message)
                        .help(help)
                        .add_reason_not_fixed("something in the image may use the key");
                }
                continue;
            }
            let Some(package) = ssh_server_package(command).filter(|_| serves && !removes(index)) else {
                continue;
            };
            if !is_debian(cx, run) {
                continue;
            }
            let message = format!(
                "installing `{}` creates host keys that all containers of this image share",
                package.text
            );
            let edit = append::append_command(run, cx.file.source, "rm -f /etc/ssh/ssh_host_*");
            let problem = cx.report_at(run.outer.span, package.span, message).help(HELP_FOR_HOST_KEYS);
            match edit {
                Some(edit) => {
                    let fix = Fix::new(Applicability::UnsafeMid, "delete the host keys", [edit]);
                    problem.fix(fix.with_risk("a start script must create new keys"));
                }
                None => {
                    problem.add_reason_not_fixed("no command can be added at the end of the `RUN`");
                }
            }
        }
    }
}

fn is_for_tests(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let stage = run.stage.and_then(|stage| cx.semantics.stages.get(stage));
    let name = stage.and_then(|stage| stage.alias()).unwrap_or_default().to_ascii_lowercase();
    name.starts_with("test") || name.starts_with("dev")
}

fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "test" | "tests" | "fixtures" | "testdata"))
}

/// Whether the file shows that the container runs sshd.
fn starts_sshd(cx: &RuleChecker<'_>) -> bool {
    cx.file.instructions().any(|one| {
        let text = String::from_utf8_lossy(one.span.bytes(cx.file.source)).into_owned();
        match one.kind {
            Kind::Cmd | Kind::Entrypoint | Kind::Run => {
                text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "sshd")
            }
            Kind::Expose => text.split(|c: char| !c.is_ascii_digit()).any(|word| word == "22"),
            _ => false,
        }
    })
}

fn is_debian(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    base.is_none_or(|base| {
        base.image.facts.distro.as_deref().is_none_or(|distro| matches!(distro, "debian" | "ubuntu"))
    })
}

fn ssh_server_package(command: &ShellCommand) -> Option<&ShellWord> {
    let call = read_apt_call(command, View::Exact)?;
    let installs = call.is_subcommand(&["install"]);
    let is_server = |word: &&&ShellWord| {
        let name = word.text.split(['=', '/']).next().unwrap_or_default();
        matches!(name, "openssh-server" | "ssh")
    };
    call.operands.iter().filter(|_| installs).find(is_server).copied()
}

/// The command in short, and the file of the key if it is named.
fn find_created_key(command: &ShellCommand) -> Option<(String, Option<String>)> {
    let words = command.arguments();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.text.as_str()));
    let after = |any: &[&str]| {
        words.windows(2).find_map(|pair| match pair {
            [option, value] if any.contains(&option.text.as_str()) => Some(value.text.clone()),
            _ => None,
        })
    };
    let operand = command.operands().next().map(|word| word.text.as_str());
    let name = command.name.as_deref()?;
    let (shown, path) = match name {
        "ssh-keygen" => {
            if has(&["-l", "-y", "-R", "-F", "-H", "-e", "-i", "-p", "-s", "-Q", "-B", "-k", "-Y"]) {
                return None;
            }
            let creates = has(&["-A", "-t", "-f", "-N"]);
            creates.then(|| ("ssh-keygen".to_string(), after(&["-f"])))?
        }
        "openssl" => match operand? {
            verb @ ("genrsa" | "genpkey") => (format!("openssl {verb}"), after(&["-out"])),
            verb @ ("ecparam" | "dsaparam") if has(&["-genkey"]) => {
                (format!("openssl {verb} -genkey"), after(&["-out"]))
            }
            "req" if has(&["-newkey"]) || (has(&["-new"]) && !has(&["-key"])) => {
                ("openssl req".to_string(), after(&["-keyout"]).or_else(|| after(&["-out"])))
            }
            _ => return None,
        },
        "keytool" if has(&["-genkeypair", "-genkey"]) => {
            ("keytool -genkeypair".to_string(), after(&["-keystore"]))
        }
        "mkcert" if operand.is_some() => ("mkcert".to_string(), after(&["-key-file"])),
        "dropbearkey" if has(&["-t"]) && !has(&["-y"]) => ("dropbearkey".to_string(), after(&["-f"])),
        "gpg" | "gpg2"
            if has(&[
                "--gen-key",
                "--generate-key",
                "--quick-gen-key",
                "--quick-generate-key",
                "--full-gen-key",
            ]) =>
        {
            (format!("{name} --gen-key"), after(&["--homedir"]))
        }
        _ => return None,
    };
    let kept = path.as_deref() != Some("/dev/null");
    kept.then_some((shown, path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_keys_shared_by_containers() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN ssh-keygen -q -N \"\" -t rsa -f /etc/ssh/ssh_host_rsa_key"),
                (1, "RUN ssh-keygen -A"),
                (
                    1,
                    "RUN openssl req -x509 -nodes -newkey rsa:2048 -keyout /etc/ssl/k.key -out /etc/ssl/k.crt",
                ),
                (1, "RUN openssl genrsa -out /etc/ssl/k.key 2048"),
                (1, "RUN apt-get update && apt-get install -y openssh-server\nEXPOSE 22"),
                (
                    1,
                    "RUN apt-get update && apt-get install -y openssh-server\nCMD [\"/usr/sbin/sshd\", \"-D\"]",
                ),
                (0, "RUN apt-get update && apt-get install -y openssh-server"),
                (
                    0,
                    "RUN apt-get update && apt-get install -y openssh-server && rm -f /etc/ssh/ssh_host_*\nEXPOSE 22",
                ),
                (0, "RUN openssl genrsa -out /tmp/k.key 2048 && sign /tmp/k.key && rm /tmp/k.key"),
                (
                    0,
                    "FROM debian:12 AS b\nRUN openssl genrsa -out /k.key 2048\nFROM debian:12\nCOPY --from=b /k.crt /k.crt",
                ),
                (0, "RUN ssh-keygen -R github.com"),
                (0, "RUN openssl x509 -in a.crt"),
                (0, "RUN openssl dhparam -out /etc/dh.pem 2048"),
                (0, "RUN ssh-keyscan x"),
                (0, "RUN openssl req -x509 -newkey rsa:2048 -keyout /dev/null -out x"),
                (0, "RUN openssl genrsa -out /src/tests/k.key 2048"),
            ],
        );
    }
}
