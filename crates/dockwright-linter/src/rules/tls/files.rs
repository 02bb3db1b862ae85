//! Configuration files, written by a RUN or a COPY heredoc, that turn certificate checks off.

use super::DisabledVerification;
use crate::rule::RuleChecker;
use crate::semantic::written_text::{WrittenText, WrittenTextLine, find_copied_text, find_written_text};
use crate::semantic::{Run, layer_contents};
use crate::syntax::Instruction;

/// A file, and how it turns the check off.
struct DisablingFile {
    paths: &'static [&'static str],
    program: &'static str,
    is_off: fn(&str) -> bool,
    instead: &'static str,
}

static FORMATS: [DisablingFile; 9] = [
    DisablingFile {
        paths: &["*/.curlrc", ".curlrc"],
        program: "curl",
        is_off: |line| matches!(line, "insecure" | "-k" | "--insecure"),
        instead: "add the CA certificate and run `update-ca-certificates` instead",
    },
    DisablingFile {
        paths: &["*/.wgetrc", ".wgetrc", "/etc/wgetrc"],
        program: "wget",
        is_off: |line| {
            sets_key_to_any(line, '=', "check_certificate", &["off", "no"])
                || sets_key_to_any(line, '=', "check-certificate", &["off", "no"])
        },
        instead: "add the CA certificate and run `update-ca-certificates` instead",
    },
    DisablingFile {
        paths: &["*/.npmrc", ".npmrc", "*/.yarnrc", ".yarnrc"],
        program: "npm and yarn",
        is_off: |line| sets_key_to_any(line, '=', "strict-ssl", &["false"]) || line == "strict-ssl false",
        instead: "trust the CA with `cafile` instead",
    },
    DisablingFile {
        paths: &["*/pip.conf", "*/pip.ini"],
        program: "pip",
        is_off: |line| {
            line.split('=').next().is_some_and(|key| key.trim() == "trusted-host") && line.contains('=')
        },
        instead: "trust the CA with `cert` instead",
    },
    DisablingFile {
        paths: &["*/.condarc", ".condarc"],
        program: "conda",
        is_off: |line| sets_key_to_any(line, ':', "ssl_verify", &["false", "no"]),
        instead: "set `ssl_verify` to the path of the CA certificate instead",
    },
    DisablingFile {
        paths: &["/etc/apt/apt.conf", "/etc/apt/apt.conf.d/"],
        program: "apt",
        is_off: |line| {
            let line = line.to_ascii_lowercase();
            line.contains("verify-peer")
                && ["false", "\"0\"", "\"no\""].iter().any(|value| line.contains(value))
        },
        instead: "install `ca-certificates`, or set `Acquire::https::CAInfo`",
    },
    DisablingFile {
        paths: &["/etc/yum.conf", "/etc/dnf/dnf.conf", "/etc/yum.repos.d/"],
        program: "yum and dnf",
        is_off: |line| sets_key_to_any(line, '=', "sslverify", &["0", "false"]),
        instead: "add the CA certificate and run `update-ca-trust` instead",
    },
    DisablingFile {
        paths: &["*/.gitconfig", ".gitconfig", "/etc/gitconfig"],
        program: "git",
        is_off: |line| sets_key_to_any(line, '=', "sslverify", &["false", "0", "no", "off"]),
        instead: "trust the CA with `http.sslCAInfo` instead",
    },
    DisablingFile {
        paths: &["*/.gemrc", ".gemrc", "/etc/gemrc"],
        program: "gem",
        is_off: |line| {
            sets_key_to_any(line, ':', ":ssl_verify_mode", &["0"])
                || line.replace(' ', "") == ":ssl_verify_mode:0"
        },
        instead: "trust the CA with `:ssl_ca_cert` instead",
    },
];

/// Whether the line sets the key to one of the values.
fn sets_key_to_any(line: &str, separator: char, key: &str, values: &[&str]) -> bool {
    let Some((own, value)) = line.rsplit_once(separator) else { return false };
    let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    own.trim().eq_ignore_ascii_case(key) && values.contains(&value.as_str())
}

pub(super) fn find_in_run(cx: &RuleChecker<'_>, run: &Run<'_>, found: &mut Vec<DisabledVerification>) {
    for written in find_written_text(run, cx.file.source) {
        let lasting = run.ships && layer_contents::keeps_in_layer(run, &written.path, written.command);
        find_in_text(&written, run.outer, lasting, found);
    }
}

pub(super) fn find_in_copy(
    cx: &RuleChecker<'_>,
    copy: &Instruction<'_>,
    found: &mut Vec<DisabledVerification>,
) {
    for written in find_copied_text(cx.semantics, copy) {
        find_in_text(&written, copy, cx.semantics.is_in_image_at(copy.span.start), found);
    }
}

fn find_in_text(
    written: &WrittenText,
    instruction: &Instruction<'_>,
    lasting: bool,
    found: &mut Vec<DisabledVerification>,
) {
    for format in FORMATS.iter().filter(|format| written.is_written_to(format.paths)) {
        let is_off = |line: &&WrittenTextLine| (format.is_off)(line.text.trim().trim_end_matches(';'));
        let Some(line) = written.lines.iter().find(is_off) else { continue };
        let place = if lasting { "in the image" } else { "in this stage" };
        let path = written.path.replace('`', "'");
        let setting = line.text.trim().replace('`', "'").replace(": ", ":");
        found.push(DisabledVerification {
            anchor: instruction.span,
            span: line.span,
            message: format!(
                "`{setting}` in `{path}` disables certificate checks of {} {place}",
                format.program
            ),
            help: format.instead.to_string(),
            lasting,
            fix: None,
        });
    }
}
