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

    /// Adds advice on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What is wrong with the value of a key.
pub fn rejected_value(key: &str, value: impl fmt::Display) -> String {
    match value.to_string().as_str() {
        "" => format!("`{key}` is empty"),
        value => format!("`{key}` cannot be `{value}`"),
    }
}

/// The help for an unknown name: the one that was probably meant, or all.
pub fn suggest_name(nearest: Option<&str>, names: &[impl AsRef<str>]) -> String {
    match (nearest, names) {
        (Some(name), _) => format!("did you mean `{name}`?"),
        (None, [only]) => format!("the only choice is `{}`", only.as_ref()),
        (None, _) => {
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
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
