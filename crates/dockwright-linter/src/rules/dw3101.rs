//! DW3101: nothing sets a user, and the base image runs as root.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::semantic::base_image::BaseImage;
use crate::semantic::interpreted::{SHELLS, is_interpreter};
use crate::semantic::paths::base_name;
use crate::semantic::root_programs::{CHANGES_USER, needs_root};
use crate::semantic::written_text::{find_copied_text, find_written_text};
use crate::semantic::{Stage, StageBaseKind};
use crate::shell::ShellCommand;
use crate::syntax::{Arguments, Instruction, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "DW3101",
    name: "root-by-default",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // A start script in the build context may drop the rights of root.
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3101.md"),
    ..Rule::SECURITY
};

/// Accounts that base images have for programs.
const ACCOUNTS: [&str; 6] = ["node", "nonroot", "app", "jenkins", "jetty", "tomcat"];

/// The result of examining a start script.
#[derive(PartialEq, Eq)]
enum StartScript {
    /// A shell, or a command that does nothing.
    Idle,
    DropsRoot,
    /// A script that is not known.
    Unknown,
    RuleRunner,
}

fn check(cx: &mut RuleChecker<'_>) {
    let Some(stage) = cx.semantics.stages.last() else { return };
    if cx.semantics.is_windows(stage.span.start) || has_user(cx, stage) || is_for_other_uses(cx, stage) {
        return;
    }
    let Some(base) = cx.semantics.base_image(stage.index) else { return };
    let onbuild = base.image.facts.onbuild.as_ref();
    let user_by_trigger = onbuild.is_none_or(|onbuild| onbuild.iter().any(|keyword| keyword == "USER"));
    if base.is_root() != Some(true) || user_by_trigger {
        return;
    }
    let started = cx.semantics.start_instructions(stage.index);
    if started.program_instruction().is_none() || (started.entrypoint.is_none() && base.image.drops_root()) {
        return;
    }
    if start_program(cx, stage) != StartScript::RuleRunner || mentions_user_change(cx, stage) {
        return;
    }
    let word = stage.image_word;
    let image = external_base_image(cx, stage);
    let message = format!(
        "the container runs as root because no `USER` is set and `{}` defaults to root",
        image.replace('`', "'")
    );
    let account = account_for_programs(&base.image);
    let help = match account {
        Some(account) if ACCOUNTS.contains(&account) => {
            format!("add `USER {account}`, an account that the base image provides")
        }
        _ => "end the stage with a non-root `USER` that owns only what it needs".to_string(),
    };
    let offer = offer_fix(cx, stage, account);
    cx.report_at(stage.from.span, word.span, message).help(help).fix_or_reason(offer);
}

/// The external base image, without its digest.
fn external_base_image(cx: &RuleChecker<'_>, stage: &Stage<'_>) -> String {
    let image = cx.semantics.stage_chain(stage.index).last().map(|root| root.image.text().to_string());
    // A digest does not help a reader to recognize the image.
    image.map(|image| image.split('@').next().unwrap_or_default().to_string()).unwrap_or_default()
}

fn has_user(cx: &RuleChecker<'_>, stage: &Stage<'_>) -> bool {
    cx.semantics.instructions_of(stage.index).into_iter().any(|one| {
        one.kind == Kind::User
            || matches!(&one.arguments, Arguments::Onbuild(inner) if inner.kind == Kind::User)
    })
}

/// Whether the image is a base for others, a container action, or for development.
fn is_for_other_uses(cx: &RuleChecker<'_>, stage: &Stage<'_>) -> bool {
    let name = stage.alias().unwrap_or_default().to_ascii_lowercase();
    if name.starts_with("dev") || name.contains("devcontainer") {
        return true;
    }
    cx.semantics.instructions_of(stage.index).into_iter().any(|one| {
        let action = b"com.github.actions.";
        one.kind == Kind::Onbuild
            || (one.kind == Kind::Label
                && one.span.bytes(cx.file.source).windows(action.len()).any(|window| window == action))
    })
}

