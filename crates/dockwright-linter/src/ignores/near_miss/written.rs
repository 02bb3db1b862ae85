//! [`WrittenIgnore`]: the parts of a comment that was probably meant as an ignore comment.

use super::super::comment::IgnoreProgram;
use super::NearMissFault;
use crate::rule::RuleGroup;
use crate::rules;

/// The parts of a comment as written.
#[derive(Debug)]
pub(super) struct WrittenIgnore<'t> {
    pub program: IgnoreProgram,
    /// Which part of the file is meant, if not one instruction.
    pub(crate) reach: Option<WrittenScope>,
    pub codes: Vec<&'t str>,
    pub reason: &'t str,
    /// What is wrong with it, given that its program does not read it and that its place is right.
    pub fault: NearMissFault,
    /// Whether a space or a semicolon, instead of a comma, precedes the second or a later code.
    pub(crate) continues_in_reason: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenScope {
    File,
    Stage,
}

/// Words that mean `ignore`, and whether codes may follow without `=` or `:`. Without these, other words
/// are prose.
const VERBS: [(&str, bool); 15] = [
    ("ignore", true),
    ("disable", true),
    ("skip", true),
    ("suppress", true),
    ("silence", true),
    ("nolint", true),
    ("noqa", true),
    ("ignores", false),
    ("ignored", false),
    ("ignoring", false),
    ("disabled", false),
    ("disables", false),
    ("exclude", false),
    ("allow", false),
    ("off", false),
];

/// The verb that a word is, or that it is a misspelling of: `ingore`.
fn find_verb(word: &str) -> Option<&'static (&'static str, bool)> {
    let is_misspelled = |known: &str| {
        matches!(known, "ignore" | "disable")
            && word.len().abs_diff(known.len()) <= 1
            && word.get(..1) == known.get(..1)
            && strsim::damerau_levenshtein(word, known) <= 2
    };
    let exact = VERBS.iter().find(|(known, _)| *known == word);
    exact.or_else(|| VERBS.iter().find(|(known, _)| is_misspelled(known)))
}

/// Words that may come before or after the verb, and that no program interprets.
const FILLERS: [&str; 12] = [
    "rule", "rules", "code", "codes", "check", "checks", "warning", "warnings", "next", "line", "inline",
    "error",
];

/// Words after a code that show that it is part of a sentence.
const SENTENCE: [&str; 18] = [
    "is",
    "are",
    "was",
    "were",
    "wants",
    "needs",
    "requires",
    "has",
    "says",
    "complains",
    "does",
    "can",
    "cannot",
    "would",
    "reports",
    "asks",
    "should",
    "fires",
];

impl<'t> WrittenIgnore<'t> {
    /// Reads the text of a comment, without its first `#`. `None` if it was not meant as an ignore comment.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let body = text.trim_start_matches('#').trim_start();
        let word = leading_letters(body);
        // Without the name of a program, the verb comes first.
        let mut is_bare = false;
        let (program, mut rest) = match find_program(word) {
            Some(program) => (program, body.get(word.len()..)?),
            None => {
                is_bare = is_bare_ignore(body);
                is_bare.then_some((IgnoreProgram::Dockwright, body))?
            }
        };
        let (mut reach, mut verb) = (None, None);
        let mut has_sign = false;
        loop {
            let after = rest.trim_start_matches([' ', '\t', ':', '=', ',', '-', '_', '/', '@']);
            let separator = rest.get(..rest.len() - after.len())?;
            if separator.is_empty() && !std::mem::take(&mut is_bare) {
                break;
            }
            has_sign |= separator.contains(['=', ':']);
            rest = after;
            if find_code(program, leading_rule_code(after), false).is_some() {
                break;
            }
            let word = leading_letters(after);
            let lower = word.to_ascii_lowercase();
            match lower.as_str() {
                "global" | "globally" | "file" => reach = Some(WrittenScope::File),
                "stage" => reach = Some(WrittenScope::Stage),
                filler if FILLERS.contains(&filler) => {}
                other => match find_verb(other) {
                    Some(known) if verb.is_none() => {
                        verb = Some(known);
                        has_sign = false;
                    }
                    _ => break,
                },
            }
            rest = after.get(word.len()..)?;
        }
        match verb {
            Some((_, true)) => {}
            _ if has_sign => {}
            _ => return None,
        }
        let start = rest.trim_start_matches(OPENING);
        let before = body.get(..body.len() - rest.len())?;
        let mut list =
            CodeList { program, codes: Vec::new(), is_wrong: false, is_spaced: false, sign: has_sign };
        let reason = list.read(start)?;
        let fault = if text.starts_with('#')
            || !matches_program_keyword(program, &before.to_ascii_lowercase())
        {
            NearMissFault::Key
        } else if list.codes.iter().any(|code| !is_code_of(program, code)) {
            NearMissFault::ForeignCode
        } else if !matches_program_keyword(program, before)
            || list.codes.iter().any(|written| find_code(program, written, true).as_deref() != Some(*written))
        {
            NearMissFault::Case
        } else if list.is_spaced {
            NearMissFault::Separator
        } else if list.is_wrong || start.len() != rest.len() || reason.is_empty() {
            NearMissFault::List
        } else {
            NearMissFault::Words
        };
        Some(Self { program, reach, codes: list.codes, reason, fault, continues_in_reason: list.is_spaced })
    }
}

