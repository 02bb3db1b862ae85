//! Tables of Dockerfiles and the programs that are certainly missing.

use super::ProgramAbsence;
use crate::facts::installs::AptInstalls;
use crate::semantic::{Semantics, View};
use crate::syntax;

fn with_risk(text: &str) -> String {
    let file = syntax::parse(text.as_bytes());
    let semantics = Semantics::new(&file, View::Exact);
    let absence = ProgramAbsence::analyze(&semantics, &AptInstalls::solve(&semantics), &|directory| {
        if directory == "bin" { vec!["tool".to_string()] } else { Vec::new() }
    });
    let programs = absence.missing.iter().map(|one| one.program.clone());
    let shells = absence.without_shell.iter().map(|(run, _)| format!("sh@{run}"));
    programs.chain(shells).collect::<Vec<_>>().join(" ")
}

#[test]
fn programs_that_the_base_image_lacks() {
    for (image, program, expected) in [
        ("debian:12-slim", "curl", true),
        ("debian:12", "git", true),
        ("debian:12-slim", "tar", false),
        ("debian:12-slim", "bash", false),
        ("debian:12-slim", "zip", true),
        ("debian:12-slim", "apk", true),
        ("debian:12-slim", "sudo", true),
        ("ubuntu:22.04", "curl", true),
        ("alpine:3.20", "curl", true),
        ("alpine:3.20", "wget", false),
        ("alpine:3.20", "bash", true),
        ("alpine:3.20", "apt-get", true),
        ("alpine:3.20", "rsync", true),
        ("alpine:3.20", "ps", false),
        ("python:3.12-slim", "gcc", true),
        ("python:3.12-slim", "python", false),
        ("python:3.12-slim", "pip", false),
        ("python:3.12-slim", "ps", true),
        ("python:3.12", "git", false),
        ("node:20-slim", "python3", true),
        ("node:20-slim", "npm", false),
        ("node:20-alpine", "git", true),
        ("golang:1.22-alpine", "git", true),
        ("golang:1.22", "make", false),
        ("example.com/x:1", "curl", false),
        ("python:$V-slim", "gcc", false),
        (
            "debian:12-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "curl",
            false,
        ),
    ] {
        let expected = if expected { program } else { "" };
        assert_eq!(with_risk(&format!("FROM {image}\nRUN {program} x\n")), expected, "{image} {program}");
    }
}

#[test]
fn possible_providers_end_certainty() {
    for before in [
        "RUN apt-get update && apt-get install -y curl",
        "RUN apt-get update && apt-get install -y $PACKAGES",
        "RUN apt-get update && apt-get install -y no-such-package",
        "RUN ./setup.sh",
        "RUN wget -qO- https://example.com/x | sh",
        "RUN ./configure",
        "RUN dpkg -i curl.deb",
        "COPY curl /usr/local/bin/",
        "COPY dir /usr/local/bin",
        "COPY rootfs /",
        "ADD rootfs.tar.xz /",
        "COPY --from=x /usr/bin/curl /usr/bin/curl",
        "COPY tools /opt/tools\nENV PATH=/opt/tools:$PATH",
        "ENV PATH=/opt/tools:$PATH\nCOPY tools /opt/tools",
        "RUN tar -C /usr/local -xzf x.tgz",
        "RUN ln -s /bin/true /usr/bin/curl",
        "RUN mv x /usr/bin/curl",
        "RUN . ./env",
        "SHELL [\"python3\", \"-c\"]\nRUN x",
        "RUN <<E\n#!/usr/bin/env python3\nE",
    ] {
        assert_eq!(with_risk(&format!("FROM debian:12-slim\n{before}\nRUN curl x\n")), "", "{before}");
    }
}

#[test]
fn harmless_commands_keep_certainty() {
    for before in [
        "RUN apt-get update && apt-get install -y ca-certificates",
        "RUN mkdir -p /usr/local/share/x && chown -R nobody /usr/local/share/x",
        "RUN useradd -m app",
        "RUN echo 'x' > /etc/x",
        "COPY app /app",
        "COPY bin /usr/local/bin",
        "COPY entrypoint.sh /usr/local/bin/entrypoint.sh",
        "COPY entrypoint.sh /usr/local/bin/",
        "RUN sh -c 'echo a'",
        "ENV A=b",
        "WORKDIR /srv\nCOPY . .",
        "RUN ln -sf /dev/stdout /var/log/x",
        "RUN rm -rf /usr/share/doc",
    ] {
        assert_eq!(with_risk(&format!("FROM debian:12-slim\n{before}\nRUN curl x\n")), "curl", "{before}");
    }
}

#[test]
fn only_a_failure_of_the_whole_run_counts() {
    for (run, expected) in [
        ("curl x || true", ""),
        ("if curl x; then y; fi", ""),
        ("curl x; true", ""),
        ("mkdir a && curl x && b", "curl"),
        ("sudo mkdir a", "sudo"),
        ("env A=b curl x", "curl"),
        ("exec curl x", "curl"),
        ("curl x | tar xz", "curl"),
        ("curl x | sh", ""),
        ("PATH=/x:$PATH; curl x", ""),
        ("export PATH=/x:$PATH && curl x", ""),
        ("curl() { wget \"$@\"; }; curl x", ""),
        ("/usr/bin/curl x", "curl"),
        ("[\"curl\", \"x\"]", "curl"),
        ("apt-get update && apt-get install -y curl && curl x", ""),
    ] {
        assert_eq!(with_risk(&format!("FROM debian:12-slim\nRUN {run}\n")), expected, "{run}");
    }
}

#[test]
fn stages_inherit_end_of_parent() {
    for (text, expected) in [
        ("FROM debian:12-slim AS a\nRUN apt-get update && apt-get install -y curl\nFROM a\nRUN curl x\n", ""),
        ("FROM debian:12-slim AS a\nFROM a\nRUN curl x\n", "curl"),
        ("FROM debian:12-slim AS a\nONBUILD RUN x\nFROM a\nRUN curl x\n", ""),
        ("FROM scratch\nRUN echo x\n", "sh@0"),
        ("FROM scratch\nADD rootfs.tar.gz /\nRUN echo x\n", ""),
        ("FROM scratch\nCOPY a.txt /srv/a.txt\nRUN echo x\n", "sh@0"),
        ("FROM scratch\nSHELL [\"/x\"]\nRUN echo x\n", ""),
        ("FROM scratch\nRUN [\"/x\"]\n", ""),
        ("FROM gcr.io/distroless/static\nRUN echo x\n", "sh@0"),
    ] {
        assert_eq!(with_risk(text), expected, "{text}");
    }
}
