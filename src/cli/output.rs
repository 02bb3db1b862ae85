//! Where results go: standard output and files, with or without color.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use terminal_size::{Width, terminal_size_of};

use super::args::{CheckArgs, ColorChoice, OutputTarget, TerminalArgs};
use super::error::CliError;
use crate::files::discover::starts_like_dockerfile;
use crate::report::{Format, ReportStyle, neutralize};

/// The file at this path; `None` for `-`, which is standard output.
fn named_file(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| path.as_os_str() != "-")
}

/// What to write where.
///
/// # Errors
/// No format is left for `--output-file`.
pub(super) fn output_targets(args: &CheckArgs) -> Result<Vec<OutputTarget>, CliError> {
    let mut outputs = args.format.clone();
    for output in &mut outputs {
        output.path = named_file(output.path.as_deref()).map(Path::to_path_buf);
    }
    let file = named_file(args.output_file.as_deref());
    if outputs.is_empty() {
        let terminal = file.is_none() && io::stdout().is_terminal();
        let format = if terminal { Format::Full } else { Format::Concise };
        outputs.push(OutputTarget { format, path: None });
    }
    if let Some(path) = file {
        let first = outputs.iter_mut().find(|output| output.path.is_none()).ok_or_else(|| {
            CliError::usage("`--output-file`: no format is written to standard output")
                .help("remove it, or add a format without a path")
        })?;
        first.path = Some(path.to_path_buf());
    }
    Ok(outputs)
}

/// Refuses two formats for one file, where the second would replace the first, two formats for standard output if one
/// of them cannot be read with other text around it, and formats without statistics.
pub(super) fn check_outputs(args: &CheckArgs, outputs: &[OutputTarget]) -> Result<(), CliError> {
    if args.statistics && !outputs.iter().all(|output| output.format.has_statistics()) {
        return Err(CliError::usage("`--statistics` supports only text and JSON").help("use `--format json`"));
    }
    let on_stdout = || outputs.iter().filter(|output| output.path.is_none());
    if on_stdout().count() > 1 && on_stdout().any(|output| output.format.is_document()) {
        return Err(CliError::usage("`--format`: two formats for standard output")
            .help("write one of them to a file with `--format FORMAT=PATH`"));
    }
    let mut paths: Vec<&Path> = outputs.iter().filter_map(|output| output.path.as_deref()).collect();
    paths.sort_unstable();
    match paths.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(CliError::usage(format!("`--format`: two formats for `{}`", pair[0].display()))
            .help("give each format its own file")),
        None => Ok(()),
    }
}

/// Opens a file, or standard output (no path or `-`), and lets `write` write to it. A closed pipe is not an error; a
/// file that is a Dockerfile is.
pub(super) fn write_output(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    let Some(path) = named_file(path) else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        return match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // When the buffer is dropped, it would try to write the rest again.
                let _ = out.into_parts();
                Ok(())
            }
            result => result.map_err(CliError::Output),
        };
    };
    reject_dockerfile(path)?;
    let file = File::create(path).map_err(|error| CliError::write(path, error))?;
    let mut out = BufWriter::new(file);
    write(&mut out).and_then(|()| out.flush()).map_err(|error| CliError::write(path, error))
}

/// Protects Dockerfiles from being replaced by a report or a baseline.
///
/// # Errors
/// The file is a Dockerfile.
pub(super) fn reject_dockerfile(path: &Path) -> Result<(), CliError> {
    // A pipe is not read: that would wait forever.
    if path.is_file() && fs::read(path).is_ok_and(|old| starts_like_dockerfile(&old)) {
        let shown = neutralize(&path.to_string_lossy()).to_string();
        let error = CliError::usage(format!("{shown}: this is a Dockerfile, which the output would replace"));
        return Err(error.help("choose another file"));
    }
    Ok(())
}

/// The style of reports for people; files only get color if the user requests it.
pub(super) fn choose_report_style(args: &TerminalArgs, path: Option<&Path>) -> ReportStyle {
    let width = path.is_none().then(terminal_width).flatten();
    ReportStyle { color: should_use_color(args.color, path), quiet: args.quiet, width }
}

/// Columns of the terminal that standard output is, at least 60. `None` if it is not a terminal.
fn terminal_width() -> Option<usize> {
    let (Width(columns), _) = terminal_size_of(io::stdout())?;
    Some(usize::from(columns).max(60))
}

/// Writes a unified diff; its line ends stay as they are, for programs that apply it.
pub(super) fn write_diff(out: &mut dyn Write, diff: &str, color: bool) -> io::Result<()> {
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
        write!(out, "{style}{mark}{}{style:#}{end}", neutralize(rest))?;
    }
    Ok(())
}

/// Whether output to `path`, or to standard output, is colored.
pub(super) fn should_use_color(when: Option<ColorChoice>, path: Option<&Path>) -> bool {
    let terminal = path.is_none() && io::stdout().is_terminal();
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        Some(ColorChoice::Always) => true,
        Some(ColorChoice::Never) => false,
        Some(ColorChoice::Auto) | None if set("NO_COLOR") => false,
        Some(ColorChoice::Auto) | None => {
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0")
                || (terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"))
        }
    }
}
