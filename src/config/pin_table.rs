//! The `[pin]` table of a `dockwright.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::option_reader::OptionReader;
use super::{ConfigError, PinLayer};
use crate::error_text::invalid_value;
use crate::pin::{AptPinStyle, PinKind, ServerNameForm};

/// Registries and defaults for `dockwright pin`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PinTable {
    /// What to pin. Default: `images`, `syntax`, `checksums`.
    only: Option<Vec<PinKind>>,
    /// Mirrors, by the server that they replace: `"docker.io" = "mirror.example.org"`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    registries: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Servers, with their port, that may be contacted without HTTPS.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    insecure_registries: Vec<Spanned<String>>,
    /// How versions of Debian packages are written: `exact` (the default) or `minor` (`curl=7.88.*`).
    apt_style: Option<AptPinStyle>,
    /// Version of Python to choose packages for. Default: that of the base image.
    #[schemars(with = "Option<String>")]
    python: Option<Spanned<String>>,
    /// Version of Node to choose packages for. Default: that of the base image.
    #[schemars(with = "Option<String>")]
    node: Option<Spanned<String>>,
}

impl PinTable {
    /// The settings for `pin`.
    ///
    /// # Errors
    /// A name of a server is invalid.
    pub(super) fn settings_layer(&self, reader: &OptionReader<'_>) -> Result<PinLayer, ConfigError> {
        let named = self.registries.keys().chain(&self.insecure_registries);
        let servers = named.map(|name| (name, ServerNameForm::Host));
        let mirrors = self.registries.values().map(|mirror| (mirror, ServerNameForm::HostAndPath));
        for (written, form) in servers.chain(mirrors) {
            form.parse(written.as_ref())
                .map_err(|why| ConfigError { help: why.help, ..reader.error(written, why.message) })?;
        }
        for (key, written, example) in [("python", &self.python, "3.12"), ("node", &self.node, "22")] {
            let Some(written) = written else { continue };
            let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if !written.as_ref().split('.').all(is_number) {
                return Err(ConfigError {
                    help: Some(format!("write a version such as `{example}`")),
                    ..reader.error(written, invalid_value(key, written.as_ref()))
                });
            }
        }
        let text = |written: &Spanned<String>| written.as_ref().clone();
        Ok(PinLayer {
            only: self.only.clone(),
            registries: self.registries.iter().map(|(from, to)| (text(from), text(to))).collect(),
            insecure_registries: self.insecure_registries.iter().map(text).collect(),
            apt_style: self.apt_style,
            python: self.python.as_ref().map(text),
            node: self.node.as_ref().map(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::ConfigTable;
    use crate::config::option_reader::OptionReader;

    #[test]
    fn names_of_servers_are_checked() {
        for (pin, expected) in [
            ("registries = { \"docker.io\" = \"mirror.example.org/hub\" }", None),
            ("registries = { \"docker.io\" = \"https://mirror.example.org/hub\" }", None),
            ("insecure-registries = [\"registry.internal:5000\"]", None),
            (
                "registries = { \"https://docker.io\" = \"mirror.example.org\" }",
                Some("`https://docker.io` must be the name of a server, not a URL; write `docker.io`"),
            ),
            (
                "registries = { \"docker.io\" = \"ftp://mirror.example.org\" }",
                Some(
                    "`ftp://mirror.example.org` is not the name of a server; use the form `registry.example.org:5000`",
                ),
            ),
            (
                "registries = { \"docker.io\" = \"a b\" }",
                Some("`a b` is not the name of a server; use the form `registry.example.org:5000`"),
            ),
            (
                "insecure-registries = [\"http://localhost:5000/x\"]",
                Some(
                    "`http://localhost:5000/x` must be the name of a server, not a URL; write `localhost:5000`",
                ),
            ),
        ] {
            let text = format!("[pin]\n{pin}\n");
            let reader = OptionReader { file: Path::new("c.toml"), text: &text, policies: Vec::new() };
            let read = ConfigTable::parse(reader.file, &text)
                .and_then(|table| table.settings_layer(&reader).map(|_| ()));
            let error = read.err().map(|error| error.to_string());
            assert_eq!(error, expected.map(|expected| format!("c.toml:2: {expected}")), "{pin}");
        }
    }
}
