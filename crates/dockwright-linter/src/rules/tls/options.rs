//! Options with which one command does not verify certificates.

mod downloads;

use downloads::{insecure_curl_option, insecure_wget_option};

use super::{DisabledVerification, delete_word, suggest_fix};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::RuleChecker;
use crate::semantic::base_image::ToolPresence;
use crate::semantic::url::{Url, is_localhost, is_private};
use crate::semantic::verification::{VerificationStrength, verification_of};
use crate::semantic::{Run, download, is_pip_wrapper};
use crate::shell::{CommandPlace, ShellCommand, ShellWord};
use crate::source::Span;

/// An option that was found.
struct FoundOption {
    /// The usual spelling: `-k`.
    option: &'static str,
    span: Span,
    edits: Vec<Edit>,
}

/// Hosts whose certificates every image with CA certificates trusts.
const PUBLIC_HOSTS: [&str; 22] = [
    "github.com",
    "raw.githubusercontent.com",
    "codeload.github.com",
    "objects.githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "pypi.org",
    "files.pythonhosted.org",
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "rubygems.org",
    "crates.io",
    "static.crates.io",
    "proxy.golang.org",
    "go.dev",
    "dl.google.com",
    "repo1.maven.org",
    "repo.maven.apache.org",
    "archive.apache.org",
    "deb.debian.org",
    "dl-cdn.alpinelinux.org",
    "nodejs.org",
];

pub(super) fn find_options(cx: &RuleChecker<'_>, run: &Run<'_>, found: &mut Vec<DisabledVerification>) {
    let source = cx.file.source;
    for (index, command) in run.script.commands.iter().enumerate() {
        let Some(given) = find_option(command, source) else { continue };
        let hosts = hosts_in_arguments(command);
        if !hosts.is_empty() && hosts.iter().all(|host| is_localhost(host)) {
            continue;
        }
        let files = download::find_downloads(run, source);
        let mut files =
            files.iter().filter(|one| one.command == index).filter_map(|one| one.file_name()).peekable();
        if files.peek().is_some()
            && files.all(|file| {
                verification_of(run, Some(index), file, source) == Some(VerificationStrength::Strong)
            })
        {
            continue;
        }
        let name = command.name.as_deref().unwrap_or_default();
        let shown = format!("{name} {}", given.option);
        let message = if given.option == "--trusted-host" {
            format!("`{shown}` accepts any certificate of that host, and also plain HTTP")
        } else {
            format!("`{shown}` accepts any certificate, so the download can be tampered with in transit")
        };
        let private = hosts.iter().any(|host| is_private(host) || !PUBLIC_HOSTS.contains(&host.as_str()));
        let certificates = has_ca_certificates(cx, run, index);
        let help = match certificates {
            Some(false) => "install `ca-certificates`, which this image lacks, and remove the option",
            _ if hosts.iter().any(|host| is_private(host)) => {
                "add the CA certificate of the host, run `update-ca-certificates`, and remove the option"
            }
            _ => "remove the option",
        };
        let fix = (!given.edits.is_empty() && command.place != CommandPlace::Quoted).then(|| {
            let title = format!("remove `{}`", given.option);
            if !hosts.is_empty() && !private && certificates == Some(true) {
                return Fix::new(Applicability::UnsafeMid, title, given.edits)
                    .with_risk("a proxy between the build and the host may replace certificates");
            }
            let host = hosts.first().filter(|host| !host.contains('$'));
            let missing = match host {
                Some(host) => format!("the image may not trust the CA of `{host}`"),
                None => "the image may not trust the CA of the host".to_string(),
            };
            suggest_fix(title, given.edits, missing)
        });
        let (anchor, span) = (run.outer.span, given.span);
        found.push(DisabledVerification {
            anchor,
            span,
            message,
            help: help.to_string(),
            lasting: false,
            fix,
        });
    }
}

/// The hosts of the URLs in the arguments of the command.
fn hosts_in_arguments(command: &ShellCommand) -> Vec<String> {
    let is_fetcher = command.is_any(&["curl", "wget", "http", "https"]);
    let of = |word: &ShellWord| {
        let text = word.text.strip_prefix("--trusted-host=").unwrap_or(&word.text);
        if let Some(url) = Url::parse(text) {
            return Some(url.host.to_ascii_lowercase());
        }
        // `curl localhost:8080`.
        let bare = is_fetcher && !text.starts_with(['-', '/', '.', '$', '@']) && text.contains(['.', ':']);
        let address = format!("https://{text}");
        Url::parse(&address)
            .filter(|url| bare && !text.contains(' ') && url.host.len() > 3)
            .filter(|url| is_localhost(url.host))
            .map(|url| url.host.to_string())
    };
    command.arguments().iter().filter_map(of).collect()
}

