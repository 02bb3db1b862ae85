//! Secrets that have a known format: tokens of services, and private keys.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::source::Span;

/// A secret in the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretToken {
    /// Its name, with an article: `a GitHub token`.
    pub kind: &'static str,
    /// From its first byte to the byte after its last.
    pub span: Span,
    /// The number of bytes at its start that only identify its kind.
    shown: u32,
}

impl SecretToken {
    /// The part that reports must not print.
    #[must_use]
    pub(crate) fn secret_span(&self) -> Span {
        Span::new((self.span.start + self.shown).min(self.span.end), self.span.end)
    }

    /// The part that identifies its kind, and `…`.
    #[must_use]
    pub fn excerpt(&self, source: &[u8]) -> String {
        let shown = Span::new(self.span.start, self.secret_span().start.min(self.span.start + 8));
        format!("{}…", String::from_utf8_lossy(shown.bytes(source)))
    }
}

/// The format of a service's tokens: their kind, and a pattern whose group `s` is the random part.
struct TokenFormat {
    kind: &'static str,
    pattern: &'static str,
    /// Whether `_` and `-` may precede or follow it.
    loose_ends: bool,
}

const fn token_format(kind: &'static str, pattern: &'static str) -> TokenFormat {
    TokenFormat { kind, pattern, loose_ends: false }
}

