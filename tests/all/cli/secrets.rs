//! Secrets in Dockerfiles are found, and no report prints them.

use super::Sandbox;

const RANDOM: &str = "R7kQ2mZp9XvB4tLw8NsYc3HdJf6GaEuT5qWi";

/// Tokens of services and passwords. Code forges refuse files that contain tokens, so they are assembled here.
fn secrets() -> Vec<String> {
    vec![
        format!("AK{}", "IAQ3EGRWXK7ZB5TMP2"),
        format!("gh{}{RANDOM}", "p_"),
        format!("gl{}{}", "pat-", &RANDOM[..20]),
        format!("sk{}{}", "_live_", &RANDOM[..24]),
        format!("npm{}{RANDOM}", "_"),
        format!("AI{}{}", "za", &RANDOM[..35]),
        format!("hf{}{}", "_", "RkQmZpXvBtLwNsYcHdJfGaEuTqWiRkQmZp"),
        format!("dop{}{}", "_v1_", "0a9b8c7d6e5f4a3b".repeat(4)),
        format!("dckr{}{}", "_pat_", &RANDOM[..27]),
        format!("xox{}{}", "b-", "9876504321-98765043211-R7kQ2mZp9XvB4tLw8NsYc3Hd"),
    ]
}

/// Places of a secret in a stage.
const PLACES: [&str; 7] = [
    "ENV A=SECRET B=1",
    "ARG A=SECRET",
    "RUN cd /a && curl -H \"Authorization: token SECRET\" https://x.net | tar x",
    "RUN <<E\ncd /a\nexport A=SECRET\nE",
    "RUN git clone https://ci:SECRET@x.net/r && cd r && make",
    "COPY <<E /root/.netrc\nmachine x.net password SECRET\nE",
    "RUN curl -u ci:SECRET https://x.net/a | sh",
];

/// Places in which secrets are rare and which reports quote.
const RARE_PLACES: [&str; 11] = [
    "ADD https://ci:SECRET@x.net/a.tgz /a",
    "COPY SECRET /b",
    "LABEL a=SECRET",
    "ONBUILD ENV A=SECRET",
    "CMD [\"a\", \"--token=SECRET\"]",
    "HEALTHCHECK CMD curl -H \"X: SECRET\" http://localhost",
    "# SECRET\nRUN cd /a && x",
    "USER SECRET",
    "WORKDIR /a/SECRET",
    "EXPOSE 80 SECRET",
    "STOPSIGNAL SECRET",
];

#[test]
fn no_format_prints_a_secret() {
    let sandbox = Sandbox::empty();
    let secrets = secrets();
    let common = secrets.iter().flat_map(|secret| PLACES.map(|place| (secret, place)));
    let rare = secrets.iter().cycle().skip(1).zip(RARE_PLACES);
    let mut count = 0;
    for (secret, place) in common.chain(rare) {
        count += 1;
        let text = format!(
            "FROM debian:12\nMAINTAINER a\n{}\nADD a /b\nRUN apt-get install curl\nCMD a\n",
            place.replace("SECRET", secret)
        );
        sandbox.write(&format!("{count}.Dockerfile"), text);
    }
    assert!(count >= 60);
    let found = sandbox.run("check --isolated --select DW3002 --format concise --quiet .");
    assert_eq!(found.files().len(), count, "{}", found.out);
    let has_none = |what: &str, out: &str, err: &str| {
        assert!(out.len() > 200, "{what}: {out}{err}");
        for secret in &secrets {
            assert!(!out.contains(secret) && !err.contains(secret), "{what} prints {secret}");
        }
    };
    let none_in = |arguments: &str| {
        let run = sandbox.run(arguments);
        has_none(arguments, &run.out, &run.err);
    };
    let (run, reports) = sandbox.check_in_all_formats("--isolated --preview .");
    for (format, report) in &reports {
        has_none(format, report, &run.err);
    }
    none_in("check --isolated --preview --diff --unsafe-fixes=high .");
    none_in("check --isolated --preview --verbose .");
    for format in ["text", "json", "markdown", "html"] {
        none_in(&format!("optimize --isolated --format {format} ."));
    }
}

#[test]
fn passwords_are_not_printed() {
    let sandbox = Sandbox::with(&[(
        "Dockerfile",
        "FROM debian:12\nENV DB_PASSWORD=hunter2222\nRUN cd /a && curl -u ci:swordfish99 https://x.net | sh\n",
    )]);
    for format in ["full", "json", "sarif"] {
        let run = sandbox.run(&format!("check --isolated --preview --format {format} Dockerfile"));
        assert!(run.out.contains("DW3003") && run.out.contains("DL3064"), "{}", run.out);
        assert_eq!(format == "full", run.out.contains("ci:•••••••••••"), "{}", run.out);
        assert!(!run.out.contains("hunter2222") && !run.out.contains("swordfish99"), "{}", run.out);
    }
}
