//! hadolint's command line, read by its own rules: no abbreviations, values up to the next argument, `-tinfo`,
//! short flags in clusters, most options once only.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::{FailureThreshold, HadolintConfig, HadolintFormat};
use crate::config::{nearest_name, parse_label_type};
use crate::diagnostic::Severity;
use crate::error_text::{ErrorText, suggest_name};
use crate::semantic::LabelType;

/// The options on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HadolintArguments {
    /// The settings that a configuration file can also contain.
    pub config: HadolintConfig,
    pub(crate) config_file: Option<PathBuf>,
    pub(crate) path_in_report: Option<String>,
    pub outputs: Vec<PathBuf>,
    pub files: Vec<PathBuf>,
    pub request: HadolintAction,
}

/// The action that the user requests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum HadolintAction {
    #[default]
    Lint,
    Version,
    Help,
}

/// Flags, which take no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SwitchOption {
    Help,
    Version,
    NoFail,
    NoColor,
    Verbose,
    StrictLabels,
    DisableIgnorePragma,
}

/// Options, which take a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueOption {
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

const FLAGS: [(&str, Option<char>, SwitchOption); 7] = [
    ("help", Some('h'), SwitchOption::Help),
    ("version", Some('v'), SwitchOption::Version),
    ("no-fail", None, SwitchOption::NoFail),
    ("no-color", None, SwitchOption::NoColor),
    ("verbose", Some('V'), SwitchOption::Verbose),
    ("strict-labels", None, SwitchOption::StrictLabels),
    ("disable-ignore-pragma", None, SwitchOption::DisableIgnorePragma),
];

const OPTIONS: [(&str, Option<char>, ValueOption); 12] = [
    ("config", Some('c'), ValueOption::Config),
    ("file-path-in-report", None, ValueOption::PathInReport),
    ("output", Some('o'), ValueOption::Output),
    ("format", Some('f'), ValueOption::Format),
    ("error", None, ValueOption::Override(Severity::Error)),
    ("warning", None, ValueOption::Override(Severity::Warning)),
    ("info", None, ValueOption::Override(Severity::Info)),
    ("style", None, ValueOption::Override(Severity::Style)),
    ("ignore", None, ValueOption::Ignore),
    ("trusted-registry", None, ValueOption::TrustedRegistry),
    ("require-label", None, ValueOption::RequireLabel),
    ("failure-threshold", Some('t'), ValueOption::FailureThreshold),
];

impl HadolintArguments {
    /// Reads the arguments after the name of the program.
    ///
    /// # Errors
    /// The arguments are invalid.
    pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, ErrorText> {
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
                parsed.parse_long_option(long, &mut arguments)?;
            } else {
                parsed.parse_short_options(text.get(1..).unwrap_or_default(), &mut arguments)?;
            }
            if parsed.request == HadolintAction::Help {
                break;
            }
        }
        Ok(parsed)
    }

    /// `name` or `name=value`.
    fn parse_long_option(
        &mut self,
        text: &str,
        rest: &mut impl Iterator<Item = OsString>,
    ) -> Result<(), ErrorText> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let written = format!("--{text}");
        if let Some((.., flag)) = FLAGS.iter().find(|(long, ..)| *long == name && value.is_none()) {
            return self.read_switch(*flag, &written);
        }
        let Some((.., option)) = OPTIONS.iter().find(|(long, ..)| *long == name) else {
            let names = FLAGS.iter().map(|(name, ..)| *name).chain(OPTIONS.iter().map(|(name, ..)| *name));
            if value.is_some() && FLAGS.iter().any(|(long, ..)| *long == name) {
                let error = ErrorText::new(format!("`--{name}` does not take a value"));
                return Err(error.help("remove the value"));
            }
            let nearest = nearest_name(name, names);
            let error = ErrorText::new(format!("unknown option `--{name}`"));
            return Err(match nearest {
                Some(nearest) => error.help(format!("did you mean `--{nearest}`?")),
                None => error,
            });
        };
        let value = match value {
            Some(value) => value.to_string(),
            None => take_option_value(&written, rest)?,
        };
        self.option(*option, &format!("--{name}"), value)
    }

    /// The letters after one dash: flags, optionally followed by an option, whose value is attached or the next
    /// argument.
    fn parse_short_options(
        &mut self,
        letters: &str,
        rest: &mut impl Iterator<Item = OsString>,
    ) -> Result<(), ErrorText> {
        for (at, letter) in letters.char_indices() {
            let written = format!("-{letter}");
            let is_it = |short: &Option<char>| *short == Some(letter);
            if let Some((.., flag)) = FLAGS.iter().find(|(_, short, _)| is_it(short)) {
                self.read_switch(*flag, &written)?;
                continue;
            }
            let Some((.., option)) = OPTIONS.iter().find(|(_, short, _)| is_it(short)) else {
                return Err(ErrorText::new(format!("unknown option `{written}`")));
            };
            let attached = letters.get(at + letter.len_utf8()..).unwrap_or_default();
            let value =
                if attached.is_empty() { take_option_value(&written, rest)? } else { attached.to_string() };
            return self.option(*option, &written, value);
        }
        Ok(())
    }

    fn read_switch(&mut self, flag: SwitchOption, written: &str) -> Result<(), ErrorText> {
        let config = &mut self.config;
        let setting = match flag {
            SwitchOption::Help => {
                self.request = HadolintAction::Help;
                return Ok(());
            }
            SwitchOption::Version if self.request == HadolintAction::Version => {
                return Err(repeated_option_error(written));
            }
            SwitchOption::Version => {
                self.request = HadolintAction::Version;
                return Ok(());
            }
            SwitchOption::NoFail => &mut config.no_fail,
            SwitchOption::NoColor => &mut config.no_color,
            SwitchOption::Verbose => &mut config.verbose,
            SwitchOption::StrictLabels => &mut config.strict_labels,
            SwitchOption::DisableIgnorePragma => &mut config.disable_ignore_pragma,
        };
        set_option_once(setting, true, written)
    }

    fn option(&mut self, option: ValueOption, written: &str, value: String) -> Result<(), ErrorText> {
        let config = &mut self.config;
        let unknown = |what: &str, name: &str, names: &[&str]| {
            let nearest = nearest_name(name, names.iter().copied());
            let message = match name {
                "" => format!("`{written}` requires a value"),
                _ => format!("`{written} {value}`: {what}"),
            };
            ErrorText::new(message).help(suggest_name(nearest.as_deref(), names))
        };
        match option {
            ValueOption::Config => {
                return set_option_once(&mut self.config_file, PathBuf::from(value), written);
            }
            ValueOption::PathInReport => return set_option_once(&mut self.path_in_report, value, written),
            ValueOption::Output => self.outputs.push(PathBuf::from(value)),
            ValueOption::Format => {
                config.formats.push(
                    value.parse().map_err(|()| unknown("unknown format", &value, &HadolintFormat::NAMES))?,
                );
            }
            ValueOption::Override(severity) => config.overrides.push((severity, value)),
            ValueOption::Ignore => config.ignored.push(value),
            ValueOption::TrustedRegistry => config.trusted_registries.push(value),
            ValueOption::RequireLabel => {
                let (label, kind) = parse_label_type(&value).ok_or_else(|| {
                    let names = LabelType::NAMED.map(|(name, _)| name);
                    unknown("unknown label type", value.rsplit(':').next().unwrap_or(&value), &names)
                })?;
                config.label_schema.insert(label, kind);
            }
            ValueOption::FailureThreshold => {
                let threshold =
                    value.parse().map_err(|()| unknown("unknown value", &value, &FailureThreshold::NAMES))?;
                return set_option_once(&mut config.failure_threshold, threshold, written);
            }
        }
        Ok(())
    }
}

