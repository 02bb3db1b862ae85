//! The errors of libraries in plain English: what is wrong in the user's file, without library jargon.

use std::fmt;
use std::io::{self, ErrorKind};

use serde_json::error::Category;

use crate::error_text::ErrorText;

/// The system's error number for a loop of symbolic links.
const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };

/// Why a file cannot be read or written, without the number that the system gives it.
#[must_use]
pub fn describe_io_error(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_string(),
        ErrorKind::AlreadyExists => "file already exists".to_string(),
        ErrorKind::PermissionDenied => "permission denied".to_string(),
        ErrorKind::IsADirectory => "it is a directory".to_string(),
        ErrorKind::NotADirectory => "a part of the path is not a directory".to_string(),
        // The kind for a loop of links is unstable in the standard library.
        _ if cfg!(unix) && error.raw_os_error() == Some(ELOOP) => "too many symbolic links".to_string(),
        ErrorKind::FileTooLarge => "file too large".to_string(),
        ErrorKind::StorageFull => "no space left on the disk".to_string(),
        ErrorKind::ReadOnlyFilesystem => "read-only file system".to_string(),
        // Errors of dockwright have their own text.
        ErrorKind::InvalidData | ErrorKind::Other if error.get_ref().is_some() => error.to_string(),
        ErrorKind::InvalidData => "not UTF-8 text".to_string(),
        kind if HAVE_PLAIN_NAMES.contains(&kind) => kind.to_string(),
        _ => "input/output error".to_string(),
    }
}

/// The kinds of errors whose text in the standard library is plain English.
const HAVE_PLAIN_NAMES: [ErrorKind; 8] = [
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::HostUnreachable,
    ErrorKind::TimedOut,
    ErrorKind::BrokenPipe,
    ErrorKind::ResourceBusy,
    ErrorKind::OutOfMemory,
    ErrorKind::UnexpectedEof,
];

/// What to do if a file cannot be read.
#[must_use]
pub fn advise_on_read_error(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "check the path",
        ErrorKind::PermissionDenied => "change its permissions",
        ErrorKind::InvalidData => SAVE_AS_UTF8,
        ErrorKind::FileTooLarge => "name a smaller file",
        _ => "name a regular file",
    }
}

/// What to do if a file cannot be written.
#[must_use]
pub fn advise_on_write_error(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "create the directory first",
        ErrorKind::AlreadyExists => "name another file, or use `-` for standard output",
        ErrorKind::PermissionDenied => {
            "write to another file, or change the permissions of the file and its directory"
        }
        ErrorKind::StorageFull => "free some space, or choose a file on another disk",
        ErrorKind::IsADirectory => "name a regular file",
        _ => "choose another file",
    }
}

/// Why a file cannot be read, and what to do.
#[must_use]
pub fn explain_read_error(error: &io::Error) -> ErrorText {
    ErrorText::new(format!("cannot read file ({})", describe_io_error(error)))
        .help(advise_on_read_error(error))
}

/// Why a file cannot be written, and what to do.
#[must_use]
pub fn explain_write_error(error: &io::Error) -> ErrorText {
    let reason = match error.kind() {
        // A file that does not exist is created when it is written.
        ErrorKind::NotFound => "no such directory".to_string(),
        _ => describe_io_error(error),
    };
    ErrorText::new(format!("cannot write file ({reason})")).help(advise_on_write_error(error))
}

/// Why a file cannot be replaced by its fixed text, and what to do.
#[must_use]
pub fn explain_update_error(error: &io::Error) -> ErrorText {
    let help = match error.kind() {
        ErrorKind::PermissionDenied => "change the permissions of the file and of its directory",
        ErrorKind::StorageFull => "free some space on the disk",
        ErrorKind::ReadOnlyFilesystem => "make the file system writable",
        _ => "check the file and its directory",
    };
    ErrorText { help: Some(help.to_string()), ..explain_write_error(error) }
}

/// What to do with a file that is not UTF-8.
const SAVE_AS_UTF8: &str = "save it as UTF-8";

/// The reason why a file that is not text cannot be processed. UTF-16 contains NUL bytes, like binary files.
#[must_use]
pub fn explain_binary_file(source: &[u8]) -> ErrorText {
    match source.first_chunk() {
        Some([0xFF, 0xFE] | [0xFE, 0xFF]) => {
            ErrorText::new("the file is not UTF-8 text, but UTF-16").help(SAVE_AS_UTF8)
        }
        _ => ErrorText::new("binary file").help("name a text file, or exclude this one"),
    }
}

