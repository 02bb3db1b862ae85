//! Checksums of downloaded files.

use url::Url;

use super::access::RegistryAccess;
use super::failure::LookupError;
use super::http::{HttpContentUse, HttpRequest};
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};
use crate::hexadecimal::to_hexadecimal;

/// Downloads files.
pub(super) struct ChecksumResolver;

impl PinResolver for ChecksumResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let LookupRequest::File { url, pinned } = question else {
            return Err(LookupError::Address("internal error"));
        };
        let url = Url::parse(url).map_err(|_| LookupError::Address("the address is not valid"))?;
        let answer = access
            .get(&HttpRequest { wants: HttpContentUse::Hash, ..HttpRequest::new(url, "*/*") })?
            .require_success()?;
        let version = format!("sha256:{}", to_hexadecimal(&answer.sha256));
        // Other algorithms are not supported.
        let compared = pinned.as_ref().filter(|pinned| pinned.starts_with("sha256:"));
        let pinned = compared.map(|pinned| PinState { available: *pinned == version, date: None });
        Ok(PinResolution { version, pinned, date: None })
    }
}
