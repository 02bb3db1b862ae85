//! Whether a RUN verifies a file that it downloads.

use super::Run;
use crate::semantic::paths::base_name;
use crate::shell::{CommandPlace, ShellCommand};

/// The strength of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerificationStrength {
    /// MD5 or SHA-1: files with the same sum can be created.
    Weak,
    Strong,
}

/// How a command after the one at `after` verifies the file of this name; `None` if nothing does.
#[must_use]
pub fn verification_of(
    run: &Run<'_>,
    after: Option<usize>,
    file: &str,
    source: &[u8],
) -> Option<VerificationStrength> {
    let name = base_name(file);
    let commands = run.script.commands.iter().enumerate().skip(after.map_or(0, |at| at + 1));
    let mut best = None;
    for (index, command) in commands {
        let Some(strength) = verification_strength(command, run) else { continue };
        let mut texts: Vec<String> = command.arguments().iter().map(|word| word.text.clone()).collect();
        for left in run.script.commands_piped_into(index, source) {
            let words = run.script.commands.get(left).map(ShellCommand::arguments).unwrap_or_default();
            texts.extend(words.iter().map(|word| word.text.clone()));
        }
        texts.extend(
            command.redirections.iter().map(|span| String::from_utf8_lossy(span.bytes(source)).into_owned()),
        );
        let has_list = command.operands().any(|word| word.text != "-")
            || command.redirections.iter().any(|span| span.bytes(source).starts_with(b"<"));
        let names = texts.iter().any(|text| text.contains(name) || text.contains('*'));
        if names || (has_list && command.has_flag("c") | command.has_flag("check")) {
            best = best.max(Some(strength));
        }
    }
    best
}

/// The strength of the verification by the command, if it is one.
fn verification_strength(command: &ShellCommand, run: &Run<'_>) -> Option<VerificationStrength> {
    let name = command.name.as_deref()?;
    let checks = command.has_flag("c") || command.has_flag("check");
    let compared = command.place == CommandPlace::Substitution && !run.script.tests.is_empty();
    match name {
        "sha256sum" | "sha512sum" | "sha384sum" | "sha224sum" | "b2sum" | "gsha256sum"
            if checks || compared =>
        {
            Some(VerificationStrength::Strong)
        }
        "shasum" if checks || compared => {
            let long = command
                .arguments()
                .iter()
                .any(|word| ["256", "384", "512", "224"].iter().any(|n| word.text.ends_with(n)));
            Some(if long { VerificationStrength::Strong } else { VerificationStrength::Weak })
        }
        "md5sum" | "sha1sum" if checks || compared => Some(VerificationStrength::Weak),
        "gpg" | "gpg2" if command.has_flag("verify") => Some(VerificationStrength::Strong),
        "gpgv" | "gpgv2" | "slsa-verifier" => Some(VerificationStrength::Strong),
        "cosign" if command.operands().next().is_some_and(|word| word.text.starts_with("verify")) => {
            Some(VerificationStrength::Strong)
        }
        "minisign" if command.has_flag("V") => Some(VerificationStrength::Strong),
        "openssl" if command.has_argument(&["-verify"]) => Some(VerificationStrength::Strong),
        "apk" if command.has_argument(&["verify"]) => Some(VerificationStrength::Strong),
        _ => None,
    }
}
