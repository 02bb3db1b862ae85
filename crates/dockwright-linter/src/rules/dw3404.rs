//! DW3404: services that let anyone log in.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::base_name;
use crate::semantic::written_text::find_written_text;
use crate::semantic::{View, parse_settings};
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::Kind;

pub(crate) static RULE: Rule = Rule {
    code: "DW3404",
    name: "open-login",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3404.md"),
    ..Rule::SECURITY
};

const HELP: &str = "keep the default, or set a password when the container starts";
const SSH_HELP: &str = "keep the default, and log in with an SSH key";

/// Variables of images of servers that allow a login without a password.
const VARIABLES: [&str; 5] = [
    "MYSQL_ALLOW_EMPTY_PASSWORD",
    "MYSQL_ALLOW_EMPTY_ROOT_PASSWORD",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
    "ALLOW_EMPTY_PASSWORD",
    "ALLOW_ANONYMOUS_LOGIN",
];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(stage) = cx.semantics.stages.last() else { return };
    let name = stage.alias().unwrap_or_default().to_ascii_lowercase();
    if ["test", "dev", "ci"].iter().any(|start| name.starts_with(start)) {
        return;
    }
    let mut found: Vec<(Span, Span, String, &str)> = Vec::new();
    for start in cx.semantics.start_instructions(stage.index).instructions() {
        for command in cx.semantics.commands_of(start) {
            if let Some((span, message)) = find_open_login_in_command(&command) {
                found.push((start.span, span, message, HELP));
            }
        }
    }
    for run in cx.semantics.runs_in_bourne_shell().filter(|run| run.ships) {
        for written in find_written_text(run, cx.file.source) {
            for line in &written.lines {
                let text = line.text.trim();
                let is_sshd = written.is_written_to(&["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/"]);
                let (message, help) = if is_sshd {
                    (find_open_login_in_sshd(text), SSH_HELP)
                } else if written.path.contains("jupyter") && written.path.ends_with(".py") {
                    (find_open_login_in_jupyter(text), HELP)
                } else {
                    (None, HELP)
                };
                found.extend(message.map(|message| (run.outer.span, line.span, message, help)));
            }
        }
    }
    for env in cx
        .file
        .instructions()
        .filter(|one| one.kind == Kind::Env && cx.semantics.is_in_image_at(one.span.start))
    {
        for one in parse_settings(cx.file, env, View::Exact) {
            let value = one.value.to_ascii_lowercase();
            let open = (VARIABLES.contains(&one.key.as_str())
                && matches!(value.as_str(), "yes" | "true" | "1" | "on"))
                || (one.key == "POSTGRES_HOST_AUTH_METHOD" && value == "trust");
            if open {
                let message =
                    format!("`{}={}` allows anyone who can reach the port to log in", one.key, one.value);
                found.push((env.span, one.pair.key.span.enclosing_span(one.pair.value.span), message, HELP));
            }
        }
    }
    found.sort_by_key(|(_, span, ..)| *span);
    found.dedup_by_key(|(anchor, ..)| *anchor);
    for (anchor, span, message, help) in found {
        cx.report_at(anchor, span, message).help(help);
    }
}

fn find_open_login_in_sshd(line: &str) -> Option<String> {
    let line = line.trim_start_matches('^').to_ascii_lowercase();
    let mut words = line.split_whitespace();
    match (words.next()?, words.next()?) {
        ("permitrootlogin", "yes") => {
            Some("`PermitRootLogin yes` allows remote root login, even with a password".to_string())
        }
        ("permitemptypasswords", "yes") => {
            Some("`PermitEmptyPasswords yes` allows a login without a password".to_string())
        }
        _ => None,
    }
}

fn find_open_login_in_jupyter(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    let open = key.trim().ends_with(".token") && matches!(value.trim(), "''" | "\"\"" | "u''");
    open.then(|| format!("`{}` allows anyone who can reach the port to log in", line.replace('`', "'")))
}