/// The program that the container starts.
fn start_program(cx: &RuleChecker<'_>, stage: &Stage<'_>) -> StartScript {
    let started = cx.semantics.start_instructions(stage.index);
    let Some(first) = started.program_instruction() else { return StartScript::Idle };
    let mut commands = cx.semantics.commands_of(first);
    // An ENTRYPOINT that is only an init process runs CMD.
    let is_init = |command: &ShellCommand| {
        command.words.iter().all(|word| {
            let name = base_name(&word.text);
            word.is_flag() || word.text == "--" || matches!(name, "tini" | "dumb-init" | "catatonit")
        })
    };
    if first.kind == Kind::Entrypoint && commands.iter().all(is_init) {
        commands = started.command.map(|cmd| cx.semantics.commands_of(cmd)).unwrap_or_default();
    }
    // The commands in the text of `sh -c` are listed after it, if it can be parsed.
    commands.retain(|command| !runs_argument_text(command));
    let names = || commands.iter().filter_map(|command| command.name.as_deref());
    if commands.is_empty() || names().next().is_none() {
        return StartScript::Unknown;
    }
    if names().any(needs_root) {
        return StartScript::DropsRoot;
    }
    // A CMD without ENTRYPOINT can be replaced; one that prints a help text is meant to be.
    let prints_help = started.entrypoint.is_none() && commands.iter().all(prints_help);
    if prints_help || commands.iter().all(starts_no_program) {
        return StartScript::Idle;
    }
    match commands.iter().find_map(start_script) {
        Some(script) => examine_start_script(cx, stage, &script),
        None => StartScript::RuleRunner,
    }
}

/// Whether the command is a shell that gets its commands as an argument.
fn runs_argument_text(command: &ShellCommand) -> bool {
    command.is_any(&SHELLS) && command.has_flag("c")
}

/// Whether the program only prints its help or version.
fn prints_help(command: &ShellCommand) -> bool {
    let of_help = ["--help", "-h", "-?", "help", "--version", "-V", "version"];
    let arguments = command.arguments();
    !arguments.is_empty() && arguments.iter().all(|word| of_help.contains(&word.text.as_str()))
}

/// Whether the command is a shell or interpreter without a script, only prints or waits, or is a file that Linux does
/// not run as a program.
fn starts_no_program(command: &ShellCommand) -> bool {
    let Some(name) = command.name.as_deref() else { return false };
    let name = base_name(name);
    let has_own_program = || {
        let gets_program = |word: &str| matches!(word, "-c" | "-m" | "-e" | "-File" | "-Command");
        command.operands().next().is_some()
            || command.arguments().iter().any(|word| gets_program(word.text.as_str()))
    };
    match name {
        "true" | "false" | "echo" | "printf" | "printenv" | "set" | "export" | "cd" | "umask" | ":"
        | "env" | "help" | "sleep" | "cat" | "ls" | "pwd" | "uname" | "id" | "whoami" | "date"
        | "hostname" | "irb" | "psql" | "mysql" | "ipython" | "jshell" | "ghci" | "iex" => true,
        "tail" => command.arguments().iter().any(|word| word.text == "/dev/null"),
        "pwsh" | "powershell" | "csh" | "tcsh" | "mksh" | "rbash" | "nu" | "xonsh" | "elvish" => {
            !has_own_program()
        }
        _ => {
            is_interpreter(name) && !has_own_program()
                || [".wasm", ".apk"].iter().any(|end| name.ends_with(end))
        }
    }
}

/// The script that a command starts: a path that ends like one, or the operand of a shell.
fn start_script(command: &ShellCommand) -> Option<String> {
    let name = command.name.as_deref()?;
    let program = command.words.get(command.name_at).map_or(name, |word| word.text.as_str());
    let is_script = |path: &str| {
        let base = base_name(path);
        base.ends_with(".sh")
            || base.contains("entrypoint")
            || matches!(
                base,
                "run" | "start" | "init" | "entry" | "boot" | "launch" | "docker-start" | "startup"
            )
    };
    if is_script(program) {
        return Some(program.to_string());
    }
    let is_shell = SHELLS.contains(&base_name(name));
    let operand = command.operands().next().filter(|_| is_shell)?;
    (!operand.text.contains(' ') && !operand.text.is_empty()).then(|| operand.text.clone())
}