/// Whether CA certificates are installed when the command at `index` runs; `None` if it is unknown.
fn has_ca_certificates(cx: &RuleChecker<'_>, run: &Run<'_>, index: usize) -> Option<bool> {
    let stage = run.stage?;
    let installs = |command: &ShellCommand| {
        command.arguments().iter().any(|word| word.text.starts_with("ca-certificates"))
    };
    let before = cx
        .semantics
        .runs
        .iter()
        .filter(|other| other.stage == run.stage && other.outer.span.start < run.outer.span.start);
    let earlier = before.flat_map(|run| &run.script.commands).any(installs)
        || run.script.commands.iter().take(index).any(installs);
    if earlier {
        return Some(true);
    }
    match cx.semantics.base_image(stage)?.image.facts.tool("ca-certificates") {
        ToolPresence::Present(_) => Some(true),
        // A parent stage, or a package that depends on them, may have installed them.
        ToolPresence::Absent if cx.semantics.stage_chain(stage).count() == 1 => Some(false),
        ToolPresence::Absent | ToolPresence::Unknown => None,
    }
}

fn find_option(command: &ShellCommand, source: &[u8]) -> Option<FoundOption> {
    let name = command.name.as_deref()?;
    match name {
        "curl" => insecure_curl_option(command, source),
        "wget" => insecure_wget_option(command, source),
        "aria2c" => {
            match_whole_word(command, &["--check-certificate=false"], "--check-certificate=false", source)
        }
        "git" => insecure_git_option(command, source),
        "npm" | "pnpm" | "yarn" => insecure_npm_option(command, source),
        "apt" | "apt-get" | "aptitude" => insecure_apt_option(command),
        "yum" | "dnf" | "dnf5" | "microdnf" | "tdnf" | "zypper" | "yum-config-manager" => {
            insecure_yum_option(command)
        }
        "conda" | "mamba" => match_whole_word(command, &["-k", "--insecure"], "--insecure", source),
        "helm" | "kubectl" | "oc" => match_whole_word(
            command,
            &["--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true"],
            "--insecure-skip-tls-verify",
            source,
        ),
        "skopeo" | "podman" | "buildah" => match_whole_word(
            command,
            &["--tls-verify=false", "--src-tls-verify=false", "--dest-tls-verify=false"],
            "--tls-verify=false",
            source,
        ),
        "aws" => match_whole_word(command, &["--no-verify-ssl"], "--no-verify-ssl", source),
        "http" | "https" => {
            match_whole_word(command, &["--verify=no", "--verify=false"], "--verify=no", source)
        }
        "uv" => trusted_host(command, "--allow-insecure-host", source)
            .or_else(|| trusted_host(command, "--trusted-host", source)),
        "pipenv" | "easy_install" => trusted_host(command, "--trusted-host", source),
        _ if name == "pip"
            || name.starts_with("pip3")
            || name.starts_with("pip2")
            || is_pip_wrapper(command) =>
        {
            trusted_host(command, "--trusted-host", source)
        }
        _ => None,
    }
}

/// Finds one of these words as a whole word.
fn match_whole_word(
    command: &ShellCommand,
    words: &[&str],
    option: &'static str,
    source: &[u8],
) -> Option<FoundOption> {
    let word = command.arguments().iter().find(|word| words.contains(&word.text.as_str()))?;
    Some(FoundOption { option, span: word.span, edits: delete_option(word, source) })
}

fn delete_option(word: &ShellWord, source: &[u8]) -> Vec<Edit> {
    // A word that differs from the source comes from a variable.
    let verbatim = word.span.bytes(source) == word.text.as_bytes();
    if verbatim { vec![delete_word(word.span, source)] } else { Vec::new() }
}

fn option_has_value(table: &str, option: &str) -> bool {
    table.split_whitespace().any(|name| name == option)
}

/// Whether `key=value` turns git's check off: `http.sslVerify`, `http.URL.sslVerify`.
pub(super) fn disables_git_verification(key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("http.")
        && key.ends_with(".sslverify")
        && matches!(value.to_ascii_lowercase().as_str(), "false" | "0" | "no" | "off")
}

