//! Checking takes time in proportion to the number of instructions.

use std::time::Duration;

use dockwright::lint::Linter;
use dockwright::rule::Group;
use dockwright::rules::all_rules;

use crate::clock::timed;

/// The time of all rules except ShellCheck's, whose scripts are checked one by one.
fn time(line: &dyn Fn(usize) -> String, count: usize) -> Duration {
    let linter = Linter::with_rules(all_rules().filter(|rule| rule.group != Group::ShellCheck));
    let text = format!("FROM debian:12\n{}", (0..count).map(line).collect::<String>());
    let (found, time) = timed(|| linter.lint(text.as_bytes()));
    assert!(!found.is_empty());
    time
}

/// More commands than are cached, so results would be recomputed each time.
#[test]
fn checking_takes_linear_time() {
    let missing = |at: usize| format!("RUN apt-get update && apt-get install -y curl{at}\n");
    let settings = |at: usize| format!("WORKDIR /a{at}\nCOPY b c\nRUN cat {at}\n");
    for (what, line) in [("missing packages", &missing as &dyn Fn(usize) -> String), ("settings", &settings)]
    {
        let times = [300, 1_200].map(|count| time(line, count));
        // The factor is about 4 for linear time with searches and sorting, and 16 for quadratic time.
        assert!(times[1] < times[0] * 9, "{what}: 300 and 1,200 take {times:?}");
    }
}

/// What rules ask about everything before or after an instruction.
#[test]
fn checking_long_files_takes_linear_time() {
    for (what, line) in [
        (
            "stages on stages",
            (|at| match at {
                0 => "FROM debian:12 AS s0\n".to_string(),
                _ => format!("FROM s{} AS s{at}\nRUN useradd u{at}\n", at - 1),
            }) as fn(usize) -> String,
        ),
        ("stages of the same name", |_| "FROM alpine:3.20 AS s\nRUN apk add curl\n".to_string()),
        ("variables of the build", |at| format!("ENV A{at}_VERSION=1\nRUN echo $A{at}_VERSION\n")),
        // Below each other, the paths themselves would grow.
        ("directories", |at| format!("WORKDIR /a\nWORKDIR d{at}\n")),
        ("shells", |at| format!("SHELL [\"/bin/sh{at}\", \"-c\"]\nRUN a | b\n")),
        ("owners", |at| format!("COPY a{at} /b{at}\nRUN chown -R app /b{at}\n")),
        ("installs of the project", |at| format!("COPY . /a{at}\nRUN go build -o /o{at} ./cmd{at}\n")),
        ("downloads", |at| {
            format!("RUN curl -LO https://x.net/{at}.sh\nRUN wget -q https://x.net/{at}.tgz\n")
        }),
        ("secrets", |at| format!("ARG API_TOKEN{at}\nRUN curl -H $API_TOKEN{at} https://x.net\n")),
    ] {
        let times = [200, 800].map(|count| time(&line, count));
        // Linear is 4. Some rules look at a few hundred instructions around each, which is 8 here; quadratic is 16.
        assert!(times[1] < times[0] * 11, "{what}: 200 and 800 take {times:?}");
    }
}

#[test]
fn checking_long_lists_takes_linear_time() {
    let install = |at: usize| match at {
        0 => "RUN pip install".to_string(),
        _ => format!(" p{at}"),
    };
    let settings = |at: usize| match at {
        0 => "ENV".to_string(),
        _ => format!(" A{at}_VERSION=b"),
    };
    for (what, word) in [("packages", &install as &dyn Fn(usize) -> String), ("variables", &settings)] {
        let times = [2_000, 8_000].map(|count| time(word, count));
        assert!(times[1] < times[0] * 8, "{what}: 2,000 and 8,000 take {times:?}");
    }
}
