//! `dockwright completions` and `dockwright man`: shell completion scripts and man pages.

use clap::Args as Arguments;
use clap_complete::Shell;

use super::ExitStatus;
use super::args::values::completion_shell;
use super::error::CliError;
use super::output::write_output;

/// Print a shell completion script.
///
/// The examples show where bash, zsh and fish look for the script.
#[derive(Debug, Arguments)]
#[command(after_long_help = COMPLETIONS_EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// Shell to generate the script for
    #[arg(value_parser = completion_shell())]
    shell: Shell,
}

/// Print a man page.
///
/// The page is written in roff, for `man -l` or a directory of man pages.
#[derive(Debug, Arguments)]
#[command(after_long_help = MAN_EXAMPLES)]
pub(super) struct ManArgs {
    /// Command to print the page for, such as `check` or `config update` [default: dockwright itself]
    #[arg(conflicts_with = "list")]
    command: Vec<String>,

    /// List all pages
    #[arg(long)]
    list: bool,
}

pub(super) fn write_completions(args: &CompletionsArgs) -> Result<ExitStatus, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::args::command(), env!("CARGO_PKG_NAME"), &mut script);
    write_output(None, |out| out.write_all(&script))?;
    Ok(ExitStatus::Clean)
}

pub(super) fn write_man_page(args: &ManArgs) -> Result<ExitStatus, CliError> {
    let program = commands_with_pages();
    if args.list {
        let mut names = Vec::new();
        list_pages(&program, &mut names);
        write_output(None, |out| names.iter().try_for_each(|name| writeln!(out, "{name}")))?;
        return Ok(ExitStatus::Clean);
    }
    let mut command = program;
    for (at, name) in args.command.iter().enumerate() {
        let names = command.get_subcommands().map(clap::Command::get_name);
        let nearest = crate::config::nearest_name(name, names);
        command = command.find_subcommand(name).cloned().ok_or_else(|| {
            let written = args.command.get(..=at).unwrap_or_default().join(" ");
            let message = match name.as_str() {
                "" => "`COMMAND` is empty".to_string(),
                _ => format!("unknown command `{written}`"),
            };
            CliError::usage(message).help(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`dockwright man --list` lists the pages".to_string(),
            })
        })?;
    }
    let title = page_name(&command);
    let usage = command.clone().render_usage().to_string();
    let command = command.name(title.clone()).version(env!("CARGO_PKG_VERSION"));
    let examples = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let has_subcommands = command.has_subcommands();
    let man = clap_mangen::Man::new(command).title(title.to_uppercase());
    let mut roff = Vec::new();
    man.render_title(&mut roff)?;
    man.render_name_section(&mut roff)?;
    let usage = usage.trim_start_matches("Usage:").split_whitespace().collect::<Vec<_>>().join(" ");
    roff.extend(format!(".SH SYNOPSIS\n{}\n", roff_lines(&usage)).bytes());
    man.render_description_section(&mut roff)?;
    man.render_options_section(&mut roff)?;
    if has_subcommands {
        man.render_subcommands_section(&mut roff)?;
    }
    roff.extend(examples_and_exit_status(&title, examples.trim_start_matches("Examples:\n")).bytes());
    man.render_version_section(&mut roff)?;
    write_output(None, |out| out.write_all(&roff))?;
    Ok(ExitStatus::Clean)
}

/// The names of the pages of a command and its subcommands: `dockwright-config-update`.
fn list_pages(command: &clap::Command, names: &mut Vec<String>) {
    names.push(page_name(command));
    command.get_subcommands().for_each(|command| list_pages(command, names));
}

/// The commands without the `help` that clap adds to commands with subcommands, which has no page.
fn commands_with_pages() -> clap::Command {
    fn without_help(mut command: clap::Command) -> clap::Command {
        let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_string()).collect();
        for name in names {
            command = command.mut_subcommand(name, without_help);
        }
        command.disable_help_subcommand(true)
    }
    let mut command = without_help(<super::args::Args as clap::CommandFactory>::command());
    // Gives subcommands their full names.
    command.build();
    command
}

