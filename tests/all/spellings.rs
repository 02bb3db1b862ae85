//! The similar names that are suggested for unknown names: instructions, flags, keys of mounts, codes in ignores; and
//! the file that each shown fix writes.

use dockwright::config::{RuleSelector, Settings, SettingsLayer};
use dockwright::diagnostic::{Applicability, Diagnostic};
use dockwright::rules;

/// The diagnostics of the rules with these codes.
fn find_problems(codes: &[&str], text: &str) -> Vec<Diagnostic> {
    let mut settings = Settings::default();
    let codes = codes.iter().map(|code| RuleSelector::parse(code).expect("a code")).collect();
    settings.apply(&SettingsLayer { select: Some(codes), ..SettingsLayer::default() });
    settings.linter().lint(text.as_bytes())
}

/// The file after the fix of the only diagnostic, and whether it is valid; `None` if there is no fix.
fn fixed(code: &str, text: &str) -> Option<String> {
    let before = find_problems(&[code], text);
    let [one] = before.as_slice() else { panic!("{text}: {before:?}") };
    let fix = one.fix.as_ref()?;
    assert_eq!(fix.applicability, Applicability::Suggestion, "{text}");
    let [edit] = fix.edits.as_slice() else { panic!("{text}: {fix:?}") };
    let mut new = text.to_string();
    new.replace_range(edit.span.range(), &edit.text);
    let after = find_problems(&["DL1000", code], &new);
    assert!(after.is_empty(), "{text} becomes {new}: {after:?}");
    Some(new)
}

/// The suggestion for a file with one error, with its fix as text.
fn offered(text: &str) -> Option<String> {
    let found = find_problems(&["DL1000"], text);
    let [one] = found.as_slice() else { panic!("{text}: {found:?}") };
    if one.help.as_deref().is_some_and(|help| help.starts_with("if this continues")) {
        return None;
    }
    let help = one.help.as_deref().and_then(|help| help.strip_prefix("did you mean `"));
    // A flag is shown with its dashes, which are spelled correctly.
    let name =
        help.and_then(|help| help.strip_suffix("`?")).map(|help| help.trim_start_matches('-').to_string());
    let edit = one.fix.as_ref().and_then(|fix| fix.edits.first()).map(|edit| edit.text.clone());
    assert_eq!(edit.is_some(), name.is_some(), "{text}: {one:?}");
    assert!(
        edit.zip(name.as_ref()).is_none_or(|(edit, name)| edit.eq_ignore_ascii_case(name)),
        "{text}: {one:?}"
    );
    name
}

/// Typical typing errors in a word: a letter omitted, doubled or replaced, or two swapped.
fn typing_errors(word: &str) -> Vec<String> {
    let mut slips = Vec::new();
    for at in 0..word.len() {
        let (before, after) = word.split_at(at);
        let (letter, after) = after.split_at(1);
        slips.push(format!("{before}{after}"));
        slips.push(format!("{before}{letter}{letter}{after}"));
        slips.push(format!("{before}{}{after}", if letter.to_lowercase() == "q" { "Z" } else { "Q" }));
        if let (Some(next), Some(rest)) = (after.get(..1), after.get(1..))
            && next != letter
        {
            slips.push(format!("{before}{next}{letter}{rest}"));
        }
    }
    slips.sort();
    slips.dedup();
    slips
}

const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

#[test]
fn corrects_misspelled_instructions() {
    let mut count = 0;
    for word in INSTRUCTIONS {
        for slip in typing_errors(word) {
            if INSTRUCTIONS.contains(&slip.as_str()) {
                continue;
            }
            count += 1;
            for written in [slip.clone(), slip.to_lowercase()] {
                assert_eq!(offered(&format!("FROM a\n{written} b\n")).as_deref(), Some(word), "{written}");
            }
        }
    }
    assert!(count > 350, "{count}");
}

