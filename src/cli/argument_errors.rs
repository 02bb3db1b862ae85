//! Describes errors in the arguments in the same form as all other errors, instead of clap's own texts.

use std::error::Error as _;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::error::CliError;
use crate::config::nearest_name;
use crate::error_text::{ErrorText, suggest_name};

/// If there are at least this many possible values, an error does not list them: they are rules.
const MANY_VALUES: usize = 50;

/// Names that other programs have for commands of dockwright.
const OTHER_NAMES: [(&str, &str); 6] = [
    ("lint", "check"),
    ("fix", "check --fix"),
    ("fmt", "format"),
    ("explain", "rule"),
    ("server", "lsp"),
    ("version", "--version"),
];

/// What is wrong with the arguments, and what to do.
pub(crate) fn explain_argument_error(error: &clap::Error) -> CliError {
    let get = |kind| error.get(kind).map(context_strings).unwrap_or_default();
    let first = |kind| get(kind).into_iter().next().unwrap_or_default();
    let argument = first(ContextKind::InvalidArg);
    let option = option_name(&argument);
    let command = command_name(&first(ContextKind::Usage));
    let all_options = format!("`{command} --help` lists the options");
    match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = first(ContextKind::InvalidValue);
            let known = get(ContextKind::ValidValue);
            // clap does not distinguish a missing value from an empty one.
            let may_be_absent = argument.get(option.len()..).is_some_and(|rest| rest.starts_with("[="));
            if value.trim().is_empty() && may_be_absent {
                let help = match known.len() {
                    1..MANY_VALUES => suggest_name(None, &known),
                    _ => "name rules after it".to_string(),
                };
                return CliError::usage(format!("`{option}=`: no value after `=`"))
                    .help(format!("remove the `=`, or {help}"));
            }
            if value.trim().is_empty() {
                let from_parser = error.source().and_then(|source| source.downcast_ref::<ErrorText>());
                let help = match (known.len(), from_parser) {
                    (1..MANY_VALUES, _) => suggest_name(None, &known),
                    (MANY_VALUES.., _) => "`dockwright rule --all` lists the rules".to_string(),
                    (0, Some(ErrorText { help: Some(help), .. })) => help.clone(),
                    _ if option == "PATH" => {
                        "name a file or a directory, or use `-` for standard input".to_string()
                    }
                    _ if option == "FILE" => "name a file".to_string(),
                    _ if option.starts_with('-') => format!("use `{}`", argument.replace(['<', '>'], "")),
                    _ => format!("`{command} --help` shows the usage"),
                };
                let message = if option.starts_with('-') {
                    format!("`{option}` requires a value")
                } else {
                    format!("`{option}` is empty")
                };
                return CliError::usage(message).help(help);
            }
            // clap's own suggestion is often far from what was written.
            let nearest = nearest_name(&value, known.iter().map(String::as_str));
            let mut text = match error.source() {
                Some(source) => match source.downcast_ref::<ErrorText>() {
                    Some(text) => text.clone(),
                    None => ErrorText::new(source.to_string()),
                },
                None if option == "--format" => match value.split_once('=') {
                    Some((format, file)) if known.iter().any(|known| known == format) => {
                        ErrorText::new("unknown format")
                            .help(format!("use `--format {format} --output-file {file}`"))
                    }
                    _ => ErrorText::new("unknown format").help(suggest_name(nearest.as_deref(), &known)),
                },
                None => ErrorText::new("unknown value").help(suggest_name(nearest.as_deref(), &known)),
            };
            text.message = if !option.starts_with('-') {
                format!("{} `{value}`", text.message)
            } else if may_be_absent {
                format!("`{option}={value}`: {}", text.message)
            } else {
                format!("`{option} {}`: {}", value.trim_end(), text.message)
            };
            CliError::Usage(text)
        }
        ErrorKind::UnknownArgument => {
            let kind = if option.starts_with('-') { "unknown option" } else { "unexpected argument" };
            // clap's own suggestion is often far from what was written.
            let options = options_of_command(&command);
            let nearest = nearest_name(option, options.iter().map(String::as_str));
            let nearest = nearest.filter(|_| option.starts_with('-'));
            let help = match nearest {
                Some(name) => format!("did you mean `{name}`?"),
                None if !option.starts_with('-') => format!("`{command} --help` shows the usage"),
                // Options belong to commands.
                None if command == env!("CARGO_PKG_NAME")
                    && options_of_command("dockwright check").iter().any(|known| known == option) =>
                {
                    format!("did you mean `dockwright check {option}`?")
                }
                None => all_options,
            };
            CliError::usage(format!("{kind} `{option}`")).help(help)
        }
        ErrorKind::InvalidSubcommand => {
            let name = first(ContextKind::InvalidSubcommand);
            let meant = OTHER_NAMES
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(_, meant)| format!("dockwright {meant}"))
                .or_else(|| Path::new(&name).exists().then(|| format!("dockwright check {name}")));
            // clap's own suggestion is often far from what was written.
            let commands = commands_of(&command);
            if commands.is_empty() {
                // `dockwright help check foo`
                let (program, outer) = command.split_once(' ').unwrap_or((&command, ""));
                return CliError::usage(format!("unknown command `{outer} {name}`"))
                    .help(format!("`{program} --help` lists the commands"));
            }
            let nearest = || nearest_name(&name, commands.iter().map(String::as_str));
            let help = match meant.filter(|_| command == env!("CARGO_PKG_NAME")).or_else(nearest) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("`{command} --help` lists the commands"),
            };
            let message = match name.as_str() {
                "" => "`COMMAND` is empty".to_string(),
                name => format!("unknown command `{name}`"),
            };
            CliError::usage(message).help(help)
        }
        ErrorKind::ArgumentConflict => {
            let others = get(ContextKind::PriorArg);
            let others: Vec<String> =
                others.iter().map(|other| format!("`{}`", option_name(other))).collect();
            let is_other = |other: &String| {
                matches!((option, other.as_str()), ("--all", "`--steps`") | ("--steps", "`--all`"))
            };
            CliError::usage(
                if others.is_empty() || others.iter().all(|other| *other == format!("`{option}`")) {
                    format!("`{option}` cannot be used more than once")
                } else {
                    format!("`{option}` cannot be used with {}", others.join(" and "))
                },
            )
            .help(if others.iter().any(is_other) {
                "`--steps` lists no problems; remove `--all`, or run the command twice"
            } else {
                "remove one of them"
            })
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = get(ContextKind::InvalidArg);
            let missing: Vec<String> = missing.iter().map(|one| format!("`{}`", option_name(one))).collect();
            let noun = if missing.len() == 1 { "argument" } else { "arguments" };
            CliError::usage(format!("missing {noun} {}", missing.join(", ")))
                .help(format!("`{command} --help` shows the usage"))
        }
        ErrorKind::NoEquals => {
            let form = argument.replace(['[', ']', '<', '>'], "");
            CliError::usage(format!("`{option}` takes its value after `=`")).help(format!("use `{form}`"))
        }
        // No option takes several values, so this is a value for an option without one.
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            CliError::usage(format!("`{option}` does not take a value")).help("remove the value")
        }
        ErrorKind::InvalidUtf8 => {
            CliError::usage("an argument is not UTF-8 text").help("use a UTF-8 locale, or another name")
        }
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            CliError::usage(line.trim_start_matches("error: ").to_string())
        }
    }
}

