//! `[[policy]]` entries: checks, ignores, formats, `policy test`.

use super::{CLEAN, Sandbox};

const CONFIG: &str = r#"
[[policy]]
code = "ACME001"
message = "`curl` downloads without HTTPS"
help = "use `https://`"
severity = "error"
match = { instruction = "RUN", command = "curl", argument = "http://*", shipped = true }
examples = { bad = ["RUN curl http://x"], good = ["RUN curl https://x"] }

[[policy]]
code = "ACME002"
message = "base images come from the mirror"
match = { instruction = "FROM", image = "docker.io/*" }
"#;
const FILE: &str = "FROM debian:12 AS a\nRUN curl -s http://x/y\nFROM mirror.example/debian:12\n\
                    RUN sudo curl http://x && curl http://y\nUSER 1000\nCMD [\"x\"]\n";

#[test]
fn policies_report_like_rules() {
    let sandbox = Sandbox::with(&[("dockwright.toml", CONFIG), ("Dockerfile", FILE)]);
    let found = |arguments: &str| {
        let run = sandbox.run(&format!("check --select policy --format concise {arguments}"));
        (run.code, run.out)
    };
    let all = "Dockerfile:1:6: warning ACME002 base images come from the mirror\n\
               Dockerfile:4:15: error ACME001 `curl` downloads without HTTPS; use `https://`\n\
               Dockerfile:4:32: error ACME001 `curl` downloads without HTTPS; use `https://`\n";
    assert_eq!(found(""), (1, all.to_string()));
    // They run by default, and also in the view of hadolint.
    assert_eq!(sandbox.run("check --format concise").out.matches("ACME").count(), 3);
    sandbox.write("dockwright.toml", format!("as-hadolint = true\n{CONFIG}"));
    assert_eq!(found(""), (1, all.to_string()));
    sandbox.write("dockwright.toml", CONFIG);
    assert_eq!(found("--ignore acme001").1.lines().count(), 1);
    assert_eq!(found("--ignore ACME*"), (0, String::new()));
    assert_eq!(sandbox.run("check --select ACME002 --format concise").codes(), ["ACME002"]);
    assert!(!sandbox.run("check --select DL --format concise").out.contains("ACME"));
    assert!(!sandbox.run("hadolint Dockerfile").out.contains("ACME"));
    // A build argument decides the image.
    sandbox.write("Dockerfile", "ARG R=mirror.example/\nFROM ${R}debian:12\nUSER 1\nCMD [\"x\"]\n");
    assert_eq!(found(""), (0, String::new()));
    assert_eq!(found("--build-arg R=").1.matches("ACME002").count(), 1);
}

#[test]
fn policies_can_be_ignored_and_changed() {
    let sandbox = Sandbox::with(&[("dockwright.toml", CONFIG), ("Dockerfile", FILE)]);
    sandbox.write("Dockerfile", FILE.replace("RUN sudo", "# dockwright ignore=ACME001 tested\nRUN sudo"));
    let run = sandbox.run("check --format concise");
    assert!(!run.out.contains("ACME001") && !run.out.contains("DW000"), "{}", run.out);
    sandbox.write("Dockerfile", FILE.replace("RUN sudo", "# dockwright ignore=ACME003\nRUN sudo"));
    assert!(sandbox.run("check --format concise").codes().contains(&"DW0002"));
    // A comment that ignores nothing is reported, unless the policy is off.
    sandbox.write("Dockerfile", format!("{FILE}# dockwright ignore=ACME001\nRUN true\n"));
    assert!(sandbox.run("check --format concise").codes().contains(&"DW0001"));
    let codes = sandbox.run("check --ignore ACME001 --format concise");
    assert!(!codes.codes().iter().any(|code| code.starts_with("DW")), "{}", codes.out);
    sandbox.write("Dockerfile", FILE);
    let rules = "[rules]\nseverity = { ACME001 = \"info\" }\nignore = [\"acme002\"]\n";
    sandbox.write("dockwright.toml", format!("{rules}{CONFIG}"));
    let run = sandbox.run("check --select policy --format concise");
    assert_eq!((run.code, run.out.matches("info ACME001").count(), run.out.lines().count()), (0, 2, 2));
    // An entry of a file that extends another replaces the one with the same code.
    sandbox.write("base.toml", CONFIG);
    let entry = "[[policy]]\ncode = \"ACME002\"\nmessage = \"m\"\nmatch = { instruction = \"USER\" }\n";
    sandbox.write("dockwright.toml", format!("extend = \"base.toml\"\n{entry}"));
    let lines = sandbox.run("check --select ACME002 --format concise").out;
    assert_eq!(lines, "Dockerfile:5:1: warning ACME002 m\n");
    sandbox.write("dockwright.toml", CONFIG);
    assert_eq!(sandbox.run("check --write-baseline known.json").code, 0);
    assert!(!sandbox.run("check --baseline known.json").out.contains("ACME"));
}