fn find_open_login_in_command(command: &ShellCommand) -> Option<(Span, String)> {
    let words = command.arguments();
    let has = |any: &[&str]| words.iter().find(|word| any.contains(&word.text.as_str()));
    let starts = |start: &str| words.iter().any(|word| word.text.starts_with(start));
    let name = command.name.as_deref()?;
    let message = |shown: &str| format!("`{shown}` allows anyone who can reach the port to log in");
    match base_name(name) {
        "jupyter" | "jupyter-lab" | "jupyter-notebook" | "start-notebook.sh" | "start-notebook.py" => {
            let is_open = |text: &str| {
                let option = text.trim_start_matches("--");
                ["NotebookApp.token=", "ServerApp.token=", "IdentityProvider.token="].iter().any(|key| {
                    option.strip_prefix(key).is_some_and(|value| matches!(value, "" | "''" | "\"\""))
                })
            };
            let word = words.iter().find(|word| is_open(&word.text))?;
            let local = ["--ip=127.", "--ip=localhost"].iter().any(|start| starts(start))
                || words.windows(2).any(|pair| {
                    matches!(pair, [option, ip] if option.text == "--ip" && crate::semantic::url::is_localhost(&ip.text) && ip.text != "0.0.0.0")
                });
            let shown = word.text.split('=').next().map(|option| format!("{option}="))?;
            (!local).then(|| (word.span, message(&shown)))
        }
        "redis-server" => {
            let off = words.windows(2).find(|pair| {
                matches!(pair, [option, value] if option.text == "--protected-mode" && value.text == "no")
            })?;
            let guarded = has(&["--requirepass"]).is_some()
                || words.windows(2).any(|pair| matches!(pair, [option, ip] if option.text == "--bind" && ip.text.starts_with("127")));
            (!guarded)
                .then(|| (off.first().map_or(command.span, |word| word.span), message("--protected-mode no")))
        }
        "mysqld" | "mysqld_safe" | "mariadbd" => {
            has(&["--skip-grant-tables"]).map(|word| (word.span, message("--skip-grant-tables")))
        }
        "Xvnc" | "vncserver" | "tigervncserver" => {
            let none = words.windows(2).find(|pair| {
                matches!(pair, [option, value] if option.text.trim_start_matches('-').eq_ignore_ascii_case("SecurityTypes") && value.text.eq_ignore_ascii_case("none"))
            })?;
            none.first().map(|word| (word.span, message("-SecurityTypes None")))
        }
        program @ ("ttyd" | "gotty") => {
            let writes = program == "ttyd" && has(&["-W", "--writable"]).is_some()
                || program == "gotty" && has(&["-w", "--permit-write"]).is_some();
            let guarded = has(&["-c", "--credential"]).is_some();
            (writes && !guarded).then(|| (command.span, message(program)))
        }
        "code-server" => {
            let none = words.windows(2).find(
                |pair| matches!(pair, [option, value] if option.text == "--auth" && value.text == "none"),
            );
            let span = none.and_then(|pair| pair.first()).or_else(|| has(&["--auth=none"]))?.span;
            Some((span, message("--auth none")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_logins_without_password() {
        check_problem_counts(
            &RULE,
            &[
                (1, "CMD [\"jupyter\", \"lab\", \"--ip=0.0.0.0\", \"--ServerApp.token=\"]"),
                (
                    1,
                    "CMD bash -c \"jupyter lab --ip 0.0.0.0 --ServerApp.token= --ServerApp.password= --allow-root\"",
                ),
                (1, "CMD jupyter notebook --NotebookApp.token=''"),
                (1, "RUN sed -i 's/#PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config"),
                (1, "RUN echo 'PermitRootLogin yes' >> /etc/ssh/sshd_config"),
                (1, "ENV POSTGRES_HOST_AUTH_METHOD trust"),
                (1, "ENV ALLOW_EMPTY_PASSWORD=yes"),
                (1, "CMD [\"redis-server\", \"--protected-mode\", \"no\"]"),
                (1, "CMD [\"code-server\", \"--auth\", \"none\"]"),
                (1, "RUN echo \"c.NotebookApp.token = ''\" >> /root/.jupyter/jupyter_notebook_config.py"),
                (0, "CMD jupyter lab --ip=0.0.0.0 --ServerApp.token=$TOKEN"),
                (0, "CMD [\"jupyter\", \"lab\", \"--ip=127.0.0.1\", \"--ServerApp.token=\"]"),
                (0, "RUN sed -i 's/#PermitRootLogin.*/PermitRootLogin no/' /etc/ssh/sshd_config"),
                (0, "RUN echo \"PermitRootLogin yes\""),
                (0, "FROM debian:12 AS b\nENV ALLOW_EMPTY_PASSWORD=yes\nFROM debian:12\nCOPY --from=b /a /a"),
                (0, "FROM postgres:16 AS test\nENV POSTGRES_HOST_AUTH_METHOD=trust"),
                (0, "ENV ALLOW_EMPTY_PASSWORD=no"),
            ],
        );
    }
}
