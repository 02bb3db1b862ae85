//! Long and nested files: the passes over the build and the variables take about ten times as long for ten times as
//! much text.

use std::fmt::Write as _;
use std::time::Duration;

use dockwright::semantic::{Build, BuildInputs, View, shell_states};
use dockwright::syntax;

use crate::clock::timed;

fn time(text: &str) -> Duration {
    let file = syntax::parse(text.as_bytes());
    let (build, time) = timed(|| Build::new(&file, &BuildInputs::default()));
    assert!(!build.stages.is_empty());
    time
}

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::from("FROM scratch AS s0\n");
    for number in 1..=count {
        let _ = writeln!(text, "{}", line(number));
    }
    text
}

#[test]
fn long_files_take_linear_time() {
    for (about, line) in [
        ("ENV of new names", (|n| format!("ENV A{n}=$A{} B=1", n - 1)) as fn(usize) -> String),
        ("one ENV that grows", |_| "ENV A=$A:/x".to_string()),
        ("one ENV that doubles", |_| "ENV A=$A$A.".to_string()),
        ("one ENV of unknown names", |n| match n {
            1 => "ENV A=1 \\".to_string(),
            _ => format!("A{n}=$NOPE{n} \\"),
        }),
        ("unknown names after many names", |n| format!("ENV A{n}=1\nCOPY $NOPE{n} ./")),
        ("unknown names", |n| format!("COPY $NOPE{n} ./")),
        ("stages on stages", |n| format!("FROM s{} AS s{n}\nENV A{n}=1\nCOPY $X{n} .", n - 1)),
        (
            "triggers",
            |n| if n % 2 == 0 { "ONBUILD ENV A=$B".to_string() } else { format!("FROM s0 AS s{n}") },
        ),
        ("commands", |_| "CMD x\nENTRYPOINT y\nWORKDIR z\nEXPOSE 1:2".to_string()),
        ("copies", |n| format!("COPY --from=s{n} a b")),
        ("mounts", |n| format!("RUN --mount=type=cache,id=$A{n},target=/x y")),
        ("nested", |n| format!("ENV A={}{}", "${A:-".repeat(n % 150), "}".repeat(n % 150))),
    ] {
        let text = repeated(2_000, line);
        let short = (0..3).map(|_| time(&text)).min().unwrap_or_default();
        let limit = (short * 40).max(Duration::from_millis(400));
        let text = repeated(20_000, line);
        // Other programs run at the same time, so a slow measurement is repeated.
        let mut times = (0..3).map(|_| time(&text));
        assert!(times.any(|long| long < limit), "{about}: {short:?}, then three times more than {limit:?}");
    }
}

#[test]
fn variables_of_many_runs_take_linear_time() {
    for (about, line) in [
        ("ENV of new names", (|n| format!("ENV V{n}=x\nRUN echo $V{n}")) as fn(usize) -> String),
        ("ARG without defaults", |n| format!("ARG V{n}\nRUN echo $V{n}")),
        ("values from outside", |n| format!("ARG A{n}\nENV V{n}=$A{n}\nRUN echo $V{n}")),
        ("stages on stages", |n| format!("FROM s{} AS s{n}\nENV V{n}=x\nRUN echo $V{n}", n - 1)),
    ] {
        let best = |count| {
            let text = repeated(count, line);
            let file = syntax::parse(text.as_bytes());
            let states = || timed(|| shell_states(&file, View::Exact));
            let (states, times): (Vec<_>, Vec<_>) = (0..3).map(|_| states()).unzip();
            let mut all = states.iter().flat_map(|states| states.values());
            assert!(all.any(|state| state.name_count() >= count), "{about}");
            times.into_iter().min().unwrap_or_default()
        };
        let (short, long) = (best(1_000), best(10_000));
        let limit = (short * 40).max(Duration::from_millis(200));
        assert!(long < limit, "{about}: {short:?}, then {long:?}");
    }
}

#[test]
fn parses_any_text() {
    for text in [
        "",
        "\0",
        "FROM",
        "FROM $",
        "FROM ${",
        "FROM a\nENV",
        "FROM a\nENV =",
        "FROM a\nCOPY --from= a b",
        "FROM a\nRUN --mount= x",
        "FROM a\nRUN --mount=\" x",
        "FROM a\nEXPOSE :::/:-",
        "FROM a AS\nFROM a AS a",
        "FROM \u{e9}\nFROM a\nWORKDIR \u{e9}$",
        "FROM --platform= a",
        "FROM a\nONBUILD ONBUILD",
        "ARG\nFROM a\nARG =",
        "FROM a\nRUN --mount=type=cache,\"target=$x\" y",
        "FROM a\nCOPY <<A <<B /\n$\nA\n${\nB\n",
    ] {
        let file = syntax::parse(text.as_bytes());
        let build = Build::new(&file, &BuildInputs::default());
        for refusal in &build.refusals {
            let message = &refusal.error.message;
            assert!(!message.contains(": ") && !message.contains('\n'), "{message}");
            assert!(text.as_bytes().get(refusal.error.span.range()).is_some(), "{text}: {message}");
        }
    }
}
