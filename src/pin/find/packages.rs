//! Packages that RUN installs.

use std::cell::OnceCell;
use std::ops::Range;

use super::platforms::CommandInFile;
use super::variables::find_variable_version;
use super::{PinCandidate, PinPosition, PinTarget, installers};
use crate::facts::installs::AptInstalls;
use crate::pin::access::PinSettings;
use crate::pin::kind::PinKind;
use crate::pin::lookup::{LookupRequest, PackageEnvironment};
use crate::semantic::Semantics;
use crate::shell::{ParseOutcome, ShellWord};
use crate::source::Span;

/// A package on a command line, split into its parts.
#[derive(Debug)]
pub(super) struct NamedPackage<'r> {
    pub kind: PinKind,
    /// The word that is shown.
    pub word: &'r ShellWord,
    pub name: String,
    /// The position of its version.
    pub version: WrittenVersion<'r>,
    /// The separator between name and version.
    pub sign: &'static str,
}

/// The position of the version of a package.
#[derive(Debug)]
pub(super) enum WrittenVersion<'r> {
    /// There is none; it would be at this offset in the word's text.
    Absent(usize),
    /// In this word, at these bytes of its text; it may also be a tag such as `latest`.
    At(&'r ShellWord, Range<usize>),
}

pub(super) fn find_packages(
    semantics: &Semantics<'_>,
    settings: &PinSettings,
    kinds: &[PinKind],
    found: &mut Vec<PinCandidate>,
) {
    let installs = OnceCell::new();
    for run in &semantics.runs {
        if run.onbuild || run.script.reading != ParseOutcome::Complete {
            continue;
        }
        for command in &run.script.commands {
            let named = installers::installed_packages(run, command, kinds);
            let site = CommandInFile { semantics, settings, run, command };
            for package in named {
                let platform = match package.kind {
                    PinKind::Pip => site.python_environment(),
                    PinKind::Npm => site.node_environment(),
                    PinKind::Gem => Ok(site.version_from_image("ruby")),
                    PinKind::Cargo => Ok(site.version_from_image("rust")),
                    PinKind::Apt => {
                        site.debian_environment(installs.get_or_init(|| AptInstalls::solve(semantics)))
                    }
                    _ => Ok(PackageEnvironment::default()),
                };
                found.extend(find_pinnable_package(&site, &package, platform));
            }
        }
    }
}

fn find_pinnable_package(
    site: &CommandInFile<'_>,
    package: &NamedPackage<'_>,
    platform: Result<PackageEnvironment, String>,
) -> Option<PinCandidate> {
    let source = site.semantics.file.source;
    let mut pinned = None;
    let mut annotation = None;
    let slot = match &package.version {
        WrittenVersion::Absent(at) if package.word.literal => {
            PinPosition::new(span_in_file(source, package.word, *at..*at)?, package.sign)
        }
        WrittenVersion::Absent(_) => return None,
        WrittenVersion::At(word, range) => {
            let written = word.text.get(range.clone())?;
            if let Some(variable) = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
                let found = find_variable_version(site, variable)?;
                pinned = Some(found.value);
                annotation =
                    found.comment_at.map(|at| (at, format_renovate_comment(package, platform.as_ref().ok())));
                found.slot
            } else if word.literal {
                pinned = Some(written.to_string()).filter(|written| written != "latest");
                PinPosition::new(span_in_file(source, word, range.clone())?, "")
            } else {
                return None;
            }
        }
    };
    if pinned.as_ref().is_some_and(|pinned| !is_exact_version(package.kind, pinned)) {
        return None;
    }
    let target = platform.map(|platform| PinTarget {
        question: LookupRequest::Package { kind: package.kind, name: package.name.clone(), platform, pinned },
        slot,
        annotation,
    });
    let (span, anchor) = (package.word.span, site.run.outer.span);
    Some(PinCandidate { kind: package.kind, span, anchor, name: package.name.clone(), target })
}

/// Whether the text is a single version, not a range.
fn is_exact_version(kind: PinKind, version: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+!~:".contains(c);
    let numbers = version.split('.').filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count();
    match kind {
        // `curl=7.88.*` is how the style `minor` pins.
        PinKind::Apt => version.trim_end_matches('*').chars().all(plain),
        PinKind::Npm => numbers >= 3 && version.chars().all(plain),
        PinKind::Go => {
            version.starts_with('v') && version.split('.').count() >= 3 && version.chars().all(plain)
        }
        _ => version.starts_with(|c: char| c.is_ascii_digit()) && version.chars().all(plain),
    }
}

/// The span of a part of a word in the file, if the text is the same.
pub(super) fn span_in_file(source: &[u8], word: &ShellWord, range: Range<usize>) -> Option<Span> {
    let raw = word.span.bytes(source);
    let text = word.text.as_bytes();
    let quoted = raw.len() == text.len() + 2
        && matches!(raw.first(), Some(b'"' | b'\''))
        && raw.first() == raw.last()
        && raw.get(1..=text.len()) == Some(text);
    let shift = match (raw == text, quoted) {
        (true, _) => 0,
        (_, true) => 1,
        _ => return None,
    };
    let at = |offset: usize| Some(word.span.start + u32::try_from(offset + shift).ok()?);
    Some(Span::new(at(range.start)?, at(range.end)?))
}

/// The comment that makes Renovate find a version in an ARG or ENV.
fn format_renovate_comment(package: &NamedPackage<'_>, platform: Option<&PackageEnvironment>) -> String {
    let name = package.name.split('[').next().unwrap_or_default();
    let datasource = match package.kind {
        PinKind::Pip => "pypi",
        PinKind::Npm => "npm",
        PinKind::Gem => "rubygems",
        PinKind::Cargo => "crate",
        PinKind::Go => "go",
        _ => {
            let release = platform.and_then(|platform| platform.version.as_deref()).unwrap_or("stable");
            return format!(
                "# renovate: datasource=deb depName={name} registryUrl=https://deb.debian.org/debian?suite={release}&components=main&binaryArch=amd64"
            );
        }
    };
    format!("# renovate: datasource={datasource} depName={name}")
}
