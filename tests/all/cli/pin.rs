//! `pin`: changed files, output and exit code. The registry is a server on loopback.

use crate::test_server::{ReceivedRequest, Server, ServerReply};

use super::{Run, Sandbox};

const INDEX: &str = r#"{"schemaVersion":2,"manifests":[{"digest":"sha256:1"}]}"#;
const DIGEST: &str = "sha256:9a5e3b2cf5e93a1a3c2a4b0b3e27b1b1c8c1d0d5f7d5b3f1d6f1d0f0c9a6e5d4";
const PASSWORD: &str = "hunter2-is-secret";

/// A registry with one image, `a:1`, and a file.
fn registry() -> Server {
    Server::new(|received: &ReceivedRequest| match received.path.as_str() {
        "/v2/a/manifests/1" => ServerReply::ok(INDEX),
        "/v2/broken/manifests/1" => ServerReply::ok("<html>"),
        "/file" => ServerReply::ok("content"),
        path if path.starts_with("/v2/a/manifests/sha256:") && !path.ends_with("00") => {
            ServerReply::ok(INDEX)
        }
        path if path.starts_with("/v2/private/") => {
            ServerReply::status(401).header("WWW-Authenticate", "Basic realm=x")
        }
        "/simple/flask/" => ServerReply::ok(r#"{"files": [{"filename": "flask-3.0-py3-none-any.whl"}]}"#),
        _ => ServerReply::status(404),
    })
}

/// The digest of [`INDEX`], as the program computes it.
fn digest(host: &str) -> String {
    let sandbox = Sandbox::with(&[("Dockerfile", &format!("FROM {host}/a:1\n"))]);
    assert_eq!(sandbox.run("pin").code, 0);
    let text = sandbox.read("Dockerfile");
    text.split_once('@').expect("a digest").1.trim_end().to_string()
}

fn pin(sandbox: &Sandbox, arguments: &str) -> Run {
    sandbox.run(&format!("pin {arguments}"))
}

#[test]
fn pins_are_written_and_a_failed_lookup_keeps_only_its_line() {
    let registry = registry();
    let host = registry.host();
    let digest = digest(&host);
    let text = format!(
        "# syntax={host}/a:1\nFROM {host}/a:1 AS one\n# dockwright pin=off it is built here\nFROM {host}/a:1\n\
         COPY --from={host}/broken:1 /x /\nADD http://{host}/file /\n"
    );
    let sandbox = Sandbox::with(&[("Dockerfile", &text)]);
    let check = sandbox.run("check --select DW --preview");
    assert!(!check.out.contains("pin=off"), "{check:?}");

    let run = pin(&sandbox, "--diff");
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), text);
    let run = pin(&sandbox, "");
    assert_eq!(run.code, 2, "{run:?}");
    let after = sandbox.read("Dockerfile");
    let checksum = "sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
    assert_eq!(
        after,
        format!(
            "# syntax={host}/a:1@{digest}\nFROM {host}/a:1@{digest} AS one\n# dockwright pin=off it is built here\n\
             FROM {host}/a:1\nCOPY --from={host}/broken:1 /x /\nADD --checksum={checksum} http://{host}/file /\n"
        )
    );
    assert!(run.out.contains(&format!("Dockerfile:2: `{host}/a:1` pinned to {digest}\n")), "{run:?}");
    assert!(run.err.contains("Dockerfile:5: ") && run.err.contains(&format!("`{host}/broken:1`")), "{run:?}");
    // A second run changes nothing.
    let run = pin(&sandbox, "");
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), after);
    let requests = registry.received().into_iter().filter(|one| one.path == "/v2/a/manifests/1").count();
    assert_eq!(requests, 3, "each run asks once for an image in two places");
}

#[test]
fn check_finds_missing_and_unavailable_pins_and_writes_nothing() {
    let registry = registry();
    let host = registry.host();
    let digest = digest(&host);
    let gone = format!("sha256:{}00", "a".repeat(62));
    for (text, code, said) in [
        (format!("FROM {host}/a:1\n"), 1, "is not pinned"),
        (format!("FROM {host}/a:1@{digest}\n"), 0, ""),
        (format!("FROM {host}/a:1@{gone}\n"), 1, "which is no longer available"),
        (format!("FROM {host}/a:1@{DIGEST}\n"), 2, ""),
        ("FROM scratch\n".to_string(), 0, ""),
    ] {
        let sandbox = Sandbox::with(&[("Dockerfile", &text)]);
        let run = pin(&sandbox, "--check");
        assert_eq!(run.code, code, "{run:?}");
        assert!(run.out.contains(said), "{run:?}");
        assert_eq!(sandbox.read("Dockerfile"), text);
    }
}

