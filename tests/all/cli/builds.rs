//! Compose and Bake files on the command line.

use super::{CLEAN, LATEST, Sandbox};

const COMPOSE: &str = "services:\n  web:\n    build: ./web\n  api:\n    build:\n      context: .\n      dockerfile: docker/api.Dockerfile\n\
    \x20 db:\n    image: postgres:16\n  inline:\n    build:\n      dockerfile_inline: |\n        FROM debian:latest\n        # a tag ⇒ \n\
    \x20       RUN echo $$HOME && cd /x\n  away:\n    build: https://example.org/x.git\n";

#[test]
fn services_of_a_compose_file_are_linted() {
    let sandbox = Sandbox::with(&[
        ("compose.yaml", COMPOSE),
        ("web/Dockerfile", LATEST),
        ("docker/api.Dockerfile", LATEST),
    ]);
    sandbox.write("other/Dockerfile", LATEST);
    let run = sandbox.run("check --select DL3007,DL3003 compose.yaml");
    assert_eq!(
        run.out,
        "compose.yaml:13:21: warning DL3007 `debian:latest` changes over time; pin a version or a digest, or run `dockwright pin`\n\
         compose.yaml:15:28: warning DL3003 `cd` changes the directory for this `RUN` only; use `WORKDIR`, or pass the directory to the program (`make -C dir`)\n\
         docker/api.Dockerfile:1:13: warning DL3007 `debian:latest` changes over time; pin a version or a digest, or run `dockwright pin`\n\
         web/Dockerfile:1:13: warning DL3007 `debian:latest` changes over time; pin a version or a digest, or run `dockwright pin`\n"
    );
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "dockwright: compose.yaml: service `away` skipped: the build context is remote\n");
    assert_eq!(sandbox.run("check compose.yaml --quiet").err, "");
    // Directory walks and hooks only find Dockerfiles.
    assert_eq!(sandbox.run("check --select DL3007").files().len(), 3);
    assert_eq!(sandbox.run("check --force-exclude compose.yaml").out, "");
    // A file that is named twice is checked once.
    let run = sandbox.run("check --select DL3007 compose.yaml web/Dockerfile");
    assert_eq!(run.out.matches("web/Dockerfile").count(), 1);
}

#[test]
fn an_inline_dockerfile_that_cannot_be_followed_has_a_name_of_its_own() {
    let text = "services: {a: {build: {dockerfile_inline: \"FROM debian:latest\\nCMD [\\\"x\\\"]\\n\"}}}\n";
    let sandbox = Sandbox::with(&[("docker-compose.yml", text)]);
    let run = sandbox.run("check --select DL3007 docker-compose.yml");
    assert!(run.out.starts_with("docker-compose.yml#a:1:13: warning DL3007"), "{run:?}");
}

#[test]
fn never_fixes_inline_dockerfiles() {
    let text = "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM debian:12 as base\n        USER 1000\n        CMD [\"true\"]\n";
    let sandbox = Sandbox::with(&[("compose.yaml", text)]);
    for arguments in
        ["check --fix compose.yaml", "check --diff compose.yaml", "check --fix-only compose.yaml"]
    {
        sandbox.run(arguments);
        assert_eq!(sandbox.read("compose.yaml"), text, "{arguments}");
    }
    let run = sandbox.run("check --select FromAsCasing --format json compose.yaml");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(json["diagnostics"][0]["range"]["start"]["line"], 5);
    assert!(json["diagnostics"][0]["fix"].is_null());
}

#[test]
fn targets_of_a_bake_file_are_linted() {
    let hcl = "variable \"V\" { default = \"a\" }\ntarget \"x\" {\n  context = \"x\"\n  dockerfile = \"${V}.Dockerfile\"\n}\n\
        target \"y\" {\n  dockerfile-inline = <<EOT\nFROM debian:latest\nUSER 1000\nEOT\n}\n";
    let sandbox =
        Sandbox::with(&[("docker-bake.hcl", hcl), ("x/a.Dockerfile", LATEST), ("Dockerfile", CLEAN)]);
    let run = sandbox.run("check --select DL3007 docker-bake.hcl");
    assert_eq!(run.files(), ["docker-bake.hcl", "x/a.Dockerfile"], "{run:?}");
    assert!(run.out.starts_with("docker-bake.hcl:8:13: "), "{run:?}");
    sandbox.write(
        "docker-bake.json",
        "{\"target\": {\"x\": {\"context\": \"x\", \"dockerfile\": \"a.Dockerfile\"}}}",
    );
    assert_eq!(sandbox.run("check --select DL3007 docker-bake.json").files(), ["x/a.Dockerfile"]);
}

#[test]
fn reports_wrong_usage() {
    let sandbox = Sandbox::with(&[
        ("compose.yaml", "services:\n  a: [\n"),
        ("docker-bake.hcl", "target \"a\" {\n  context = \n}\n"),
        ("docker-compose.yml", "services: {a: {build: ./missing}}\n"),
    ]);
    let run = sandbox.run("check compose.yaml");
    assert!(run.code == 2 && run.err.starts_with("dockwright: error: compose.yaml:"), "{run:?}");
    let run = sandbox.run("check docker-bake.hcl");
    assert!(run.code == 2 && run.err.starts_with("dockwright: error: docker-bake.hcl:2: "), "{run:?}");
    let run = sandbox.run("check docker-compose.yml");
    let expected = ": service `a`: no Dockerfile at missing/Dockerfile\n  \
                    help: correct `build` of the service, or create the file\n";
    assert!(run.code == 2 && run.err.ends_with(expected), "{run:?}");
}