/// Examines the start script, if the file or the build context contains it.
fn examine_start_script(cx: &RuleChecker<'_>, stage: &Stage<'_>, script: &str) -> StartScript {
    let name = base_name(script);
    let of_text = |text: &str| {
        if text.split(is_separator).any(needs_root) {
            StartScript::DropsRoot
        } else {
            StartScript::RuleRunner
        }
    };
    let of_file = |path: &str| base_name(path) == name;
    for run in cx.semantics.runs_of_stage_chain(stage.index) {
        let mut written =
            find_written_text(run, cx.file.source).into_iter().filter(|one| of_file(&one.path) && !one.edits);
        if let Some(written) = written.next() {
            return of_text(
                &written.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"),
            );
        }
    }
    for copy in cx.file.instructions() {
        if let Some(written) = find_copied_text(cx.semantics, copy).into_iter().find(|one| of_file(&one.path))
        {
            return of_text(
                &written.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"),
            );
        }
    }
    let Some(context) = cx.context else { return StartScript::Unknown };
    let mut same: Vec<&str> =
        context.all.iter().map(|file| file.path.as_str()).filter(|path| of_file(path)).collect();
    match (same.pop().and_then(|path| context.text(path)), same.is_empty()) {
        (Some(text), true) => of_text(&text),
        _ => StartScript::Unknown,
    }
}

fn is_separator(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether an instruction of the stage, or of those that it is built on, names a program that changes the user.
fn mentions_user_change(cx: &RuleChecker<'_>, stage: &Stage<'_>) -> bool {
    let own = cx.semantics.instructions_of(stage.index).into_iter();
    own.filter(|one| matches!(one.kind, Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Copy | Kind::Add))
        .any(|one| {
            let text = String::from_utf8_lossy(one.span.bytes(cx.file.source)).into_owned();
            let mut words = text.split(is_separator).filter(|word| !word.is_empty());
            words.clone().any(|word| {
                let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
                CHANGES_USER.contains(&word)
                    || word.starts_with("s6-overlay")
                    || word.starts_with("gosu-")
                    || word.starts_with("fixuid")
            }) || (text.contains("sudo -u") && words.any(|word| word == "sudo"))
        })
}

/// An account for programs that the base image has.
fn account_for_programs(image: &BaseImage) -> Option<&'static str> {
    let bare = image.name == "scratch"
        || ["/static", "/base", "/cc", "/static-debian12", "/base-debian12", "/cc-debian12"]
            .iter()
            .any(|end| image.name.starts_with("gcr.io/distroless") && image.name.ends_with(end));
    if bare {
        return Some("65532:65532");
    }
    ACCOUNTS.into_iter().find(|name| image.facts.users.contains(*name))
}

