//! The input of ShellCheck, and the mapping of its output to the file.

use super::*;
use crate::diagnostic::Severity;
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, parse};

fn script(file: &str, shell: &str, names: &[&str], trims: bool) -> CheckedScript {
    let parsed = parse(file.as_bytes());
    let run = parsed.instructions().last().expect("an instruction");
    let Arguments::Command(CommandLine::Shell(text)) = &run.arguments else { panic!("shell form") };
    let span = run.heredocs.first().map_or(text.span, |heredoc| heredoc.body);
    let shebang = shell.split_whitespace().next().unwrap_or_default();
    CheckedScript::new(shebang, names.iter().copied(), file.as_bytes(), span, &run.continuations, trims)
}

#[test]
fn writes_scripts_like_hadolint() {
    for (run, expected) in [
        ("RUN a b", "a b"),
        ("RUN a \\\n  b", "a  b"),
        ("RUN a\\\nb", "ab"),
        ("RUN a\\\n \t b\\\n\n", "a b"),
        ("RUN a \\\n# c\n  # d\n\n b", "a  b"),
        ("RUN a\\\n \\\n  \\\nb", "a b"),
        ("RUN a \\\r\n b\r\n", "a  b"),
        ("RUN a 'b \\\n c' # d \\\n e", "a 'b  c' # d  e"),
        ("RUN é\\\n→", "é→"),
    ] {
        assert_eq!(script(run, "/bin/sh -c", &[], false).text, format!("#!/bin/sh\n{expected}"), "{run:?}");
    }
    let all = script("RUN <<EOF\n\n a \\\n  b # c\r\nd \n\nEOF\n", " bash -c", &["A", "B_1"], true);
    assert_eq!(all.text, "#!bash\nexport A=1\nexport B_1=1\na \\\n  b # c\nd");
    assert_eq!(all.run_text(), "a \\\n  b # c\nd");
    assert_eq!(script("RUN a", "", &[], false).text, "#!\na");
}

#[test]
fn maps_problems_to_file_positions() {
    let file = "FROM a\nRUN é b \\\n# c\n  $d\\\n  && e f\n";
    let script = script(file, "/bin/sh -c", &["X"], false);
    assert_eq!(script.run_text(), "é b  $d && e f");
    let words = |start, end| {
        let comment =
            ShellCheckComment { code: 1, severity: Severity::Info, start, end, message: String::new() };
        match script.place_of_problem(&comment) {
            ScriptPlace::Text(span) => &file[span.range()],
            ScriptPlace::Shebang => "(shebang)",
            ScriptPlace::Names => "(names)",
        }
    };
    for (start, end, expected) in [
        ((1, 1), (1, 5), "(shebang)"),
        ((2, 1), (2, 5), "(names)"),
        ((3, 1), (3, 2), "é"),
        ((3, 3), (3, 4), "b"),
        ((3, 6), (3, 8), "$d"),
        ((3, 6), (3, 6), "$d"),
        ((3, 3), (3, 8), "b \\\n# c\n  $d"),
        ((3, 12), (3, 15), "e f"),
        ((3, 15), (3, 15), ""),
        ((3, 99), (9, 1), ""),
        ((9, 1), (9, 9), ""),
    ] {
        assert_eq!(words(start, end), expected, "{start:?} {end:?}");
    }
}

#[test]
fn invalid_utf8_keeps_offsets() {
    let source = b"RUN a \xff\xfe\xc3 $x";
    let script = CheckedScript::new("/bin/sh", [], source, Span::new(4, 12), &[], false);
    assert_eq!(script.run_text(), "a \u{fffd}\u{fffd}\u{fffd} $x");
    let at = ShellCheckComment {
        code: 1,
        severity: Severity::Info,
        start: (2, 7),
        end: (2, 9),
        message: String::new(),
    };
    assert_eq!(script.place_of_problem(&at), ScriptPlace::Text(Span::new(10, 12)));
}