const OPENING: [char; 6] = ['"', '\'', '[', '(', '{', '`'];
const CLOSING: [char; 6] = ['"', '\'', ']', ')', '}', '`'];

/// Codes, one after the other.
struct CodeList<'t> {
    program: IgnoreProgram,
    codes: Vec<&'t str>,
    is_wrong: bool,
    is_spaced: bool,
    /// Whether `=` or `:` came before, so that a bare number is a code.
    sign: bool,
}

impl<'t> CodeList<'t> {
    /// Reads the codes, and returns the reason after them. `None` if there is no code.
    fn read(&mut self, mut rest: &'t str) -> Option<&'t str> {
        loop {
            let written = leading_rule_code(rest);
            find_code(self.program, written, false)?;
            self.codes.push(written);
            rest = rest.get(written.len()..)?;
            let after_quote = rest.trim_start_matches(CLOSING);
            self.is_wrong |= after_quote.len() != rest.len();
            let next = after_quote.trim_start_matches([' ', '\t', ',', ';', '|', '&', '+']);
            let separator = after_quote.get(..after_quote.len() - next.len())?;
            let word = leading_letters(next);
            let conjunction = !separator.is_empty() && matches!(word, "and" | "or");
            let next = if conjunction { next.get(word.len()..)?.trim_start() } else { next };
            let quoted = next.trim_start_matches(OPENING);
            if separator.is_empty() || !self.starts_rule_code(quoted, separator) {
                let end = separator.trim();
                self.is_wrong |= !end.is_empty();
                return Some(trim_reason(after_quote));
            }
            self.is_wrong |= quoted.len() != next.len() || separator.matches(',').count() > 1;
            self.is_spaced |= !separator.contains(',') || conjunction;
            rest = quoted;
        }
    }

    /// Whether another code begins here, and not a sentence about a code.
    fn starts_rule_code(&self, text: &str, separator: &str) -> bool {
        let written = leading_rule_code(text);
        if find_code(self.program, written, false).is_none()
            || !self.sign && written.bytes().all(|byte| byte.is_ascii_digit())
        {
            return false;
        }
        if separator.contains([',', ';', '|', '&', '+']) {
            return true;
        }
        let rest = text.get(written.len()..).unwrap_or_default();
        let is_sentence = rest.starts_with(' ')
            && SENTENCE.contains(&leading_letters(rest.trim_start()).to_ascii_lowercase().as_str());
        !is_sentence && !self.codes.iter().any(|known| known.eq_ignore_ascii_case(written))
    }
}

/// Whether the text is a verb and a code, as in `ignore DL3008` or `disable=SC2086`, and not a sentence about a rule.
fn is_bare_ignore(text: &str) -> bool {
    let verb = leading_letters(text);
    let is_verb = VERBS.iter().any(|(known, has_code)| *has_code && verb.eq_ignore_ascii_case(known));
    let rest = text.get(verb.len()..).unwrap_or_default();
    let after = rest.trim_start_matches([' ', '\t', ':', '=']);
    let written = leading_rule_code(after);
    let (family, digits) = written.split_at_checked(2).unwrap_or_default();
    let next = after.get(written.len()..).unwrap_or_default();
    is_verb
        && after.len() < rest.len()
        && ["DL", "SC", "DW"].iter().any(|known| known.eq_ignore_ascii_case(family))
        && digits.len() == 4
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !SENTENCE.contains(&leading_letters(next.trim_start()).to_ascii_lowercase().as_str())
}

/// The reason without a leading `#`, dash or colon.
fn trim_reason(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "#,;:.-–—/|".contains(c));
    let text = text.trim();
    match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if !inner.contains(['(', ')']) => inner,
        _ => text,
    }
}

