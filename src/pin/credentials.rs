//! [`Credentials`]: the credentials that `docker login` has stored, in Docker's configuration or with a credential
//! helper.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::failure::LookupError;
use super::secret::Secret;

/// The credentials that a registry gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegistryCredential {
    /// User and password, as `Authorization` has them: `Basic …`.
    Basic(Secret),
    /// A token that is exchanged for tokens.
    Identity(Secret),
}

/// How long a credential helper may take.
const HELPER: Duration = Duration::from_secs(20);
/// Maximum size of the output of a helper, and of the configuration, in bytes.
const LARGEST: u64 = 4 << 20;
/// The name under which Docker Hub credentials are stored.
const HUB: &str = "https://index.docker.io/v1/";

/// Docker's configuration, the part about credentials.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DockerConfig {
    #[serde(default)]
    auths: BTreeMap<String, StoredCredential>,
    #[serde(default)]
    creds_store: String,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
struct StoredCredential {
    auth: Option<Secret>,
    identitytoken: Option<Secret>,
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

type CredentialLookup = Arc<OnceLock<Result<Option<RegistryCredential>, LookupError>>>;

/// The credentials of a user.
#[derive(Debug)]
pub(crate) struct Credentials {
    directory: Option<PathBuf>,
    config: OnceLock<Result<DockerConfig, LookupError>>,
    found: Mutex<HashMap<String, CredentialLookup>>,
    helper_limit: Duration,
}

impl Credentials {
    /// The credentials in `DOCKER_CONFIG`, or in `~/.docker`.
    #[must_use]
    pub(crate) fn from_user_config() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = || set("HOME").or_else(|| set("USERPROFILE"));
        Self::in_directory(set("DOCKER_CONFIG").or_else(|| Some(home()?.join(".docker"))))
    }

    /// The credentials of the `config.json` in a directory; without one, there are none.
    #[must_use]
    pub(crate) fn in_directory(directory: Option<PathBuf>) -> Self {
        Self { directory, config: OnceLock::new(), found: Mutex::default(), helper_limit: HELPER }
    }

    /// The stored credentials for a registry, given by host and port.
    ///
    /// # Errors
    /// The configuration cannot be read, or a helper fails.
    pub(crate) fn credential_for_registry(
        &self,
        host: &str,
    ) -> Result<Option<RegistryCredential>, LookupError> {
        let found = {
            let Ok(mut found) = self.found.lock() else { return Ok(None) };
            Arc::clone(found.entry(host.to_string()).or_default())
        };
        found.get_or_init(|| self.find(host)).clone()
    }

    fn find(&self, host: &str) -> Result<Option<RegistryCredential>, LookupError> {
        let config = self.config.get_or_init(|| self.read()).as_ref().map_err(Clone::clone)?;
        let is_hub = is_docker_hub_host(host);
        let matches = |key: &str| {
            let key = server_of_key(key);
            key == host || (is_hub && self::is_docker_hub_host(key))
        };
        let helper = config.cred_helpers.iter().find(|(key, _)| matches(key)).map(|(_, helper)| helper);
        let helper = helper.or(Some(&config.creds_store)).filter(|helper| !helper.is_empty());
        if let Some(helper) = helper
            && let Some(credential) = self.run_helper(helper, if is_hub { HUB } else { host })?
        {
            return Ok(Some(credential));
        }
        let stored = config.auths.iter().filter(|(key, _)| matches(key)).find_map(|(_, stored)| {
            let identity = stored.identitytoken.clone().filter(|token| !token.expose_secret().is_empty());
            let basic = || stored.auth.as_ref().filter(|auth| STANDARD.decode(auth.expose_secret()).is_ok());
            identity.map(RegistryCredential::Identity).or_else(|| {
                let auth = basic().filter(|auth| !auth.expose_secret().is_empty())?;
                Some(RegistryCredential::Basic(Secret::new(format!("Basic {}", auth.expose_secret()))))
            })
        });
        Ok(stored)
    }

    fn read(&self) -> Result<DockerConfig, LookupError> {
        let Some(directory) = &self.directory else { return Ok(DockerConfig::default()) };
        let path = directory.join("config.json");
        let failed =
            |why: &str| LookupError::Credentials(format!("cannot read Docker's `config.json`: {why}"));
        let file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(DockerConfig::default()),
            Err(error) => return Err(failed(&crate::library_errors::describe_io_error(&error))),
        };
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text).map_err(|_| failed("read error"))?;
        // The error of the library may quote the file.
        serde_json::from_slice(&text).map_err(|_| failed("it is not valid JSON"))
    }

    /// Runs a credential helper.
    fn run_helper(&self, helper: &str, server: &str) -> Result<Option<RegistryCredential>, LookupError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct HelperOutput {
            username: String,
            secret: Secret,
        }
        let failed = |why: &str| {
            LookupError::Credentials(format!("credential helper `docker-credential-{helper}` {why}"))
        };
        if !helper.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err(LookupError::Credentials("the name of a credential helper is invalid".to_string()));
        }
        let program = format!("docker-credential-{helper}");
        let Some(output) =
            run_helper_program(Path::new(&program), server, self.helper_limit).map_err(failed)?
        else {
            return Ok(None);
        };
        let given: HelperOutput =
            serde_json::from_slice(&output).map_err(|_| failed("printed no credentials"))?;
        if given.username == "<token>" {
            return Ok(Some(RegistryCredential::Identity(given.secret)));
        }
        Ok(Some(basic_authorization(&given.username, given.secret.expose_secret())))
    }
}

