//! Placeholders for passwords.

/// Whether the text is a placeholder, or a public default that protects nothing.
#[must_use]
pub(crate) fn is_placeholder_password(password: &str) -> bool {
    const WORDS: [&str; 7] =
        ["x-oauth-basic", "password", "changeme", "changeit", "secret", "pass:", "your-password"];
    let lower = password.to_ascii_lowercase();
    WORDS.contains(&lower.as_str())
        || lower.starts_with("xxx")
        || lower.starts_with('$')
        || password.chars().all(|c| matches!(c, '*' | '.' | '-' | '_' | '•' | '…'))
        || (password.starts_with('<') && password.ends_with('>'))
        || (password.starts_with('%') && password.ends_with('%') && password.len() > 1)
        || (password.starts_with("{{") && password.ends_with("}}"))
}
