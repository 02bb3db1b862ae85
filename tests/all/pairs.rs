//! One diagnostic for one problem: every pair of rules that report the same problem, with an example.

use std::collections::BTreeSet;

use dockwright::config::{RuleSelector, Settings, SettingsLayer};
use dockwright::diagnostic::Diagnostic;

/// The code that is kept, the code that is omitted, a text that both report, and the line (from 1) that is shown.
const PAIRS: &[(&str, &str, &str, usize)] = &[
    ("DL3000", "WorkdirRelativePath", "FROM scratch\nWORKDIR app\n", 2),
    ("DL3024", "DuplicateStageName", "FROM a:1 AS x\nFROM a:1 AS x\n", 2),
    ("DL3025", "JSONArgsRecommended", "FROM a:1\nCMD x\n", 2),
    ("DL3025", "JSONArgsRecommended", "FROM a:1\nUSER b\nENTRYPOINT x\n", 3),
    ("DL3029", "FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a:1\n", 1),
    ("DL3044", "UndefinedVar", "FROM scratch\nENV A=1 B=$A\n", 2),
    ("DL3063", "ReservedStageName", "FROM a:1 AS context\n", 1),
    ("DL3064", "SecretsUsedInArgOrEnv", "FROM a:1\nENV API_TOKEN=x\n", 2),
    ("DL3065", "RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM a:1\n", 1),
    ("DL4000", "MaintainerDeprecated", "FROM a:1\nMAINTAINER x\n", 2),
    ("DL4003", "MultipleInstructionsDisallowed", "FROM a:1\nCMD [\"a\"]\nUSER b\nCMD [\"b\"]\n", 2),
    (
        "DL4004",
        "MultipleInstructionsDisallowed",
        "FROM a:1\nENTRYPOINT [\"a\"]\nUSER b\nENTRYPOINT [\"b\"]\n",
        2,
    ),
    ("DL3012", "MultipleInstructionsDisallowed", "FROM a:1\nHEALTHCHECK NONE\nUSER b\nHEALTHCHECK NONE\n", 2),
    ("DL1000", "DL3061", "USER x\nFROM a:1\n", 1),
    ("DL1000", "DL3043", "FROM a:1\nONBUILD MAINTAINER x\n", 2),
    ("DL1000", "DL3023", "FROM a:1 AS x\nCOPY --from=x b c\n", 2),
    ("DL1000", "DL3011", "FROM a:1\nEXPOSE 80000\n", 2),
    ("UndefinedArgInFrom", "InvalidDefaultArgInFrom", "ARG S=a:\nFROM ${S}${T}\n", 2),
    ("DL1000", "InvalidDefaultArgInFrom", "FROM Alpine:3\n", 1),
    ("DL3063", "StageNameCasing", "FROM a:1 AS Scratch\n", 1),
];

fn settings(ignore: &[&str]) -> Settings {
    let mut settings = Settings::default();
    let ignore = ignore.iter().map(|code| RuleSelector::parse(code).expect("a code")).collect();
    settings.apply(&SettingsLayer { ignore, ..SettingsLayer::default() });
    settings
}

fn find_problems(settings: &Settings, text: &str) -> Vec<Diagnostic> {
    let mut found = settings.linter().lint(text.as_bytes());
    found.retain(|one| settings.is_selected(one));
    found
}

fn reports_code(one: &Diagnostic, code: &str) -> bool {
    one.code == code || one.aliases.contains(&code)
}

#[test]
fn reports_pair_once() {
    for (leads, follows, text, line) in PAIRS {
        let all = find_problems(&settings(&[]), text);
        let both: Vec<_> =
            all.iter().filter(|one| reports_code(one, leads) || reports_code(one, follows)).collect();
        let [one] = both.as_slice() else { panic!("{leads}, {follows}: {all:?}") };
        assert_eq!((one.code, one.aliases.contains(follows)), (*leads, true), "{leads}, {follows}: {one:?}");
        let start = one.anchor.start as usize;
        assert_eq!(text[..start].lines().count() + 1, *line, "{leads}, {follows}");
        let mut apart = settings(&[]).linter();
        apart.merges_pairs = false;
        let codes: BTreeSet<_> = apart.lint(text.as_bytes()).iter().map(|one| one.code).collect();
        assert!(codes.contains(leads) && codes.contains(follows), "{leads}, {follows}: {codes:?}");
    }
}

#[test]
fn ignoring_one_of_pair_ignores_both() {
    for (leads, follows, text, _) in PAIRS {
        for ignored in [leads, follows] {
            let commented = format!("# dockwright ignore-file={ignored}\n{text}");
            for found in
                [find_problems(&settings(&[ignored]), text), find_problems(&settings(&[]), &commented)]
            {
                let left: Vec<_> = found
                    .iter()
                    .filter(|one| reports_code(one, leads) || reports_code(one, follows))
                    .collect();
                // Build errors cannot be ignored.
                let expected = usize::from(*leads == "DL1000");
                assert_eq!(left.len(), expected, "{leads}, {follows} without {ignored}: {left:?}");
            }
        }
    }
}

#[test]
fn each_rule_of_pair_reports_alone() {
    for (code, text) in [
        ("DL3000", "FROM a:1\nWORKDIR /a\nWORKDIR b\n"),
        ("WorkdirRelativePath", "FROM scratch\nARG A=b\nWORKDIR $A\n"),
        ("StageNameCasing", "FROM a:1 AS Build\n"),
        ("UndefinedArgInFrom", "FROM a:1$X\n"),
        ("InvalidDefaultArgInFrom", "ARG X\nFROM a:$X\n"),
        ("UndefinedVar", "FROM scratch\nCOPY $a /\n"),
    ] {
        let all = find_problems(&settings(&[]), text);
        let alone = all.iter().any(|one| one.code == code && one.aliases.is_empty());
        assert!(alone, "{code}: {all:?}");
    }
}

/// If the first of three rules for the same problem is not selected, the other two still form a pair.
#[test]
fn reports_partner_of_disabled_rule() {
    let mut settings = Settings::default();
    let select = ["ReservedStageName", "StageNameCasing", "DL3000"]
        .map(|code| RuleSelector::parse(code).expect("a code"));
    settings.apply(&SettingsLayer { select: Some(select.to_vec()), ..SettingsLayer::default() });
    for text in ["FROM a:1 AS Scratch\n", "FROM a:1 AS Context\n"] {
        let found = find_problems(&settings, text);
        let [one] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!((one.code, one.aliases.as_slice()), ("ReservedStageName", ["StageNameCasing"].as_slice()));
    }
}

/// Two problems of one FROM: the warning about the image belongs to the error about the image.
#[test]
fn an_image_and_its_platform_are_two_things() {
    for (text, codes) in [
        ("FROM --platform=a/b/c/d Alpine:3\n", vec![("DL1000", "a/b/c/d", false), ("DL1000", "A", true)]),
        (
            "ARG S=a:\nFROM --platform=a/b/c/d $S\n",
            vec![("DL1000", "a/b/c/d", false), ("InvalidDefaultArgInFrom", "$S", false)],
        ),
    ] {
        let all = find_problems(&settings(&[]), text);
        let said: Vec<_> = all
            .iter()
            .filter(|one| one.code == "DL1000" || reports_code(one, "InvalidDefaultArgInFrom"))
            .map(|one| (one.code, &text[one.span.range()], one.aliases.contains(&"InvalidDefaultArgInFrom")))
            .collect();
        assert_eq!(said, codes, "{text}: {all:?}");
    }
}
