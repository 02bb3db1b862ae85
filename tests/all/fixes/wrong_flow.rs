//! Tests that the comparison of control flow detects the effects of an edit on the commands around it.

use super::control_flow::difference;

/// The old commands of a RUN, the new ones, the code of the fix, and whether they are the same.
const EDITS: &[(&str, &str, &str, bool)] = &[
    // Commands that another branch runs, or that never run.
    (
        "yum install -y a || apt-get install -y a",
        "yum install -y a || apt-get install -y a && yum clean all",
        "DL3032",
        false,
    ),
    (
        "yum install -y a || apt-get install -y a",
        "{ yum install -y a && yum clean all; } || apt-get install -y a",
        "DL3032",
        true,
    ),
    (
        "yum install -y a || apt-get install -y a",
        "(yum install -y a || apt-get install -y a) && yum clean all",
        "DL3032",
        false,
    ),
    (
        "apt-get install -y a || true",
        "apt-get install -y a || true && rm -rf /var/lib/apt/lists/*",
        "DL3009",
        false,
    ),
    (
        "apt-get install -y a || true",
        "{ apt-get install -y a && rm -rf /var/lib/apt/lists/*; } || true",
        "DL3009",
        true,
    ),
    ("yum install -y a; b", "yum install -y a; b && yum clean all", "DL3032", false),
    ("yum install -y a; b", "yum install -y a && yum clean all; b", "DL3032", true),
    ("a; yum install -y a", "a; yum install -y a && yum clean all", "DL3032", true),
    ("a && yum install -y a && b", "a && yum install -y a && b && yum clean all", "DL3032", true),
    ("a || yum install -y a", "a || yum install -y a && yum clean all", "DL3032", false),
    ("a || yum install -y a", "a || { yum install -y a && yum clean all; }", "DL3032", true),
    ("yum install -y a | tee b", "yum install -y a | tee b && yum clean all", "DL3032", false),
    ("yes | yum install a", "yes | yum install a && yum clean all", "DL3032", true),
    ("yum install -y a &", "yum install -y a & yum clean all", "DL3032", false),
    ("! yum install -y a", "! yum install -y a && yum clean all", "DL3032", false),
    ("if a; then yum install -y b; fi", "if a; then yum install -y b; fi && yum clean all", "DL3032", false),
    ("if a; then yum install -y b; fi", "if a; then yum install -y b && yum clean all; fi", "DL3032", true),
    (
        "if a; then yum install -y b; else c; fi",
        "if a; then yum install -y b; else c; fi && yum clean all",
        "DL3032",
        false,
    ),
    (
        "for i in a b; do yum install -y $i; done",
        "for i in a b; do yum install -y $i; done && yum clean all",
        "DL3032",
        true,
    ),
    (
        "case $A in b) yum install -y c ;; *) d ;; esac",
        "case $A in b) yum install -y c ;; *) d ;; esac && yum clean all",
        "DL3032",
        false,
    ),
    ("(yum install -y a)", "(yum install -y a) && yum clean all", "DL3032", true),
    ("(yum install -y a; b)", "(yum install -y a; b) && yum clean all", "DL3032", false),
    (
        "f() { yum install -y a; }; b && f",
        "f() { yum install -y a; }; b && f && yum clean all",
        "DL3032",
        true,
    ),
    (
        "f() { yum install -y a; }; b || f",
        "f() { yum install -y a; }; b || f && yum clean all",
        "DL3032",
        false,
    ),
    ("A=$(b) && yum install -y a", "A=$(b) && yum install -y a && yum clean all", "DL3032", true),
    ("[ -e a ] && yum install -y a", "[ -e a ] && yum install -y a && yum clean all", "DL3032", true),
    ("[ -e a ] || yum install -y a", "[ -e a ] || yum install -y a && yum clean all", "DL3032", false),
    // `set -e` only checks the last command of a list.
    ("set -e; yum install -y a; b", "set -e; yum install -y a; b; yum clean all", "DL3032", true),
    ("set -e; yum install -y a; b", "set -e; yum install -y a && yum clean all; b", "DL3032", false),
    (
        "set -e; yum install -y a && c; b",
        "set -e; yum install -y a && c && yum clean all; b",
        "DL3032",
        false,
    ),
    ("set -e; yum install -y a && c; b", "set -e; yum install -y a && yum clean all && c; b", "DL3032", true),
    (
        "set -e; a || true; yum install -y b",
        "set -e; a || true; yum install -y b; yum clean all",
        "DL3032",
        true,
    ),
    // A removed update that stopped the build.
    ("apk update && apk add a", "apk add --no-cache a", "DL3019", true),
    ("apk update && apk add a | tee b", "apk add --no-cache a | tee b", "DL3019", false),
    ("apk update && (apk add a || true)", "(apk add --no-cache a || true)", "DL3019", false),
    ("apk update && apk add a || true", "apk add --no-cache a || true", "DL3019", true),
    ("apk update; apk add a", "apk add --no-cache a", "DL3019", true),
    // The same after earlier calls of the program.
    (
        "apk add --no-cache x && apk update && apk add a | tee b",
        "apk add --no-cache x && apk add --no-cache a | tee b",
        "DL3019",
        false,
    ),
    (
        "apk add --no-cache x; apk update && (apk add a || true)",
        "apk add --no-cache x; (apk add --no-cache a || true)",
        "DL3019",
        false,
    ),
    (
        "apk add --no-cache x && apk update && apk add a",
        "apk add --no-cache x && apk add --no-cache a",
        "DL3019",
        true,
    ),
    // Connectors of what is kept.
    ("a && b", "a; b", "DL3059", false),
    ("a || b", "a && b", "DL3059", false),
    ("a | b", "a && b", "DL3059", false),
    ("a & b", "a; b", "DL3059", false),
    ("a && b || c", "a && { b || c; }", "DL3059", false),
    ("a && b || c", "{ a && b; } || c", "DL3059", true),
    ("a; b && c", "a; { b && c; }", "DL3059", true),
    ("a || b && c", "a || { b && c; }", "DL3059", false),
    ("cd /a; b", "cd /a || exit; b", "SC2164", true),
    ("cd /a; b", "cd /a && exit; b", "SC2164", false),
];