/// User and password as `Authorization` has them.
fn basic_authorization(user: &str, password: &str) -> RegistryCredential {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    RegistryCredential::Basic(Secret::new(format!("Basic {pair}")))
}

/// The host in a key of the configuration, which may be a URL.
fn server_of_key(key: &str) -> &str {
    let rest = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    rest.split('/').next().unwrap_or(rest)
}

fn is_docker_hub_host(host: &str) -> bool {
    matches!(host, "docker.io" | "index.docker.io" | "registry-1.docker.io")
}

/// Runs `program get`; `None` if it has nothing for this server.
fn run_helper_program(
    program: &Path,
    server: &str,
    limit: Duration,
) -> Result<Option<Vec<u8>>, &'static str> {
    let mut child = Command::new(program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| "cannot be started")?;
    let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
    if let Some(stdin) = &mut stdin {
        // If a helper does not read its input, its output is checked below.
        let _ = stdin.write_all(server.as_bytes());
    }
    drop(stdin);
    let (done, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let read = stdout.map(|stdout| stdout.take(LARGEST).read_to_end(&mut text));
        // Sending only fails if nothing is waiting for the result.
        let _ = done.send(read.and_then(Result::ok).map(|_| text));
    });
    let Ok(text) = output.recv_timeout(limit) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err("timed out");
    };
    let status = child.wait().map_err(|_| "failed")?;
    let text = text.ok_or("failed")?;
    if status.success() {
        return Ok(Some(text));
    }
    // Helpers report in this way that they have no credentials.
    let said = String::from_utf8_lossy(&text).to_lowercase();
    if said.contains("not found") { Ok(None) } else { Err("failed") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials_with_config(config: &str) -> (tempfile::TempDir, Credentials) {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("config.json"), config).expect("written");
        let credentials = Credentials::in_directory(Some(directory.path().to_path_buf()));
        (directory, credentials)
    }

    #[test]
    fn stored_credentials_are_found_by_host() {
        let (_directory, credentials) = credentials_with_config(
            r#"{"auths": {"https://index.docker.io/v1/": {"auth": "bWU6b25l"},
                "r.example.org:5000": {"auth": "bWU6dHdv"},
                "https://azure.example.org": {"auth": "bWU6", "identitytoken": "three"},
                "empty.example.org": {}}, "HttpHeaders": {}}"#,
        );
        let basic = |text: &str| Some(RegistryCredential::Basic(Secret::new(format!("Basic {text}"))));
        for (host, expected) in [
            ("docker.io", basic("bWU6b25l")),
            ("registry-1.docker.io", basic("bWU6b25l")),
            ("r.example.org:5000", basic("bWU6dHdv")),
            ("r.example.org", None),
            ("azure.example.org", Some(RegistryCredential::Identity(Secret::new("three")))),
            ("empty.example.org", None),
            ("other.example.org", None),
        ] {
            assert_eq!(credentials.credential_for_registry(host), Ok(expected), "{host}");
        }
    }

    #[test]
    fn config_errors_quote_no_content() {
        let (_directory, credentials) = credentials_with_config(r#"{"auths": {"a": {"auth": "c2VjcmV0"}"#);
        let error = credentials.credential_for_registry("a").expect_err("it is broken");
        assert!(matches!(error, LookupError::Credentials(_)), "{error:?}");
        assert!(!error.to_string().contains("c2VjcmV0"), "{error}");
        let (_directory, credentials) = credentials_with_config(r#"{"credsStore": "../../bin/evil"}"#);
        assert!(credentials.credential_for_registry("a").is_err());
        let (_directory, credentials) =
            credentials_with_config(r#"{"credHelpers": {"a": "there-is-no-such-helper"}}"#);
        let error = credentials.credential_for_registry("a").expect_err("there is none");
        assert!(matches!(error, LookupError::Credentials(_)), "{error:?}");
        assert_eq!(credentials.credential_for_registry("b"), Ok(None));
        assert_eq!(Credentials::in_directory(None).credential_for_registry("a"), Ok(None));
    }

    #[cfg(unix)]
    #[test]
    fn runs_credential_helpers_with_timeout() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let helper = |name: &str, script: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("mode set");
            path
        };
        let ask = |path: &Path| run_helper_program(path, "r.example.org", Duration::from_millis(400));
        let good = helper("good", r#"test "$1" = get && host=$(cat) && echo "{\"ServerURL\":\"$host\"}""#);
        assert_eq!(ask(&good), Ok(Some(b"{\"ServerURL\":\"r.example.org\"}\n".to_vec())));
        let none = helper("none", "echo credentials not found in native keychain; exit 1");
        assert_eq!(ask(&none), Ok(None));
        assert_eq!(ask(&helper("bad", "echo secret; exit 1")), Err("failed"));
        assert_eq!(ask(&helper("slow", "exec sleep 5")), Err("timed out"));
    }
}