/// The letters that the text starts with.
fn leading_letters(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// What may be a code or the name of a rule.
fn leading_rule_code(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches('-')
}

/// The program that a word means, even if a letter is wrong.
fn find_program(word: &str) -> Option<IgnoreProgram> {
    let lower = word.to_ascii_lowercase();
    if lower == "check" {
        return Some(IgnoreProgram::Buildkit);
    }
    if lower.len() < 6 || lower.len() > 14 {
        return None;
    }
    let names = [
        ("dockwright", IgnoreProgram::Dockwright),
        ("hadolint", IgnoreProgram::Hadolint),
        ("shellcheck", IgnoreProgram::ShellCheck),
    ];
    let nearest = names.iter().map(|(name, program)| (strsim::damerau_levenshtein(&lower, name), program));
    nearest
        .filter(|(distance, _)| *distance <= 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, program)| *program)
}

/// Whether these words before the codes are what the program expects.
fn matches_program_keyword(program: IgnoreProgram, before: &str) -> bool {
    let words: String = before.replace('=', " = ").split_whitespace().collect::<Vec<_>>().join(" ");
    match program {
        IgnoreProgram::Dockwright => {
            matches!(words.as_str(), "dockwright ignore =" | "dockwright ignore-file =")
        }
        IgnoreProgram::Hadolint => matches!(
            words.as_str(),
            "hadolint ignore =" | "hadolint global ignore =" | "hadolint stage ignore ="
        ),
        IgnoreProgram::ShellCheck => before.ends_with("disable=") && words == "shellcheck disable =",
        _ => before.ends_with("skip=") && words == "check = skip =",
    }
}

/// A code in the spelling of its rule; `None` if there is no such rule. Names are accepted if the program reads
/// names.
pub(super) fn find_code(program: IgnoreProgram, written: &str, exact: bool) -> Option<String> {
    let upper = written.to_ascii_uppercase();
    let digits = |prefix: &str| {
        let digits = upper.strip_prefix(prefix)?;
        (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(())
    };
    if digits("DL").or_else(|| digits("SC")).or_else(|| digits("DW")).is_some() {
        return Some(upper);
    }
    if program == IgnoreProgram::ShellCheck && digits("").is_some() {
        return Some(if exact { written.to_string() } else { format!("SC{written}") });
    }
    let rule = rules::all_rules().find(|rule| {
        rule.code.eq_ignore_ascii_case(written)
            || (program == IgnoreProgram::Dockwright && rule.name.eq_ignore_ascii_case(written))
    })?;
    let is_name = rule.group == RuleGroup::Buildkit || program == IgnoreProgram::Dockwright;
    is_name.then(|| rule.code.to_string())
}

/// Whether a code can be in a comment for this program.
pub(super) fn is_code_of(program: IgnoreProgram, written: &str) -> bool {
    let upper = written.to_ascii_uppercase();
    match program {
        IgnoreProgram::Dockwright => true,
        IgnoreProgram::Hadolint => upper.starts_with("DL") || upper.starts_with("SC"),
        IgnoreProgram::ShellCheck => {
            upper.starts_with("SC") || upper.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => !upper.bytes().any(|byte| byte.is_ascii_digit()),
    }
}
