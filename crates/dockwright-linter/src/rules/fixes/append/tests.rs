use super::*;
use crate::lint::Linter;
use crate::rules::{dl3009, dl3032};

fn apply_edits_to_source(source: &str, edits: &[Edit]) -> String {
    let text = crate::fix::apply_edits(source.as_bytes(), edits).expect("edits that fit");
    let text = String::from_utf8(text).expect("UTF-8");
    text.split_once('\n').map_or("", |(_, text)| text).trim_end().to_string()
}

fn append_in_test(text: &str) -> String {
    use crate::semantic::{Semantics, View};
    let source = format!("FROM a\n{text}\n");
    let file = crate::syntax::parse(source.as_bytes());
    let semantics = Semantics::new(&file, View::Exact);
    let run = semantics.runs.first().expect("a RUN");
    append_command(run, source.as_bytes(), "rm x")
        .map_or("-".to_string(), |edit| apply_edits_to_source(&source, &[edit]))
}

#[test]
fn added_command_follows_layout_of_run() {
    for (text, expected) in [
        ("RUN a", "RUN a && rm x"),
        ("RUN a && b", "RUN a && b && rm x"),
        ("RUN a; b", "RUN a; b && rm x"),
        ("RUN set -eux; a; b", "RUN set -eux; a; b; rm x"),
        ("RUN set -eux; a; b && c", "RUN set -eux; a; b && c && rm x"),
        ("RUN set -eux; a; b || c", "RUN set -eux; a; b || c; rm x"),
        ("RUN a && \\\n  b", "RUN a && \\\n  b && \\\n  rm x"),
        ("RUN a \\\n    && b\\\n    && c d", "RUN a \\\n    && b\\\n    && c d\\\n    && rm x"),
        ("RUN a i \\\n    p \\\n    q", "RUN a i \\\n    p \\\n    q \\\n    && rm x"),
        ("RUN a i \\\np \\\nq", "RUN a i \\\np \\\nq \\\n    && rm x"),
        ("RUN a i \\\n  p \\\n# why\n\n  q", "RUN a i \\\n  p \\\n# why\n\n  q \\\n  && rm x"),
        ("RUN a && \\\n  # why\n  b", "RUN a && \\\n  # why\n  b \\\n  && rm x"),
        ("RUN set -ex; \\\n\ta; \\\n\tb", "RUN set -ex; \\\n\ta; \\\n\tb; \\\n\trm x"),
        ("RUN a && b i \\\n  p \\\n  q", "RUN a && b i \\\n  p \\\n  q \\\n  && rm x"),
        ("RUN a && b # why", "RUN a && b && rm x # why"),
        ("RUN a | b", "RUN a | b && rm x"),
        ("RUN a || b", "-"),
        ("RUN a && b || c", "-"),
        ("RUN <<EOF\nset -e\na\nb\nEOF", "RUN <<EOF\nset -e\na\nb\nrm x\nEOF"),
        ("RUN <<EOF\na\nb\nEOF", "RUN <<EOF\na\nb && rm x\nEOF"),
        ("RUN a &", "-"),
        ("RUN a;", "-"),
        ("RUN a && exec b", "-"),
        ("RUN ! a", "-"),
        ("RUN [\"a\"]", "-"),
    ] {
        assert_eq!(append_in_test(text), expected, "{text}");
    }
}

/// The text after the fix, by the rule for `yum` or the one for the lists of apt.
fn fix_missing_clean_up(from: &str, run: &str) -> String {
    let source = format!("FROM {from}\n{run}\n");
    let found = Linter::with_rules([&dl3032::RULE, &dl3009::RULE]).lint(source.as_bytes());
    let edits: Vec<Edit> = found.into_iter().filter_map(|one| one.fix).flat_map(|fix| fix.edits).collect();
    if edits.is_empty() { "-".to_string() } else { apply_edits_to_source(&source, &edits) }
}

