//! Access to a registry: the challenge in `WWW-Authenticate`, and the `Authorization` for it.

use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::access::RegistryAccess;
use super::credentials::RegistryCredential;
use super::failure::LookupError;
use super::http::{HttpContentUse, HttpRequest, HttpResponse};
use super::secret::Secret;

/// The challenge of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AuthChallenge {
    Basic,
    /// A token from this address.
    Bearer {
        realm: String,
        service: Option<String>,
        scope: Option<String>,
    },
}

impl AuthChallenge {
    /// The challenge in a response with status 401.
    #[must_use]
    pub(super) fn from_response(answer: &HttpResponse) -> Option<Self> {
        let headers =
            answer.headers.get_all("www-authenticate").iter().filter_map(|value| value.to_str().ok());
        let all: Vec<Self> = headers.filter_map(Self::parse).collect();
        let bearer = all.iter().find(|challenge| **challenge != Self::Basic);
        bearer.or(all.first()).cloned()
    }

    fn parse(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (mut realm, mut service, mut scope) = (None, None, None);
        let mut rest = rest.trim();
        while let Some((key, after)) = rest.split_once('=') {
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_once(',').unwrap_or((after, "")),
            };
            match key.trim().trim_start_matches(',').trim().to_ascii_lowercase().as_str() {
                "realm" => realm = Some(value.to_string()),
                "service" => service = Some(value.to_string()),
                "scope" => scope = Some(value.to_string()),
                _ => {}
            }
            rest = after.trim_start_matches(',').trim_start();
        }
        Some(Self::Bearer { realm: realm?, service, scope })
    }
}

/// The response of a token server.
#[derive(Deserialize)]
struct TokenResponse {
    token: Option<Secret>,
    access_token: Option<Secret>,
}

/// The `Authorization` header for a registry that requires it, and whether it comes from credentials.
///
/// # Errors
/// Credentials are needed and missing, or the token server returns no token.
pub(super) fn authorize(
    access: &RegistryAccess<'_>,
    host: &str,
    repository: &str,
    challenge: &AuthChallenge,
) -> Result<(Secret, bool), LookupError> {
    let credential = access.credentials.credential_for_registry(host)?;
    let (realm, service, scope) = match challenge {
        AuthChallenge::Basic => {
            return match credential {
                Some(RegistryCredential::Basic(basic)) => Ok((basic, true)),
                _ => Err(LookupError::Denied { host: host.to_string(), had_credentials: false }),
            };
        }
        AuthChallenge::Bearer { realm, service, scope } => (realm, service, scope),
    };
    let invalid = || LookupError::Invalid(host.to_string(), "a valid request for a token");
    let mut url = Url::parse(realm).map_err(|_| invalid())?;
    let asked = format!("repository:{repository}:pull");
    let scope = scope.as_deref().unwrap_or(&asked);
    let had_credentials = credential.is_some();
    let mut request = if let Some(RegistryCredential::Identity(token)) = credential {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token").append_pair("client_id", "dockwright");
        form.append_pair("scope", scope).append_pair("refresh_token", token.expose_secret());
        if let Some(service) = service {
            form.append_pair("service", service);
        }
        HttpRequest { form: Some(Secret::new(form.finish())), ..HttpRequest::new(url, "application/json") }
    } else {
        if let Some(service) = service {
            url.query_pairs_mut().append_pair("service", service);
        }
        url.query_pairs_mut().append_pair("scope", scope);
        HttpRequest::new(url, "application/json")
    };
    if let Some(RegistryCredential::Basic(basic)) = access.credentials.credential_for_registry(host)? {
        request.authorization = Some(basic);
    }
    request.wants = HttpContentUse::Document;
    let answer = access.get(&request)?;
    if matches!(answer.status, 401 | 403) {
        return Err(LookupError::Denied { host: answer.host.clone(), had_credentials });
    }
    let given: TokenResponse = answer.require_success()?.json("a token")?;
    let token = given.token.or(given.access_token).ok_or_else(invalid)?;
    Ok((Secret::new(format!("Bearer {}", token.expose_secret())), had_credentials))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let bearer = |realm: &str, service: Option<&str>, scope: Option<&str>| {
            Some(AuthChallenge::Bearer {
                realm: realm.to_string(),
                service: service.map(str::to_string),
                scope: scope.map(str::to_string),
            })
        };
        for (header, expected) in [
            ("Basic realm=\"x\"", Some(AuthChallenge::Basic)),
            ("basic", Some(AuthChallenge::Basic)),
            (
                "Bearer realm=\"https://a.example.org/token\",service=\"r\",scope=\"repository:a/b:pull,push\"",
                bearer("https://a.example.org/token", Some("r"), Some("repository:a/b:pull,push")),
            ),
            ("bearer realm=https://a/t, service=r", bearer("https://a/t", Some("r"), None)),
            ("Bearer service=\"r\"", None),
            ("Bearer realm=\"open", None),
            ("Negotiate", None),
            ("", None),
        ] {
            assert_eq!(AuthChallenge::parse(header), expected, "{header}");
        }
    }
}
