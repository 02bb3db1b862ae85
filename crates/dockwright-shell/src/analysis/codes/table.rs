//! The macro for the tables: number, severity, name, message, help.

macro_rules! codes {
    ($($number:literal $severity:ident $name:literal $message:literal $help:literal)*) => {
        pub(crate) const CODES: &[super::ShellCheckCode] = &[$(super::ShellCheckCode {
            number: $number,
            id: concat!("SC", $number),
            severity: dockwright_diagnostic::Severity::$severity,
            name: $name,
            message: $message,
            help: $help,
        }),*];
    };
}