#[test]
fn update_raises_pins_and_the_cache_answers_offline() {
    let registry = registry();
    let host = registry.host();
    let digest = digest(&host);
    let old = format!("ARG BASE={host}/a:1@sha256:{}\nFROM $BASE\n", "b".repeat(64));
    let sandbox = Sandbox::with(&[("Dockerfile", &old)]);
    assert_eq!(pin(&sandbox, "--offline --update").code, 2);
    assert_eq!(pin(&sandbox, "").code, 0);
    assert_eq!(sandbox.read("Dockerfile"), old);
    // The server has another content for the old digest, which is rejected.
    let run = pin(&sandbox, "--update");
    assert_eq!(run.code, 2, "{run:?}");
    let untagged = format!("FROM {host}/a:1\n");
    sandbox.write("Dockerfile", &untagged);
    assert_eq!(pin(&sandbox, "--offline").code, 2);
    assert_eq!(pin(&sandbox, "").code, 0);
    sandbox.write("Dockerfile", &untagged);
    drop(registry);
    let run = pin(&sandbox, "--offline");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("(as of "), "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), format!("FROM {host}/a:1@{digest}\n"));
}

#[test]
fn supports_json_and_standard_input() {
    let registry = registry();
    let host = registry.host();
    let sandbox = Sandbox::empty();
    let text = format!("FROM {host}/a:1\nFROM {host}/none:1\nARG X\nFROM $Y\n");
    let run = sandbox.run_with("pin --format json -", &text, &[]);
    assert_eq!(run.code, 2, "{run:?}");
    let report: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let pins = report["files"][0]["pins"].as_array().expect("a list");
    let statuses: Vec<&str> = pins.iter().filter_map(|pin| pin["status"].as_str()).collect();
    assert_eq!(statuses, ["pinned", "failed", "skipped"], "{report}");
    assert_eq!((&pins[0]["line"], &pins[0]["kind"]), (&1.into(), &"images".into()));
    let run = sandbox.run_with("pin -", &format!("FROM {host}/a:1\n"), &[]);
    assert!(run.out.starts_with(&format!("FROM {host}/a:1@sha256:")), "{run:?}");
    assert_eq!(pin(&sandbox, "--max-age 3").code, 2, "`--max-age` requires `--check`");
    assert_eq!(pin(&sandbox, "--only images,nothing").code, 2);
}

#[test]
fn the_configuration_names_kinds_mirrors_and_styles() {
    let registry = registry();
    let host = registry.host();
    let digest = digest(&host);
    let config = format!(
        "[pin]\nonly = [\"pip\", \"images\"]\nregistries = {{ \"pypi.org\" = \"{host}\", \"r.example.org\" = \"{host}\" }}\n"
    );
    let text = "FROM r.example.org/a:1\nRUN pip3.12 install flask\nADD https://example.org/x /\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text), ("dockwright.toml", &config)]);
    let run = pin(&sandbox, "");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        sandbox.read("Dockerfile"),
        format!(
            "FROM r.example.org/a:1@{digest}\nRUN pip3.12 install flask==3.0\nADD https://example.org/x /\n"
        )
    );
    sandbox.write("dockwright.toml", "[pin]\napt-style = \"fuzzy\"\n");
    let run = pin(&sandbox, "");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("dockwright.toml:2"), "{run:?}");
}

#[test]
fn no_credential_is_printed() {
    let registry = registry();
    let host = registry.host();
    let text =
        format!("FROM {host}/private/app:1\nADD http://me:{PASSWORD}@{host}/file?token={PASSWORD} /\n");
    let sandbox = Sandbox::with(&[("Dockerfile", &text)]);
    // `me:` and the password, in base 64.
    let auth = "bWU6aHVudGVyMi1pcy1zZWNyZXQ=";
    sandbox.write(".docker/config.json", format!("{{\"auths\": {{\"{host}\": {{\"auth\": \"{auth}\"}}}}}}"));
    let run = pin(&sandbox, "--verbose");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("rejects the credentials"), "{run:?}");
    assert!(run.err.contains("the address contains credentials"), "{run:?}");
    for arguments in ["--verbose", "--check --verbose", "--format json", "--update --verbose"] {
        let run = pin(&sandbox, arguments);
        for text in [&run.out, &run.err] {
            assert!(!text.contains(PASSWORD) && !text.contains(auth), "{arguments}: {text}");
        }
    }
    let sent = registry.received().into_iter().filter(|one| one.headers.contains_key("authorization"));
    assert!(sent.count() > 0, "the registry was shown the credentials");
}

#[test]
fn a_later_package_source_does_not_affect_earlier_installs() {
    let text = "FROM debian:12\nRUN apt-get install -y curl\n\
                RUN echo deb http://x.example/y z main > /etc/apt/sources.list.d/y.list\n\
                RUN apt-get install -y git\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text)]);
    let run = pin(&sandbox, "--only apt --offline --verbose");
    assert_eq!(run.code, 0, "{run:?}");
    let skipped = "Dockerfile:4: `git` not pinned: the packages may not come from a known Debian release";
    assert!(run.err.contains(skipped) && !run.err.contains("`curl` not pinned"), "{run:?}");
    let after = sandbox.read("Dockerfile");
    assert!(after.starts_with("FROM debian:12\nRUN apt-get install -y curl=7.88.1-10+deb12u"), "{after}");
    assert!(after.ends_with("install -y git\n"), "{after}");
}
