use super::*;
use crate::syntax;

/// The number of packages that each call installs, in order; `None` if it is not known.
fn counts(text: &str) -> Vec<Option<usize>> {
    let file = syntax::parse(text.as_bytes());
    let semantics = Semantics::new(&file, View::Exact);
    let installs = AptInstalls::solve(&semantics);
    let commands = semantics.runs.iter().flat_map(|run| &run.script.commands);
    let calls = commands.filter(|command| command.has_argument(&["install"]));
    calls
        .map(|call| installs.packages_installed_by_call(call).map(|install| install.added.packages.len()))
        .collect()
}

#[test]
fn installed_packages_carry_over() {
    let found = counts(
        "FROM debian:12 AS a\nRUN apt-get update && apt-get install -y make\nFROM a\n\
         RUN apt-get install -y make && apt-get install -y zip\n",
    );
    assert_eq!(found, [Some(1), Some(0), Some(2)]);
}

#[test]
fn unknown_changes_make_packages_unknown() {
    for before in [
        "RUN echo deb http://example.com/ x main > /etc/apt/sources.list.d/x.list",
        "RUN curl -fsSL https://example.com/setup | bash -",
        "RUN dpkg --add-architecture i386",
        "RUN dpkg -i x.deb",
        "RUN apt-get purge -y make",
        "RUN apt-get install -y $PACKAGES",
        "RUN apt-get install -y -t bookworm-backports git",
        "RUN ./install.sh",
        "RUN add-apt-repository ppa:x/y",
        "RUN test -e /x || apt-get install -y git",
        "COPY x.list /etc/apt/sources.list.d/",
        "RUN xargs apt-get install -y < packages.txt",
    ] {
        let found = counts(&format!("FROM debian:12\n{before}\nRUN apt-get install -y zip\n"));
        assert_eq!(found.last(), Some(&None), "{before}");
    }
}

#[test]
fn ignores_unrelated_commands() {
    for before in [
        "RUN apt-get update",
        "RUN sed -i s/deb.debian.org/mirror.example.com/g /etc/apt/sources.list",
        "RUN ./configure && make",
        "RUN useradd app && mkdir /app",
        "COPY . /app",
        "RUN pip install x",
        "RUN apt-get install -y make=4.3-4.1",
    ] {
        let found = counts(&format!("FROM debian:12\n{before}\nRUN apt-get install -y zip\n"));
        assert_eq!(found.last(), Some(&Some(2)), "{before}");
    }
}

#[test]
fn unknown_base_stays_unknown() {
    for base in ["ubuntu:20.04", "example/debian", "scratch", "$BASE", "postgres:16", "debian:buster"] {
        let found = counts(&format!("FROM {base}\nRUN apt-get install -y zip\n"));
        assert_eq!(found, [None], "{base}");
    }
}

#[test]
fn counts_recommended_packages_once() {
    let text =
        "FROM debian:12\nRUN apt-get install -y git\nRUN apt-get install -y --no-install-recommends vim\n";
    let file = syntax::parse(text.as_bytes());
    let semantics = Semantics::new(&file, View::Exact);
    let installs = AptInstalls::solve(&semantics);
    let of = |run: usize| installs.packages_installed_by_call(&semantics.runs[run].script.commands[0]);
    let git = of(0).expect("it is known");
    let (count, bytes) = git.saved_without_recommends(&[]).expect("git recommends some");
    assert!(count > 5 && bytes > 1_000_000, "{count} {bytes}");
    let (fewer, less) = git.saved_without_recommends(&["ca-certificates"]).expect("it recommends more");
    assert!(fewer < count && less < bytes, "{fewer} {less}");
    let vim = of(1).expect("it is known");
    assert_eq!(vim.saved_without_recommends(&[]), None);
    assert_eq!(vim.bytes_saved_without(&["vim".to_string()]), vim.added.bytes);
    assert_eq!(vim.bytes_saved_without(&[]), Some(0));
}
