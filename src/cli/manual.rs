//! `dockwright completions` and `dockwright man`: what a shell and `man` want to know of the program.

use clap::{Args as Arguments, CommandFactory};
use clap_complete::Shell;

use super::Exit;
use super::args::Args;
use super::error::Error;
use super::output::write_to;

/// Print a script that completes commands in a shell.
#[derive(Debug, Arguments)]
#[command(after_long_help = COMPLETIONS_EXAMPLES)]
pub struct CompletionsArgs {
    /// The shell that the script is for
    #[arg(value_enum)]
    shell: Shell,
}

/// Print a page of the manual.
#[derive(Debug, Arguments)]
#[command(after_long_help = MAN_EXAMPLES)]
pub struct ManArgs {
    /// The subcommand to print the page of, such as `check`; without one, the page of the program
    command: Option<String>,
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), env!("CARGO_PKG_NAME"), &mut script);
    write_to(None, |out| out.write_all(&script))?;
    Ok(Exit::Clean)
}

pub(super) fn page(args: &ManArgs) -> Result<Exit, Error> {
    let mut program = Args::command();
    // Gives subcommands their full names.
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => {
            let names = program.get_subcommands().map(clap::Command::get_name);
            let nearest = crate::config::nearest(name, names);
            program.find_subcommand(name).cloned().ok_or_else(|| {
                Error::Usage(match nearest {
                    Some(nearest) => format!("there is no command `{name}`; did you mean `{nearest}`?"),
                    None => format!("there is no command `{name}`"),
                })
            })?
        }
    };
    let title = command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-");
    let command = command.name(title.clone()).version(env!("CARGO_PKG_VERSION"));
    let mut roff = Vec::new();
    clap_mangen::Man::new(command).title(title.to_uppercase()).render(&mut roff)?;
    write_to(None, |out| out.write_all(&roff))?;
    Ok(Exit::Clean)
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  dockwright completions bash > ~/.local/share/bash-completion/completions/dockwright
  dockwright completions zsh  > \"${fpath[1]}/_dockwright\"
  dockwright completions fish > ~/.config/fish/completions/dockwright.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  dockwright man | man -l -                 read the page of the program
  dockwright man check > ~/.local/share/man/man1/dockwright-check.1";
