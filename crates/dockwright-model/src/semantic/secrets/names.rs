//! The names of variables with secrets.

use crate::semantic::View;

/// Parts of names that imply a secret in any position.
const FRAGMENTS: [&str; 3] = ["api_key", "client_key", "password"];
/// Parts that imply a secret only as separate words, because other words contain them.
const WORDS: [&str; 4] = ["secret", "secrets", "token", "tokens"];
/// Words that imply that the value is not the secret itself.
const HARMLESS: [&str; 8] = ["dir", "file", "name", "path", "public", "url", "username", "version"];
/// Names without such a part from which well-known programs take secrets.
const KNOWN: [&str; 3] = ["APPLICATION_KEY", "AWS_ACCESS_KEY_ID", "OKTA_OAUTH2_CLIENTSECRET"];
/// What hadolint 2.15.1 looks for anywhere in a name.
const HADOLINT_FRAGMENTS: [&str; 7] =
    ["api_key", "client_key", "password", "private", "secret", "token", "username"];
/// Names without such a part that hadolint 2.15.1 reports nevertheless.
const HADOLINT_KNOWN: [&str; 13] = [
    "APPLICATION_KEY",
    "AWS_ACCESS_KEY_ID",
    "CI_DEPLOY_USER",
    "DOCKER_EMAIL",
    "FACEBOOK_APP_ID",
    "HEROKU_API_USER",
    "OKTA_AUTHN_GROUPID",
    "OKTA_CLIENT_ORGURL",
    "OKTA_OAUTH2_CLIENTID",
    "STRIPE_DEVICE_NAME",
    "TRAVIS_OS_NAME",
    "TRAVIS_SECURE_ENV_VARS",
    "TRAVIS_SUDO",
];

/// Whether a variable of this name holds a secret.
pub fn names_secret(name: &str, view: View) -> bool {
    let upper = name.to_uppercase();
    let lower = name.to_lowercase();
    let has = |fragments: &[&str]| fragments.iter().any(|fragment| lower.contains(fragment));
    if view.finds_secrets_inside_words {
        return HADOLINT_KNOWN.contains(&upper.as_str()) || has(&HADOLINT_FRAGMENTS);
    }
    let is_word_of =
        |list: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| list.contains(&word));
    KNOWN.contains(&upper.as_str())
        || ((has(&FRAGMENTS) || is_word_of(&WORDS) || lower.contains("private_key"))
            && !is_word_of(&HARMLESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_similar_names() {
        for (name, exact, hadolint) in [
            ("GITHUB_TOKEN", true, true),
            ("github_token", true, true),
            ("DB_PASSWORD", true, true),
            ("DBPASSWORD", true, true),
            ("SSH_PRIVATE_KEY", true, true),
            ("OPENAI_API_KEY", true, true),
            ("AWS_ACCESS_KEY_ID", true, true),
            ("TOKENIZERS_PARALLELISM", false, true),
            ("GOPRIVATE", false, true),
            ("DB_USERNAME", false, true),
            ("DB_PASSWORD_FILE", false, true),
            ("TOKEN_URL", false, true),
            ("TRAVIS_OS_NAME", false, true),
            ("API_KEYS", true, true),
            ("APIKEY", false, false),
            ("KEY", false, false),
            ("PASS", false, false),
            ("PATH", false, false),
        ] {
            assert_eq!(names_secret(name, View::Exact), exact, "{name}");
            assert_eq!(names_secret(name, View::Hadolint), hadolint, "{name}");
        }
    }
}