/// Why a text is not valid JSON, or not of the expected structure.
#[must_use]
pub fn describe_json_error(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Eof => "unexpected end of file".to_string(),
        Category::Syntax => "not valid JSON".to_string(),
        Category::Data => match SerdeError::parse(&error.to_string()) {
            SerdeError::UnknownKey { key, .. } => format!("unknown key `{key}`"),
            SerdeError::MissingKey(key) => format!("missing key `{key}`"),
            _ => "a value has the wrong type".to_string(),
        },
        Category::Io => "cannot read file".to_string(),
    }
}

/// Why a file in another program's format is not valid JSON, and what to do.
#[must_use]
pub fn describe_json_syntax_error(error: &serde_json::Error) -> ErrorText {
    let message = match error.classify() {
        Category::Eof => "not valid JSON: unexpected end of file",
        _ => "not valid JSON",
    };
    ErrorText::new(message).help("check commas, quotes and brackets")
}

/// Why a text is not a pattern, and how to write it.
#[must_use]
pub fn describe_glob_error(error: &globset::ErrorKind) -> ErrorText {
    use globset::ErrorKind as GlobError;

    let literal = |c: char| format!("or write `[{c}]` for the character itself");
    match error {
        GlobError::UnclosedClass => {
            ErrorText::new("a `[` has no `]`").help(format!("add the `]`, {}", literal('[')))
        }
        GlobError::InvalidRange(first, last) => {
            ErrorText::new(format!("the range `{first}-{last}` is in the wrong order"))
                .help(format!("write `{last}-{first}`"))
        }
        GlobError::UnopenedAlternates => {
            ErrorText::new("a `}` has no `{`").help(format!("add the `{{`, {}", literal('}')))
        }
        GlobError::UnclosedAlternates => {
            ErrorText::new("a `{` has no `}`").help(format!("add the `}}`, {}", literal('{')))
        }
        GlobError::DanglingEscape => {
            ErrorText::new("a `\\` is at the end").help("remove it, or write `\\\\` for the character itself")
        }
        _ => ErrorText::new("it is too long or too complex").help("split it into several patterns"),
    }
}