fn context_strings(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        ContextValue::StyledStr(text) => vec![text.to_string()],
        ContextValue::StyledStrs(texts) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// `--fail-on` from `--fail-on <SEVERITY>`, and `CODE` from `<CODE>`.
fn option_name(argument: &str) -> &str {
    if argument.starts_with('-') {
        argument.split([' ', '=', '[']).next().unwrap_or(argument)
    } else {
        argument.trim_matches(['<', '>', '[', ']', '.'])
    }
}

/// The command `dockwright config update`.
fn find_command(name: &str) -> clap::Command {
    let mut command = super::args::command();
    for part in name.split(' ').skip(1) {
        let Some(inner) = command.find_subcommand(part).cloned() else { break };
        command = inner;
    }
    command
}

/// The subcommands of a command.
fn commands_of(name: &str) -> Vec<String> {
    find_command(name).get_subcommands().map(|command| command.get_name().to_string()).collect()
}

/// The long options of a command.
fn options_of_command(name: &str) -> Vec<String> {
    let command = find_command(name);
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    shown.filter_map(|argument| argument.get_long()).map(|long| format!("--{long}")).collect()
}

/// `dockwright check` from the usage `Usage: dockwright check [OPTIONS] [PATH]...`.
fn command_name(usage: &str) -> String {
    let is_name = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let names: Vec<&str> =
        usage.split_whitespace().skip_while(|word| *word == "Usage:").take_while(is_name).collect();
    if names.is_empty() { env!("CARGO_PKG_NAME").to_string() } else { names.join(" ") }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::Args;

    #[test]
    fn argument_errors_name_subject_reason_and_help() {
        for (arguments, message, help) in [
            ("chekc", "unknown command `chekc`", "did you mean `check`?"),
            ("lint", "unknown command `lint`", "did you mean `dockwright check`?"),
            ("--fix", "unknown option `--fix`", "did you mean `dockwright check --fix`?"),
            ("check --fail-on warn", "`--fail-on warn`: unknown value", "did you mean `warning`?"),
            ("check --ignore=", "`--ignore` requires a value", "`dockwright rule --all` lists the rules"),
            ("help check foo", "unknown command `check foo`", "`dockwright --help` lists the commands"),
            (
                "check --unsafe-fixes=",
                "`--unsafe-fixes=`: no value after `=`",
                "remove the `=`, or choose from `low`, `mid`, `high`",
            ),
            (
                "check --fix-only=",
                "`--fix-only=`: no value after `=`",
                "remove the `=`, or name rules after it",
            ),
            (
                "optimize --format json=x",
                "`--format json=x`: unknown format",
                "use `--format json --output-file x`",
            ),
            ("config foo", "unknown command `foo`", "`dockwright config --help` lists the commands"),
            ("check --fixx", "unknown option `--fixx`", "did you mean `--fix`?"),
            ("check --zzz", "unknown option `--zzz`", "`dockwright check --help` lists the options"),
            ("policy test x", "unexpected argument `x`", "`dockwright policy test --help` shows the usage"),
            ("check --fail-on eror", "`--fail-on eror`: unknown value", "did you mean `error`?"),
            (
                "check --color purple",
                "`--color purple`: unknown value",
                "choose from `auto`, `always`, `never`",
            ),
            ("check --unsafe-fixes=hgh", "`--unsafe-fixes=hgh`: unknown value", "did you mean `high`?"),
            ("check --format json=", "`--format json=`: no path after `=`", "use `--format json=PATH`"),
            (
                "check --jobs 0",
                "`--jobs 0`: must be a whole number of at least 1",
                "use a number, as in `--jobs 4`",
            ),
            (
                "check --jobs -1",
                "`--jobs -1`: must be a whole number of at least 1",
                "use a number, as in `--jobs 4`",
            ),
            ("check --jobs", "`--jobs` requires a value", "use `--jobs N`"),
            ("check --since", "`--since` requires a value", "use `--since REF`"),
            ("check --nope", "unknown option `--nope`", "`dockwright check --help` lists the options"),
            (
                "check --platform=",
                "`--platform` requires a value",
                "use `OS/ARCHITECTURE`, as in `linux/arm64`",
            ),
            (
                "pin --max-age x",
                "`--max-age x`: must be a whole number of at least 0",
                "use a number of days, as in `--max-age 30`",
            ),
            ("check --color", "`--color` requires a value", "choose from `auto`, `always`, `never`"),
            ("check --fix=yes", "`--fix` does not take a value", "remove the value"),
            ("check --fix ", "`PATH` is empty", "name a file or a directory, or use `-` for standard input"),
            ("check --target=", "`--target` requires a value", "use `--target STAGE`"),
            (
                "optimize --touch=.",
                "`--touch .`: not a file",
                "name a file of the build context, relative to its directory",
            ),
            (
                "optimize --format xml",
                "`--format xml`: unknown format",
                "choose from `text`, `json`, `markdown`, `html`",
            ),
            ("check --fix --diff", "`--fix` cannot be used with `--diff`", "remove one of them"),
            (
                "optimize --all --steps",
                "`--all` cannot be used with `--steps`",
                "`--steps` lists no problems; remove `--all`, or run the command twice",
            ),
            ("optimize --all --all", "`--all` cannot be used more than once", "remove one of them"),
            ("check --quiet --quiet", "`--quiet` cannot be used more than once", "remove one of them"),
            ("rule", "missing argument `CODE`", "`dockwright rule --help` shows the usage"),
            ("check --select DL3O08", "`--select DL3O08`: unknown rule or group", "did you mean `DL3008`?"),
            (
                "completions tcsh",
                "unknown shell `tcsh`",
                "choose from `bash`, `elvish`, `fish`, `powershell`, `zsh`",
            ),
        ] {
            let words = ["dockwright"].into_iter().chain(arguments.split(' '));
            let error =
                explain_argument_error(&Args::try_parse_from(words).map(|_| ()).expect_err(arguments));
            assert_eq!(error.to_string(), format!("{message}\n  help: {help}"), "{arguments}");
        }
    }
}
