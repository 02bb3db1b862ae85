//! Passwords and tokens that a command or an instruction contains literally, found by their context.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::placeholder::is_placeholder_password;
use crate::semantic::programs::{CURL_VALUED, WGET_VALUED};
use crate::semantic::url::{self, Url};
use crate::semantic::{ProgramSyntax, Run, Semantics};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Instruction, Kind};

/// A password that is written literally in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiteralPassword {
    /// The password itself.
    pub span: Span,
    /// The word that contains it.
    pub word: Span,
    /// The top-level instruction.
    pub anchor: Span,
    pub place: PasswordPlace,
}

/// Where a password is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordPlace {
    /// In the user part of a URL for this host.
    Url(String),
    /// In the arguments of a program: `curl -u`, `twine upload -p`.
    Option(String),
}

/// The options with which a program receives passwords. Letters and long names are as in [`ProgramSyntax`].
struct PasswordOptions {
    names: &'static [&'static str],
    /// The words that must precede the options; may be empty.
    subcommand: &'static [&'static str],
    valued: &'static str,
    single_dash: bool,
    options: &'static [&'static str],
    form: PasswordForm,
}

/// The format of an option's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PasswordForm {
    Password,
    /// `USER:PASSWORD`.
    UserAndPassword,
    /// `pass:PASSWORD`, as `openssl` writes it.
    Pass,
    /// Only if it is in the same word as the option: `-pPASSWORD`, `--password=PASSWORD`.
    Attached,
}

const ROW: PasswordOptions = PasswordOptions {
    names: &[],
    subcommand: &[],
    valued: "",
    single_dash: false,
    options: &[],
    form: PasswordForm::Password,
};

static ROWS: &[PasswordOptions] = &[
    PasswordOptions {
        names: &["curl"],
        valued: CURL_VALUED,
        options: &["u", "user", "U", "proxy-user"],
        form: PasswordForm::UserAndPassword,
        ..ROW
    },
    PasswordOptions {
        names: &["wget"],
        valued: WGET_VALUED,
        options: &["password", "http-password", "ftp-password", "proxy-password"],
        ..ROW
    },
    PasswordOptions {
        names: &["docker", "podman", "buildah", "skopeo", "helm", "oras", "crane"],
        subcommand: &["login"],
        valued: "p password u username",
        options: &["p", "password"],
        ..ROW
    },
    PasswordOptions {
        names: &["az"],
        subcommand: &["login"],
        valued: "p password u username t tenant",
        options: &["p", "password"],
        ..ROW
    },
    PasswordOptions { names: &["sshpass"], valued: "p f d", options: &["p"], ..ROW },
    PasswordOptions {
        names: &["mysql", "mysqladmin", "mysqldump", "mariadb", "mariadb-admin", "mariadb-dump"],
        valued: "h u P S D e host user port socket database execute",
        options: &["p", "password"],
        form: PasswordForm::Attached,
        ..ROW
    },
    PasswordOptions {
        names: &["twine"],
        subcommand: &["upload"],
        valued: "p password u username r repository",
        options: &["p", "password"],
        ..ROW
    },
    PasswordOptions {
        names: &["openssl"],
        valued: "pass passin passout",
        single_dash: true,
        options: &["pass", "passin", "passout"],
        form: PasswordForm::Pass,
        ..ROW
    },
    PasswordOptions {
        names: &["keytool"],
        valued: "storepass keypass srcstorepass deststorepass new",
        single_dash: true,
        options: &["storepass", "keypass", "srcstorepass", "deststorepass"],
        ..ROW
    },
];

/// Every literal password of a file, in the order of its instructions.
#[must_use]
pub fn find_passwords(semantics: &Semantics<'_>) -> Vec<LiteralPassword> {
    let mut found = Vec::new();
    let mut runs = semantics.runs.iter().peekable();
    for instruction in semantics.file.instructions() {
        find_in_urls(semantics, instruction, &mut found);
        while let Some(run) = runs.next_if(|run| run.outer.span.start <= instruction.span.start) {
            find_in_commands(semantics, run, &mut found);
        }
    }
    found
}

static USER_INFO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'`\[\]<>]*:([^\s/@"'`]+)@[^\s/:@"'`,;)\\]+"#).ok()
});

