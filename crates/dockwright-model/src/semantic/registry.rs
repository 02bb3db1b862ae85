//! Which registries images may come from.

/// Whether an image from this registry (`None` if the reference names none) may be used.
pub fn is_trusted_registry(registry: Option<&str>, trusted: &[String]) -> bool {
    let matches = |host: &str| trusted.iter().any(|pattern| matches_host_pattern(pattern, host));
    match registry {
        Some(host) => matches(host),
        // A name without a registry comes from Docker Hub, which has two names.
        None => matches("docker.io") || matches("hub.docker.com"),
    }
}

/// `*` matches every host, `*x` matches hosts that end in `x`, `x*` those that start with it; other patterns must be
/// equal.
fn matches_host_pattern(pattern: &str, host: &str) -> bool {
    if pattern == "*" {
        true
    } else if let Some(end) = pattern.strip_prefix('*') {
        host.ends_with(end)
    } else if let Some(start) = pattern.strip_suffix('*') {
        host.starts_with(start)
    } else {
        host == pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_patterns_like_hadolint() {
        for (pattern, registry, trusted) in [
            ("ghcr.io", Some("ghcr.io"), true),
            ("ghcr.io", Some("GHCR.io"), false),
            ("ghcr.io", Some("ghcr.io:443"), false),
            ("ghcr.io", None, false),
            ("*", Some("x.y"), true),
            ("*", None, true),
            ("*.gcr.io", Some("eu.gcr.io"), true),
            ("*.gcr.io", Some("gcr.io"), false),
            ("gcr.*", Some("gcr.io"), true),
            ("a*b", Some("axb"), false),
            ("docker.io", None, true),
            ("hub.docker.com", None, true),
            ("docker.io", Some("hub.docker.com"), false),
            ("", Some("x.y"), false),
        ] {
            assert_eq!(
                is_trusted_registry(registry, &[pattern.to_string()]),
                trusted,
                "{pattern} {registry:?}"
            );
        }
    }
}
