//! DW3405: debuggers that listen on the network.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::base_name;
use crate::semantic::url::is_localhost;
use crate::semantic::{View, parse_settings};
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::Kind;

pub(crate) static RULE: Rule = Rule {
    code: "DW3405",
    name: "debugger-in-image",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3405.md"),
    ..Rule::SECURITY
};

const HELP: &str = "move it to a separate stage (`--target debug`)";

fn check(cx: &mut RuleChecker<'_>) {
    let Some(stage) = cx.semantics.stages.last() else { return };
    let name = stage.alias().unwrap_or_default().to_ascii_lowercase();
    if ["dev", "debug", "test"].iter().any(|start| name.starts_with(start)) {
        return;
    }
    let runs_code =
        |option: &str| format!("`{option}` lets anyone who can reach the port run code in the process");
    let mut found: Vec<(Span, Span, String)> = Vec::new();
    for start in cx.semantics.start_instructions(stage.index).instructions() {
        for command in cx.semantics.commands_of(start) {
            if let Some((span, option)) = find_open_debugger_in_command(&command) {
                found.push((start.span, span, runs_code(&option)));
            }
        }
    }
    let own = cx.semantics.instructions_of(stage.index).into_iter();
    for env in own.filter(|one| one.kind == Kind::Env) {
        for one in parse_settings(cx.file, env, View::Exact) {
            let value = one.value.to_ascii_lowercase();
            let on = matches!(value.as_str(), "1" | "true");
            let message = match one.key.as_str() {
                "FLASK_DEBUG" if on => {
                    format!("`FLASK_DEBUG={}` gives anyone who causes an error a Python console", one.value)
                }
                "WERKZEUG_DEBUG_PIN" if value == "off" => {
                    "`WERKZEUG_DEBUG_PIN=off` gives anyone who causes an error a Python console".to_string()
                }
                "APP_DEBUG" | "DJANGO_DEBUG" if on => {
                    format!(
                        "`{}={}` shows settings and source code to anyone who causes an error",
                        one.key, one.value
                    )
                }
                "NODE_OPTIONS" | "JAVA_TOOL_OPTIONS" | "JAVA_OPTS" => {
                    match one.value.split_whitespace().find_map(find_open_debugger_option) {
                        Some(option) => runs_code(&option),
                        None => continue,
                    }
                }
                _ => continue,
            };
            found.push((env.span, one.pair.key.span.enclosing_span(one.pair.value.span), message));
        }
    }
    found.sort_by_key(|(_, span, _)| *span);
    for (anchor, span, message) in found {
        cx.report_at(anchor, span, message).help(HELP);
    }
}

/// The option, if it opens a debugger to the network.
fn find_open_debugger_option(text: &str) -> Option<String> {
    for name in ["--inspect", "--inspect-brk", "--inspect-wait"] {
        if let Some(address) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
            let is_port = host.bytes().all(|byte| byte.is_ascii_digit());
            let open = host == "0.0.0.0" || (!is_port && !host.contains('$') && !is_localhost(host));
            return open.then(|| format!("{name}={}", host.replace('`', "'")));
        }
    }
    let agent = text.strip_prefix("-agentlib:jdwp=").or_else(|| text.strip_prefix("-Xrunjdwp:"))?;
    let address = agent.split(',').find_map(|part| part.strip_prefix("address="))?;
    let open = address.starts_with("*:") || address.starts_with("0.0.0.0:");
    open.then(|| format!("address={}", address.replace('`', "'")))
}

fn find_open_debugger_in_command(command: &ShellCommand) -> Option<(Span, String)> {
    let words = command.arguments();
    let name = command.name.as_deref()?;
    let find = |test: &dyn Fn(&str) -> bool| words.iter().find(|word| test(&word.text));
    let after = |option: &str| {
        words.windows(2).find_map(|pair| match pair {
            [own, value] if own.text == option => Some(value),
            _ => None,
        })
    };
    match base_name(name) {
        "node" | "nodejs" | "java" | "nodemon" | "ts-node" => {
            words.iter().find_map(|word| Some((word.span, find_open_debugger_option(&word.text)?)))
        }
        "dlv" => {
            find(&|text| text.starts_with("--headless"))?;
            let listen =
                find(&|text| text.starts_with("--listen=:") || text.starts_with("--listen=0.0.0.0:"))?;
            Some((listen.span, listen.text.replace('`', "'")))
        }
        "flask" => {
            find(&|text| text == "--debug")?;
            let host = find(&|text| text == "--host=0.0.0.0")
                .or_else(|| after("--host").filter(|word| word.text == "0.0.0.0"))
                .or_else(|| after("-h").filter(|word| word.text == "0.0.0.0"))?;
            Some((host.span, "--debug".to_string()))
        }
        python if python.starts_with("python") => {
            find(&|text| text == "debugpy")?;
            let listen = after("--listen").filter(|word| word.text.starts_with("0.0.0.0:"))?;
            Some((listen.span, format!("--listen {}", listen.text.replace('`', "'"))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_debuggers_open_to_network() {
        check_problem_counts(
            &RULE,
            &[
                (1, "CMD [\"node\", \"--inspect=0.0.0.0:9229\", \"server.js\"]"),
                (
                    1,
                    "ENTRYPOINT java -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005 -jar a.jar",
                ),
                (1, "ENV NODE_OPTIONS=\"--inspect=0.0.0.0\""),
                (1, "ENV FLASK_DEBUG=1"),
                (1, "CMD flask run --debug --host=0.0.0.0"),
                (1, "CMD [\"python\", \"-m\", \"debugpy\", \"--listen\", \"0.0.0.0:5678\", \"a.py\"]"),
                (1, "CMD [\"dlv\", \"exec\", \"/a\", \"--headless\", \"--listen=:2345\"]"),
                (1, "FROM node:22 AS p\nENV FLASK_DEBUG=1\nFROM p\nCMD [\"a\"]"),
                (0, "CMD [\"node\", \"--inspect\", \"server.js\"]"),
                (0, "CMD [\"node\", \"--inspect=127.0.0.1\", \"server.js\"]"),
                (0, "CMD [\"node\", \"--inspect=9229\", \"server.js\"]"),
                (0, "FROM node:22 AS debug\nENV FLASK_DEBUG=1\nFROM node:22\nCMD [\"a\"]"),
                (0, "ENV FLASK_DEBUG=0"),
                (0, "CMD java -agentlib:jdwp=server=y,address=localhost:5005 -jar a.jar"),
            ],
        );
    }
}
