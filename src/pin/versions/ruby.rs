//! Versions and requirements of Ruby gems.

use std::cmp::Ordering;

/// Compares two versions by their parts; a part with letters is a prerelease and comes first.
#[must_use]
pub(crate) fn compare_gem_versions(left: &str, right: &str) -> Ordering {
    let parts = |text: &str| -> Vec<Result<u64, String>> {
        text.split('.').map(|part| part.parse().map_err(|_| part.to_string())).collect()
    };
    let (left, right) = (parts(left), parts(right));
    for at in 0..left.len().max(right.len()) {
        let zero = Ok(0);
        let order = match (left.get(at).unwrap_or(&zero), right.get(at).unwrap_or(&zero)) {
            (Ok(left), Ok(right)) => left.cmp(right),
            (Err(left), Err(right)) => left.cmp(right),
            (Ok(_), Err(_)) => Ordering::Greater,
            (Err(_), Ok(_)) => Ordering::Less,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Whether a requirement such as `>= 2.5, < 4` allows a version, which is as precise as the base image specifies it.
#[must_use]
pub(crate) fn requirement_allows(requirement: &str, version: &str) -> bool {
    let full = match version.split('.').count() {
        1 => format!("{version}.999.999"),
        2 => format!("{version}.999"),
        _ => version.to_string(),
    };
    requirement.split(',').all(|one| {
        let one = one.trim();
        let at = one.find(|c: char| !"<>=!~".contains(c)).unwrap_or(one.len());
        let (sign, wanted) = one.split_at(at);
        let wanted = wanted.trim();
        let order = compare_gem_versions(&full, wanted);
        match sign {
            ">=" => order.is_ge(),
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            "!=" => order.is_ne(),
            "~>" => {
                let mut parts: Vec<&str> = wanted.split('.').collect();
                parts.pop();
                let prefix = parts.join(".");
                order.is_ge() && (prefix.is_empty() || full.starts_with(&format!("{prefix}.")))
            }
            _ => full.starts_with(wanted),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_gem_versions_by_parts() {
        for (less, more) in [("1.9", "1.10"), ("2.0.0.rc1", "2.0.0"), ("1", "1.0.1"), ("1.0.a", "1.0.b")] {
            assert_eq!(compare_gem_versions(less, more), Ordering::Less, "{less} {more}");
        }
        assert_eq!(compare_gem_versions("1.0", "1"), Ordering::Equal);
        for (requirement, version, expected) in [
            (">= 2.5", "3.3", true),
            (">= 3.4", "3.3", false),
            (">= 2.5, < 4.a", "3.3", true),
            ("~> 3.1", "3.3", true),
            ("~> 2.7", "3.3", false),
            (">= 0", "2", true),
        ] {
            assert_eq!(requirement_allows(requirement, version), expected, "{requirement} {version}");
        }
    }
}