#[test]
fn every_format_has_policies() {
    let sandbox = Sandbox::with(&[("dockwright.toml", CONFIG), ("Dockerfile", FILE)]);
    for format in [
        "full",
        "concise",
        "json",
        "jsonl",
        "sarif",
        "gitlab",
        "github",
        "junit",
        "checkstyle",
        "codeclimate",
        "sonarqube",
        "rdjson",
        "gnu",
        "markdown",
    ] {
        let run = sandbox.run(&format!("check --select policy --format {format}"));
        assert!(
            run.out.contains("ACME001") && run.out.contains("base images come from the mirror"),
            "{format}"
        );
    }
    let sarif: serde_json::Value =
        serde_json::from_str(&sandbox.run("check --select policy --format sarif").out).expect("JSON");
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][1];
    assert_eq!(rule["shortDescription"]["text"], "base images come from the mirror");
    assert_eq!(rule["name"], rule["id"]);
    let sonarqube: serde_json::Value =
        serde_json::from_str(&sandbox.run("check --select policy --format sonarqube").out).expect("JSON");
    let rule = &sonarqube["rules"][1];
    assert_eq!(rule["name"], rule["id"]);
    assert_eq!(rule["description"], "base images come from the mirror");
}

#[test]
fn examples_are_tested() {
    let sandbox = Sandbox::with(&[("dockwright.toml", CONFIG), ("Dockerfile", CLEAN)]);
    let run = sandbox.run("policy test");
    assert_eq!(
        (run.code, run.out.as_str()),
        (
            0,
            "ACME001: 2 examples passed\nACME002: not tested (no examples); add `examples = { bad = [\"…\"], good = [\"…\"] }`\n"
        )
    );
    let untested: String =
        CONFIG.lines().filter(|line| !line.starts_with("examples")).collect::<Vec<_>>().join("\n");
    sandbox.write("dockwright.toml", untested);
    let run = sandbox.run("policy test");
    let message = "dockwright: error: nothing tested, because no policy has examples\n";
    assert!(run.code == 2 && run.out.is_empty() && run.err.starts_with(message), "{run:?}");
    sandbox.write(
        "dockwright.toml",
        CONFIG.replace("bad = [", "bad = [\"RUN wget x\", ").replace("https://x", "http://x"),
    );
    let run = sandbox.run("policy test");
    assert_eq!(run.code, 1);
    assert!(
        run.out.starts_with(
            "ACME001: bad example 1 is not reported\nACME001: good example 1 is reported on line 1\n"
        ),
        "{}",
        run.out
    );
    sandbox.write("dockwright.toml", CONFIG);
    let page = sandbox.run("rule acme001").out;
    assert!(page.starts_with("# ACME001 policy\n\n`curl` downloads without HTTPS.\n"), "{page}");
    assert!(page.contains("What to do: use `https://`.") && page.contains("RUN curl http://x"), "{page}");
    assert!(sandbox.run("rule ACME001 --format json").out.contains("\"group\":\"policy\""));
    assert_eq!(sandbox.run("rule ACME003").code, 2);
    // Nothing was tested.
    sandbox.write("dockwright.toml", "");
    let run = sandbox.run("policy test");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.starts_with("dockwright: error: no policies in "), "{}", run.err);
    let run = sandbox.run("policy test --isolated");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`--isolated` reads no configuration file"), "{}", run.err);
}

#[test]
fn wrong_entries_are_errors() {
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN)]);
    let mut errors = String::new();
    for entry in [
        "code = \"DL9999\"",
        "code = \"acme1\"",
        "code = \"ACME\"",
        "code = \"A1\"\nmatch = {}",
        "code = \"AB1\"\nmatch = {}",
        "code = \"AB1\"\nmatch = { comand = \"x\" }",
        "code = \"AB1\"\nmach = { command = \"x\" }",
        "code = \"AB1\"\nmatch = { command = \"[\" }",
        "code = \"AB1\"\nmessage = \"\"\nmatch = { command = \"x\" }",
    ] {
        let message = if entry.contains("message") { "" } else { "message = \"m\"\n" };
        let condition =
            if entry.contains("ma") && entry.contains('{') { "" } else { "\nmatch = { command = \"x\" }" };
        sandbox.write("dockwright.toml", format!("[[policy]]\n{message}{entry}{condition}\n"));
        let run = sandbox.run("check");
        assert_eq!(run.code, 2, "{entry}");
        errors += &format!("{entry}\n{}\n", run.err);
    }
    let twice = "[[policy]]\ncode = \"AB1\"\nmessage = \"m\"\nmatch = { command = \"x\" }\n".repeat(2);
    sandbox.write("dockwright.toml", twice);
    errors += &sandbox.run("check").err;
    sandbox.write("dockwright.toml", "[rules]\nignore = [\"AB1\"]\n");
    errors += &sandbox.run("check").err;
    insta::assert_snapshot!(errors);
    sandbox.write("dockwright.toml", CONFIG);
    let run = sandbox.run("check --ignore ACME003");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`--ignore ACME003`") && run.err.contains("`ACME00"), "{}", run.err);
}

#[test]
fn conditions_that_cannot_match_are_errors() {
    for (conditions, message) in [
        ("instruction = \"RUN\", flag = []", "`flag` is empty\n  help: add a pattern, or remove the key"),
        ("command = \"/usr/bin/curl\"", "`command` must not contain a directory\n  help: write `curl`"),
        (
            "instruction = \"EXPOSE\", command = \"curl\"",
            "`EXPOSE` runs no command\n  help: remove `command`, or use `instruction = \"RUN\"`",
        ),
    ] {
        let policy = format!("[[policy]]\ncode = \"ACME001\"\nmessage = \"x\"\nmatch = {{ {conditions} }}\n");
        let sandbox = Sandbox::with(&[("dockwright.toml", &policy), ("Dockerfile", "FROM a\n")]);
        let run = sandbox.run("check");
        assert_eq!((run.code, run.err), (2, format!("dockwright: error: dockwright.toml:4: {message}\n")));
    }
}
