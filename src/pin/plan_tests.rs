//! Pins in texts of all kinds, with a resolver that has a result for every lookup.

use super::lookup::{LookupResult, PinResolution};
use super::*;
use crate::diagnostic::INVALID;
use crate::fix::LintResult;
use crate::lint::Linter;
use crate::rules;
use crate::semantic::{Semantics, View};
use crate::syntax;

const DIGEST: &str = "sha256:fa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4e";

fn settings() -> PinSettings {
    PinSettings {
        only: Some(PinKind::ALL.to_vec()),
        python: Some("3.12".to_string()),
        node: Some("22".to_string()),
        ..PinSettings::default()
    }
}

/// The results of all lookups of a text.
fn look_up_all(text: &[u8]) -> LookupResults {
    let places = find_pinnable_places(text, &settings());
    let questions = places.into_iter().filter_map(|place| Some(place.target.ok()?.question));
    let answer = |question: LookupRequest| {
        let version = match question.kind() {
            PinKind::Images | PinKind::Syntax | PinKind::Checksums => DIGEST,
            PinKind::Go => "v99.99.99",
            _ => "99.99.99",
        };
        let found = PinResolution { version: version.to_string(), date: None, pinned: None };
        (question, LookupResult { found: Ok(found), cached: None })
    };
    questions.map(answer).collect()
}

fn linter() -> Linter {
    Linter::with_rules(rules::all_rules())
}

fn current_pin(linter: &Linter, text: &[u8], options: PinOptions) -> crate::fix::FixedText {
    let lint = |text: &[u8]| -> LintResult { linter.analyze(text) };
    pin_text(text, &settings(), &look_up_all(text), options, &lint)
}

const ADD: PinOptions = PinOptions { update: false, annotate: false };
const UPDATE: PinOptions = PinOptions { update: true, annotate: false };

/// The text without pins, and without the tags that they replace or need.
fn without_pins(text: &str) -> String {
    let mut text = text.to_string();
    let digest = format!("@{DIGEST}");
    let checksum = format!(" --checksum={DIGEST}");
    for pin in [
        digest.as_str(),
        &checksum,
        "==99.99.99",
        "@v99.99.99",
        "@99.99.99",
        "=99.99.99",
        ":99.99.99",
        ":latest",
        "@latest",
    ] {
        text = text.replace(pin, "");
    }
    text
}

/// The violated invariants of a pinned text.
fn violated_pin_invariants(linter: &Linter, text: &[u8]) -> Vec<String> {
    let Ok(old) = std::str::from_utf8(text) else { return Vec::new() };
    let mut wrong = Vec::new();
    let settled = current_pin(linter, text, ADD);
    let new = String::from_utf8_lossy(&settled.text).into_owned();
    if without_pins(old) != without_pins(&new) {
        wrong.push("something else has changed".to_string());
    }
    if current_pin(linter, &settled.text, ADD).text != settled.text {
        wrong.push("pinning twice changes something".to_string());
    }
    if current_pin(linter, &settled.text, UPDATE).text != current_pin(linter, text, UPDATE).text {
        wrong.push("pinning and updating differ from updating".to_string());
    }
    let (before, after) = (syntax::parse(text), syntax::parse(&settled.text));
    let (one, other) = (Semantics::new(&before, View::Exact), Semantics::new(&after, View::Exact));
    let errors = |lint: LintResult| lint.diagnostics.iter().filter(|found| found.code == INVALID).count();
    if errors(linter.analyze(text)) != errors(linter.analyze(&settled.text)) {
        wrong.push("build errors".to_string());
    }
    let comments = |text: &[u8]| -> Vec<String> {
        linter.analyze(text).comments.iter().map(|comment| without_pins(&comment.text)).collect()
    };
    if comments(text) != comments(&settled.text) {
        wrong.push("comments".to_string());
    }
    let images = |semantics: &Semantics<'_>| -> Vec<String> {
        semantics.build.stages.iter().map(|stage| without_pins(stage.image.value())).collect()
    };
    if images(&one) != images(&other) {
        wrong.push("images".to_string());
    }
    let places = |text: &[u8]| find_pinnable_places(text, &settings());
    let (first, second) = (places(text), places(&settled.text));
    if first.len() != second.len() {
        wrong.push("places come or go".to_string());
    }
    let open = second.iter().filter(|place| place.target.is_ok() && place.current_pin().is_none()).count();
    if open > 0 && settled.refused.is_empty() {
        wrong.push(format!("{open} places without a pin and without a reason"));
    }
    wrong
}