/// Sets an option. hadolint allows most options only once: a second occurrence is an error.
fn set_option_once<T>(setting: &mut Option<T>, value: T, written: &str) -> Result<(), ErrorText> {
    match setting.replace(value) {
        None => Ok(()),
        Some(_) => Err(repeated_option_error(written)),
    }
}

fn take_option_value(written: &str, rest: &mut impl Iterator<Item = OsString>) -> Result<String, ErrorText> {
    let value = rest.next().ok_or_else(|| missing_value_error(written))?;
    Ok(value.to_string_lossy().into_owned())
}

fn missing_value_error(written: &str) -> ErrorText {
    ErrorText::new(format!("`{written}` requires a value"))
}

fn repeated_option_error(written: &str) -> ErrorText {
    ErrorText::new(format!("`{written}` cannot be used more than once")).help("remove one of them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FailureThreshold, HadolintFormat};
    use crate::semantic::LabelType;

    fn parse(line: &str) -> Result<HadolintArguments, ErrorText> {
        HadolintArguments::parse(line.split(' ').filter(|word| !word.is_empty()).map(OsString::from))
    }

    #[test]
    fn values_are_attached_or_next() {
        for line in ["-t error", "-terror", "--failure-threshold error", "--failure-threshold=error"] {
            let parsed = parse(line).expect(line);
            assert_eq!(
                parsed.config.failure_threshold,
                Some(FailureThreshold(Some(Severity::Error))),
                "{line}"
            );
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
        assert_eq!(parse("-Vh --bogus").map(|parsed| parsed.request), Ok(HadolintAction::Help));
        assert_eq!(parse("-v").map(|parsed| parsed.request), Ok(HadolintAction::Version));
        assert_eq!(parse("-vh").map(|parsed| parsed.request), Ok(HadolintAction::Help));
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

    #[test]
    fn errors_name_the_option_and_similar_names() {
        for (line, expected) in [
            ("--strict-lables", "unknown option `--strict-lables`; did you mean `--strict-labels`?"),
            ("--no-color=yes", "`--no-color` does not take a value; remove the value"),
            ("--bogus", "unknown option `--bogus`"),
            ("-f jsn", "`-f jsn`: unknown format; did you mean `json`?"),
            ("-t warn", "`-t warn`: unknown value; did you mean `warning`?"),
            ("--require-label a:ulr", "`--require-label a:ulr`: unknown label type; did you mean `url`?"),
            ("-c", "`-c` requires a value"),
            ("-V -V", "`-V` cannot be used more than once; remove one of them"),
        ] {
            assert_eq!(parse(line).expect_err(line).to_string(), expected, "{line}");
        }
    }
}
