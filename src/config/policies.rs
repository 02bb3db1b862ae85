//! The `[[policy]]` entries of a `dockwright.toml`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::option_reader::OptionReader;
use super::selector::{is_policy_code, is_reserved_code, nearest_name};
use super::{ConfigError, RuleSelector};
use crate::diagnostic::Severity;
use crate::error_text::{suggest_name, unknown_value};
use crate::policy::{Examples, FactPattern, Policy, PolicyConditions};
use crate::syntax::Kind;

/// A rule of your own. See docs/policy.md.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Policy")]
pub(crate) struct PolicyTable {
    /// Code in reports and ignore comments: 2 to 12 capital letters and a number, such as `ACME001`.
    #[schemars(with = "String", regex(pattern = "^[A-Z]{2,12}[-_]?[0-9]{1,6}$"))]
    pub code: Spanned<String>,
    /// What is wrong, on one line.
    #[schemars(with = "String")]
    message: Spanned<String>,
    /// What to do instead.
    help: Option<String>,
    /// Severity of the problems. Default: `warning`.
    severity: Option<Severity>,
    /// Conditions that an instruction must meet to be reported; all given keys must match.
    #[schemars(with = "MatchTable")]
    r#match: Spanned<MatchTable>,
    /// Dockerfiles that `dockwright policy test` checks.
    #[serde(default)]
    examples: ExampleTable,
}

/// Patterns: `*` and `?` match any characters, `{a,b}` matches either.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "PolicyMatch")]
pub(super) struct MatchTable {
    /// Instruction, such as `RUN` or `{ADD,COPY}`.
    #[schemars(with = "Option<String>")]
    instruction: Option<Spanned<String>>,
    /// Program that the instruction runs, without its directory.
    #[schemars(with = "Option<String>")]
    command: Option<Spanned<String>>,
    /// Argument of that command, or of the instruction. All patterns of a list must match.
    #[schemars(with = "Option<Patterns>")]
    argument: Option<Spanned<Patterns>>,
    /// Image that `FROM` names, with variables replaced; for other instructions, the image that the stage is built on.
    #[schemars(with = "Option<String>")]
    image: Option<Spanned<String>>,
    /// Flag of the instruction: `--name` or `--name=value`. All patterns of a list must match.
    #[schemars(with = "Option<Patterns>")]
    flag: Option<Spanned<Patterns>>,
    /// Whether what the instruction adds is part of the final image.
    shipped: Option<bool>,
}

/// Examples of a policy. `FROM scratch` is added to those without a `FROM`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "PolicyExamples")]
pub(super) struct ExampleTable {
    /// Dockerfiles that the policy reports.
    #[serde(default)]
    bad: Vec<String>,
    /// Dockerfiles that it does not report.
    #[serde(default)]
    good: Vec<String>,
}

/// One pattern, or several that must all match.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Patterns {
    One(String),
    More(Vec<String>),
}