#[test]
fn nearest_instructions() {
    for (written, expected) in [
        ("FORM", Some("FROM")),
        ("FRM", Some("FROM")),
        ("from1", Some("FROM")),
        ("RUM", Some("RUN")),
        ("RNU", Some("RUN")),
        ("run:", Some("RUN")),
        ("COYP", Some("COPY")),
        ("COPPY", Some("COPY")),
        ("ENTRYPIONT", Some("ENTRYPOINT")),
        ("ENTRY_POINT", Some("ENTRYPOINT")),
        ("ENTRYPOINTS", Some("ENTRYPOINT")),
        ("WORKIDR", Some("WORKDIR")),
        ("WORKDIRECTORY", None),
        ("VOLUMES", Some("VOLUME")),
        ("EXPORT", Some("EXPOSE")),
        ("LABELS", Some("LABEL")),
        ("MAINTANER", Some("MAINTAINER")),
        ("HEALTH_CHECK", Some("HEALTHCHECK")),
        ("STOP_SIGNAL", Some("STOPSIGNAL")),
        ("ENVS", Some("ENV")),
        ("ARGS", Some("ARG")),
        ("ADDD", Some("ADD")),
        ("USERS", Some("USER")),
        ("SHEL", Some("SHELL")),
        ("CDM", Some("CMD")),
        ("INCLUDE", None),
        ("IF", None),
        ("ELSE", None),
        ("EOF", None),
        ("apt-get", None),
        ("&&", None),
        ("}", None),
        ("DOCKER", None),
        ("SET", None),
    ] {
        assert_eq!(offered(&format!("FROM a\n{written} b\n")).as_deref(), expected, "{written}");
    }
}

/// Each flag, with an instruction that takes it.
const FLAGS: &[(&str, &str)] = &[
    ("FROM --{}=linux/amd64 a", "platform"),
    ("FROM a\nADD --{}=x b /", "checksum"),
    ("FROM a\nADD --{}=true b /", "keep-git-dir"),
    ("FROM a\nADD --{}=x b /", "chown"),
    ("FROM a\nADD --{}=true b /", "unpack"),
    ("FROM a\nCOPY --{}=x b /", "from"),
    ("FROM a\nCOPY --{}=x b /", "chown"),
    ("FROM a\nCOPY --{}=644 b /", "chmod"),
    ("FROM a\nCOPY --{} b /", "parents"),
    ("FROM a\nCOPY --{}=x b /", "exclude"),
    ("FROM a\nCOPY --{} b /", "link"),
    ("FROM a\nRUN --{}=type=tmpfs,target=/x b", "mount"),
    ("FROM a\nRUN --{}=host b", "network"),
    ("FROM a\nRUN --{}=sandbox b", "security"),
    ("FROM a\nRUN --{}=x/y b", "device"),
    ("FROM a\nHEALTHCHECK --{}=1s CMD b", "interval"),
    ("FROM a\nHEALTHCHECK --{}=1s CMD b", "timeout"),
    ("FROM a\nHEALTHCHECK --{}=1s CMD b", "start-period"),
    ("FROM a\nHEALTHCHECK --{}=1s CMD b", "start-interval"),
    ("FROM a\nHEALTHCHECK --{}=1 CMD b", "retries"),
];

#[test]
fn corrects_misspelled_flags() {
    for (form, flag) in FLAGS {
        for slip in typing_errors(flag) {
            let known = FLAGS
                .iter()
                .any(|(other, name)| other.split("--").next() == form.split("--").next() && *name == slip);
            if known {
                continue;
            }
            let found = offered(&form.replace("{}", &slip));
            assert_eq!(found.as_deref(), Some(*flag), "{form} with {slip}");
        }
    }
}

/// Each key of a mount, with the rest of a mount that takes it.
const KEYS: &[(&str, &str)] = &[
    ("target=/x,{}=cache", "type"),
    ("type=bind,target=/x,{}=a", "from"),
    ("type=bind,target=/x,{}=a", "source"),
    ("type=cache,{}=/x", "target"),
    ("type=bind,target=/x,{}=true", "readonly"),
    ("type=cache,target=/x,{}=locked", "sharing"),
    ("type=secret,id=a,{}=true", "required"),
    ("type=tmpfs,target=/x,{}=1m", "size"),
    ("type=cache,target=/x,{}=0700", "mode"),
    ("type=cache,{}=/x", "destination"),
    ("type=bind,target=/x,{}=true", "readwrite"),
];

#[test]
fn corrects_misspelled_mount_keys() {
    for (form, key) in KEYS {
        for slip in typing_errors(key) {
            let mount = form.replace("{}", &slip.to_lowercase());
            let found = offered(&format!("FROM a\nRUN --mount={mount} b\n"));
            assert_eq!(found.as_deref(), Some(*key), "{mount}");
        }
    }
    for key in ["x", "xy", "zz", "volume", "name", "tar", "permissions", "locked"] {
        assert_eq!(offered(&format!("FROM a\nRUN --mount=type=bind,target=/x,{key}=1 b\n")), None, "{key}");
    }
}

