//! Names of files that no image needs, and of files that hold secrets.

use crate::semantic::paths::base_name;

/// Directories, each with a description.
const DIRECTORIES: [(&str, &str); 24] = [
    (".git", "the history of the repository"),
    (".svn", "the history of the repository"),
    (".hg", "the history of the repository"),
    ("node_modules", "packages installed outside the build"),
    ("__pycache__", "compiled Python"),
    (".venv", "packages installed outside the build"),
    (".tox", "test environments"),
    (".nox", "test environments"),
    (".pytest_cache", "a test cache"),
    (".mypy_cache", "a linter cache"),
    (".ruff_cache", "a linter cache"),
    (".idea", "settings of an editor"),
    (".vscode", "settings of an editor"),
    (".vs", "settings of an editor"),
    (".gradle", "a build cache"),
    (".terraform", "downloaded providers"),
    (".nyc_output", "test coverage"),
    ("coverage", "test coverage"),
    ("htmlcov", "test coverage"),
    (".github", "workflows"),
    (".circleci", "workflows"),
    (".eggs", "packages for setup.py"),
    (".serverless", "a package for deployment"),
    (".cache", "a cache"),
];

/// Files by their whole name.
const FILES: [(&str, &str); 5] = [
    (".DS_Store", "settings of a file manager"),
    ("Thumbs.db", "settings of a file manager"),
    ("npm-debug.log", "a log"),
    ("yarn-error.log", "a log"),
    (".coverage", "test coverage"),
];

/// Files by the ends of their names.
const ENDS: [(&str, &str); 5] = [
    (".pyc", "compiled Python"),
    (".pyo", "compiled Python"),
    (".swp", "settings of an editor"),
    (".log", "a log"),
    (".tfstate", "infrastructure state"),
];

/// The part of the path, from its start, that no image needs, and a description: the topmost such directory, or the
/// file itself.
pub fn find_junk(path: &str) -> Option<(&str, &'static str)> {
    let mut start = 0;
    for part in path.split('/') {
        let end = start + part.len();
        let is_last = end == path.len();
        let here = path.get(..end).unwrap_or_default();
        if !is_last && let Some((_, why)) = DIRECTORIES.iter().find(|(name, _)| *name == part) {
            return Some((here, why));
        }
        if is_last {
            let named = FILES.iter().find(|(name, _)| *name == part);
            let ended = || ENDS.iter().find(|(end, _)| part.len() > end.len() && part.ends_with(end));
            return named.or_else(ended).map(|(_, why)| (here, *why));
        }
        start = end + 1;
    }
    None
}

/// Whether a file with this path looks like a secret.
pub fn is_secret(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let directory = parts.next().unwrap_or_default();
    let sample = ["example", "sample", "template", "dist", "test", "tests", "defaults", "schema"];
    let is_sample = name.split(['.', '-', '_']).any(|word| sample.contains(&word));
    // Keys in test data and in third-party packages are public on purpose.
    let harmless = path.split('/').any(|part| {
        matches!(
            part,
            "test" | "tests" | "testdata" | "fixtures" | "node_modules" | "vendor" | "examples" | ".git"
        )
    });
    if is_sample || harmless {
        return false;
    }
    matches!(
        name,
        ".env"
            | ".netrc"
            | ".pypirc"
            | ".npmrc"
            | ".git-credentials"
            | ".htpasswd"
            | "id_rsa"
            | "id_dsa"
            | "id_ecdsa"
            | "id_ed25519"
            | "credentials.json"
            | "kubeconfig"
            | ".dockerconfigjson"
            | ".pgpass"
            | "secrets.yml"
            | "secrets.yaml"
            | "master.key"
            | ".vault-token"
            | "terraform.tfvars"
            | "shadow"
    ) || (name.starts_with(".env.") && name.len() > 5)
        || (name == "credentials" && directory == ".aws")
        || (name == "config.json" && directory == ".docker")
        || is_service_account(name)
        || [".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".ovpn"]
            .iter()
            .any(|end| name.ends_with(end))
        || ((name.ends_with(".pem") || name.ends_with(".key")) && !is_public_key(name))
}

/// Whether a directory of this path contains the credentials of a program.
pub(crate) fn is_secret_directory(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let name = base_name(path);
    matches!(name, ".aws" | ".ssh" | ".gnupg" | ".kube" | ".docker" | ".azure")
        || path == ".config/gcloud"
        || path.ends_with("/.config/gcloud")
}

/// Whether the name is that of a Google Cloud service account key.
fn is_service_account(name: &str) -> bool {
    let name = name.replace('_', "-");
    (name.contains("service-account") || name.contains("serviceaccount")) && name.ends_with(".json")
}

fn is_public_key(name: &str) -> bool {
    ["pub", "cert", "ca", "chain", "bundle", "crt", "dhparam", "ffdhe"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_is_known() {
        for (path, expected) in [
            (".git/objects/ab/cd", Some(".git")),
            ("web/node_modules/a/index.js", Some("web/node_modules")),
            ("a/b.pyc", Some("a/b.pyc")),
            ("x.log", Some("x.log")),
            (".log", None),
            ("src/main.py", None),
            ("coverage", None),
            (".gitignore", None),
        ] {
            assert_eq!(find_junk(path).map(|(part, _)| part), expected, "{path}");
        }
    }

    #[test]
    fn secrets_are_known() {
        for (path, expected) in [
            (".env", true),
            (".env.production", true),
            (".env.example", false),
            ("deploy/id_rsa", true),
            ("id_rsa.pub", false),
            ("certs/server.key", true),
            ("certs/ca.pem", false),
            ("ssl/ffdhe4096.pem", false),
            ("dhparams.pem", false),
            ("tests/server.key", false),
            (".aws/credentials", true),
            ("credentials", false),
            ("src/env.py", false),
            ("node_modules/x/key.pem", false),
            ("deploy/service_account.json", true),
            ("client.ovpn", true),
        ] {
            assert_eq!(is_secret(path), expected, "{path}");
        }
    }
}