impl PolicyTable {
    /// The policy of the entry.
    ///
    /// # Errors
    /// Its code or a pattern is invalid, or it has no condition.
    pub(crate) fn to_policy(&self, reader: &OptionReader<'_>) -> Result<Arc<Policy>, ConfigError> {
        let code = self.code.as_ref();
        if !is_policy_code(code) || code.chars().any(|c| c.is_ascii_lowercase()) {
            let message = format!("invalid policy code `{code}`");
            let error = reader.error(&self.code, message);
            let help = "use 2 to 12 capital letters and a number, such as `ACME001`".to_string();
            return Err(ConfigError { help: Some(help), ..error });
        }
        if is_reserved_code(code) || RuleSelector::parse(code).is_ok() {
            let message = format!("`{code}` looks like the code of a rule");
            let help = "choose another prefix for the codes of your policies".to_string();
            return Err(ConfigError { help: Some(help), ..reader.error(&self.code, message) });
        }
        let message = self.message.as_ref().trim();
        if message.is_empty() || message.chars().any(char::is_control) {
            let error = reader.error(&self.message, "`message` must be one line of text".to_string());
            return Err(ConfigError { help: Some("say what is wrong in one sentence".to_string()), ..error });
        }
        let given = self.r#match.as_ref();
        let conditions = given.parse_conditions(reader)?;
        if conditions == PolicyConditions::default() {
            let error = reader.error(&self.r#match, format!("policy `{code}` has no conditions"));
            return Err(ConfigError {
                help: Some("add a key to `match`, such as `command`".to_string()),
                ..error
            });
        }
        Ok(Arc::new(Policy {
            code: Policy::intern_policy_code(code),
            message: message.to_string(),
            help: self.help.clone(),
            severity: self.severity.unwrap_or(Severity::Warning),
            conditions,
            examples: Examples { bad: self.examples.bad.clone(), good: self.examples.good.clone() },
        }))
    }
}

/// The instructions with commands.
const COMMAND_KINDS: [&str; 6] = ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL", "ONBUILD"];

impl MatchTable {
    fn instruction_pattern(&self, reader: &OptionReader<'_>) -> Result<Option<FactPattern>, ConfigError> {
        let Some(written) = &self.instruction else { return Ok(None) };
        let text = written.as_ref();
        let pattern = parse_pattern(text, written, reader)?;
        if Kind::names().any(|name| pattern.matches_name(name)) {
            return Ok(Some(pattern));
        }
        let names: Vec<&str> = Kind::names().collect();
        let nearest = nearest_name(&text.to_uppercase(), names.iter().copied());
        let message = match text.trim() {
            "" => unknown_value("instruction", ""),
            text => format!("no instruction matches `{text}`"),
        };
        let help = Some(suggest_name(nearest.as_deref(), &names));
        Err(ConfigError { help, ..reader.error(written, message) })
    }

    fn parse_conditions(&self, reader: &OptionReader<'_>) -> Result<PolicyConditions, ConfigError> {
        let one = |written: &Option<Spanned<String>>| {
            let parse = |written: &Spanned<String>| parse_pattern(written.as_ref(), written, reader);
            written.as_ref().map(parse).transpose()
        };
        let all = |written: &Option<Spanned<Patterns>>, prefix: &str| {
            let Some(written) = written else { return Ok(Vec::new()) };
            let texts = match written.as_ref() {
                Patterns::One(text) => std::slice::from_ref(text),
                Patterns::More(texts) => texts.as_slice(),
            };
            if texts.is_empty() {
                let key = if prefix.is_empty() { "argument" } else { "flag" };
                let help = Some("add a pattern, or remove the key".to_string());
                return Err(ConfigError { help, ..reader.error(written, format!("`{key}` is empty")) });
            }
            let texts = texts.iter().map(|text| text.strip_prefix(prefix).unwrap_or(text));
            texts.map(|text| parse_pattern(text, written, reader)).collect()
        };
        let instruction = self.instruction_pattern(reader)?;
        if let Some(written) = &self.command {
            let wrong = |message: String, help: String| {
                Err(ConfigError { help: Some(help), ..reader.error(written, message) })
            };
            if let Some((_, name)) = written.as_ref().rsplit_once('/') {
                return wrong(
                    "`command` must not contain a directory".to_string(),
                    format!("write `{name}`"),
                );
            }
            let runs = |kind: &str| instruction.as_ref().is_none_or(|pattern| pattern.matches_name(kind));
            if !COMMAND_KINDS.into_iter().any(runs) {
                let name = self.instruction.as_ref().map_or("", |written| written.as_ref());
                return wrong(
                    format!("`{name}` runs no command"),
                    "remove `command`, or use `instruction = \"RUN\"`".to_string(),
                );
            }
        }
        Ok(PolicyConditions {
            instruction,
            command: one(&self.command)?,
            arguments: all(&self.argument, "")?,
            image: one(&self.image)?,
            // A flag may be written with or without its dashes.
            flags: all(&self.flag, "--")?,
            shipped: self.shipped,
        })
    }
}

fn parse_pattern<T>(
    text: &str,
    written: &Spanned<T>,
    reader: &OptionReader<'_>,
) -> Result<FactPattern, ConfigError> {
    FactPattern::new(text).map_err(|why| reader.invalid_pattern(written, text, why))
}