#[test]
fn pins_change_nothing_else() {
    let linter = linter();
    for (text, expected) in [
        (
            "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    # for downloads\n    curl \\\n    'git' zlib1g-dev- x:i386 \\\n    make=4.3-4.1\n",
            "FROM debian:12@D\nRUN apt-get update && apt-get install -y \\\n    # for downloads\n    curl=9 \\\n    'git=9' zlib1g-dev- x:i386 \\\n    make=4.3-4.1\n",
        ),
        ("FROM debian:12\r\nRUN pip install a b\r\n", "FROM debian:12@D\r\nRUN pip install a==9 b==9\r\n"),
        (
            "FROM python:3.12\nRUN pip install \"a[x,y]\" b>=1 'c>=2' d==1.0 -r e.txt\nRUN python3 -m pip install -U pip && sudo pip install f\n",
            "FROM python:3.12@D\nRUN pip install \"a[x,y]\" b>=1 'c>=2' d==1.0 -r e.txt\nRUN python3 -m pip install -U pip==9 && sudo pip install f==9\n",
        ),
        (
            "FROM node:22\nRUN npm install -g a @b/c d@latest e@next f@1.2.3 && npm i g && yarn global add h && pnpm add -g i\n",
            "FROM node:22@D\nRUN npm install -g a@9 @b/c@9 d@9 e@next f@1.2.3 && npm i g && yarn global add h@9 && pnpm add -g i@9\n",
        ),
        (
            "FROM x:1\nRUN gem install rails:7.0.1 rake && gem install -v 1.2.3 foo\nRUN cargo install --locked a b@1.0.0 && cargo install --git u c\nRUN go install example.org/x/y@latest && go install ./...\n",
            "FROM x:1@D\nRUN gem install rails:7.0.1 rake:9 && gem install -v 1.2.3 foo\nRUN cargo install --locked a@9 b@1.0.0 && cargo install --git u c\nRUN go install example.org/x/y@v9 && go install ./...\n",
        ),
        (
            "FROM debian:12\nADD https://example.org/a /a\nADD --chown=1 https://example.org/b /b\nADD a /c\nADD https://example.org/x.git /d\n",
            "FROM debian:12@D\nADD --checksum=D https://example.org/a /a\nADD --chown=1 --checksum=D https://example.org/b /b\nADD a /c\nADD https://example.org/x.git /d\n",
        ),
        // Other sources of packages.
        (
            "FROM debian:12\nRUN curl https://x.example.org/setup.sh | bash -\nRUN apt-get install -y nodejs\n",
            "FROM debian:12@D\nRUN curl https://x.example.org/setup.sh | bash -\nRUN apt-get install -y nodejs\n",
        ),
        // Unchanged.
        (
            "# Code generated by x. DO NOT EDIT.\nFROM a:1\n",
            "# Code generated by x. DO NOT EDIT.\nFROM a:1\n",
        ),
        ("FROM {{ image }}\nRUN pip install a\n", "FROM {{ image }}\nRUN pip install a\n"),
        ("FROM a:1\nONBUILD RUN pip install a\n", "FROM a:1@D\nONBUILD RUN pip install a\n"),
        (
            "FROM a:1\nRUN pip install $PACKAGES 'unclosed\n",
            "FROM a:1@D\nRUN pip install $PACKAGES 'unclosed\n",
        ),
        (
            "FROM a:1\n# dockwright pin=off\nRUN pip install a\nRUN pip install b\n",
            "FROM a:1@D\n# dockwright pin=off\nRUN pip install a\nRUN pip install b==9\n",
        ),
        (
            "FROM a:1\nRUN <<EOF\npip install a\n# c\npip install b\nEOF\n",
            "FROM a:1@D\nRUN <<EOF\npip install a==9\n# c\npip install b==9\nEOF\n",
        ),
        (
            "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS b\nRUN pip install a\nFROM b\nCOPY --from=mcr.microsoft.com/windows/servercore:ltsc2022 `\n  C:\\a C:\\b\n",
            "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022@D AS b\nRUN pip install a\nFROM b\nCOPY --from=mcr.microsoft.com/windows/servercore:ltsc2022@D `\n  C:\\a C:\\b\n",
        ),
        (
            "FROM a:1\nRUN [\"pip\", \"install\", \"a\"]\n",
            "FROM a:1@D\nRUN [\"pip\", \"install\", \"a==9\"]\n",
        ),
    ] {
        let now = String::from_utf8(current_pin(&linter, text.as_bytes(), ADD).text).expect("UTF-8");
        let short = now.replace(DIGEST, "D").replace("99.99.99", "9");
        assert_eq!(short, expected, "{text}");
        assert_eq!(violated_pin_invariants(&linter, text.as_bytes()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn versions_in_variables_are_raised_and_annotated() {
    let linter = linter();
    let text = "FROM python:3.12\nARG A_VERSION=1.0.0 B=2\nENV FLASK_VERSION=\"1.0\"\n# hadolint ignore=DL3013\nARG C_VERSION=1.0\n\
                RUN pip install flask==${FLASK_VERSION} a==$A_VERSION c==$C_VERSION\n";
    let options = PinOptions { update: true, annotate: true };
    let now = String::from_utf8(current_pin(&linter, text.as_bytes(), options).text).expect("UTF-8");
    let short = now.replace(DIGEST, "D").replace("99.99.99", "9");
    assert_eq!(
        short,
        "FROM python:3.12@D\nARG A_VERSION=9 B=2\n# renovate: datasource=pypi depName=flask\nENV FLASK_VERSION=\"9\"\n\
         # hadolint ignore=DL3013\nARG C_VERSION=9\nRUN pip install flask==${FLASK_VERSION} a==$A_VERSION c==$C_VERSION\n"
    );
    assert_eq!(String::from_utf8(current_pin(&linter, now.as_bytes(), options).text).expect("UTF-8"), now);
    // The variable is used for something else, too.
    let text = "FROM python:3.12\nARG V=1.0\nRUN pip install a==$V && curl https://example.org/$V\n";
    let now = String::from_utf8(current_pin(&linter, text.as_bytes(), UPDATE).text).expect("UTF-8");
    assert!(now.contains("ARG V=1.0\n"), "{now}");
}

/// Every file below `DOCKWRIGHT_PIN_DIR`.
#[test]
#[ignore = "needs a directory of Dockerfiles"]
#[expect(clippy::print_stderr, reason = "the counts are what it is run for")]
fn pin_invariants_hold_in_directory() {
    let directory = std::env::var_os("DOCKWRIGHT_PIN_DIR").expect("a directory");
    let linter = linter();
    let (mut files, mut pins, mut wrong) = (0, 0, 0);
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for entry in walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().flatten() {
        let Ok(text) = std::fs::read(entry.path()) else { continue };
        files += 1;
        let settled = current_pin(&linter, &text, UPDATE);
        pins += settled.made.len();
        for withheld in &settled.refused {
            *reasons.entry(withheld.reason.to_string()).or_default() += 1;
        }
        for place in find_pinnable_places(&text, &settings()) {
            if let Err(reason) = place.target {
                let general: Vec<&str> = reason.split('`').step_by(2).collect();
                *reasons.entry(format!("{}: {}", place.kind, general.join("…"))).or_default() += 1;
            }
        }
        for violation in violated_pin_invariants(&linter, &text) {
            wrong += 1;
            eprintln!("{}: {violation}", entry.path().display());
        }
    }
    eprintln!("{files} files, {pins} pins, {wrong} violations");
    for (reason, number) in reasons {
        eprintln!("{number:6} {reason}");
    }
    assert!(files > 0 && wrong == 0, "{wrong} violations in {files} files");
}