/// The same for two RUNs that are one now.
const JOINED: &[(&str, &str, &str, bool)] = &[
    ("a", "b", "a && b", true),
    ("a", "b", "a; b", false),
    ("a || b", "c", "a || b && c", true),
    ("a", "b || c", "a && b || c", false),
    ("a", "b || c", "a && { b || c; }", true),
    ("a; b", "c", "a; b && c", true),
    ("a", "b; c", "a && b; c", false),
    ("a", "b; c", "a && { b; c; }", true),
    ("set -e; a; b", "c", "set -e; a; b && c", true),
    ("a", "set -e; b; c", "a && set -e; b; c", false),
    ("a && exit 0", "b", "a && exit 0 && b", false),
    ("a && exit 0", "b", "(a && exit 0) && b", true),
];

#[test]
fn control_flow_is_compared() {
    let mut wrong = Vec::new();
    let texts = EDITS.iter().map(|(old, new, code, same)| (format!("RUN {old}\n"), *new, *code, *same));
    let joined =
        JOINED.iter().map(|(one, two, new, same)| (format!("RUN {one}\nRUN {two}\n"), *new, "DL3059", *same));
    for (old, new, code, same) in texts.chain(joined) {
        let (old, new) = (format!("FROM a\n{old}"), format!("FROM a\nRUN {new}\n"));
        let found = difference(old.as_bytes(), new.as_bytes(), &[code]);
        if found.is_none() != same {
            wrong.push(format!("{old}{new}gives {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