fn page_name(command: &clap::Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

/// The sections of a page that do not come from the options; `examples` are lines that keep their breaks.
fn examples_and_exit_status(title: &str, examples: &str) -> String {
    let mut text = String::new();
    if !examples.is_empty() {
        text += &format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", roff_lines(examples));
    }
    let statuses = exit_statuses(title);
    if !statuses.is_empty() {
        text += ".SH \"EXIT STATUS\"\n";
    }
    for (status, meaning) in statuses {
        text += &format!(".TP\n{status}\n{meaning}\n");
    }
    if reads_configuration(title) {
        text += ".SH FILES\n\
            .TP\ndockwright.toml, .dockwright.toml\nThe configuration, at or above the Dockerfile.\n\
            .TP\n\\&.hadolint.yaml, .hadolint.yml\nThe configuration if there is no dockwright.toml.\n\
            .TP\n\\&.dockerignore\nThe files that are not part of the build context.\n";
    }
    let pages = [
        "dockwright",
        "dockwright-check",
        "dockwright-optimize",
        "dockwright-format",
        "dockwright-pin",
        "dockwright-rule",
        "dockwright-config",
    ];
    let others = pages.into_iter().filter(|page| *page != title);
    let others: Vec<String> = others.map(|page| format!("\\fB{}\\fR(1)", roff_lines(page))).collect();
    text + &format!(".SH \"SEE ALSO\"\n{}\n", others.join(", "))
}

/// The exit statuses of the command on this page, each with its meaning.
fn exit_statuses(title: &str) -> Vec<(u8, &'static str)> {
    const UNREADABLE: &str =
        "A file could not be read or written, the configuration is invalid, or the arguments are invalid.";
    let meanings = match page_subcommand(title) {
        "" | "check" => ["Nothing at or above --fail-on was found.", "Something was found.", UNREADABLE],
        "optimize" => [
            "No limit is exceeded.",
            "A limit of --fail\\-on is exceeded, or --diff would change something.",
            UNREADABLE,
        ],
        "format" => [
            "All files could be formatted; with --check or --diff, none would change.",
            "--check or --diff found a file that would change.",
            "A file could not be read or written, its meaning could not be proved unchanged, or the arguments are invalid.",
        ],
        "pin" => [
            "Everything is pinned.",
            "--check or --diff found something.",
            "A lookup failed, a file could not be read or written, or the arguments are invalid.",
        ],
        "policy-test" => [
            "All examples pass.",
            "An example fails.",
            "There are no policies, the configuration could not be read, or the arguments are invalid.",
        ],
        "syntax" => ["The file has no syntax errors.", "The file has syntax errors.", UNREADABLE],
        "hadolint" => {
            return vec![
                (0, "No problem at or above the threshold was found."),
                (1, "A problem was found, or an error occurred."),
            ];
        }
        "rule" | "man" | "completions" | "config" | "config-schema" | "policy" => {
            return vec![
                (0, "The command succeeded."),
                (2, "The arguments are invalid, or the output could not be written."),
            ];
        }
        _ => return vec![(0, "The command succeeded."), (2, UNREADABLE)],
    };
    (0..).zip(meanings).collect()
}

/// Whether the command on this page uses `dockwright.toml`.
fn reads_configuration(title: &str) -> bool {
    matches!(
        page_subcommand(title),
        "" | "check"
            | "optimize"
            | "format"
            | "pin"
            | "lsp"
            | "config-migrate"
            | "config-update"
            | "policy-test"
    )
}

/// `config-update` for the page `dockwright-config-update`; empty for that of the program itself.
fn page_subcommand(title: &str) -> &str {
    title.trim_start_matches("dockwright").trim_start_matches('-')
}

/// Text for roff, which would read some of its characters as commands.
fn roff_lines(text: &str) -> String {
    let escape = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
    };
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  dockwright completions bash > ~/.local/share/bash-completion/completions/dockwright
  dockwright completions zsh  > \"${fpath[1]}/_dockwright\"
  dockwright completions fish > ~/.config/fish/completions/dockwright.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  dockwright man | man -l -                 read the page for dockwright
  dockwright man --list                     list the names of all pages
  dockwright man check > ~/.local/share/man/man1/dockwright-check.1
                                            install the page for check";
