//! Where results go: standard output and files, with or without color.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use terminal_size::{Width, terminal_size_of};

use super::args::{CheckArgs, Output, TerminalArgs, When};
use super::error::Error;
use crate::report::{Format, Look, inert};

/// What to write where.
pub fn destinations(args: &CheckArgs) -> Vec<Output> {
    let mut outputs = args.format.clone();
    if outputs.is_empty() {
        let terminal = args.output_file.is_none() && io::stdout().is_terminal();
        let format = if terminal { Format::Full } else { Format::Concise };
        outputs.push(Output { format, path: None });
    }
    if let Some(path) = &args.output_file
        && let Some(first) = outputs.iter_mut().find(|output| output.path.is_none())
    {
        first.path = Some(path.clone());
    }
    outputs
}

/// Opens a file, or standard output, and lets `write` write to it. That nobody reads any more is no error.
pub fn write_to(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let Some(path) = path else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        return match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is left in the buffer would be written, in vain, when it is dropped.
                let _ = out.into_parts();
                Ok(())
            }
            result => result.map_err(Error::Output),
        };
    };
    let file = File::create(path).map_err(|error| Error::write(path, error))?;
    let mut out = BufWriter::new(file);
    write(&mut out).and_then(|()| out.flush()).map_err(|error| Error::write(path, error))
}

/// How reports for people look; files never get colour unless it is asked for.
pub fn look(args: &TerminalArgs, path: Option<&Path>) -> Look {
    let width = path.is_none().then(terminal_width).flatten();
    Look { color: wants_color(args.color, path), quiet: args.quiet, width }
}

/// Columns of the terminal that standard output is, at least 60. `None` if it is not a terminal.
fn terminal_width() -> Option<usize> {
    let (Width(columns), _) = terminal_size_of(io::stdout())?;
    Some(usize::from(columns).max(60))
}

/// Writes a unified diff; its line ends stay as they are, for programs that apply it.
pub fn write_diff(out: &mut dyn Write, diff: &str, color: bool) -> io::Result<()> {
    for line in diff.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let end = line.get(text.len()..).unwrap_or_default();
        let style = match text.bytes().next() {
            Some(b'+') => AnsiColor::Green.on_default(),
            Some(b'-') => AnsiColor::Red.on_default(),
            Some(b'@') => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        let style = if color { style } else { Style::new() };
        let (mark, rest) = text.split_at_checked(1).unwrap_or((text, ""));
        write!(out, "{style}{mark}{}{style:#}{end}", inert(rest))?;
    }
    Ok(())
}

/// Whether what goes to `path`, or to standard output, is to have colour.
pub fn wants_color(when: Option<When>, path: Option<&Path>) -> bool {
    let terminal = path.is_none() && io::stdout().is_terminal();
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        Some(When::Always) => true,
        Some(When::Never) => false,
        Some(When::Auto) | None if set("NO_COLOR") => false,
        Some(When::Auto) | None => {
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0")
                || (terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"))
        }
    }
}
