//! hadolint's command line, read by its own rules: no abbreviations, values up to the next argument, `-tinfo`,
//! short flags in clusters, most options once only.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::HadolintConfig;
use crate::config::label_type;
use crate::diagnostic::Severity;

/// What the command line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// What could stand in a configuration file as well.
    pub config: HadolintConfig,
    pub config_file: Option<PathBuf>,
    pub path_in_report: Option<String>,
    pub outputs: Vec<PathBuf>,
    pub files: Vec<PathBuf>,
    pub request: Request,
}

/// What the user wants.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Request {
    #[default]
    Lint,
    Version,
    Help,
}

/// Flags, which take no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Help,
    Version,
    NoFail,
    NoColor,
    Verbose,
    StrictLabels,
    DisableIgnorePragma,
}

/// Options, which take one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opt {
    Config,
    PathInReport,
    Output,
    Format,
    Override(Severity),
    Ignore,
    TrustedRegistry,
    RequireLabel,
    FailureThreshold,
}

const FLAGS: [(&str, Option<char>, Flag); 7] = [
    ("help", Some('h'), Flag::Help),
    ("version", Some('v'), Flag::Version),
    ("no-fail", None, Flag::NoFail),
    ("no-color", None, Flag::NoColor),
    ("verbose", Some('V'), Flag::Verbose),
    ("strict-labels", None, Flag::StrictLabels),
    ("disable-ignore-pragma", None, Flag::DisableIgnorePragma),
];

const OPTIONS: [(&str, Option<char>, Opt); 12] = [
    ("config", Some('c'), Opt::Config),
    ("file-path-in-report", None, Opt::PathInReport),
    ("output", Some('o'), Opt::Output),
    ("format", Some('f'), Opt::Format),
    ("error", None, Opt::Override(Severity::Error)),
    ("warning", None, Opt::Override(Severity::Warning)),
    ("info", None, Opt::Override(Severity::Info)),
    ("style", None, Opt::Override(Severity::Style)),
    ("ignore", None, Opt::Ignore),
    ("trusted-registry", None, Opt::TrustedRegistry),
    ("require-label", None, Opt::RequireLabel),
    ("failure-threshold", Some('t'), Opt::FailureThreshold),
];

impl Arguments {
    /// Reads the arguments after the name of the program.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut arguments = arguments.into_iter();
        let mut options_end = false;
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy().into_owned();
            if options_end || text == "-" || !text.starts_with('-') {
                parsed.files.push(PathBuf::from(argument));
            } else if text == "--" {
                options_end = true;
            } else if let Some(long) = text.strip_prefix("--") {
                parsed.long(long, &mut arguments)?;
            } else {
                parsed.shorts(text.get(1..).unwrap_or_default(), &mut arguments)?;
            }
            if parsed.request == Request::Help {
                break;
            }
        }
        Ok(parsed)
    }

    /// `name` or `name=value`.
    fn long(&mut self, text: &str, rest: &mut impl Iterator<Item = OsString>) -> Result<(), String> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let written = format!("--{text}");
        if let Some((.., flag)) = FLAGS.iter().find(|(long, ..)| *long == name && value.is_none()) {
            return self.flag(*flag, &written);
        }
        let Some((.., option)) = OPTIONS.iter().find(|(long, ..)| *long == name) else {
            return Err(invalid(&written));
        };
        let value = match value {
            Some(value) => value.to_string(),
            None => next_value(&written, rest)?,
        };
        self.option(*option, &format!("--{name}"), value)
    }

    /// The letters after one dash: flags, and at the end perhaps an option, its value attached or next.
    fn shorts(&mut self, letters: &str, rest: &mut impl Iterator<Item = OsString>) -> Result<(), String> {
        for (at, letter) in letters.char_indices() {
            let written = format!("-{letter}");
            let is_it = |short: &Option<char>| *short == Some(letter);
            if let Some((.., flag)) = FLAGS.iter().find(|(_, short, _)| is_it(short)) {
                self.flag(*flag, &written)?;
                continue;
            }
            let Some((.., option)) = OPTIONS.iter().find(|(_, short, _)| is_it(short)) else {
                return Err(invalid(&written));
            };
            let attached = letters.get(at + letter.len_utf8()..).unwrap_or_default();
            let value = if attached.is_empty() { next_value(&written, rest)? } else { attached.to_string() };
            return self.option(*option, &written, value);
        }
        Ok(())
    }

    fn flag(&mut self, flag: Flag, written: &str) -> Result<(), String> {
        let config = &mut self.config;
        let setting = match flag {
            Flag::Help => {
                self.request = Request::Help;
                return Ok(());
            }
            Flag::Version if self.request == Request::Version => return Err(invalid(written)),
            Flag::Version => {
                self.request = Request::Version;
                return Ok(());
            }
            Flag::NoFail => &mut config.no_fail,
            Flag::NoColor => &mut config.no_color,
            Flag::Verbose => &mut config.verbose,
            Flag::StrictLabels => &mut config.strict_labels,
            Flag::DisableIgnorePragma => &mut config.disable_ignore_pragma,
        };
        once(setting, true, written)
    }

    fn option(&mut self, option: Opt, written: &str, value: String) -> Result<(), String> {
        let config = &mut self.config;
        let wrong = |what| format!("`{value}` is not {what} for `{written}`");
        match option {
            Opt::Config => return once(&mut self.config_file, PathBuf::from(value), written),
            Opt::PathInReport => return once(&mut self.path_in_report, value, written),
            Opt::Output => self.outputs.push(PathBuf::from(value)),
            Opt::Format => config.formats.push(value.parse().map_err(|()| wrong("an output format"))?),
            Opt::Override(severity) => config.overrides.push((severity, value)),
            Opt::Ignore => config.ignored.push(value),
            Opt::TrustedRegistry => config.trusted_registries.push(value),
            Opt::RequireLabel => {
                let (label, kind) = label_type(&value).ok_or_else(|| wrong("a label and its type"))?;
                config.label_schema.insert(label, kind);
            }
            Opt::FailureThreshold => {
                let threshold = value.parse().map_err(|()| wrong("a severity"))?;
                return once(&mut config.failure_threshold, threshold, written);
            }
        }
        Ok(())
    }
}