fn insecure_git_option(command: &ShellCommand, source: &[u8]) -> Option<FoundOption> {
    let words = command.arguments();
    for pair in words.windows(2) {
        let [option, value] = pair else { continue };
        let (key, setting) = value.text.split_once('=').unwrap_or((&value.text, "true"));
        if option.text == "-c" && disables_git_verification(key, setting) {
            let mut edits = delete_option(option, source);
            edits.extend(delete_option(value, source));
            let edits = if edits.len() == 2 { edits } else { Vec::new() };
            return Some(FoundOption { option: "-c http.sslVerify=false", span: value.span, edits });
        }
    }
    // Without `--global` or `--system`, the setting only applies to one clone.
    let operands: Vec<&ShellWord> = command.operands().collect();
    let local = !words.iter().any(|word| matches!(word.text.as_str(), "--global" | "--system" | "--unset"));
    match operands.as_slice() {
        [config, key, value]
            if local && config.text == "config" && disables_git_verification(&key.text, &value.text) =>
        {
            Some(FoundOption {
                option: "config http.sslVerify",
                span: key.span.enclosing_span(value.span),
                edits: Vec::new(),
            })
        }
        _ => None,
    }
}

fn insecure_npm_option(command: &ShellCommand, source: &[u8]) -> Option<FoundOption> {
    let words = command.arguments();
    if words.iter().any(|word| matches!(word.text.as_str(), "config" | "c" | "set")) {
        return None;
    }
    let at = words.iter().position(|word| {
        matches!(word.text.as_str(), "--strict-ssl=false" | "--no-strict-ssl" | "--strict-ssl")
    })?;
    let word = words.get(at)?;
    let mut edits = delete_option(word, source);
    if word.text == "--strict-ssl" {
        let value = words.get(at + 1).filter(|value| value.text == "false")?;
        edits.extend(delete_option(value, source));
    }
    Some(FoundOption { option: "--strict-ssl=false", span: word.span, edits })
}

fn insecure_apt_option(command: &ShellCommand) -> Option<FoundOption> {
    let words = command.arguments();
    let is_off = |text: &str| {
        let lower = text.trim_start_matches("-o").trim_start_matches("--option=").trim().to_ascii_lowercase();
        let Some((key, value)) = lower.split_once('=') else { return false };
        key.starts_with("acquire::https::")
            && (key.ends_with("verify-peer") || key.ends_with("verify-host"))
            && matches!(value, "false" | "0" | "no")
    };
    let word = words.iter().find(|word| is_off(&word.text))?;
    Some(FoundOption { option: "-o Acquire::https::Verify-Peer=false", span: word.span, edits: Vec::new() })
}

/// Whether `--setopt=` turns the check of all repositories or one off.
pub(crate) fn disables_yum_verification(text: &str, setting: &str) -> bool {
    let Some((key, value)) = text.trim_start_matches("--setopt=").split_once('=') else { return false };
    (key == setting || key.ends_with(&format!(".{setting}"))) && matches!(value, "0" | "false" | "no")
}

fn insecure_yum_option(command: &ShellCommand) -> Option<FoundOption> {
    if command.arguments().iter().any(|word| word.text == "--save") || command.is("yum-config-manager") {
        return None;
    }
    let word = command.arguments().iter().find(|word| disables_yum_verification(&word.text, "sslverify"))?;
    Some(FoundOption { option: "--setopt=sslverify=0", span: word.span, edits: Vec::new() })
}

fn trusted_host(command: &ShellCommand, option: &'static str, source: &[u8]) -> Option<FoundOption> {
    let words = command.arguments();
    if words.iter().any(|word| word.text == "config") {
        return None;
    }
    let mut given: Vec<(Span, Vec<Edit>)> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word.text == option {
            let value = words.get(at + 1)?;
            let mut edits = delete_option(word, source);
            let verbatim = !value.span.is_empty() && !value.text.contains("${");
            if verbatim && !edits.is_empty() {
                edits.push(delete_word(value.span, source));
            }
            let edits = if edits.len() == 2 { edits } else { Vec::new() };
            given.push((word.span.enclosing_span(value.span), edits));
        } else if word.text.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')) {
            given.push((word.span, delete_option(word, source)));
        }
    }
    let several = given.len() > 1;
    let (span, edits) = given.into_iter().next()?;
    let option = if option == "--trusted-host" { option } else { "--allow-insecure-host" };
    Some(FoundOption { option, span, edits: if several { Vec::new() } else { edits } })
}