/// The formats are published by the services; those of GitLab's rarer tokens, Docker and Anthropic were observed.
static FORMATS: [TokenFormat; 19] = [
    TokenFormat { kind: "an AWS access key", pattern: "(?:AKIA|ASIA)(?P<s>[A-Z2-7]{16})", loose_ends: true },
    token_format("a GitHub token", "gh[pousr]_(?P<s>[A-Za-z0-9]{36})"),
    token_format("a GitHub token", "github_pat_(?P<s>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})"),
    token_format("a GitLab token", "gl(?:pat|dt|rt|cbt|ft|oas)-(?P<s>[A-Za-z0-9_-]{20,})"),
    token_format("a GitLab token", "glptt-(?P<s>[0-9a-f]{40})"),
    token_format("a Slack token", "xox[bpe]-(?P<s>(?:[0-9]{10,13}-){1,3}[A-Za-z0-9-]{20,})"),
    token_format(
        "a Slack webhook",
        r"https://hooks\.slack\.com/(?:services|workflows)/(?P<s>[A-Za-z0-9+/]{43,46})",
    ),
    token_format("a Stripe key", "[rs]k_live_(?P<s>[A-Za-z0-9]{16,99})"),
    token_format("an npm token", "npm_(?P<s>[A-Za-z0-9]{36})"),
    token_format("a PyPI token", "pypi-AgEIcHlwaS5vcmc(?P<s>[A-Za-z0-9_-]{50,})"),
    token_format("a Google API key", "AIza(?P<s>[0-9A-Za-z_-]{35})"),
    token_format("a Hugging Face token", "hf_(?P<s>[A-Za-z]{34})"),
    token_format("a SendGrid key", r"SG\.(?P<s>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    token_format("a DigitalOcean token", "do[opr]_v1_(?P<s>[a-f0-9]{64})"),
    token_format("an OpenAI key", "sk-(?P<s>[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,})"),
    token_format("an Anthropic key", "sk-ant-(?P<s>[a-z0-9]+-[A-Za-z0-9_-]{80,})"),
    token_format("a Docker token", "dckr_pat_(?P<s>[A-Za-z0-9_-]{27})"),
    token_format("a private key", "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    token_format("a Slack webhook", "https://hooks[.]slack[.]com/triggers/(?P<s>[A-Za-z0-9+/]{43,80})"),
];

/// The texts with which a token may begin; most files contain none. No two of them match at the same place.
const STARTS: [&str; 32] = [
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "glptt-",
    "gldt-",
    "glrt-",
    "glcbt-",
    "glft-",
    "gloas-",
    "xoxb-",
    "xoxp-",
    "xoxe-",
    "https://hooks.slack",
    "rk_live_",
    "sk_live_",
    "npm_",
    "pypi-AgE",
    "AIza",
    "hf_",
    "SG.",
    "doo_v1_",
    "dop_v1_",
    "dor_v1_",
    "sk-",
    "dckr_pat_",
    "-----BEGIN ",
];

/// The offsets at which a token may begin.
fn possible_token_starts(source: &[u8]) -> Vec<usize> {
    /// For each byte: whether it is the first byte of an entry of `STARTS`, and whether it is the second.
    const FIRST_TWO: [(bool, bool); 256] = {
        let mut places = [(false, false); 256];
        let mut at = 0;
        while at < STARTS.len() {
            places[STARTS[at].as_bytes()[0] as usize].0 = true;
            places[STARTS[at].as_bytes()[1] as usize].1 = true;
            at += 1;
        }
        places
    };
    let places = |byte: &u8| FIRST_TWO.get(usize::from(*byte)).copied().unwrap_or_default();
    let mut found = Vec::new();
    let mut next = 0;
    for (at, (first, second)) in source.iter().zip(source.iter().skip(1)).enumerate() {
        if !places(first).0 || !places(second).1 || at < next {
            continue;
        }
        let rest = source.get(at..).unwrap_or_default();
        if let Some(start) = STARTS.iter().find(|start| rest.starts_with(start.as_bytes())) {
            found.push(at);
            next = at + start.len();
        }
    }
    found
}

static PATTERNS: LazyLock<Vec<(&'static TokenFormat, Regex)>> = LazyLock::new(|| {
    FORMATS.iter().map(|format| (format, compile_pattern(&format!("^(?:{})", format.pattern)))).collect()
});

#[allow(clippy::expect_used)] // the patterns are constants, and a test compiles them
fn compile_pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

/// Placeholders that documentation contains instead of a secret.
const PLACEHOLDERS: [&str; 6] = ["EXAMPLE", "example", "XXXX", "xxxx", "1234567890", "abcdefgh"];

/// Every secret of these formats in the bytes of a file, in order.
#[must_use]
pub fn find_tokens(source: &[u8]) -> Vec<SecretToken> {
    let mut found: Vec<SecretToken> = Vec::new();
    for at in possible_token_starts(source) {
        if found.last().is_some_and(|last| last.span.end as usize > at) {
            continue;
        }
        found
            .extend(PATTERNS.iter().find_map(|(format, pattern)| find_token_at(source, at, format, pattern)));
    }
    found
}

fn find_token_at(source: &[u8], at: usize, format: &TokenFormat, pattern: &Regex) -> Option<SecretToken> {
    let captures = pattern.captures(source.get(at..)?)?;
    let end = at + captures.get(0)?.end();
    if !ends_outside_a_word(source, at, end, format.loose_ends) {
        return None;
    }
    let Some(random) = captures.name("s") else {
        let (first, end) = private_key_range(source, end)?;
        let shown = to_u32(first - at);
        return Some(SecretToken { kind: format.kind, span: Span::new(to_u32(at), to_u32(end)), shown });
    };
    if !looks_random(random.as_bytes()) {
        return None;
    }
    // Two characters of the random part show which token was found.
    let shown = to_u32(random.start() + 2).min(to_u32(random.end()) / 2);
    Some(SecretToken { kind: format.kind, span: Span::new(to_u32(at), to_u32(end)), shown })
}

fn ends_outside_a_word(source: &[u8], start: usize, end: usize, loose: bool) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || (!loose && matches!(byte, b'_' | b'-'));
    let before = start.checked_sub(1).and_then(|at| source.get(at)).is_some_and(|byte| is_part(*byte));
    // `\n` and `\t` end a line in the text of `printf`.
    let escaped = start >= 2 && matches!(source.get(start - 2..start), Some(b"\\n" | b"\\t" | b"\\r"));
    (!before || escaped) && !source.get(end).is_some_and(|byte| is_part(*byte))
}

/// Whether the text may be the random part of a secret, and is not a placeholder.
fn looks_random(part: &[u8]) -> bool {
    let text = String::from_utf8_lossy(part);
    let different: std::collections::BTreeSet<u8> = part.iter().copied().collect();
    different.len() >= 8 && !PLACEHOLDERS.iter().any(|word| text.contains(word)) && !text.contains('$')
}

