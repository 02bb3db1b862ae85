//! [`ErrorText`]: the text of an error.

use std::fmt;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErrorText {
    pub message: String,
    pub help: Option<String>,
}

impl ErrorText {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same error, with a text before its message, such as the name of a file.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { message: format!("{prefix}{}", self.message), ..self }
    }

    /// Adds advice on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What is wrong with the value of a key that must be one of several names.
pub fn unknown_value(key: &str, value: impl fmt::Display) -> String {
    describe_value(key, "unknown", &value.to_string())
}

/// What is wrong with the value of a key that can have many values, such as a version.
pub fn invalid_value(key: &str, value: impl fmt::Display) -> String {
    describe_value(key, "invalid", &value.to_string())
}

fn describe_value(key: &str, fault: &str, value: &str) -> String {
    match value {
        "" => format!("`{key}` is empty"),
        value => format!("{fault} value `{value}` for `{key}`"),
    }
}

/// The help for an unknown name: the one that was probably meant, or all.
pub fn suggest_name(nearest: Option<&str>, names: &[impl AsRef<str>]) -> String {
    match (nearest, names) {
        (Some(name), _) => format!("did you mean `{name}`?"),
        (None, [only]) => format!("the only choice is `{}`", only.as_ref()),
        (None, _) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
            format!("choose from {}", names.join(", "))
        }
    }
}

/// The text on one line.
impl fmt::Display for ErrorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}

impl std::error::Error for ErrorText {}
