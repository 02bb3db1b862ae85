//! Checking takes time in proportion to the number of instructions.

use std::time::Duration;

use dockwright::lint::Linter;
use dockwright::rule::RuleGroup;
use dockwright::rules::all_rules;

use crate::clock::timed;

/// The time of all rules except ShellCheck's, whose scripts are checked one by one.
fn time(line: &dyn Fn(usize) -> String, count: usize) -> Duration {
    let linter = Linter::with_rules(all_rules().filter(|rule| rule.group != RuleGroup::ShellCheck));
    let text = format!("FROM debian:12\n{}", (0..count).map(line).collect::<String>());
    let (found, time) = timed(|| linter.lint(text.as_bytes()));
    assert!(!found.is_empty());
    time
}

/// Fails if checking `counts` lines of this kind takes more than `limit` times as long for the second as for the first.
/// Other programs can slow down one measurement, but not all of three.
fn assert_scales(what: &str, line: &dyn Fn(usize) -> String, counts: [usize; 2], limit: u32) {
    let mut times = Vec::new();
    for _ in 0..3 {
        let [few, many] = counts.map(|count| time(line, count));
        if many < few * limit {
            return;
        }
        times.push([few, many]);
    }
    panic!("{what}: {counts:?} take {times:?}");
}

/// More commands than are cached, so results would be recomputed each time.
#[test]
fn checking_takes_linear_time() {
    let missing = |at: usize| format!("RUN apt-get update && apt-get install -y curl{at}\n");
    let settings = |at: usize| format!("WORKDIR /a{at}\nCOPY b c\nRUN cat {at}\n");
    for (what, line) in [("missing packages", &missing as &dyn Fn(usize) -> String), ("settings", &settings)]
    {
        // The factor is about 4 for linear time with searches and sorting, and 16 for quadratic time.
        assert_scales(what, line, [300, 1_200], 9);
    }
}

/// Rules that search everything before or after an instruction.
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
        // Linear is 4. Some rules look at a few hundred instructions around each, which is 8 here; quadratic is 16.
        assert_scales(what, &line, [200, 800], 11);
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
        assert_scales(what, word, [2_000, 8_000], 8);
    }
}
