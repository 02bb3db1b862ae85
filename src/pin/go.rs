//! Programs from Go modules: the module proxy.

use std::sync::Arc;

use serde::Deserialize;

use super::access::Access;
use super::failure::Failure;
use super::http::{Answer, Request};
use super::lookup::{Pinned, Question, Resolution, Resolve};

const HOST: &str = "proxy.golang.org";
/// Levels of a path above the module that has it.
const MOST_LEVELS: usize = 8;

/// Asks the proxy of Go modules.
pub struct Go;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    version: String,
    time: Option<String>,
}

impl Info {
    fn date(&self) -> Option<jiff::Timestamp> {
        self.time.as_ref()?.parse().ok()
    }
}

impl Resolve for Go {
    fn resolve(&self, question: &Question, access: &Access<'_>) -> Result<Resolution, Failure> {
        let (path, _, pinned) = question.package()?;
        // A package may be deep inside its module: the nearest path that is a module has it.
        let mut module = path;
        let mut levels = 0;
        let answer = loop {
            match get(access, module, &["@latest"]) {
                Ok(answer) => break answer,
                Err(Failure::NotFound(why)) => {
                    levels += 1;
                    module = match module.rsplit_once('/') {
                        Some((parent, _)) if levels < MOST_LEVELS => parent,
                        _ => return Err(Failure::NotFound(why)),
                    };
                }
                Err(other) => return Err(other),
            }
        };
        let latest: Info = answer.json("a version of a module")?;
        let pinned = pinned.map(|pinned| match get(access, module, &["@v", &format!("{pinned}.info")]) {
            Ok(answer) => {
                let info: Info = answer.json("a version of a module")?;
                Ok(Pinned { available: true, date: info.date() })
            }
            Err(Failure::NotFound(_)) => Ok(Pinned { available: false, date: None }),
            Err(other) => Err(other),
        });
        Ok(Resolution { date: latest.date(), version: latest.version, pinned: pinned.transpose()? })
    }
}

fn get(access: &Access<'_>, module: &str, rest: &[&str]) -> Result<Arc<Answer>, Failure> {
    // The proxy writes an upper-case letter as `!` and the lower-case one.
    let escaped = module.chars().fold(String::new(), |mut escaped, c| {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
        escaped
    });
    let parts: Vec<&str> = escaped.split('/').chain(rest.iter().copied()).collect();
    access.get(&Request::new(access.url(HOST, &parts)?, "application/json"))?.success()
}