/// Why a text is not TOML, and what to do; `line` is the text of the affected line from the error on, and `before` the text
/// of that line before it.
#[must_use]
pub fn describe_toml_error(message: &str, before: &str, line: &str) -> (&'static str, &'static str) {
    let is_heading = before.trim_start().starts_with('[') && !before.contains('=');
    // TOML allows no control characters except tabs; a lone carriage return has its own error.
    let is_forbidden = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\r');
    if before.chars().chain(line.chars().take(1)).any(is_forbidden) {
        return (
            "a control character is not allowed here",
            "remove it, or write it as `\\uXXXX` in a string",
        );
    }
    let value = before.rsplit(['=', '[', ',', ' ']).next().unwrap_or_default();
    let starts_with_letter = value.chars().chain(line.chars()).next().is_some_and(char::is_alphabetic);
    match message {
        "unclosed table" | "unclosed array of tables" | "unclosed array table" => {
            ("a `[` has no `]`", "add the `]`")
        }
        "unclosed array" => ("a list has no `]`", "add the `]`"),
        "unclosed inline table" => ("a `{` has no `}`", "add the `}`"),
        "invalid basic string" | "invalid literal string" => {
            ("a string has no closing quote", "add the quote")
        }
        "invalid multi-line basic string" | "invalid multi-line literal string" => {
            ("a string of several lines has no closing quotes", "add the three quotes")
        }
        "unquoted keys cannot be empty" if is_heading || line.starts_with('[') => {
            ("the name of a table is empty", "write `[NAME]`")
        }
        "unquoted keys cannot be empty" => ("a key is empty", "write `KEY = VALUE`"),
        "duplicate key" => ("this key or table is defined twice", "remove one of them, or merge the tables"),
        "missing value for key" | "missing value" => ("a key has no value", "write `KEY = VALUE`"),
        "string values must be quoted" | "invalid float" if starts_with_letter => {
            ("a string is not quoted", "put it in double quotes")
        }
        "string values must be quoted" => {
            ("a value is invalid", "put text in double quotes, and separate the values of a list with commas")
        }
        "missing escaped value" => {
            ("unknown escape in a string", "use single quotes to write a `\\`, as in `'a\\b'`")
        }
        "too few unicode value digits" | "invalid value" => {
            ("invalid Unicode escape in a string", "use single quotes to write a `\\`, as in `'a\\u'`")
        }
        "invalid unquoted key" => ("invalid character in a key", "put the key in double quotes"),
        "invalid float"
        | "invalid integer"
        | "invalid exponent"
        | "unexpected sign"
        | "invalid mantissa"
        | "invalid fraction"
        | "redundant numeric sign" => ("a number is invalid", "correct it, or put text in double quotes"),
        "unexpected leading zero" => {
            ("a number starts with `0`", "remove the zero, or put it in double quotes")
        }
        "`_` may only go between digits" => ("a `_` is not between two digits", "remove it"),
        "invalid date" | "invalid time" | "invalid datetime" | "invalid date-time" => {
            ("a date or time is invalid", "put it in double quotes")
        }
        "integer number overflowed" | "floating-point number overflowed" => {
            ("a number is too large", "use a smaller number")
        }
        "carriage return must be followed by newline" => {
            ("a carriage return is not followed by a line feed", "save the file with Unix line endings")
        }
        "missing comma between array elements" => ("a comma is missing in a list", "add the comma"),
        "missing comma between key-value pairs" => ("a comma is missing between two keys", "add the comma"),
        "extra comma in array" | "extra comma in inline table" => {
            ("a comma is not followed by a value", "remove the comma")
        }
        "key with no value" | "missing assignment between key-value pairs" => {
            ("a key has no `=`", "write `KEY = VALUE`")
        }
        "extra `=`" | "extra assignment between key-value pairs" | "unexpected `=` in array"
            if before.contains(['{', '[']) =>
        {
            ("unexpected `=`", "separate the entries with commas")
        }
        "extra `=`" | "extra assignment between key-value pairs" | "unexpected `=` in array" => {
            ("unexpected `=`", "remove it")
        }
        "unexpected content" | "unexpected key or value" | "invalid key-value pair" if is_heading => {
            ("unexpected text after the name of a table", "remove it, or move it to the next line")
        }
        "unexpected content" | "unexpected key or value" | "invalid key-value pair"
            if before.trim().is_empty() =>
        {
            ("this line has no key", "write `KEY = VALUE`")
        }
        "unexpected content" | "unexpected key or value" | "invalid key-value pair" => {
            ("unexpected text after the value", "write each key on its own line")
        }
        "cannot recurse further; max recursion depth met" | "recursion limit" => {
            ("lists or tables are nested too deeply", "remove some brackets or braces")
        }
        _ => ("", "check quotes, brackets and commas"),
    }
}

/// Parts of the YAML library's errors, each with its cause in the file and what to do. Other errors only describe the
/// state of the parser.
const YAML_CAUSES: [(&str, &str, &str); 14] = [
    ("duplicated key", "a key is defined twice", "remove one of them, or merge their values"),
    ("tab cannot be used", YAML_TAB.0, YAML_TAB.1),
    ("tabs disallowed", YAML_TAB.0, YAML_TAB.1),
    ("invalid indentation", YAML_INDENTATION.0, YAML_INDENTATION.1),
    ("unknown anchor", "an alias has no anchor", "define the anchor above it, or put the value in quotes"),
    ("unknown escape", "unknown escape in a string", "use single quotes to write a `\\`, as in `'a\\b'`"),
    ("escape code", "invalid Unicode escape in a string", "use single quotes to write a `\\`"),
    ("hexadecimal number", "invalid Unicode escape in a string", "use single quotes to write a `\\`"),
    ("quoted scalar, found unexpected end of stream", "a string has no closing quote", "add the quote"),
    ("expected ',' or ']'", "a `[` has no `]`, or a comma is missing", "add the `]` or the comma"),
    ("expected ',' or '}'", "a `{` has no `}`, or a comma is missing", "add the `}` or the comma"),
    ("misplaced bracket", "a closing bracket has no opening one", "remove it, or put the value in quotes"),
    ("mapping values are not allowed", "unexpected `:`", "put the value in quotes"),
    ("unexpected character", "a value starts with a reserved character", "put the value in quotes"),
];

