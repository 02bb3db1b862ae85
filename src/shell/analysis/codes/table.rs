//! The shape of the tables: number, severity, name, message.

macro_rules! codes {
    ($($number:literal $severity:ident $name:literal $message:literal)*) => {
        pub(super) const CODES: &[super::Code] = &[$(super::Code {
            number: $number,
            id: concat!("SC", $number),
            severity: crate::diagnostic::Severity::$severity,
            name: $name,
            message: $message,
        }),*];
    };
}
