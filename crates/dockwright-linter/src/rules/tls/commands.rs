//! Commands that turn certificate checks off in a configuration that stays in the image.

use super::DisabledVerification;
use super::options::{disables_git_verification, disables_yum_verification};
use crate::semantic::{Run, layer_contents};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;

/// A setting that a command changes.
struct DisablingSetting {
    /// The command in short: `npm config set strict-ssl false`.
    shown: String,
    program: &'static str,
    /// The file in which the program stores it.
    file: &'static str,
    instead: &'static str,
    span: Span,
}

pub(super) fn find_in_commands(run: &Run<'_>, found: &mut Vec<DisabledVerification>) {
    for (index, command) in run.script.commands.iter().enumerate() {
        let Some(setting) = find_disabling_setting(command) else { continue };
        let restored =
            run.script.commands.iter().skip(index + 1).any(|later| reverts_setting(later, command));
        let kept = layer_contents::keeps_in_layer(run, setting.file, index);
        let lasting = run.ships && kept && !restored;
        let place = if lasting { "in the image" } else { "in this stage" };
        found.push(DisabledVerification {
            anchor: run.outer.span,
            span: setting.span,
            message: format!(
                "`{}` disables certificate checks of {} {place}",
                setting.shown, setting.program
            ),
            help: setting.instead.to_string(),
            lasting,
            fix: None,
        });
    }
}

fn find_disabling_setting(command: &ShellCommand) -> Option<DisablingSetting> {
    let words = command.arguments();
    let operands: Vec<&ShellWord> = command.operands().collect();
    let texts: Vec<&str> = operands.iter().map(|word| word.text.as_str()).collect();
    let has = |flag: &str| words.iter().any(|word| word.text == flag);
    let whole = command.span;
    let name = command.name.as_deref()?;
    let new = |shown: String, program, file, instead| DisablingSetting {
        shown,
        program,
        file,
        instead,
        span: whole,
    };
    match (name, texts.as_slice()) {
        ("npm" | "pnpm" | "yarn", [config, rest @ ..]) => {
            let (("config" | "c", ["set", rest @ ..]) | ("set", rest)) = (*config, rest) else { return None };
            let (key, value) = match rest {
                [key, value, ..] => (*key, *value),
                [pair] => pair.split_once('=')?,
                [] => return None,
            };
            let off = matches!((key, value), ("strict-ssl" | "enableStrictSsl", "false"));
            let instead = "trust the CA with `npm config set cafile` instead";
            off.then(|| new(format!("{name} config set {key} false"), "npm and yarn", "~/.npmrc", instead))
        }
        ("git", ["config", key, value])
            if (has("--global") || has("--system")) && disables_git_verification(key, value) =>
        {
            let (flag, file) =
                if has("--system") { ("--system", "/etc/gitconfig") } else { ("--global", "~/.gitconfig") };
            let instead = "trust the CA with `git config http.sslCAInfo` instead";
            Some(new(format!("git config {flag} {key} {value}"), "git", file, instead))
        }
        ("pip" | "pip3", ["config", "set", key, _]) if key.ends_with("trusted-host") => {
            let instead = "trust the CA with `PIP_CERT` instead";
            Some(new(format!("pip config set {key}"), "pip", "~/.config/pip/pip.conf", instead))
        }
        ("conda" | "mamba", ["config", rest @ ..]) if has("--set") => match rest {
            ["ssl_verify", value, ..]
                if matches!(value.to_ascii_lowercase().as_str(), "false" | "no" | "0") =>
            {
                let instead = "set `ssl_verify` to the path of the CA certificate instead";
                Some(new("conda config --set ssl_verify false".to_string(), "conda", "~/.condarc", instead))
            }
            _ => None,
        },
        ("composer", ["config", key, value]) if has("-g") || has("--global") => {
            let off =
                matches!((*key, *value), ("disable-tls", "true" | "1") | ("secure-http", "false" | "0"));
            let instead = "add the CA certificate with `composer config cafile` instead";
            off.then(|| {
                new(
                    format!("composer config -g {key} {value}"),
                    "Composer",
                    "~/.composer/config.json",
                    instead,
                )
            })
        }
        ("bundle" | "bundler", ["config", rest @ ..]) => {
            let rest = rest.strip_prefix(&["set"]).unwrap_or(rest);
            let instead = "trust the CA with `bundle config ssl_ca_cert` instead";
            matches!(rest, ["ssl_verify_mode", "0"]).then(|| {
                new("bundle config ssl_verify_mode 0".to_string(), "Bundler", "~/.bundle/config", instead)
            })
        }
        ("yum-config-manager", _) | ("dnf" | "dnf5", ["config-manager", ..]) => {
            let word = words.iter().find(|word| disables_yum_verification(&word.text, "sslverify"))?;
            let instead = "add the CA certificate and run `update-ca-trust` instead";
            let saved = has("--save") || name == "yum-config-manager";
            saved.then(|| DisablingSetting {
                span: word.span,
                ..new(format!("{name} {}", word.text), program_display_name(name), "/etc/yum.conf", instead)
            })
        }
        ("gcloud", ["config", "set", "auth/disable_ssl_validation", value])
            if value.eq_ignore_ascii_case("true") =>
        {
            let instead = "trust the CA with `gcloud config set core/custom_ca_certs_file` instead";
            Some(new(
                "gcloud config set auth/disable_ssl_validation".to_string(),
                "gcloud",
                "~/.config/gcloud",
                instead,
            ))
        }
        _ => None,
    }
}

fn program_display_name(program: &str) -> &'static str {
    if program.starts_with("dnf") { "dnf" } else { "yum" }
}

/// Whether the command reverts `setting`.
fn reverts_setting(command: &ShellCommand, setting: &ShellCommand) -> bool {
    if command.name != setting.name {
        return false;
    }
    let has = |word: &str| command.arguments().iter().any(|one| one.text.eq_ignore_ascii_case(word));
    match command.name.as_deref() {
        Some("npm" | "pnpm" | "yarn") => {
            (has("delete") || has("rm") || has("true")) && (has("strict-ssl") || has("enableStrictSsl"))
                || has("strict-ssl=true")
        }
        Some("git") => {
            let key = setting.operands().find(|word| word.text.to_ascii_lowercase().ends_with("sslverify"));
            key.is_some_and(|key| has(&key.text)) && (has("--unset") || has("true") || has("--unset-all"))
        }
        Some("pip" | "pip3") => has("unset"),
        Some("conda" | "mamba") => has("ssl_verify") && (has("true") || has("--remove-key")),
        _ => false,
    }
}
