//! The resolver of each kind, against a server with the same data as the real one.

use std::collections::{BTreeMap, BTreeSet};

use super::failure::LookupError;
use super::lookup::{PackageEnvironment, PinResolution};
use super::test_server::{Server, ServerReply};
use super::*;

/// The response to one question, from a server that replaces all others.
fn look_up(question: &LookupRequest, pages: &[(&str, &str)]) -> Result<PinResolution, LookupError> {
    let pages: BTreeMap<String, String> =
        pages.iter().map(|(path, body)| ((*path).to_string(), (*body).to_string())).collect();
    let server = Server::new(move |received| match pages.get(&received.path) {
        Some(body) => ServerReply::ok(body.clone()),
        None => ServerReply::status(404),
    });
    let hosts = [
        "pypi.org",
        "registry.npmjs.org",
        "rubygems.org",
        "index.crates.io",
        "proxy.golang.org",
        "deb.debian.org",
        "security.debian.org",
    ];
    let settings = PinSettings {
        registries: hosts.iter().map(|host| ((*host).to_string(), server.host())).collect(),
        ..PinSettings::default()
    };
    let (client, credentials) = (HttpClient::new(HttpLimits::default()), Credentials::in_directory(None));
    let (memory, cache) = (LookupMemory::default(), ResponseCache::in_directory(None));
    let access = RegistryAccess {
        client: &client,
        credentials: &credentials,
        settings: &settings,
        memory: &memory,
        dates: true,
    };
    let lookup = PinLookup { access, cache: &cache, offline: false, resolver: &resolver };
    let answers = lookup.look_up_all(&BTreeSet::from([question.clone()]), &|| {});
    answers[question].found.clone()
}

fn package(kind: PinKind, name: &str, version: Option<&str>, pinned: Option<&str>) -> LookupRequest {
    let platform = PackageEnvironment { version: version.map(str::to_string), musl: false };
    LookupRequest::Package { kind, name: name.to_string(), platform, pinned: pinned.map(str::to_string) }
}

/// The version, and whether the pinned one still exists.
fn look_up_version(question: &LookupRequest, pages: &[(&str, &str)]) -> (String, Option<bool>) {
    let found = look_up(question, pages).expect("a version");
    (found.version, found.pinned.map(|pinned| pinned.available))
}

fn look_up_error(question: &LookupRequest, pages: &[(&str, &str)]) -> LookupError {
    look_up(question, pages).expect_err("no version")
}

#[test]
fn python_packages_fit_the_python_of_the_image() {
    let pages = [(
        "/simple/foo-bar/",
        r#"{"files": [
            {"filename": "foo_bar-1.0-py3-none-any.whl", "requires-python": ">=3.6", "yanked": false,
             "upload-time": "2020-01-01T00:00:00Z"},
            {"filename": "foo_bar-2.0-py3-none-any.whl", "requires-python": ">=3.9"},
            {"filename": "foo_bar-2.1-py3-none-any.whl", "requires-python": ">=3.9", "yanked": "broken"},
            {"filename": "foo_bar-2.2-cp313-cp313-manylinux_2_17_x86_64.whl"},
            {"filename": "foo_bar-3.0rc1.tar.gz", "requires-python": ">=3.6"},
            {"filename": "foo_bar-2.2.exe"}]}"#,
    )];
    let ask =
        |python, pinned| look_up_version(&package(PinKind::Pip, "Foo.Bar", Some(python), pinned), &pages);
    assert_eq!(ask("3.8", None), ("1.0".to_string(), None));
    assert_eq!(ask("3.12", None), ("2.0".to_string(), None));
    assert_eq!(ask("3.13", Some("1.0")), ("2.2".to_string(), Some(true)));
    assert_eq!(
        ask("3.12", Some("2.0.0")),
        ("2.0.0".to_string(), Some(true)),
        "the same version, written otherwise"
    );
    assert_eq!(ask("3.12", Some("2.1")), ("2.0".to_string(), Some(false)), "withdrawn");
    assert_eq!(ask("3.12", Some("0.1")), ("2.0".to_string(), Some(false)));
    let unsupported = look_up_error(&package(PinKind::Pip, "Foo.Bar", Some("3.5"), None), &pages);
    assert!(matches!(unsupported, LookupError::NoVersion(_)), "{unsupported:?}");
    let missing = look_up_error(&package(PinKind::Pip, "nothing", Some("3.12"), None), &pages);
    assert!(matches!(missing, LookupError::NotFound(_)), "{missing:?}");
}

