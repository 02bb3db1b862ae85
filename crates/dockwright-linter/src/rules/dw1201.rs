//! DW1201: downloads that a cache mount would keep for the next build.

use crate::diagnostic::{Applicability, Diagnostic, Fix, ProblemCost, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::cache_mount::{
    FilledCache, choose_caching, filled_caches, find_unused_mount, mount_for_all_runs, mount_for_one_run,
};
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::semantic::{Caching, Run};
use crate::syntax::{join_with_and, quote_excerpt};

pub static RULE: Rule = Rule {
    code: "DW1201",
    name: "install-without-cache-mount",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW1201.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    // Real files have fewer, and each is compared with the others.
    const MAX_RUNS: usize = 300;
    if !run.onbuild {
        check_unused_mount(cx, run);
    }
    if run.onbuild
        || run.is_offline()
        || cx.semantics.runs.len() > MAX_RUNS
        || choose_caching(cx, run) != Caching::Mounts
    {
        return;
    }
    let (needed, alone): (Vec<FilledCache<'_>>, Vec<FilledCache<'_>>) =
        filled_caches(cx, run).into_iter().partition(|one| !one.cached.needed_by.is_empty());
    for one in needed {
        // The fix at the first call in the stage changes all of them.
        if !is_filled_before(cx, run, &one) {
            let fix = mount_for_all_runs(cx, run, one.cached);
            report(cx, run, &[one], fix);
        }
    }
    if !alone.is_empty() {
        let fix = mount_for_one_run(cx, run, &alone);
        report(cx, run, &alone, fix);
    }
}

/// Reports an option that keeps a cache mount empty.
fn check_unused_mount(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let Some(unused) = find_unused_mount(cx, run) else { return };
    let option = quote_excerpt(&unused.option.text);
    let message = format!("{option} keeps the cache mount for `{}` empty", unused.manager);
    let found = cx.report(run.outer, unused.option.span, message);
    found.help(format!("remove {option}; the mount is not part of the layer"));
    match unused.edit {
        Some(edit) => {
            let fix = Fix::new(Applicability::Suggestion, format!("remove {option}"), [edit]);
            found.fix = Some(fix.with_risk("the user of the `RUN` may have another cache directory"));
        }
        None => found.refused.push(NOT_PLAIN.to_string()),
    }
    found.loss = Some(ProblemCost::Download(run.instruction.span.start));
}

fn is_filled_before(cx: &RuleChecker<'_>, run: &Run<'_>, one: &FilledCache<'_>) -> bool {
    let Some(stage) = run.stage else { return false };
    let runs = cx.semantics.runs_of_stage_chain(stage);
    let mut before = runs.take_while(|other| other.outer.span.start < run.outer.span.start);
    before.any(|other| {
        choose_caching(cx, other) == Caching::Mounts
            && filled_caches(cx, other).iter().any(|other| std::ptr::eq(other.cached, one.cached))
    })
}

fn report(cx: &mut RuleChecker<'_>, run: &Run<'_>, filled: &[FilledCache<'_>], fix: Result<Fix, String>) {
    let Some(first) = filled.first() else { return };
    let names: Vec<String> = filled.iter().map(|one| format!("`{}`", one.cached.manager)).collect();
    let verb = if names.len() == 1 { "downloads" } else { "download" };
    let message = format!("{} {verb} everything again whenever this `RUN` is rebuilt", join_with_and(&names));
    let found: &mut Diagnostic = cx.report(run.outer, first.command.name_span(), message);
    found.help("keep downloads between builds with `--mount=type=cache`");
    match fix {
        Ok(fix) => found.fix = Some(fix),
        Err(reason) => {
            found.refused.push(reason);
            found.loss = Some(ProblemCost::Download(run.instruction.span.start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{FixSelection, fix_until_stable};
    use crate::lint::Linter;

    const END: &str = "FROM scratch\nCOPY --from=b /x /x\n";

    /// The result of fixing the lines of a stage that is copied from, or why they are not fixed.
    fn fix_lines(lines: &str) -> String {
        let text = format!("{lines}\n{END}");
        let linter = Linter::with_rules([&RULE]);
        let settled = fix_until_stable(
            text.as_bytes(),
            FixSelection::trusting_at_least(Applicability::UnsafeLow),
            &|text| linter.analyze(text),
        );
        let new = String::from_utf8_lossy(&settled.text).to_string();
        if new == text {
            let said = settled.left.iter().flat_map(|one| one.refused.clone()).collect::<Vec<_>>();
            return format!("- {}", said.join("; "));
        }
        let skip = lines.lines().next().map_or(0, str::len) + 1;
        new.get(skip..).unwrap_or_default().trim_end_matches(END).trim_end().to_string()
    }

    #[test]
    fn adds_mounts_with_required_edits() {
        let pip = "--mount=type=cache,target=/root/.cache/pip";
        let npm = "--mount=type=cache,target=/root/.npm";
        for (lines, expected) in [
            ("FROM python:3.12 AS b\nRUN pip install a", format!("RUN {pip} pip install a")),
            ("FROM python:3.12 AS b\nRUN pip --no-cache-dir install a", format!("RUN {pip} pip install a")),
            ("FROM python:3.12 AS b\nRUN pip install a && pip cache purge", format!("RUN {pip} pip install a")),
            ("FROM python:3.12 AS b\nRUN pip install a && rm -rf ~/.cache", format!("RUN {pip} pip install a")),
            ("FROM python:3.12 AS b\nRUN pip install a && rm -rf $HOME/.cache/pip/* /tmp/x", format!("RUN {pip} pip install a && rm -rf /tmp/x")),
            ("FROM python:3.12 AS b\nRUN set -e; pip install a; rm -rf /root/.cache/pip; ls", format!("RUN {pip} set -e; pip install a; ls")),
            ("FROM python:3.12 AS b\nRUN pip install a; rm -rf /root/.cache/pip", "- the command that deletes the caches cannot be removed".to_string()),
            ("FROM python:3.12 AS b\nRUN pip install a && (rm -rf /root/.cache/pip)", "- `rm -rf /root/.cache/pip` cannot be removed".to_string()),
            ("FROM python:3.12 AS b\nRUN pip install a && rm -rf /root", "- `/root/.cache/pip`, where the mount would be, is deleted with `/root`".to_string()),
            ("FROM python:3.12 AS b\nRUN pip install a && cp -r /root/.cache/pip /x", "- `cp -r /root/.cache/pip /x` uses `/root/.cache/pip`".to_string()),
            ("FROM python:3.12 AS b\nENV PIP_NO_CACHE_DIR=1\nRUN pip install a", "- `PIP_NO_CACHE_DIR` disables the cache".to_string()),
            ("FROM python:3.12 AS b\nARG PIP_CACHE_DIR\nRUN pip install a", "- `PIP_CACHE_DIR` sets the cache directory".to_string()),
            ("FROM python:3.12 AS b\nRUN PIP_CACHE_DIR=/x pip install a", "- `PIP_CACHE_DIR` sets the cache directory".to_string()),
            ("FROM python:3.12 AS b\nRUN pip --cache-dir=/x install a", "- `--cache-dir=/x` changes where the cache is or how it is used".to_string()),
            ("FROM python:3.12 AS b\nENV HOME=/x\nRUN pip install a", "- `HOME`, which determines the cache directory, is set".to_string()),
            ("FROM python:3.12 AS b\nUSER app\nRUN pip install a", "- the UID of the user `app` is unknown".to_string()),
            ("FROM x AS b\nRUN pip install a", "- the user of the `RUN` is unknown".to_string()),
            ("FROM python:3.12 AS b\nRUN pip install a\nRUN cp -r /root/.cache/pip /x", "- line 3 uses `/root/.cache/pip`".to_string()),
            ("FROM python:3.12 AS b\nRUN --mount=type=cache,target=/root/.cache pip install a", "- ".to_string()),
            ("FROM python:3.12 AS b\nRUN --mount=type=bind,target=/root pip install a", "- `/root` is already mounted".to_string()),
            ("FROM node:22 AS b\nRUN npm ci \\\n  && npm cache clean --force \\\n  && npm run x", format!("RUN {npm} \\\n    npm ci \\\n  && npm run x")),
            ("FROM node:22 AS b\nRUN <<E\nnpm ci\nE", format!("RUN {npm} <<E\nnpm ci\nE")),
            ("FROM node:22 AS b\nRUN [\"npm\", \"ci\"]", "- ".to_string()),
            ("FROM ruby:3.3 AS b\nRUN --mount=type=cache,target=/gems bundle config set path /gems && bundle install", "- ".to_string()),
            ("FROM node:22 AS b\nRUN yarn install", "- the version of yarn is unknown".to_string()),
            ("FROM debian:12 AS b\nRUN apt-get install -y a", "- the install uses package lists from another step".to_string()),
            ("FROM debian:12 AS b\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y c", "- line 3 installs with".to_string()),
            ("FROM golang:1.24 AS b\nRUN go mod download\nRUN make", "- `make` on line 3 may need files in the mount".to_string()),
            ("FROM golang:1.24 AS b\nENV GOPATH=/y\nRUN go mod download", "ENV GOPATH=/y\nRUN --mount=type=cache,target=/y/pkg/mod \\\n    --mount=type=cache,target=/root/.cache/go-build \\\n    go mod download".to_string()),
            ("FROM alpine:3.20 AS b\nRUN apk add gcc", "- the install uses package lists from another step".to_string()),
            ("FROM alpine:3.20 AS b\nRUN apk add --update gcc; make", "- `/etc/apk/cache`, which apk needs, cannot be created and removed in the `RUN`".to_string()),
            ("FROM alpine:3.20 AS b\nRUN ls /etc/apk/cache; apk add --no-cache gcc", "- the file already uses `/etc/apk/cache`".to_string()),
            ("FROM x AS b\nRUN apk add --no-cache gcc", "- the base image may not have `/etc/apk/cache`, which apk needs".to_string()),
            ("FROM alpine:3.20 AS b\nRUN <<E\nset -e\napk --no-cache add gcc\nmake\nE", "RUN --mount=type=cache,target=/var/cache/apk,sharing=locked <<E\nset -e\nln -s /var/cache/apk /etc/apk/cache\napk -U add gcc\nmake\nrm /etc/apk/cache\nE".to_string()),
            ("FROM alpine:3.20 AS b\nRUN V=1 && apk upgrade --no-cache && make $V", "RUN --mount=type=cache,target=/var/cache/apk,sharing=locked \\\n    V=1 && ln -s /var/cache/apk /etc/apk/cache \\\n    && apk upgrade -U && make $V \\\n    && rm /etc/apk/cache".to_string()),
            ("FROM alpine:3.20 AS b\nRUN apk add --no-cache \\\n  a \\\n  c", "RUN --mount=type=cache,target=/var/cache/apk,sharing=locked \\\n    ln -s /var/cache/apk /etc/apk/cache \\\n  && apk add -U \\\n  a \\\n  c \\\n  && rm /etc/apk/cache".to_string()),
            ("FROM rockylinux:8-minimal AS b\nRUN microdnf install a", "- early versions of `microdnf` do not support keeping packages".to_string()),
            ("FROM photon:5.0 AS b\nRUN tdnf install a", "- only some versions of `tdnf` support keeping packages".to_string()),
            ("FROM fedora:40 AS b\nRUN dnf5 install a", "RUN --mount=type=cache,target=/var/cache/libdnf5,sharing=locked dnf5 --setopt=keepcache=True install a".to_string()),
            ("FROM opensuse/leap:15.6 AS b\nRUN zypper in a", "- `zypper` keeps packages only for repositories with `keeppackages` enabled".to_string()),
            ("FROM archlinux:base AS b\nRUN pacman -Syu a && yes | pacman -Scc", "- `pacman -Scc` cannot be removed".to_string()),
            ("FROM python:3.12 AS b\nRUN pipx install --pip-args=--no-cache-dir a", "- `--pip-args=--no-cache-dir` changes where the cache is or how it is used".to_string()),
            ("FROM python:3.12 AS b\nRUN UV_LINK_MODE=hardlink uv sync", "- `UV_LINK_MODE`, which configures the cache, is already set".to_string()),
            ("FROM python:3.12 AS b\nENV UV_LINK_MODE=copy\nRUN uv sync", "ENV UV_LINK_MODE=copy\nRUN --mount=type=cache,target=/root/.cache/uv \\\n    uv sync".to_string()),
            ("FROM continuumio/miniconda3:24.7.1-0 AS b\nRUN conda install a\nRUN conda create -n x --clone base", "- line 3 needs the package files; `--clone` changes where the cache is or how it is used".to_string()),
            ("FROM node:22 AS b\nRUN export PNPM_HOME=/x && pnpm install", "- the value of `PNPM_HOME`, which sets the cache directory, is unknown".to_string()),
            ("FROM eclipse-temurin:21 AS b\nRUN ./gradlew -g /x build", "- `-g` changes where the cache is or how it is used".to_string()),
            ("FROM maven:3-eclipse-temurin-21 AS b\nRUN mvn -s a.xml package", "- `-s` changes where the cache is or how it is used".to_string()),
            ("FROM rust:1.82 AS b\nRUN cargo chef prepare --recipe-path recipe.json", "- ".to_string()),
            ("FROM rockylinux:9 AS b\nRUN dnf install -y a && dnf clean all", "RUN --mount=type=cache,target=/var/cache/dnf,sharing=locked dnf --setopt=keepcache=True install -y a".to_string()),
        ] {
            let made = fix_lines(lines);
            let cut = if expected.starts_with("- line 3 installs") { made.get(..expected.len()).unwrap_or_default() } else { &made };
            assert_eq!(cut, expected, "{lines}");
        }
    }

    #[test]
    fn keeps_cargo_target_if_output_is_moved() {
        for (lines, kept) in [
            ("WORKDIR /a\nRUN cargo build && cp target/debug/x /x", true),
            ("WORKDIR /a\nRUN cargo fetch\nRUN cargo build && mv ./target/debug/x /a/y /x", true),
            ("WORKDIR /a\nRUN cargo build && cp /a/target/debug/x .", true),
            ("WORKDIR /a\nRUN cargo build", false),
            ("WORKDIR /a\nRUN cargo build; cp target/debug/x /x", false),
            ("WORKDIR /a\nRUN cargo build --target-dir=/t && cp target/debug/x /x", false),
            ("WORKDIR /a\nRUN cd b && cargo build && cp target/debug/x /x", false),
            ("WORKDIR /a\nENV CARGO_TARGET_DIR=/t\nRUN cargo build && cp target/debug/x /x", false),
            ("WORKDIR /a\nRUN cargo build && cp target/debug/x target/y", false),
            ("WORKDIR /a\nRUN cargo build && cp target/debug/$X /x", false),
            ("WORKDIR /a\nRUN cargo build && cp target/debug/x /x\nRUN cargo test", false),
            ("WORKDIR /a\nRUN cargo build\nRUN cargo build && cp target/debug/x /x", false),
            ("WORKDIR /a\nRUN cargo build && cp target/debug/x /x\nRUN cp target/debug/y /y", false),
            ("WORKDIR /x\nRUN cargo build && cp target/debug/x /y", false),
            ("ARG A\nWORKDIR $A\nRUN cargo build && cp target/debug/x /x", false),
        ] {
            let made = fix_lines(&format!("FROM rust:1.82-bookworm AS b\n{lines}"));
            assert!(made.contains("target=/usr/local/cargo/registry"), "{made}");
            assert_eq!(made.contains("id=x-target,target=/a/target"), kept, "{made}");
            assert_eq!(made.matches("id=").count(), usize::from(kept), "{made}");
        }
    }

    /// Each file of `fixtures/mounts` is fixed and compared with the expected file next to it; without one, it must
    /// not change.
    #[test]
    fn fixes_whole_files() {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mounts");
        let linter = Linter::with_rules([&RULE]);
        let mut count = 0;
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.to_string_lossy().ends_with(".fixed.Dockerfile") {
                continue;
            }
            count += 1;
            let text = std::fs::read(&path).expect("a file");
            let settled =
                fix_until_stable(&text, FixSelection::trusting_at_least(Applicability::UnsafeLow), &|text| {
                    linter.analyze(text)
                });
            let expected = std::fs::read(path.with_extension("fixed.Dockerfile")).unwrap_or(text);
            let name = path.display();
            assert_eq!(String::from_utf8_lossy(&settled.text), String::from_utf8_lossy(&expected), "{name}");
        }
        assert!(count > 25);
    }

    #[test]
    fn mounts_depend_on_other_stages() {
        let linter = Linter::with_rules([&RULE]);
        let reasons = |text: &str| -> Vec<String> {
            linter.lint(text.as_bytes()).into_iter().flat_map(|one| one.refused).collect()
        };
        let go = "FROM golang:1.24 AS b\nRUN go mod download\nFROM scratch\n";
        for (text, expected) in [
            (format!("{go}COPY --from=b /go /go\n"), "line 4 copies files of the cache from the stage"),
            (format!("{go}COPY --from=0 go/pkg/mod/x /go\n"), "line 4 copies files of the cache from the stage"),
            (format!("{go}RUN --mount=from=b,target=/b x\n"), "line 4 copies files of the cache from the stage"),
            (format!("{go}COPY --from=b /bin/app /app\n"), ""),
            (
                // Someone may build it as a target, and run Go in it.
                format!("{go}COPY --from=b /bin/app /app\n").replace("FROM scratch", "FROM b AS dev\nCMD go run .\nFROM scratch"),
                "the image may need the files that would be in the mount",
            ),
            (
                "FROM maven:3-eclipse-temurin-21 AS b\nCOPY --from=d /root/.m2 /root/.m2\nRUN mvn package\nFROM scratch\nCOPY --from=b /x /x\n".to_string(),
                "line 2 copies to `/root/.m2`, which a mount would hide",
            ),
            (
                "FROM golang:1.24 AS b\nRUN make deps\nRUN go build\nFROM scratch\nCOPY --from=b /x /x\n".to_string(),
                "`make` on line 2 may have created files that a mount would hide",
            ),
        ] {
            assert_eq!(reasons(&text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn keeps_hook_in_final_images() {
        let install = "RUN apt-get update && apt-get install -y a";
        let lists = "RUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y a";
        let text = format!(
            "FROM debian:12 AS b\n{install}\nFROM b AS test\nRUN x\nFROM scratch\nCOPY --from=b /x /x\n"
        );
        let linter = Linter::with_rules([&RULE]);
        let settled = fix_until_stable(
            text.as_bytes(),
            FixSelection::trusting_at_least(Applicability::UnsafeLow),
            &|text| linter.analyze(text),
        );
        assert_eq!(String::from_utf8_lossy(&settled.text), text.replace(install, lists));
    }
}
