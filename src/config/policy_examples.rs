//! The examples of policies, as a configuration declares both.

use super::ConfigFile;
use crate::policy::check_examples;

/// The faults of the only policy of a configuration.
fn find_example_faults(text: &str) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("dockwright.toml");
    let text = format!("[[policy]]\ncode = \"ACME1\"\nmessage = \"m\"\n{text}");
    std::fs::write(&path, text).expect("a file");
    let config = ConfigFile::read(&path).unwrap_or_else(|error| panic!("{error}"));
    let policies = config.layers.iter().flat_map(|layer| &layer.policies);
    policies.flat_map(check_examples).map(|fault| fault.to_string()).collect()
}

#[test]
fn patterns_match_facts() {
    // Conditions, an example that they match, and one that they do not.
    for (conditions, bad, good) in [
        ("instruction = 'add'", "ADD a /b", "COPY a /b"),
        ("instruction = '{ADD,COPY}', flag = 'chown*'", "COPY --chown=1 a /b", "COPY --chmod=755 a /b"),
        ("command = 'curl'", "RUN set -e; /usr/bin/curl x", "RUN echo curl"),
        ("command = 'curl', argument = 'http://*'", "RUN curl -s http://x/y", "RUN curl https://x/y"),
        (
            "command = 'curl', argument = ['-k', '*.example']",
            "RUN curl -k a.example",
            "RUN curl -k b; curl a.example",
        ),
        ("command = 'sudo'", "RUN sudo -E apt-get update", "RUN apt-get update"),
        ("command = 'apt-get'", "RUN sudo -E apt-get update", "RUN sudo apt update"),
        ("command = 'nc'", "ENTRYPOINT [\"nc\", \"-l\"]", "ENTRYPOINT [\"ncat\"]"),
        ("command = 'nc', instruction = 'HEALTHCHECK'", "HEALTHCHECK CMD nc -z a 1", "HEALTHCHECK NONE"),
        ("command = 'npm', argument = 'run'", "ARG C=run\nRUN npm $C x", "ARG C\nRUN npm $C x"),
        ("image = 'node:*'", "FROM node:20", "FROM x/node:20"),
        ("image = 'docker.io/library/node:1?'", "ARG V=18\nFROM node:${V}", "ARG V=20\nFROM node:${V}"),
        (
            "image = 'node'",
            "FROM node:20@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "FROM nodes",
        ),
        ("image = '*:latest'", "FROM debian", "FROM debian:12"),
        (
            "image = 'debian:*', instruction = 'RUN'",
            "FROM debian AS a\nFROM a\nRUN b",
            "FROM debian AS a\nFROM scratch\nRUN b",
        ),
        ("shipped = true, instruction = 'RUN'", "FROM a AS b\nFROM b\nRUN c", "FROM a AS b\nRUN c\nFROM a"),
        ("shipped = false, instruction = 'RUN'", "FROM a AS b\nRUN c\nFROM a", "RUN c"),
        ("instruction = 'EXPOSE', argument = '22'", "EXPOSE 80 22/tcp", "EXPOSE 2222"),
        ("instruction = 'USER', argument = '{root,0}'", "USER root:root", "USER app"),
        ("instruction = 'ENV', argument = 'HTTP_PROXY'", "ENV A=b HTTP_PROXY=c", "ENV HTTP_PROXY_=c"),
        ("instruction = 'LABEL', argument = 'a=b*'", "LABEL a=\"b c\"", "LABEL a=c"),
        ("instruction = 'ARG', argument = 'TOKEN'", "ARG TOKEN=a", "ARG TOKENS"),
        ("instruction = 'COPY', argument = '.'", "COPY . /srv", "COPY a /srv"),
        ("instruction = 'ONBUILD'", "ONBUILD RUN a", "RUN a"),
        ("instruction = 'RUN', command = 'a'", "ONBUILD RUN a", "ONBUILD COPY a /b"),
        (
            "flag = '--mount=type=secret*'",
            "RUN --mount=type=secret,id=a b",
            "RUN --mount=type=cache,target=/a b",
        ),
        ("instruction = 'FROM', argument = 'dev*'", "FROM a AS dev-1", "FROM dev AS b"),
    ] {
        let entry = format!(
            "match = {{ {conditions} }}\nexamples = {{ bad = [\"\"\"\n{}\"\"\"], good = [\"\"\"\n{}\"\"\"] }}\n",
            bad.replace('"', "\\\""),
            good.replace('"', "\\\"")
        );
        assert_eq!(find_example_faults(&entry), Vec::<String>::new(), "{conditions}");
        let swapped = entry.replace("bad =", "x =").replace("good =", "bad =").replace("x =", "good =");
        assert_eq!(find_example_faults(&swapped).len(), 2, "{conditions}");
    }
}

#[test]
fn broken_examples_are_found() {
    let found = find_example_faults(
        "match = { instruction = 'RUN' }\nexamples = { bad = ['FORM a'], good = [\"# x\\nRUN a\"] }\n",
    );
    assert!(found[0].starts_with("bad example 1 is not a valid Dockerfile ("), "{found:?}");
    assert_eq!(found[1], "good example 1 is reported on line 2");
}
