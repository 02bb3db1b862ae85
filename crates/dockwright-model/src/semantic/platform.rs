//! [`Platform`]: `linux/arm64/v8`, read and normalized as containerd does.

use std::fmt;

/// A platform in normalized spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    pub os: String,
    pub architecture: String,
    /// Empty if the architecture is sufficient.
    pub variant: String,
}

/// A text that names no platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformError {
    /// A part is empty or has characters other than letters, digits, `_`, `-` and `.`.
    Characters,
    /// The only part is neither a known operating system nor a known architecture.
    Unknown,
    /// More than three parts.
    Parts,
}

const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "ppc64",
    "ppc64le",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

impl Platform {
    /// Reads `os`, `architecture`, `os/architecture` or `os/architecture/variant`; a missing part is that of
    /// the default platform, `linux/amd64`.
    ///
    /// # Errors
    /// BuildKit rejects the text.
    pub fn parse(text: &str) -> Result<Self, PlatformError> {
        let parts: Vec<&str> = text.split('/').collect();
        if parts.len() > 3 {
            return Err(PlatformError::Parts);
        }
        // The operating system may include a version: `windows(10.0.17763)/amd64`.
        let (first, version) = match parts.first().and_then(|first| first.split_once('(')) {
            Some((os, rest)) => (os, Some(rest.strip_suffix(')').ok_or(PlatformError::Characters)?)),
            None => (parts.first().copied().unwrap_or_default(), None),
        };
        let name = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        };
        let version_is_name = version.is_none_or(|version| {
            version
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'+'))
        });
        if !name(first) || !version_is_name || !parts.iter().skip(1).all(|part| name(part)) {
            return Err(PlatformError::Characters);
        }
        let os = normalize_os(first);
        match parts.get(1..) {
            Some([architecture]) => Ok(Self::new(os, architecture, "")),
            Some([architecture, variant]) => Ok(Self::new(os, architecture, variant)),
            _ if SYSTEMS.contains(&os.as_str()) => Ok(Self::new(os, "amd64", "")),
            _ => {
                let platform = Self::new("linux".to_string(), first, "");
                if ARCHITECTURES.contains(&platform.architecture.as_str()) {
                    Ok(platform)
                } else {
                    Err(PlatformError::Unknown)
                }
            }
        }
    }

    fn new(os: String, architecture: &str, variant: &str) -> Self {
        let (architecture, variant) = normalize_architecture(architecture, variant);
        Self { os, architecture, variant }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        if self.variant.is_empty() { Ok(()) } else { write!(f, "/{}", self.variant) }
    }
}

fn normalize_os(os: &str) -> String {
    match os.to_ascii_lowercase().as_str() {
        "macos" => "darwin".to_string(),
        other => other.to_string(),
    }
}

fn normalize_architecture(architecture: &str, variant: &str) -> (String, String) {
    let architecture = architecture.to_ascii_lowercase();
    let variant = variant.to_ascii_lowercase();
    let (architecture, variant) = match architecture.as_str() {
        "i386" => ("386", String::new()),
        "x86_64" | "x86-64" | "amd64" => ("amd64", if variant == "v1" { String::new() } else { variant }),
        "aarch64" | "arm64" => {
            ("arm64", if matches!(variant.as_str(), "8" | "v8" | "v8.0") { String::new() } else { variant })
        }
        "armhf" => ("arm", "v7".to_string()),
        "armel" => ("arm", "v6".to_string()),
        "arm" => (
            "arm",
            match variant.as_str() {
                "" | "7" => "v7".to_string(),
                "5" | "6" | "8" => format!("v{variant}"),
                _ => variant,
            },
        ),
        other => (other, variant),
    };
    (architecture.to_string(), variant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_platforms() {
        for (text, expected) in [
            ("linux/amd64", Ok("linux/amd64")),
            ("linux/x86_64", Ok("linux/amd64")),
            ("linux/x86-64", Ok("linux/amd64")),
            ("linux/amd64/v1", Ok("linux/amd64")),
            ("linux/amd64/v3", Ok("linux/amd64/v3")),
            ("Linux/AMD64", Ok("linux/amd64")),
            ("linux/aarch64", Ok("linux/arm64")),
            ("linux/arm64/v8", Ok("linux/arm64")),
            ("linux/arm", Ok("linux/arm/v7")),
            ("linux/arm/6", Ok("linux/arm/v6")),
            ("linux/armhf", Ok("linux/arm/v7")),
            ("linux/armel", Ok("linux/arm/v6")),
            ("linux/i386", Ok("linux/386")),
            ("amd64", Ok("linux/amd64")),
            ("arm64", Ok("linux/arm64")),
            ("linux", Ok("linux/amd64")),
            ("windows", Ok("windows/amd64")),
            ("macos/arm64", Ok("darwin/arm64")),
            ("windows(10.0.17763)/amd64", Ok("windows/amd64")),
            ("foo/bar", Ok("foo/bar")),
            ("foo", Err(PlatformError::Unknown)),
            ("linux/", Err(PlatformError::Characters)),
            ("", Err(PlatformError::Characters)),
            ("linux/$X", Err(PlatformError::Characters)),
            ("linux/*", Err(PlatformError::Characters)),
            ("a/b/c/d", Err(PlatformError::Parts)),
        ] {
            let found = Platform::parse(text).map(|platform| platform.to_string());
            assert_eq!(found, expected.map(str::to_string), "{text}");
        }
    }
}
