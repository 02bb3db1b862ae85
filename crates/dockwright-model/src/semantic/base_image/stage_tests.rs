//! Tables of stages, with their users, bases and distributions.

use super::StageUser;
use crate::semantic::{Semantics, View};

fn semantics<T>(text: &str, ask: impl FnOnce(&Semantics<'_>) -> T) -> T {
    let file = crate::syntax::parse(text.as_bytes());
    ask(&Semantics::new(&file, View::Exact))
}

/// Calls `ask` with the end of the last stage.
fn ask_at_stage_end<T>(text: &str, ask: impl FnOnce(&Semantics<'_>, (usize, u32)) -> T) -> T {
    semantics(text, |semantics| {
        let stage = semantics.stages.len() - 1;
        ask(semantics, (stage, u32::try_from(text.len()).expect("small")))
    })
}

#[test]
fn detects_root_if_known() {
    for (text, root) in [
        ("FROM debian:12\nRUN x\n", true),
        ("FROM scratch\n", true),
        ("FROM someone/debian:12\nRUN x\n", false),
        ("FROM debian:12\nUSER app\n", false),
        ("FROM debian:12\nUSER root\n", true),
        ("FROM debian:12\nUSER 0:0\n", true),
        ("FROM debian:12\nUSER \"root\"\n", true),
        ("FROM debian:12\nUSER $WHO\n", false),
        ("FROM debian:12\nUSER app\nUSER root\n", false),
        ("FROM debian:12 AS a\nUSER app\nFROM a\n", false),
        ("FROM debian:12 AS a\nUSER root\nFROM a\nRUN x\n", true),
        ("FROM debian:12 AS a\nONBUILD USER app\nFROM a\n", false),
        ("FROM debian:12 AS a\nUSER app\nFROM debian:12\n", true),
        ("FROM debian:12\nONBUILD USER app\n", true),
        ("FROM memcached:1.6\nUSER root\n", false),
        ("ARG V=12\nFROM debian:$V\n", true),
        ("ARG V=8\nFROM memcached:$V\n", false),
        ("ARG BASE=debian:12\nFROM $BASE\n", false),
        ("FROM debian:12 AS a\nARG BASE\nFROM $BASE\n", false),
        ("ARG BASE=a\nFROM debian:12 AS a\nFROM $BASE\n", false),
        ("FROM debian:12 AS a\nFROM a AS b\nFROM b\n", true),
    ] {
        assert_eq!(ask_at_stage_end(text, |all, (stage, at)| all.is_known_root(stage, at)), root, "{text}");
    }
    let text = "FROM debian:12\nRUN x\nUSER app\nRUN y\n";
    let before = u32::try_from(text.find("RUN x").expect("there")).expect("small");
    assert!(semantics(text, |semantics| semantics.is_known_root(0, before)));
}

#[test]
fn detects_users() {
    for (text, user) in [
        ("FROM debian:12\n", StageUser::Root),
        ("FROM memcached:1.6\n", StageUser::Other("memcache".to_string())),
        ("FROM memcached:1.6\nUSER root\n", StageUser::Root),
        ("FROM a\n", StageUser::Unknown),
        ("FROM a\nUSER 0\n", StageUser::Root),
        ("FROM debian:12\nUSER app:app\nRUN x\n", StageUser::Other("app:app".to_string())),
        ("FROM debian:12\nUSER ${U}\n", StageUser::Unknown),
    ] {
        assert_eq!(ask_at_stage_end(text, |all, (stage, at)| all.user_at(stage, at)), user, "{text}");
    }
}

#[test]
fn finds_leaf_stages() {
    for (text, leaves) in [
        ("FROM a\n", "0"),
        ("FROM a AS x\nFROM x\n", "1"),
        ("FROM a AS x\nFROM b\nCOPY --from=x /a /b\n", "0 1"),
        ("FROM a AS X\nFROM x AS y\nFROM b\n", "1 2"),
        ("ARG T=x\nFROM a AS x\nFROM $T\n", ""),
        ("ARG V=1\nFROM a AS x\nFROM b:$V\n", "0 1"),
        ("ARG V=1\nFROM a AS x\nFROM me/$V\n", "0 1"),
    ] {
        let found = semantics(text, |semantics| {
            let leaf = |stage: &usize| semantics.is_leaf_stage(*stage);
            let stages = (0..semantics.stages.len()).filter(leaf);
            stages.map(|stage| stage.to_string()).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found, leaves, "{text}");
    }
}

#[test]
fn detects_distributions() {
    for (text, expected) in [
        ("FROM python:3.12-slim-bookworm\n", "debian bookworm Apt Table"),
        ("FROM python:3.12-alpine3.19 AS a\nFROM a\n", "alpine 3.19 Apk Table"),
        ("FROM me/app:1.2-alpine\n", "alpine ? Apk Name"),
        ("FROM nvidia/cuda:12.2.0-devel-ubuntu22.04\n", "ubuntu ? Apt Name"),
        ("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.3\n", "rhel ? Rpm Name"),
        ("FROM opensuse/leap:15\n", "opensuse ? Zypper Name"),
        ("FROM me/archlinux-extra\n", "archlinux ? Pacman Name"),
        ("FROM me/ubuntu-on-alpine\n", "-"),
        ("FROM me/app\nRUN apt-get update\n", "? ? Apt Commands"),
        ("FROM me/app AS a\nRUN apk add x\nFROM a\n", "? ? Apk Commands"),
        ("FROM me/app\nRUN apt-get update || yum install x\n", "-"),
        ("FROM me/app\nRUN x\n", "-"),
        ("FROM gcr.io/distroless/static-debian12\n", "debian 12 none Table"),
        ("FROM scratch\n", "none ? none Table"),
        ("ARG D=alpine:3.20\nFROM $D\n", "alpine 3.20 Apk Table uncertain"),
    ] {
        let found = ask_at_stage_end(text, |all, (stage, _)| all.distribution(stage));
        let found = found.map_or("-".to_string(), |found| {
            let family = found.family.map_or("none".to_string(), |family| format!("{family:?}"));
            let certain = if found.certain { "" } else { " uncertain" };
            let word = |word: Option<String>| word.unwrap_or("?".to_string());
            format!("{} {} {family} {:?}{certain}", word(found.id), word(found.release), found.evidence)
        });
        assert_eq!(found, expected, "{text}");
    }
}