/// hadolint knows most options once: it does not recognise the second.
fn once<T>(setting: &mut Option<T>, value: T, written: &str) -> Result<(), String> {
    match setting.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("`{written}` may be given only once")),
    }
}

fn next_value(written: &str, rest: &mut impl Iterator<Item = OsString>) -> Result<String, String> {
    let value = rest.next().ok_or_else(|| format!("`{written}` needs a value"))?;
    Ok(value.to_string_lossy().into_owned())
}

fn invalid(written: &str) -> String {
    format!("`{written}` is not an option, or may be given only once")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HadolintFormat, Threshold};
    use crate::semantic::LabelType;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split(' ').filter(|word| !word.is_empty()).map(OsString::from))
    }

    #[test]
    fn values_are_attached_or_next() {
        for line in ["-t error", "-terror", "--failure-threshold error", "--failure-threshold=error"] {
            let parsed = parse(line).expect(line);
            assert_eq!(parsed.config.failure_threshold, Some(Threshold(Some(Severity::Error))), "{line}");
        }
        let parsed = parse("-Vfjson a -f gnu --ignore --x b -- -c").expect("arguments");
        assert_eq!(parsed.config.formats, [HadolintFormat::Json, HadolintFormat::Gnu]);
        assert_eq!(parsed.config.verbose, Some(true));
        assert_eq!(parsed.config.ignored, ["--x"]);
        assert_eq!(parsed.files, ["a", "b", "-c"].map(PathBuf::from));
        let parsed = parse("--require-label a:spdx --require-label b --require-label c: -").expect("labels");
        let labels = [("a", LabelType::Spdx), ("b", LabelType::Text), ("c", LabelType::Text)]
            .map(|(label, kind)| (label.to_string(), kind));
        assert_eq!(parsed.config.label_schema, labels.into());
        assert_eq!(parsed.files, [PathBuf::from("-")]);
    }

    #[test]
    fn the_first_help_counts() {
        assert_eq!(parse("-Vh --bogus").map(|parsed| parsed.request), Ok(Request::Help));
        assert_eq!(parse("-v").map(|parsed| parsed.request), Ok(Request::Version));
        assert_eq!(parse("-vh").map(|parsed| parsed.request), Ok(Request::Help));
        assert!(parse("--bogus -h").is_err());
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for line in [
            "--bogus",
            "-x",
            "-Vx",
            "-t=error",
            "-t foo",
            "-f xml",
            "-f JSON",
            "--no-fail --no-fail",
            "-t info -t info",
            "-c a -c b",
            "--no-color=yes",
            "--forma json",
            "-c",
            "--format",
            "--format=",
            "--require-label a:b",
            "-V -V",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
