//! [`package_name`]: packages compared by name, whatever else stands beside it.

/// The name of a package as its manager is given it: without version, release, architecture, and the mark of a
/// package that is kept out.
pub fn package_name<'t>(manager: &str, text: &'t str) -> &'t str {
    let before = |signs: &[char]| text.split(signs).next().unwrap_or_default();
    match manager {
        "apt" | "dpkg" => before(&['=', '/', ':']),
        "apk" => text.trim_start_matches('!').split(['=', '~', '<', '>', '@']).next().unwrap_or_default(),
        "yum" | "dnf" | "microdnf" | "tdnf" => rpm_name(text),
        "zypper" | "pacman" => before(&['=', '<', '>']),
        "pip" | "pipx" | "uv" | "pipenv" | "poetry" => {
            before(&['=', '<', '>', '!', '~', '[', ';', '@', ' ']).trim_end()
        }
        "conda" => {
            text.rsplit("::").next().unwrap_or_default().split(['=', '<', '>']).next().unwrap_or_default()
        }
        "npm" | "yarn" | "pnpm" | "bun" => {
            let at = text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(at, _)| at);
            text.get(..at).unwrap_or(text)
        }
        "gem" => before(&[':']),
        _ => text,
    }
}

/// `name-version`, `name-version-release`, each with or without `.arch`.
fn rpm_name(text: &str) -> &str {
    const ARCHITECTURES: [&str; 6] = [".x86_64", ".aarch64", ".noarch", ".i686", ".ppc64le", ".s390x"];
    let arch = ARCHITECTURES.iter().find_map(|arch| text.strip_suffix(arch));
    let text = arch.unwrap_or(text);
    let begins_with_digit = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    match text.rsplit_once('-').filter(|(_, last)| begins_with_digit(last)) {
        Some((front, _)) => match front.rsplit_once('-') {
            Some((name, version)) if begins_with_digit(version) => name,
            _ => front,
        },
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_versions() {
        for (manager, text, expected) in [
            ("apt", "curl=7.88.1-10+deb12u8", "curl"),
            ("apt", "gcc:amd64", "gcc"),
            ("apt", "gcc-12", "gcc-12"),
            ("apt", "git/bookworm-backports", "git"),
            ("apk", "!nano", "nano"),
            ("apk", "gcc>=12", "gcc"),
            ("apk", "gcc~12", "gcc"),
            ("apk", "x@edge", "x"),
            ("dnf", "gcc-12.2.0-1.el9.x86_64", "gcc"),
            ("dnf", "gcc-12.2.0", "gcc"),
            ("dnf", "gcc-c++", "gcc-c++"),
            ("yum", "java-1.8.0-openjdk-devel", "java-1.8.0-openjdk-devel"),
            ("zypper", "gcc=12", "gcc"),
            ("pip", "uvicorn[standard]>=0.2", "uvicorn"),
            ("npm", "@a/b@1", "@a/b"),
            ("npm", "b", "b"),
            ("gem", "rake:13", "rake"),
            ("conda", "conda-forge::numpy=1", "numpy"),
            ("go", "x@v1", "x@v1"),
        ] {
            assert_eq!(package_name(manager, text), expected, "{manager} {text}");
        }
    }
}