fn find_in_urls(semantics: &Semantics<'_>, instruction: &Instruction<'_>, found: &mut Vec<LiteralPassword>) {
    let source = semantics.file.source;
    let text = instruction.span.bytes(source);
    // Most files have none, and for them the pattern need not be compiled.
    if !text.contains(&b'@') {
        return;
    }
    let Some(pattern) = USER_INFO.as_ref() else { return };
    let inner = match &instruction.arguments {
        crate::syntax::Arguments::Onbuild(inner) => inner.kind,
        _ => instruction.kind,
    };
    for captures in pattern.captures_iter(text) {
        let (Some(whole), Some(password)) = (captures.get(0), captures.get(1)) else { continue };
        let Ok(address) = std::str::from_utf8(whole.as_bytes()) else { continue };
        let at = |offset: usize| instruction.span.start + u32::try_from(offset).unwrap_or(0);
        let span = Span::new(at(whole.start()), at(whole.end()));
        let skipped = instruction.continuations.iter().flat_map(|one| &one.skipped);
        let Some(url) = Url::parse(address) else { continue };
        let is_default = inner != Kind::Run
            && (url::is_private(url.host) || url::is_documentation_host(url.host) || url.host.contains('$'));
        let literal = String::from_utf8_lossy(password.as_bytes());
        let is_literal = !literal.contains(['$', '{', '}', '(']) && !is_placeholder_password(&literal);
        if is_literal
            && !is_default
            && !url::is_localhost(url.host)
            && !skipped.into_iter().any(|line| line.span.contains(span))
        {
            found.push(LiteralPassword {
                span: Span::new(at(password.start()), at(password.end())),
                word: span,
                anchor: instruction.span,
                place: PasswordPlace::Url(url.host.to_string()),
            });
        }
    }
}

fn find_in_commands(semantics: &Semantics<'_>, run: &Run<'_>, found: &mut Vec<LiteralPassword>) {
    let source = semantics.file.source;
    for command in &run.script.commands {
        let Some(name) = command.name.as_deref() else { continue };
        if matches!(name, "echo" | "printf" | "grep" | "egrep" | "sed" | "awk" | "cat" | "test") {
            continue;
        }
        let mut add = |option: String, password: &str, word: Span| {
            if !password.is_empty() && !password.contains("${") && !is_placeholder_password(password) {
                found.push(LiteralPassword {
                    span: span_of_part(word, password, source),
                    word,
                    anchor: run.outer.span,
                    place: PasswordPlace::Option(option),
                });
            }
        };
        for row in ROWS.iter().filter(|row| row.names.contains(&name)) {
            find_in_options(row, name, command, &mut add);
        }
        find_in_headers(name, command, &mut add);
        find_in_operands(name, command, &mut add);
    }
}

fn find_in_options(
    row: &PasswordOptions,
    name: &str,
    command: &ShellCommand,
    add: &mut dyn FnMut(String, &str, Span),
) {
    let program = ProgramSyntax {
        names: row.names,
        more_names: &[],
        valued: row.valued,
        valued_in_hadolint: "",
        single_dash: row.single_dash,
        prefixes: &["registry", "auth"],
    };
    let call = program.read_call_under_any_name(command, crate::semantic::View::Exact);
    let subcommand = row.subcommand.first();
    if subcommand.is_some_and(|subcommand| !call.operands.iter().any(|word| word.text == *subcommand)) {
        return;
    }
    for option in row.options {
        let dashes = if option.len() == 1 || row.single_dash { "-" } else { "--" };
        let subcommand = subcommand.map(|subcommand| format!(" {subcommand}")).unwrap_or_default();
        let shown = format!("{name}{subcommand} {dashes}{option}");
        if row.form == PasswordForm::Attached {
            let prefix = if option.len() == 1 { format!("-{option}") } else { format!("--{option}=") };
            for word in command.arguments() {
                if let Some(value) = word
                    .text
                    .strip_prefix(&prefix)
                    .filter(|_| !word.text.starts_with("--p") || option.len() > 1)
                {
                    add(shown.clone(), value, word.span);
                }
            }
            continue;
        }
        for value in call.values(option) {
            let password = match row.form {
                PasswordForm::UserAndPassword => {
                    value.text.split_once(':').map_or("", |(_, password)| password)
                }
                PasswordForm::Pass => value.text.strip_prefix("pass:").unwrap_or_default(),
                PasswordForm::Password | PasswordForm::Attached => value.text,
            };
            add(shown.clone(), password, value.span);
        }
    }
}