#[test]
fn clean_up_runs_only_after_success() {
    for (run, expected) in [
        ("RUN yum install -y a", "RUN yum install -y a && yum clean all"),
        ("RUN a; yum install -y a && b", "RUN a; yum install -y a && b && yum clean all"),
        (
            "RUN yum install -y a || apt-get install -y a",
            "RUN { yum install -y a && yum clean all; } || apt-get install -y a",
        ),
        ("RUN b || yum install -y a", "RUN b || { yum install -y a && yum clean all; }"),
        ("RUN b || yum install -y a && c", "RUN b || { yum install -y a && yum clean all; } && c"),
        ("RUN yum install -y a || yum install -y b", "-"),
        ("RUN yum install -y a || (yum makecache && yum install -y a)", "-"),
        ("RUN yum install -y a; b", "RUN yum install -y a && yum clean all; b"),
        ("RUN yum install -y \\\n  a; \\\n  b", "RUN yum install -y \\\n  a \\\n  && yum clean all; \\\n  b"),
        ("RUN yes | yum install a", "RUN yes | yum install a && yum clean all"),
        ("RUN yum install -y a | tee b", "-"),
        ("RUN yum install -y a & b", "-"),
        ("RUN ! yum install -y a", "-"),
        (
            "RUN if b; then yum install -y a; else c; fi",
            "RUN if b; then yum install -y a && yum clean all; else c; fi",
        ),
        ("RUN if ! yum install -y a; then c; fi", "-"),
        ("RUN for i in a b; do yum install -y $i; done", "-"),
        ("RUN f() { yum install -y a; }; f", "-"),
        ("RUN ( yum install -y a; b )", "RUN ( yum install -y a && yum clean all; b )"),
        ("RUN ( yum install -y a ) | tee b", "-"),
        ("RUN set -e; yum install -y a; b", "RUN set -e; yum install -y a; b; yum clean all"),
        ("RUN set -e; yum install -y a && b; c", "RUN set -e; yum install -y a && yum clean all && b; c"),
        ("RUN b; set -e; yum install -y a; c", "-"),
        ("RUN set -e; if b; then yum install -y a; fi; c", "-"),
        // On a separate line, `set -e` notices that the installation fails, even if it is added later.
        ("RUN <<EOF\nyum install -y a\nb\nEOF", "RUN <<EOF\nyum install -y a\nyum clean all\nb\nEOF"),
        (
            "RUN <<-EOF\n\tyum install -y a\n\tb\nEOF",
            "RUN <<-EOF\n\tyum install -y a\n\tyum clean all\n\tb\nEOF",
        ),
        (
            "RUN <<EOF\nyum install -y a\ntest $? = 0\nEOF",
            "RUN <<EOF\nyum install -y a && yum clean all\ntest $? = 0\nEOF",
        ),
        (
            "RUN <<EOF\n# why\nif b; then\n  yum install -y a # this\nfi\nEOF",
            "RUN <<EOF\n# why\nif b; then\n  yum install -y a && yum clean all # this\nfi\nEOF",
        ),
        ("RUN <<EOF\n#!/bin/sh -e\nyum install -y a\nb\nEOF", "-"),
        ("SHELL [\"/bin/sh\", \"-ec\"]\nRUN yum install -y a; b", "-"),
    ] {
        assert_eq!(fix_missing_clean_up("centos:7", run), expected, "{run}");
    }
}

#[test]
fn removes_apt_lists_after_last_use() {
    for (run, expected) in [
        (
            "RUN apt-get update && apt-get install -y a || true",
            "RUN apt-get update && { apt-get install -y a && rm -rf /var/lib/apt/lists/*; } || true",
        ),
        ("RUN apt-get update && apt-get install -y a; apt-cache show b", "-"),
        ("RUN apt-get update && apt-get install -y a; ./more", "-"),
    ] {
        assert_eq!(fix_missing_clean_up("debian:12", run), expected, "{run}");
    }
}

#[test]
fn adds_no_clean_up_after_missing_program() {
    assert_eq!(fix_missing_clean_up("debian:12", "RUN yum install -y a"), "-");
    assert_eq!(fix_missing_clean_up("centos:7", "RUN apt-get update && apt-get install -y a"), "-");
    let installed = "RUN apt-get install -y yum\nRUN yum install -y a";
    assert_ne!(fix_missing_clean_up("debian:12", installed), "-");
}
