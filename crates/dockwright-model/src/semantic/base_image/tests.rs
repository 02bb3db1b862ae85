//! Tables of references; every line of the table can be parsed.

use super::data::IMAGES;
use super::pattern::Pattern;
use super::*;

fn describe(reference: &str) -> String {
    let Some(image) = find_base_image(reference) else { return "-".to_string() };
    let user = image.facts.user.as_deref().unwrap_or("?");
    let distro = image.facts.distro.as_deref().unwrap_or("?");
    let release = image.release.as_deref().unwrap_or("?");
    let certainty = match image.certainty {
        FactCertainty::Exact => "",
        FactCertainty::Extrapolated => " extrapolated",
        FactCertainty::Family => " family",
    };
    let official = if image.official { " official" } else { "" };
    format!("{} {distro} {release} {user}{official}{certainty}", image.name)
}

#[test]
fn recognizes_references() {
    for (reference, expected) in [
        ("alpine:3.20", "alpine alpine 3.20 root official"),
        ("docker.io/library/alpine:3.20", "alpine alpine 3.20 root official"),
        ("docker.io/alpine:3.20", "alpine alpine 3.20 root official"),
        ("index.docker.io/library/alpine:3.20", "alpine alpine 3.20 root official"),
        ("library/alpine:3.20", "alpine alpine 3.20 root official"),
        ("alpine:3.20@sha256:0123", "alpine alpine 3.20 root official"),
        ("alpine@sha256:0123", "-"),
        ("alpine:$TAG", "-"),
        ("${BASE:-alpine:3.20}", "-"),
        ("quay.io/alpine:3.20", "-"),
        ("localhost/alpine:3.20", "-"),
        ("registry.example.org:5000/alpine:3.20", "-"),
        ("someone/alpine:3.20", "-"),
        ("debian:bookworm-slim", "debian debian bookworm root official"),
        ("debian:12", "debian debian bookworm root official"),
        ("ubuntu:22.04", "ubuntu ubuntu jammy root official"),
        ("ubuntu:noble", "ubuntu ubuntu noble root official"),
        ("python:3.12-slim-bookworm", "python debian bookworm root official"),
        ("python:3.12-alpine3.19", "python alpine 3.19 root official"),
        ("node:20-bullseye", "node debian bullseye root official"),
        ("node:20.11.0-alpine3.19", "node alpine 3.19 root official"),
        ("golang:1.22-alpine", "golang alpine 3.21 root official"),
        ("golang:1.22-nonsense", "golang ? ? root official family"),
        ("golang:1.22-windowsservercore-ltsc2022", "-"),
        ("golang:nanoserver", "-"),
        ("memcached:1.6", "memcached debian trixie memcache official"),
        ("jenkins/jenkins:2.400-alpine", "jenkins/jenkins ? ? jenkins extrapolated"),
        ("rockylinux:9", "rockylinux rockylinux 9 root official"),
        ("rockylinux:9-minimal", "rockylinux rockylinux 9 root official"),
        ("fedora:40", "fedora fedora 40 ? official"),
        ("mcr.microsoft.com/dotnet/sdk:8.0-jammy", "mcr.microsoft.com/dotnet/sdk ? ? ?"),
        ("gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static-debian12 debian 12 65532"),
        ("gcr.io/distroless/java17-debian12", "gcr.io/distroless/java17-debian12 debian 12 0"),
        ("scratch", "scratch none ? root"),
        ("", "-"),
    ] {
        assert_eq!(describe(reference), expected, "{reference}");
    }
}

#[test]
fn tools_have_kinds() {
    use ToolPresence::{Absent, Present, Unknown};
    for (reference, tool, expected) in [
        ("alpine:3.20", "wget", Present(Some("busybox"))),
        ("alpine:3.20", "curl", Absent),
        ("alpine:3.20", "useradd", Absent),
        ("debian:bookworm", "useradd", Present(None)),
        ("debian:bookworm", "wget", Absent),
        ("debian:bookworm", "ca-certificates", Absent),
        ("python:3.11", "wget", Present(Some("gnu"))),
        ("python:3.11", "gcc", Present(None)),
        ("python:3.11-slim", "gcc", Absent),
        ("fedora:40", "git", Unknown),
        ("python:what", "gcc", Unknown),
    ] {
        let image = find_base_image(reference).expect("in the table");
        assert_eq!(image.facts.tool(tool), expected, "{tool} in {reference}");
    }
}