/// `USER` before the last CMD or ENTRYPOINT that follows every RUN, COPY and ADD.
fn offer_fix(cx: &RuleChecker<'_>, stage: &Stage<'_>, account: Option<&str>) -> FixOrReason {
    let Some(account) = account else { return Err("the base image has no suitable account".into()) };
    if stage.base == StageBaseKind::Variable {
        return Err("a build argument selects the base image".into());
    }
    let own: Vec<&Instruction<'_>> = cx.file.instructions_in(stage.span).collect();
    let changes = |one: &&Instruction<'_>| {
        matches!(one.kind, Kind::Run | Kind::Copy | Kind::Add | Kind::Workdir | Kind::From | Kind::Onbuild)
    };
    let last_change = own.iter().rposition(changes).map_or(0, |at| at + 1);
    let starts = |one: &&&Instruction<'_>| matches!(one.kind, Kind::Cmd | Kind::Entrypoint);
    let Some(start) = own.get(last_change..).unwrap_or_default().iter().find(starts) else {
        return Err("no `CMD` or `ENTRYPOINT` follows the last instruction that changes files".into());
    };
    let edit = Edit::insert(instruction_edit::line_start_above(cx, start), format!("USER {account}\n"));
    Ok(Fix::new(Applicability::Suggestion, format!("add `USER {account}`"), [edit])
        .with_risk("the process may need files that root owns, or a port below 1024"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_images_that_run_as_root() {
        check_problem_counts(
            &RULE,
            &[
                (1, "FROM node:22-slim\nCOPY server.js /app/\nCMD [\"node\", \"/app/server.js\"]"),
                (
                    1,
                    "FROM golang:1.24 AS b\nUSER app\nRUN go build\nFROM debian:12\nCOPY --from=b /a /a\nCMD [\"/a\"]",
                ),
                (1, "FROM debian:12 AS base\nRUN x\nFROM base AS final\nCMD [\"/a\"]"),
                (1, "FROM scratch\nCOPY a /a\nENTRYPOINT [\"/a\"]"),
                (
                    1,
                    "FROM debian:12\nCOPY <<E /entrypoint.sh\n#!/bin/sh\nexec /app\nE\nENTRYPOINT [\"/entrypoint.sh\"]",
                ),
                (1, "FROM postgres:16\nENTRYPOINT [\"/app\"]"),
                (1, "FROM python:3.12\nCMD python app.py"),
                (1, "FROM python:3.12\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"python\", \"app.py\"]"),
                (1, "FROM node:22\nHEALTHCHECK CMD gosuite\nCMD [\"node\", \"a.js\"]"),
                (1, "FROM debian:12\nENTRYPOINT [\"/tool\"]\nCMD [\"--help\"]"),
                (1, "FROM debian:12\nCMD [\"/tool\", \"--help\", \"serve\"]"),
                (1, "FROM debian:12\nCMD [\"sh\", \"-c\", \"ulimit -n 9 && exec /app\"]"),
                (1, "FROM debian:12\nCMD [\"pwsh\", \"-File\", \"/app.ps1\"]"),
                (0, "FROM gcr.io/distroless/static:nonroot\nCOPY a /a\nENTRYPOINT [\"/a\"]"),
                (0, "ARG BASE=debian:12\nFROM $BASE\nCMD [\"/a\"]"),
                (
                    0,
                    "FROM node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nCMD [\"/a\"]",
                ),
                (0, "FROM postgres:16\nCMD [\"postgres\", \"-c\", \"x=1\"]"),
                (
                    0,
                    "FROM nginx:1.27\nCOPY . /usr/share/nginx/html\nCMD [\"nginx\", \"-g\", \"daemon off;\"]",
                ),
                (0, "FROM alpine:3.20\nRUN apk add su-exec\nCMD [\"/a\"]"),
                (0, "FROM debian:12\nCMD [\"bash\"]"),
                (0, "FROM debian:12\nCMD [\"/bin/bash\"]"),
                (0, "FROM python:3.12\nCMD [\"python3\"]"),
                (0, "FROM debian:12\nCMD [\"pwsh\"]"),
                (0, "FROM debian:12\nENTRYPOINT [\"/usr/bin/pwsh\", \"-NoLogo\"]"),
                (0, "FROM debian:12\nCMD sleep infinity"),
                (0, "FROM debian:12\nCMD [\"/tool\", \"--help\"]"),
                (0, "FROM debian:12\nCMD [\"sh\", \"-c\", \"echo $A\"]"),
                (0, "FROM debian:12\nCMD [\"sh\", \"-c\", \"/app \\\"$A\\\"\"]"),
                (0, "FROM debian:12\nENTRYPOINT [\"/tini\", \"-s\", \"--\", \"uname\", \"-a\"]"),
                (
                    0,
                    "FROM debian:12\nCOPY x /\nENTRYPOINT [\"/tini\", \"--\", \"docker-entrypoint.sh\"]\nCMD [\"x\"]",
                ),
                (0, "FROM scratch\nCOPY a.wasm /\nENTRYPOINT [\"a.wasm\"]"),
                (0, "FROM debian:12\nCMD /usr/sbin/murmurd"),
                (0, "FROM debian:12\nENTRYPOINT [\"tshark\", \"-i\", \"any\"]"),
                (0, "FROM debian:12\nCMD [\"tail\", \"-f\", \"/dev/null\"]"),
                (0, "FROM debian:12\nRUN x"),
                (0, "FROM debian:12 AS p\nUSER 1000\nFROM p\nCMD [\"/a\"]"),
                (0, "FROM debian:12\nUSER app\nCMD [\"/a\"]\nUSER root"),
                (0, "FROM debian:12\nUSER ${APP_UID}\nCMD [\"/a\"]"),
                (0, "FROM example.org/x\nCMD [\"/a\"]"),
                (0, "FROM debian:12\nONBUILD COPY . /a\nCMD [\"/a\"]"),
                (0, "FROM debian:12\nCOPY start.sh /\nCMD [\"/start.sh\"]"),
                (0, "FROM debian:12\nCOPY <<E /start.sh\nexec gosu app /app\nE\nCMD [\"/start.sh\"]"),
                (0, "FROM debian:12\nLABEL com.github.actions.name=x\nCMD [\"/a\"]"),
                (0, "FROM debian:12 AS devcontainer\nCMD [\"/a\"]"),
                (0, "FROM debian:12\nCMD [\"/usr/sbin/sshd\", \"-D\"]"),
            ],
        );
    }
}