/// Each instruction with valid arguments.
const WHOLE: [(&str, &str); 18] = [
    ("ADD", "b /c"),
    ("ARG", "b=c"),
    ("CMD", "[\"b\"]"),
    ("COPY", "--chmod=755 b /c"),
    ("ENTRYPOINT", "b c"),
    ("ENV", "b=c"),
    ("EXPOSE", "80/udp"),
    ("FROM", "b AS c"),
    ("HEALTHCHECK", "--timeout=1s CMD b"),
    ("LABEL", "b=\"c d\""),
    ("MAINTAINER", "b"),
    ("ONBUILD", "RUN b"),
    ("RUN", "b \\\n  && c"),
    ("SHELL", "[\"b\", \"-c\"]"),
    ("STOPSIGNAL", "SIGTERM"),
    ("USER", "b"),
    ("VOLUME", "/b /c"),
    ("WORKDIR", "/b"),
];

#[test]
fn suggestion_writes_intended_instruction() {
    for (word, rest) in WHOLE {
        for slip in typing_errors(word).into_iter().filter(|slip| !INSTRUCTIONS.contains(&slip.as_str())) {
            for lower in [false, true] {
                let cased = |word: &str| if lower { word.to_lowercase() } else { word.to_string() };
                for [before, after] in [["FROM a\n", "\nUSER c\n"], ["FROM a\n# why\n  ", ""]] {
                    let written = format!("{before}{} {rest}{after}", cased(&slip));
                    let meant = format!("{before}{} {rest}{after}", cased(word));
                    assert_eq!(fixed("DL1000", &written).as_deref(), Some(meant.as_str()), "{written}");
                }
            }
        }
    }
}

#[test]
fn suggestion_writes_intended_flag() {
    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for (form, flag) in FLAGS {
        let form = match *flag {
            "checksum" => format!("FROM a\nADD --{{}}={DIGEST} https://example.org/b /"),
            "keep-git-dir" => "FROM a\nADD --{}=true https://example.org/b.git /".to_string(),
            _ => (*form).to_string(),
        };
        for slip in typing_errors(flag) {
            let instruction = |form: &str| form.split("--").next().map(str::to_string);
            let known =
                FLAGS.iter().any(|(other, name)| instruction(other) == instruction(&form) && *name == slip);
            if !known {
                let (written, meant) = (form.replace("{}", &slip), form.replace("{}", flag));
                assert_eq!(fixed("DL1000", &written), Some(meant), "{written}");
            }
        }
    }
}

#[test]
fn suggestion_writes_intended_mount_key() {
    for (form, key) in KEYS {
        for slip in typing_errors(key) {
            for [before, after] in [
                ["RUN --mount=", " b\n"],
                ["RUN --network=host --mount=type=tmpfs,target=/t --mount=", " \\\n  b\n"],
            ] {
                let file = |key: &str| format!("FROM a\n{before}{}{after}", form.replace("{}", key));
                let written = file(&slip.to_lowercase());
                assert_eq!(fixed("DL1000", &written), Some(file(key)), "{written}");
            }
        }
    }
}

#[test]
fn suggestion_writes_intended_comment() {
    for (written, meant) in [
        ("# dockwright ignore=DL3O07", "# dockwright ignore=DL3007"),
        ("# dockwright ignore=DLL3007 for now", "# dockwright ignore=DL3007 for now"),
        ("# hadolint ignore=DL30077", "# hadolint ignore=DL3007"),
        ("# check=skip=StageNameCase", "# check=skip=StageNameCasing"),
        ("# check=skip=StageNameCasin", "# check=skip=StageNameCasing"),
    ] {
        assert_eq!(fixed("DW0002", &below(written)), Some(below(meant)), "{written}");
    }
    let mut count = 0;
    for rule in rules::all_rules().filter(|rule| !rule.code.starts_with("SC")) {
        let Some((before, after)) = rule.code.rsplit_once('0') else { continue };
        let written = format!("# dockwright ignore={before}O{after} since");
        let meant = format!("# dockwright ignore={} since", rule.code);
        assert_eq!(fixed("DW0002", &below(&written)), Some(below(&meant)), "{written}");
        count += 1;
    }
    assert!(count > 90, "{count}");
}

fn below(comment: &str) -> String {
    format!("{comment}\nFROM debian:latest AS Build\n")
}