#[test]
fn facts_about_variables_and_users() {
    let python = find_base_image("python:3.12-slim-bookworm").expect("in the table").facts;
    assert_eq!(python.sh, Some(BinSh::Dash));
    assert_eq!(python.bash, Some(true));
    assert_eq!(python.libc.as_deref(), Some("glibc"));
    assert_eq!(python.workdir.as_deref(), Some("/"));
    assert_eq!(python.entrypoint, Some(Vec::new()));
    assert_eq!(python.cmd, Some(vec!["python3".to_string()]));
    assert_eq!(python.has_manager("apt"), Some(true));
    assert_eq!(python.has_manager("apk"), Some(false));
    assert_eq!(python.has_default_shell, Some(true));
    assert_eq!(python.variable("PYTHON_VERSION"), ImageVariable::Varies);
    assert_eq!(python.variable("NODE_ENV"), ImageVariable::Unset);
    let golang = find_base_image("golang:1.22-alpine3.20").expect("in the table").facts;
    let path = "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    assert_eq!(golang.variable("PATH"), ImageVariable::Is(path));
    assert_eq!(golang.sh, Some(BinSh::Ash));
    let unknown = find_base_image("mcr.microsoft.com/dotnet/aspnet:11.0").expect("in the table").facts;
    assert_eq!(unknown.workdir, None);
    let pinned = find_base_image("alpine:3.20@sha256:0123").expect("in the table");
    assert!(pinned.pinned);
    assert_eq!(facts_date().len(), "2026-08-21".len());
}

#[test]
fn detects_root_user() {
    for (reference, root) in [
        ("python:3.12", Some(true)),
        ("python:99.1", Some(true)),
        ("rust:unheard-of", Some(true)),
        ("python:unheard-of", None),
        ("memcached:1.6", Some(false)),
        ("memcached:unheard-of", Some(false)),
        ("gcr.io/distroless/static-debian12", Some(true)),
        ("gcr.io/distroless/static-debian12:nonroot", Some(false)),
        ("gcr.io/distroless/static-debian12:unheard-of", None),
    ] {
        assert_eq!(find_base_image(reference).expect("in the table").is_root(), root, "{reference}");
    }
    for (user, root) in [
        ("root", true),
        ("0", true),
        ("0:0", true),
        ("root:app", true),
        ("00", true),
        ("app", false),
        ("1000:0", false),
        ("", false),
        (":0", false),
        ("rooter", false),
    ] {
        assert_eq!(is_root_user(user), root, "{user}");
    }
}

#[test]
fn versions_compare_by_number() {
    for (left, right, order) in [
        ("3.15", "3.9", Ordering::Greater),
        ("3.15.2", "3.15", Ordering::Equal),
        ("3", "3.15", Ordering::Equal),
        ("3.16-rc1", "3.15", Ordering::Greater),
        ("latest", "3.15", Ordering::Equal),
        ("", "1", Ordering::Equal),
        ("20", "100", Ordering::Less),
    ] {
        assert_eq!(compare_versions(left, right), order, "{left} {right}");
    }
}

#[test]
fn the_whole_table_can_be_read() {
    let mut lines = 0;
    for name in IMAGES.names() {
        let family = IMAGES.lines_of_image(name).expect("listed");
        assert_eq!(family.all.len(), IMAGES.count(name), "every line of {name} is decoded");
        lines += family.all.len();
        for line in &family.all {
            assert!(line.tags.is_valid() && line.name.as_ref().is_none_or(Pattern::is_valid), "{name}");
            if let Some(ReleaseRule::Map { map }) = &line.release {
                assert!(map.iter().all(|(pattern, _)| pattern.is_valid()), "{name}");
            }
        }
    }
    assert!(lines >= 600, "{lines} lines");
    assert!(find_base_image("alpine:3.20").is_some());
}