#[test]
fn the_last_comment() {
    let comment = |start, severity, code| ShellCheckComment {
        code,
        severity,
        start,
        end: start,
        message: String::new(),
    };
    let comments = [
        comment((2, 6), Severity::Warning, 2154),
        comment((2, 6), Severity::Info, 2086),
        comment((2, 6), Severity::Info, 2016),
        comment((2, 1), Severity::Style, 3000),
        comment((1, 90), Severity::Style, 3000),
    ];
    assert_eq!(last_comment(&comments).map(|one| one.code), Some(2086));
    assert_eq!(last_comment(&[]), None);
}

#[test]
fn parses_choices() {
    for (written, expected) in [
        ("", ProgramChoice::Off),
        ("off", ProgramChoice::Off),
        ("auto", ProgramChoice::Auto),
        ("shellcheck", ProgramChoice::Program("shellcheck".into())),
        ("./off", ProgramChoice::Program("./off".into())),
    ] {
        assert_eq!(ProgramChoice::parse(written.as_ref()), expected, "{written}");
    }
}

/// Programs that do not exist or do not behave like ShellCheck.
#[cfg(unix)]
mod programs {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::failure::FailureReason;
    use super::*;

    /// The result of a program that consists of this shell script for two scripts, with a limit of some seconds.
    fn run_fake_shellcheck(
        script: &str,
        seconds: u64,
    ) -> Result<Vec<Vec<ShellCheckComment>>, ProgramFailure> {
        // A file cannot be run while a process that another thread started has it open for writing.
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = tempfile::tempdir().expect("a directory");
        let program = directory.path().join("program");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a file");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        process::run_on_scripts(&program, &["#!/bin/sh\na", "#!/bin/sh\nb"], Duration::from_secs(seconds))
    }

    fn failure(script: &str, seconds: u64) -> FailureReason {
        run_fake_shellcheck(script, seconds).expect_err("it fails").why
    }

    #[test]
    fn runs_working_programs() {
        let row = r#"{"file":"dockwright-run-1","line":2,"endLine":2,"column":1,"endColumn":2,"level":"style",
            "code":2006,"message":"m","fix":null}"#;
        // The program succeeds only if it can read the files that are passed, under their names.
        let script = format!(
            "test \"$(cat dockwright-run-1)\" = \"$(printf '#!/bin/sh\\nb')\" || exit 3\n\
             test \"$SHELLCHECK_OPTS\" = '' || exit 4\ncat <<E\n{{\"comments\":[{row}]}}\nE\nexit 1"
        );
        let said = run_fake_shellcheck(&script, 60).expect("an answer");
        let expected = ShellCheckComment {
            code: 2006,
            severity: Severity::Style,
            start: (2, 1),
            end: (2, 2),
            message: "m".into(),
        };
        assert_eq!(said, [vec![], vec![expected]]);
    }

    #[test]
    fn reports_failing_programs() {
        let is_late =
            |script| matches!(failure(script, 1), FailureReason::Late(limit) if limit.as_secs() == 1);
        assert!(is_late("sleep 100") && is_late("exec >&- 2>&-; sleep 100"));
        let ended = |script| match failure(script, 60) {
            FailureReason::Ended(status, said) => (status.code(), said.trim().to_owned()),
            other => panic!("{other:?}"),
        };
        assert_eq!(ended("echo '{}'; echo; echo ' why '>&2; exit 4"), (Some(4), "why".to_owned()));
        assert_eq!(ended("kill -9 $$"), (None, String::new()));
        assert!(matches!(failure("echo nothing", 60), FailureReason::Unreadable(_)));
        let row = r#"{"file":"x","line":1,"endLine":1,"column":1,"endColumn":1,"level":"info","code":1,"message":""}"#;
        let other = failure(&format!("echo '{{\"comments\":[{row}]}}'"), 60);
        assert!(matches!(other, FailureReason::Unreadable(_)), "{other:?}");
    }

    #[test]
    fn reports_missing_and_wrong_programs() {
        let missing = ShellCheck::open(Path::new("no/such/program")).expect_err("there is none");
        assert!(missing.is_missing());
        assert!(ProgramChoice::Program("no/such/program".into()).open_program().is_err());
        let other = ShellCheck::open(Path::new("/bin/echo")).expect_err("it is another program");
        assert!(matches!(other.why, FailureReason::Stranger), "{other}");
    }
}
