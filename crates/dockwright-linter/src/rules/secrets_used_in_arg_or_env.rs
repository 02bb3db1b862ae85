//! SecretsUsedInArgOrEnv: ARG and ENV whose names are those of secrets.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{instruction_edit, secret_mount};
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "SecretsUsedInArgOrEnv",
    name: "secret-name-in-arg-or-env",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/SecretsUsedInArgOrEnv.md"),
    ..Rule::BUILDKIT
};

const SECRET: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];
const HARMLESS: [&str; 3] = ["public", "file", "version"];

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    for found in build.facts.keys.iter().filter(|found| found.known && build.is_reachable(&found.site)) {
        if names_secret(&found.value) {
            let declaration = found.site.instruction;
            let keyword = quote_excerpt(&declaration.keyword.text);
            let name = quote_excerpt(&found.value);
            let (message, help) = secret_mount::describe_secret(declaration.kind, &keyword, &name);
            let offer = if found.site.fired {
                Err(instruction_edit::FIRED.into())
            } else {
                secret_mount::use_secret_mount(cx, found.site.instruction)
            };
            cx.report(found.site.anchor, found.span, message).help(help).fix_or_reason(offer);
        }
    }
}

/// Whether the name contains a word for secrets, delimited by underscores, and no word that makes it harmless.
fn names_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let has = |words: &[&str]| lower.split('_').any(|part| words.contains(&part));
    has(&SECRET) && !has(&HARMLESS)
}

#[cfg(test)]
mod tests {
    use super::names_secret;

    #[test]
    fn recognizes_secret_names() {
        for name in
            ["SECRET_X", "A_Secret", "password", "x_secret_token", "auth", "apikey", "git_key", "_key", "KEY"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "PUBLIC_KEY",
            "public_token",
            "SECRET_X_FILE",
            "password_file",
            "secret_File",
            "AUTH_M_VERSION",
            "flower",
            "MY-TOKEN",
            "mykey",
            "OAUTH",
            "PASSWORD1",
            "PASS",
            "PWD",
            "SECRETS",
            "AUTHOR",
            "KEY_VERSION",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
