//! Checking takes time in proportion to the number of instructions.

use std::time::Duration;

use dockwright::lint::Linter;
use dockwright::rule::Group;
use dockwright::rules::all_rules;

use crate::clock::timed;

/// The time of all rules but ShellCheck's, whose scripts are checked one by one.
fn time(line: &dyn Fn(usize) -> String, count: usize) -> Duration {
    let linter = Linter::with_rules(all_rules().filter(|rule| rule.group != Group::ShellCheck));
    let text = format!("FROM debian:12\n{}", (0..count).map(line).collect::<String>());
    let (found, time) = timed(|| linter.lint(text.as_bytes()));
    assert!(!found.is_empty());
    time
}

/// More commands than are remembered: what every rule asks of every other command would be worked out again each time.
#[test]
fn checking_takes_linear_time() {
    let missing = |at: usize| format!("RUN apt-get update && apt-get install -y curl{at}\n");
    let settings = |at: usize| format!("WORKDIR /a{at}\nCOPY b c\nRUN cat {at}\n");
    for (what, line) in [("missing packages", &missing as &dyn Fn(usize) -> String), ("settings", &settings)]
    {
        let times = [300, 1_200].map(|count| time(line, count));
        // Linear is 4, with searches and sorting a little more; quadratic is 16.
        assert!(times[1] < times[0] * 9, "{what}: 300 and 1,200 take {times:?}");
    }
}
