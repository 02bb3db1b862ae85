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
