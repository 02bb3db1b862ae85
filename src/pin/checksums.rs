//! Files: what an address serves, hashed.

use url::Url;

use super::access::Access;
use super::failure::Failure;
use super::http::{Request, Wants};
use super::lookup::{Pinned, Question, Resolution, Resolve};
use crate::hexadecimal::hexadecimal;

/// Downloads files.
pub struct Checksums;

impl Resolve for Checksums {
    fn resolve(&self, question: &Question, access: &Access<'_>) -> Result<Resolution, Failure> {
        let Question::File { url, pinned } = question else { return Err(Failure::Address("internal error")) };
        let url = Url::parse(url).map_err(|_| Failure::Address("the address is not valid"))?;
        let answer = access.get(&Request { wants: Wants::Hash, ..Request::new(url, "*/*") })?.success()?;
        let version = format!("sha256:{}", hexadecimal(&answer.sha256));
        // Of another algorithm nothing can be said.
        let compared = pinned.as_ref().filter(|pinned| pinned.starts_with("sha256:"));
        let pinned = compared.map(|pinned| Pinned { available: *pinned == version, date: None });
        Ok(Resolution { version, pinned, date: None })
    }
}
