//! The examples of a policy, run as tests.

use std::fmt;
use std::sync::Arc;

use super::Policy;
use crate::lint::Linter;
use crate::syntax;

/// An example with an unexpected result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExampleFault {
    /// The `bad` example with this number, from 1, is not reported.
    NotReported(usize),
    /// The `good` example with this number is reported on this line of it, both from 1.
    Reported(usize, u32),
    /// No builder accepts the example: `bad` or `good`, its number, and why.
    Invalid(&'static str, usize, String),
}

impl fmt::Display for ExampleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReported(number) => write!(f, "bad example {number} is not reported"),
            Self::Reported(number, line) => write!(f, "good example {number} is reported on line {line}"),
            Self::Invalid(kind, number, why) => {
                write!(f, "{kind} example {number} is not a valid Dockerfile ({why})")
            }
        }
    }
}

/// The examples that fail. An example without a FROM gets `FROM scratch` above it.
#[must_use]
pub(crate) fn check_examples(policy: &Arc<Policy>) -> Vec<ExampleFault> {
    let linter = Linter { policies: vec![Arc::clone(policy)], ..Linter::with_rules([]) };
    let mut faults = Vec::new();
    let lists = [("bad", &policy.examples.bad), ("good", &policy.examples.good)];
    for (kind, examples) in lists {
        for (number, example) in (1..).zip(examples) {
            let (text, added) = complete_dockerfile(example);
            let found = linter.lint(text.as_bytes());
            let own = found.iter().find(|one| one.code == policy.code);
            if let Some(invalid) = found.iter().find(|one| one.is_final()) {
                faults.push(ExampleFault::Invalid(kind, number, invalid.message.clone()));
            } else if kind == "bad" && own.is_none() {
                faults.push(ExampleFault::NotReported(number));
            } else if let (Some(found), true) = (own, kind == "good") {
                let before = text.get(..found.span.start as usize).unwrap_or_default();
                let line = before.matches('\n').count() + 1 - added;
                faults.push(ExampleFault::Reported(number, u32::try_from(line).unwrap_or(u32::MAX)));
            }
        }
    }
    faults
}

/// The example as a whole Dockerfile, and how many lines were added above it.
fn complete_dockerfile(example: &str) -> (String, usize) {
    let text = format!("{}\n", example.trim_end());
    let file = syntax::parse(text.as_bytes());
    if file.instructions().any(|instruction| instruction.kind == syntax::Kind::From) {
        (text, 0)
    } else {
        (format!("FROM scratch\n{text}"), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigFile;

    /// The faults of the only policy of a configuration.
    fn find_faults(text: &str) -> Vec<String> {
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
            (
                "shipped = true, instruction = 'RUN'",
                "FROM a AS b\nFROM b\nRUN c",
                "FROM a AS b\nRUN c\nFROM a",
            ),
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
            assert_eq!(find_faults(&entry), Vec::<String>::new(), "{conditions}");
            let swapped = entry.replace("bad =", "x =").replace("good =", "bad =").replace("x =", "good =");
            assert_eq!(find_faults(&swapped).len(), 2, "{conditions}");
        }
    }

    #[test]
    fn broken_examples_are_found() {
        let found = find_faults(
            "match = { instruction = 'RUN' }\nexamples = { bad = ['FORM a'], good = [\"# x\\nRUN a\"] }\n",
        );
        assert!(found[0].starts_with("bad example 1 is not a valid Dockerfile ("), "{found:?}");
        assert_eq!(found[1], "good example 1 is reported on line 2");
    }
}
