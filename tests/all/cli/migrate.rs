//! `config migrate`: its result has the same meaning as hadolint's file.

use super::Sandbox;

const FILES: [&str; 12] = [
    "{}\n",
    "ignored: [DL3007, DL3020, SC2086]\n",
    "ignored:\n  - DL3007\n  - \"DL3008\" # the archive keeps one version\n  - nonsense\n",
    "override:\n  error: [DL3003, DL1001]\n  warning: [DL3020, DL3057]\n  info: [DL3003, SC2086]\n  style: [DL3007]\n",
    "failure-threshold: error\n",
    "failure-threshold: none\n",
    "no-fail: true\nfailure-threshold: style\n",
    "trustedRegistries: [docker.io, \"*.gcr.io\", 'a\"b:5000']\n",
    "label-schema: {author: text, org.opencontainers.image.licenses: spdx, 'odd \"label\"': ''}\nstrict-labels: true\n",
    "disable-ignore-pragma: true\nstrict-labels: false\n",
    "disable-ignore-pragma: false\nformat: json\nno-color: true\nverbose: true\n",
    "ignored: [DL3007, DL3007]\noverride: {error: [DL3007]}\n",
];

const DOCKERFILE: &str = "FROM debian:latest\nLABEL author=me foo=bar\n# hadolint ignore=DL3003\nRUN cd /x && echo $y\n\
    RUN cd /y && apt-get install curl\nADD app.py /srv/\nEXPOSE 99999\nfrom scratch as X\nCMD true\n";

#[test]
fn migrated_settings_have_same_meaning() {
    for text in FILES {
        let sandbox = Sandbox::with(&[("Dockerfile", DOCKERFILE), (".hadolint.yaml", text)]);
        let look = || {
            let settings = sandbox.run("check --show-settings --verbose").out;
            let (_, settings) = settings.split_once("\n# from ").expect("where it is from");
            let settings = settings.split_once('\n').expect("the settings").1.to_string();
            let check = sandbox.run("check --format json");
            (settings, check.code, check.out)
        };
        let before = look();
        let run = sandbox.run("config migrate");
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
        assert!(run.err.contains("wrote `"), "{run:?}");
        assert_eq!(look(), before, "{text}\n{}", sandbox.read("dockwright.toml"));
        assert!(before.2.contains("\"DL4003\"") || before.2.contains("\"DL3025\""), "something is reported");
    }
}

#[test]
fn migrated_file_is_readable() {
    let sandbox = Sandbox::with(&[(
        ".hadolint.yaml",
        "# Agreed with the platform team.\nignored:\n  # the archive keeps one version only\n  - DL3008\n  - DL3059 # layers are cheap\n  \
         - DL9999\nfailure-threshold: warning\noverride:\n  error: [DL3002]\ntrustedRegistries:\n  - docker.io\n\
         label-schema:\n  vendor: text\nformat: tty\n",
    )]);
    let run = sandbox.run("config migrate -o -");
    insta::assert_snapshot!(run.out + "---\n" + &run.err);
}

#[test]
fn comments_are_kept() {
    for (yaml, parts) in [
        (
            "ignored: [DL3008, DL3009] # both are fine\n",
            &["[rules]\n# both are fine\nignore = [\n    \"DL3008\",\n    \"DL3009\",\n]\n"][..],
        ),
        (
            "# all\n\n# agreed\nignored: [\n  DL3008, # the archive\n  # no cache\n  \"DL3009\" # kept\n ]\n",
            &[
                "# all\n\n",
                "# agreed\nignore = [\n    \"DL3008\", # the archive\n    # no cache\n    \"DL3009\", # kept\n]\n",
            ],
        ),
        (
            "failure-threshold: error # for now\n# ours\ntrustedRegistries: [docker.io]\nstrict-labels: true # yes\n",
            &[
                "# for now\nfail-on = \"error\"\n",
                "# ours\ntrusted-registries = [\"docker.io\"]\n# yes\nstrict-labels = true\n",
            ],
        ),
        (
            "# top\nlabel-schema: # agreed\n  a: text\noverride: # stricter\n  error: [DL3002]\n",
            &["# top\n\n", "# agreed\n[rules.label-schema]\n", "# stricter\nseverity = { DL3002 = "],
        ),
    ] {
        let run = Sandbox::with(&[(".hadolint.yaml", yaml)]).run("config migrate -o -");
        for part in parts {
            assert!(run.out.contains(part), "{part}\n{}", run.out);
        }
        let copied = yaml.lines().filter(|line| line.contains('#')).count();
        let own = run.out.lines().filter(|line| line.contains('#')).count();
        // Two lines about `as-hadolint`, and one about the origin, are added.
        assert_eq!(own, copied + 3, "{}", run.out);
    }
}

#[test]
fn overwrites_nothing() {
    let sandbox = Sandbox::with(&[(".hadolint.yaml", "{}\n"), (".dockwright.toml", "# mine\n")]);
    let run = sandbox.run("config migrate");
    assert_eq!(run.code, 2);
    assert!(run.err.contains(".dockwright.toml"), "{run:?}");
    assert_eq!(sandbox.run("config migrate -o .dockwright.toml").code, 2);
    assert_eq!(sandbox.read(".dockwright.toml"), "# mine\n");
    assert_eq!(sandbox.run("config migrate -o new.toml").code, 0);
    let run = sandbox.run("config migrate missing.yaml");
    assert!(run.code == 2 && run.err.contains("missing.yaml: "), "{run:?}");
    let run = Sandbox::empty().run("config migrate");
    assert!(run.code == 2 && run.err.contains("`.hadolint.yaml`"), "{run:?}");
    let run = Sandbox::with(&[(".hadolint.yaml", "a: b\nignored: DL3007\n")]).run("config migrate");
    assert!(run.code == 2 && run.err.contains(".hadolint.yaml:2: `ignored` "), "{run:?}");
}