/// Why a text is not YAML, and what to do.
#[must_use]
pub fn describe_yaml_error(message: &str) -> ErrorText {
    match YAML_CAUSES.iter().find(|(part, ..)| message.contains(*part)) {
        Some((_, cause, help)) => invalid_yaml((cause, help)),
        None => ErrorText::new("not valid YAML").help("check quotes, brackets and indentation"),
    }
}

/// A fault of a YAML text that the parser accepts, and what to do.
pub const YAML_TAB: (&str, &str) = ("a line is indented with a tab", "indent with spaces");
pub const YAML_INDENTATION: (&str, &str) =
    ("the indentation is inconsistent", "indent entries of one level equally");

/// Why a text is not YAML, from the cause and what to do about it.
#[must_use]
pub fn invalid_yaml((cause, help): (&str, &str)) -> ErrorText {
    ErrorText::new(format!("not valid YAML: {cause}")).help(help)
}

/// Why a text is not HCL, and what to do.
pub const INVALID_HCL: (&str, &str) = ("not valid HCL", "check quotes, brackets and braces");

/// What serde reports about a key or a value of a TOML file, parsed from its text.
#[derive(Debug, PartialEq, Eq)]
pub enum SerdeError<'m> {
    UnknownKey {
        key: &'m str,
        known: Vec<&'m str>,
    },
    UnknownValue {
        value: &'m str,
        known: Vec<&'m str>,
    },
    WrongType {
        expected: ExpectedType,
    },
    MissingKey(&'m str),
    /// A value of the right type that is not allowed.
    InvalidValue,
    /// Something else: a text in plain English already, such as one about the syntax of TOML.
    Other(&'m str),
}

/// The type that a value must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedType {
    List,
    Table,
    String,
    Boolean,
    /// A whole number, not negative.
    Number,
    /// A boolean or a name.
    Choice,
    Other,
}

impl<'m> SerdeError<'m> {
    /// Reads the message of an error of `toml` or `serde`.
    #[must_use]
    pub fn parse(message: &'m str) -> Self {
        let message = message.lines().next().unwrap_or_default();
        let mut quoted = message.split('`').skip(1).step_by(2);
        if let (true, Some(key)) = (message.starts_with("unknown field "), quoted.clone().next()) {
            return Self::UnknownKey { key, known: quoted.skip(1).collect() };
        }
        if let (true, Some(value)) = (message.starts_with("unknown variant "), quoted.clone().next()) {
            return Self::UnknownValue { value, known: quoted.skip(1).collect() };
        }
        if let (true, Some(key)) = (message.starts_with("missing field "), quoted.next()) {
            return Self::MissingKey(key);
        }
        if message.starts_with("data did not match any variant") {
            return Self::WrongType { expected: ExpectedType::Choice };
        }
        if let Some(expected) = message.strip_prefix("wanted ") {
            return Self::WrongType { expected: ExpectedType::parse(expected) };
        }
        // Without a colon, it is an error of the TOML parser about an escape.
        if message.starts_with("invalid value:") {
            return Self::InvalidValue;
        }
        let is_type = message.starts_with("invalid type") || message.starts_with("invalid length");
        match message.split_once("expected ") {
            Some((_, expected)) if is_type => Self::WrongType { expected: ExpectedType::parse(expected) },
            _ => Self::Other(message.split_once(", expected").map_or(message, |(message, _)| message)),
        }
    }
}

impl ExpectedType {
    fn parse(text: &str) -> Self {
        if text == "string or table" {
            Self::String
        } else if text.contains("sequence") || text.contains("array") {
            Self::List
        } else if text.contains("map") || text.contains("struct") || text.contains("table") {
            Self::Table
        } else if text.contains("string") || text.contains("spanned") {
            Self::String
        } else if text.contains("bool") {
            Self::Boolean
        } else if text.starts_with(['u', 'i']) {
            Self::Number
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for ExpectedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "must be a list",
            Self::Table => "must be a table",
            Self::String => "must be a string",
            Self::Boolean => "must be `true` or `false`",
            Self::Number => "must be a whole number",
            Self::Choice | Self::Other => "has a value of the wrong type",
        })
    }
}