/// The start of the Base64 text of a private key after its header, and the end of the key. The key may be one line
/// with `\n` in it.
fn private_key_range(source: &[u8], header_end: usize) -> Option<(usize, usize)> {
    /// The maximum distance of the Base64 text from the header, and its minimum length.
    const NEAR: usize = 300;
    const LEAST: usize = 64;
    /// The minimum length of a line of Base64; shorter ones may be ordinary words.
    const LINE: usize = 40;
    let near = source.get(header_end..)?;
    let mut at = 0;
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let (mut start, mut count, mut longest) = (0, 0, 0);
    while at < near.len() {
        let rest = near.get(at..).unwrap_or_default();
        // `\n` is a line end, so `n` is not part of the key.
        if rest.starts_with(b"\\n") || rest.starts_with(b"\\r") {
            at += 2;
            continue;
        }
        let word = rest.iter().take_while(|byte| is_base64(byte)).count();
        if word > 0 {
            if count == 0 {
                start = at;
            }
            count += word;
            longest = longest.max(word);
            at += word;
            if count >= LEAST && longest >= LINE {
                break;
            }
        } else {
            let Some(byte) = rest.first() else { break };
            if !(byte.is_ascii_whitespace() || *byte == b'\\') {
                (count, longest) = (0, 0);
            }
            at += 1;
        }
        if count == 0 && at > NEAR {
            return None;
        }
    }
    if count < LEAST || longest < LINE || start > NEAR {
        return None;
    }
    let body = near.get(start..)?;
    if !looks_random(body.get(..LEAST.min(body.len()))?) {
        return None;
    }
    let footer = body.windows(8).position(|window| window == b"-----END");
    let end = match footer {
        Some(footer) => footer,
        None => body
            .iter()
            .position(|byte| !(is_base64(byte) || byte.is_ascii_whitespace() || *byte == b'\\'))
            .unwrap_or(body.len()),
    };
    let trimmed = body.get(..end)?.trim_ascii_end().len();
    Some((header_end + start, header_end + start + trimmed))
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The starts as a regular expression.
    const START: &str = r"AKIA|ASIA|gh[pousr]_|github_pat_|gl(?:pat|ptt|dt|rt|cbt|ft|oas)-|xox[bpe]-|https://hooks\.slack|[rs]k_live_|npm_|pypi-AgE|AIza|hf_|SG\.|do[opr]_v1_|sk-|dckr_pat_|-----BEGIN ";

    #[test]
    fn starts_are_found() {
        let pattern = compile_pattern(START);
        let expected = |text: &str| -> Vec<usize> {
            pattern.find_iter(text.as_bytes()).map(|found| found.start()).collect()
        };
        for first in STARTS {
            assert_eq!(possible_token_starts(first.as_bytes()), [0], "{first}");
            for second in STARTS {
                for between in ["", " ", "-", "é"] {
                    let text = format!("a{first}{between}{second}{}", &first[..1]);
                    assert_eq!(possible_token_starts(text.as_bytes()), expected(&text), "{text}");
                }
            }
            let shorter = &first[..first.len() - 1];
            assert_eq!(possible_token_starts(shorter.as_bytes()), expected(shorter), "{shorter}");
        }
    }

    // Code forges refuse files that contain tokens, so the tests assemble them.
    const RANDOM: &str = "R7kQ2mZp9XvB4tLw8NsYc3HdJf6GaEuT5qWi";

    fn kinds(text: &str) -> Vec<&'static str> {
        find_tokens(text.as_bytes()).iter().map(|token| token.kind).collect()
    }

    fn key(line_end: &str) -> String {
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        format!("-----BEGIN {}PRIVATE KEY-----{line_end}{line}{line_end}{line}{line_end}-----END ", "RSA ")
    }

    #[test]
    fn every_format_is_found() {
        let long = format!("{RANDOM}{RANDOM}{RANDOM}");
        for (kind, text) in [
            ("an AWS access key", format!("AK{}", "IAQ3EGRWXK7ZB5TMP2")),
            ("an AWS access key", format!("AS{}", "IAQ3EGRWXK7ZB5TMP2")),
            ("a GitHub token", format!("gh{}{RANDOM}", "p_")),
            ("a GitHub token", format!("github{}{}_{}", "_pat_", &RANDOM[..22], &long[..59])),
            ("a GitLab token", format!("gl{}{}", "pat-", &RANDOM[..20])),
            (
                "a GitLab token",
                format!(
                    "glptt{}{}",
                    "-",
                    "0123456789abcdef0123456789abcdef01234567".replace("1234567", "7654321")
                ),
            ),
            (
                "a Slack token",
                format!(
                    "xox{}{}",
                    "b-",
                    "123456789012-1234567890123-R7kQ2mZp9XvB4tLw8NsYc3Hd".replace("1234567890", "9876504321")
                ),
            ),
            (
                "a Slack webhook",
                format!("https://hooks.slack{}T0A1B2C3D/B4E5F6G7H/{}", ".com/services/", &RANDOM[..24]),
            ),
            ("a Stripe key", format!("sk{}{}", "_live_", &RANDOM[..24])),
            ("an npm token", format!("npm{}{RANDOM}", "_")),
            ("a PyPI token", format!("pypi{}{}", "-AgEIcHlwaS5vcmc", &long[..60])),
            ("a Google API key", format!("AI{}{}", "za", &RANDOM[..35])),
            ("a Hugging Face token", format!("hf{}{}", "_", "RkQmZpXvBtLwNsYcHdJfGaEuTqWiRkQmZp")),
            ("a SendGrid key", format!("SG{}{}.{}", ".", &RANDOM[..22], &long[..43])),
            ("a DigitalOcean token", format!("dop{}{}", "_v1_", "0a9b8c7d6e5f4a3b".repeat(4))),
            (
                "an OpenAI key",
                format!("sk{}{}{}{}", "-proj-", &RANDOM[..20], "T3Blbk".to_string() + "FJ", &RANDOM[..20]),
            ),
            ("an Anthropic key", format!("sk{}{}", "-ant-api03-", &long[..90])),
            ("a Docker token", format!("dckr{}{}", "_pat_", &RANDOM[..27])),
            ("a private key", key("\n")),
            ("a private key", key("\\n")),
            ("a private key", key("\\n\\\n")),
        ] {
            assert_eq!(kinds(&format!("ENV A=\"{text}\"\n")), [kind], "{text}");
            assert_eq!(kinds(&format!("RUN x {text}")), [kind], "{text}");
            let found = find_tokens(text.as_bytes());
            let excerpt = found[0].excerpt(text.as_bytes());
            assert!(excerpt.chars().count() <= 9, "{excerpt}");
            assert!(found[0].secret_span().len() >= 12, "{text}");
        }
    }

    #[test]
    fn placeholders_and_other_words_are_not_secrets() {
        for text in [
            format!("AK{}", "IAIOSFODNN7EXAMPLE"),
            format!("sk{}{RANDOM}", "_test_"),
            "npm_config_registry=https://registry.example.org".to_string(),
            "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D".to_string(),
            "glpat-$CI_TOKEN_OF_THE_WHOLE_GROUP".to_string(),
            format!("glpat-{}", "xxxxxxxxxxxxxxxxxxxx"),
            format!("MIIB{}{RANDOM}", "AIza"),
            "-----BEGIN PRIVATE KEY-----\\n...".to_string(),
            "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo\n".to_string(),
            "echo '-----BEGIN PRIVATE KEY-----' && install the packages that are needed for everything else here and more".to_string(),
            format!("ghp_{}", "a".repeat(36)),
            format!("ghp_{}", &RANDOM[..20]),
            format!("ghp_{RANDOM}A"),
            "hf_transfer sk-learn SG.0 ASIA AKIA npm_".to_string(),
        ] {
            assert_eq!(kinds(&text), Vec::<&str>::new(), "{text}");
        }
    }
}