/// Whether the text contains the name of one of the headers below: most texts do not, so the pattern need not
/// be compiled.
fn may_contain_auth_header(text: &str) -> bool {
    const ENDS: [&[u8]; 3] = [b"authorization:", b"token:", b"art-api:"];
    let ends_one = |end: &&[u8], at: usize| {
        let name = text.as_bytes().get((at + 1).saturating_sub(end.len())..=at);
        name.is_some_and(|name| name.eq_ignore_ascii_case(end))
    };
    // The pattern also ignores the case of non-ASCII letters.
    text.contains(':') && !text.is_ascii()
        || text.match_indices(':').any(|(at, _)| ENDS.iter().any(|end| ends_one(end, at)))
}

/// `Authorization: Bearer …` and similar ones, in any argument.
fn find_in_headers(name: &str, command: &ShellCommand, add: &mut dyn FnMut(String, &str, Span)) {
    static HEADER: LazyLock<Option<regex::Regex>> = LazyLock::new(|| {
        let pattern = r"(?i)^(?:[-\w.:/]+[= ])?(authorization: *(?:basic|bearer|token) +|private-token: *|x-jfrog-art-api: *)(\S+)$";
        regex::Regex::new(pattern).ok()
    });
    for word in command.arguments().iter().filter(|word| may_contain_auth_header(&word.text)) {
        let Some(pattern) = HEADER.as_ref() else { return };
        let text = word.text.strip_prefix("-H").unwrap_or(&word.text);
        let Some(captures) = pattern.captures(text) else { continue };
        let header = captures.get(1).map_or("", |header| header.as_str());
        let header = header.split(':').next().unwrap_or_default();
        let password = captures.get(2).map_or("", |password| password.as_str());
        let shown = match name {
            "git" => "git config http.extraheader".to_string(),
            _ => format!("{header} header of {name}"),
        };
        add(shown, password, word.span);
    }
}

/// Finds passwords in the operands of programs.
fn find_in_operands(name: &str, command: &ShellCommand, add: &mut dyn FnMut(String, &str, Span)) {
    let operands: Vec<&ShellWord> = command.operands().collect();
    let texts: Vec<&str> = operands.iter().map(|word| word.text.as_str()).collect();
    match (name, texts.as_slice()) {
        ("aws", ["configure", "set", key, password, ..])
            if key.ends_with("aws_secret_access_key") || key.ends_with("aws_session_token") =>
        {
            add(format!("aws configure set {key}"), password, operands[3].span);
        }
        ("htpasswd", [.., password]) => {
            let batch = command
                .arguments()
                .iter()
                .any(|word| word.is_flag() && !word.text.starts_with("--") && word.text.contains('b'));
            if let Some(last) = operands.last().filter(|_| batch && texts.len() >= 2) {
                add("htpasswd -b".to_string(), password, last.span);
            }
        }
        ("npm" | "yarn" | "pnpm", ["config" | "c", "set", key, rest @ ..]) => {
            let secret =
                |key: &str| ["_authToken", "_auth", "_password"].iter().any(|end| key.ends_with(end));
            if let Some((key, password)) = key.split_once('=').filter(|(key, _)| secret(key)) {
                add(format!("{name} config set {key}"), password, operands[2].span);
            } else if let (true, [password, ..]) = (secret(key), rest) {
                add(format!("{name} config set {key}"), password, operands[3].span);
            }
        }
        ("composer", ["config", key, _, password]) if key.starts_with("http-basic.") => {
            add(format!("composer config {key}"), password, operands[3].span);
        }
        _ => {}
    }
}

/// The span of a part of a word's text in the file; the whole word if it is written differently there.
fn span_of_part(word: Span, part: &str, source: &[u8]) -> Span {
    let raw = word.bytes(source);
    let at = raw.windows(part.len().max(1)).rposition(|window| window == part.as_bytes());
    at.map_or(word, |at| {
        let start = word.start + u32::try_from(at).unwrap_or(0);
        Span::new(start, start + u32::try_from(part.len()).unwrap_or(0))
    })
}