#[test]
fn npm_packages_fit_the_node_of_the_image() {
    let pages = [
        (
            "/@a%2Fb",
            r#"{"dist-tags": {"latest": "3.0.0", "next": "4.0.0-rc.1"}, "versions": {
                "1.0.0": {}, "2.0.0": {"engines": {"node": ">=14"}}, "2.1.0": {"deprecated": "broken"},
                "3.0.0": {"engines": {"node": "^18 || >=20"}}, "3.5.0": {}, "4.0.0-rc.1": {}},
                "time": {"2.0.0": "2022-01-01T00:00:00.000Z"}}"#,
        ),
        (
            "/none",
            r#"{"dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"engines": {"node": ">=20"}}}}"#,
        ),
    ];
    let ask = |node, pinned| look_up_version(&package(PinKind::Npm, "@a/b", node, pinned), &pages);
    assert_eq!(ask(None, None), ("3.0.0".to_string(), None));
    assert_eq!(ask(Some("20"), Some("2.0.0")), ("3.0.0".to_string(), Some(true)));
    assert_eq!(ask(Some("16"), Some("9.9.9")), ("2.0.0".to_string(), Some(false)));
    let unsupported = look_up_error(&package(PinKind::Npm, "none", Some("16"), None), &pages);
    assert!(matches!(unsupported, LookupError::NoVersion(_)), "{unsupported:?}");
}

#[test]
fn gems_crates_and_go_modules() {
    let gems = [(
        "/api/v1/versions/rails.json",
        r#"[{"number": "8.0.0", "ruby_version": ">= 3.2"}, {"number": "7.10.0", "ruby_version": ">= 2.7"},
            {"number": "7.9.0", "created_at": "2023-01-01T00:00:00Z"}, {"number": "9.0.0.rc1", "prerelease": true}]"#,
    )];
    let ask = |ruby, pinned| look_up_version(&package(PinKind::Gem, "rails", ruby, pinned), &gems);
    assert_eq!(ask(None, None), ("8.0.0".to_string(), None));
    assert_eq!(ask(Some("3.1"), Some("7.9.0")), ("7.10.0".to_string(), Some(true)));
    assert_eq!(ask(Some("3.1"), Some("1.0")), ("7.10.0".to_string(), Some(false)));

    let crates = [(
        "/ca/rg/cargo-x",
        "{\"vers\":\"1.0.0\"}\n{\"vers\":\"1.1.0\",\"rust_version\":\"1.75\"}\n{\"vers\":\"1.2.0\",\"yanked\":true}\n{\"vers\":\"2.0.0-rc.1\"}\n",
    )];
    let ask = |rust, pinned| look_up_version(&package(PinKind::Cargo, "Cargo-X", rust, pinned), &crates);
    assert_eq!(ask(None, None), ("1.1.0".to_string(), None));
    assert_eq!(ask(Some("1.70"), Some("1.2.0")), ("1.0.0".to_string(), Some(false)));
    assert_eq!(ask(Some("1.75"), Some("1.0.0")), ("1.1.0".to_string(), Some(true)));

    let modules = [
        ("/example.org/!a/tools/@latest", r#"{"Version": "v1.2.3", "Time": "2024-01-01T00:00:00Z"}"#),
        ("/example.org/!a/tools/@v/v1.0.0.info", r#"{"Version": "v1.0.0"}"#),
    ];
    let ask =
        |pinned| look_up_version(&package(PinKind::Go, "example.org/A/tools/cmd/x", None, pinned), &modules);
    assert_eq!(ask(None), ("v1.2.3".to_string(), None));
    assert_eq!(ask(Some("v1.0.0")), ("v1.2.3".to_string(), Some(true)));
    assert_eq!(ask(Some("v0.1.0")), ("v1.2.3".to_string(), Some(false)));
    let missing = look_up_error(&package(PinKind::Go, "example.org/b/c", None, None), &modules);
    assert!(matches!(missing, LookupError::NotFound(_)), "{missing:?}");
}

#[test]
fn ignores_unstated_debian_fields() {
    let question = package(PinKind::Apt, "curl", Some("bookworm"), None);
    let release = "/debian/dists/bookworm/InRelease";
    let list = "/debian/dists/bookworm/main/binary-amd64/Packages.xz";
    let stated = format!("SHA256:\n {} 1 main/binary-amd64/Packages.xz\n", "0".repeat(64));
    let error = |pages: &[(&str, &str)]| look_up_error(&question, pages);
    assert!(matches!(error(&[]), LookupError::NotFound(_)));
    assert!(matches!(error(&[(release, "nothing")]), LookupError::Invalid(..)));
    assert!(matches!(error(&[(release, &stated)]), LookupError::NotFound(_)));
    assert!(matches!(error(&[(release, &stated), (list, "x")]), LookupError::Digest(_)));
}