#[test]
fn passes_build_settings_from_file() {
    // The file sets the base image of a stage, the ignored files of the context, and the stages that are built.
    let dockerfile = "ARG BASE\nFROM $BASE AS base\nCOPY secret.txt /\nUSER 1000\nCMD [\"true\"]\n";
    let sandbox = Sandbox::with(&[("docker/Dockerfile", dockerfile), ("ctx/.dockerignore", "secret.txt\n")]);
    sandbox.write(
        "compose.yaml",
        "services:\n  a:\n    build: {context: ctx, dockerfile: ../docker/Dockerfile, args: {BASE: \"debian:12\"}}\n  \
         b:\n    build: {context: ctx, dockerfile: ../docker/Dockerfile, args: {BASE: \"not a name\"}}\n",
    );
    let select = "check --select CopyIgnoredFile,InvalidDefaultArgInFrom,DL1000";
    let alone = sandbox.run(&format!("{select} docker/Dockerfile"));
    let built = sandbox.run(&format!("{select} compose.yaml"));
    assert!(!alone.codes().contains(&"CopyIgnoredFile"), "{alone:?}");
    assert_eq!(built.codes().iter().filter(|code| **code == "CopyIgnoredFile").count(), 1, "{built:?}");
    // Each of the two builds reports the same as alone.
    assert!(!alone.out.contains("DL1000"), "{alone:?}");
    assert!(
        built.out.contains("docker/Dockerfile:2:6: error DL1000 invalid image name `not a name`"),
        "{built:?}"
    );
    // The command line takes precedence.
    let run = sandbox.run(&format!("{select} compose.yaml --context docker"));
    assert!(!run.codes().contains(&"CopyIgnoredFile"), "{run:?}");
}

#[test]
fn names_of_other_contexts_are_known() {
    let sandbox = Sandbox::with(&[
        ("Dockerfile", "FROM alpine:3.20\nCOPY --from=shared a /\nCOPY --from=other b /\n"),
        ("compose.yaml", "services: {a: {build: {context: ., additional_contexts: {shared: ./shared}}}}\n"),
        (
            "docker-compose.yml",
            "services: {a: {build: {context: ., additional_contexts: [shared=./shared]}}}\n",
        ),
        ("docker-bake.hcl", "target \"a\" {\n  contexts = { shared = \"shared\" }\n}\n"),
    ]);
    assert_eq!(sandbox.run("check --select DL3022 Dockerfile").codes(), ["DL3022", "DL3022"]);
    for file in ["compose.yaml", "docker-compose.yml", "docker-bake.hcl"] {
        let run = sandbox.run(&format!("check --select DL3022 {file}"));
        assert_eq!(run.codes(), ["DL3022"], "{file}: {run:?}");
        assert!(run.out.contains("`other`"), "{file}: {run:?}");
    }
}

#[test]
fn dockerfiles_are_shown_as_the_file_that_names_them() {
    let sandbox = Sandbox::with(&[
        ("compose.yaml", COMPOSE),
        ("web/Dockerfile", LATEST),
        ("docker/api.Dockerfile", LATEST),
    ]);
    let path = sandbox.path("compose.yaml");
    let shown = path.display().to_string();
    let directory = path.parent().expect("a directory").display().to_string();
    let run = sandbox.run(&format!("check --select DL3007 {shown}"));
    assert!(run.files().iter().all(|file| file.starts_with(&directory)), "{run:?}");
}

#[test]
fn a_note_says_that_an_inline_dockerfile_is_not_changed() {
    const REASON: &str = "the Dockerfile is part of a Compose or Bake file";
    for text in [
        "services: {a: {build: {dockerfile_inline: \"FROM debian:12 as base\\nUSER 1000\\n\"}}}\n",
        "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM debian:12 as base\n        USER 1000\n",
    ] {
        let sandbox = Sandbox::with(&[("compose.yaml", text)]);
        for (arguments, what) in [
            ("format", "compose.yaml#a: skipped: "),
            ("pin --offline", "compose.yaml#a: not pinned: "),
            ("check --select FromAsCasing --fix", "FromAsCasing not fixed: "),
            ("check --select FromAsCasing --diff", "FromAsCasing not fixed: "),
            ("check --select FromAsCasing --add-ignores", "no ignore comments added: "),
        ] {
            let run = sandbox.run(&format!("{arguments} compose.yaml"));
            assert!(run.err.contains(&format!("{what}{REASON}")), "{arguments} {run:?}");
            assert!(!run.err.contains("not selected") && !run.err.contains("no Dockerfiles"), "{run:?}");
            assert!(!run.out.contains("[--fix]"), "{run:?}");
        }
        assert_eq!(sandbox.read("compose.yaml"), text);
    }
}
