//! The value of STOPSIGNAL.

/// Names without `SIG`; real-time signals are handled separately.
const NAMES: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
];

/// Whether this is a signal of Linux: a number other than 0, or a name with or without `SIG`, in any case.
pub(crate) fn is_signal(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let upper = text.to_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let counted = |prefix: &str, most: u8| {
        name.strip_prefix(prefix).is_some_and(|rest| (1..=most).any(|count| rest == count.to_string()))
    };
    NAMES.contains(&name) || counted("RTMIN+", 15) || counted("RTMAX-", 14)
}

/// The names of the signals, without `SIG`.
pub const fn signal_names() -> &'static [&'static str] {
    NAMES
}

/// The nearest name, written with `SIG`.
pub(crate) fn nearest_signal(text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let near = |known: &&&str| strsim::levenshtein(name, known);
    // At least half of the letters agree.
    let is_near = |known: &&&str| near(known) <= 2 && near(known) * 2 <= name.chars().count();
    NAMES.iter().min_by_key(near).filter(is_near).map(|known| format!("SIG{known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_signals() {
        for text in
            ["9", "SIGTERM", "term", "sigQuit", "RTMIN+15", "RTMAX-14", "SIGRTMIN", "-3", "+9", "99999"]
        {
            assert!(is_signal(text), "{text}");
        }
        for text in
            ["0", "", "SIG", "SIGFOO", "RTMIN+16", "RTMAX-15", "RTMIN+0", "RTMIN+01", "9 ", "SIGSIGTERM"]
        {
            assert!(!is_signal(text), "{text}");
        }
        assert_eq!(nearest_signal("SIGTREM"), Some("SIGTERM".to_string()));
        assert_eq!(nearest_signal("nonsense"), None);
        assert_eq!(nearest_signal("x"), None);
    }
}
