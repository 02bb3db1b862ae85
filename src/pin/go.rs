//! Programs from Go modules: the module proxy.

use std::sync::Arc;

use serde::Deserialize;

use super::access::RegistryAccess;
use super::failure::LookupError;
use super::http::{HttpRequest, HttpResponse};
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};

const HOST: &str = "proxy.golang.org";
/// Maximum number of parent paths to try as the module of a package.
const MAX_LEVELS: usize = 8;

/// Looks up modules in the module proxy.
pub(super) struct GoResolver;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ModuleInfo {
    version: String,
    time: Option<String>,
}

impl ModuleInfo {
    fn date(&self) -> Option<jiff::Timestamp> {
        self.time.as_ref()?.parse().ok()
    }
}

impl PinResolver for GoResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let (path, _, pinned) = question.package()?;
        // A package may be deep inside its module: the nearest path that is a module contains it.
        let mut module = path;
        let mut levels = 0;
        let answer = loop {
            match request_from_go_proxy(access, module, &["@latest"]) {
                Ok(answer) => break answer,
                Err(LookupError::NotFound(why)) => {
                    levels += 1;
                    module = match module.rsplit_once('/') {
                        Some((parent, _)) if levels < MAX_LEVELS => parent,
                        _ => return Err(LookupError::NotFound(why)),
                    };
                }
                Err(other) => return Err(other),
            }
        };
        let latest: ModuleInfo = answer.json("a Go module version")?;
        let pinned = pinned.map(|pinned| {
            match request_from_go_proxy(access, module, &["@v", &format!("{pinned}.info")]) {
                Ok(answer) => {
                    let info: ModuleInfo = answer.json("a Go module version")?;
                    Ok(PinState { available: true, date: info.date() })
                }
                Err(LookupError::NotFound(_)) => Ok(PinState { available: false, date: None }),
                Err(other) => Err(other),
            }
        });
        Ok(PinResolution { date: latest.date(), version: latest.version, pinned: pinned.transpose()? })
    }
}

fn request_from_go_proxy(
    access: &RegistryAccess<'_>,
    module: &str,
    rest: &[&str],
) -> Result<Arc<HttpResponse>, LookupError> {
    // The proxy writes an upper-case letter as `!` and the lower-case one.
    let escaped = module.chars().fold(String::new(), |mut escaped, c| {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
        escaped
    });
    let parts: Vec<&str> = escaped.split('/').chain(rest.iter().copied()).collect();
    access.get(&HttpRequest::new(access.url(HOST, &parts)?, "application/json"))?.require_success()
}
