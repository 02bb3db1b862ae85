//! Files that name npm packages: `package.json`, and the lock files of npm, Yarn and pnpm.

use serde_json::Value;

use super::RequestedPackage;
use crate::semantic::package_name;
use crate::shell::ShellWord;

/// The dependencies in a `package.json`, with development dependencies if `development` is set.
pub(super) fn parse_package_json(text: &str, development: bool) -> Option<Vec<RequestedPackage>> {
    let document: Value = serde_json::from_str(text).ok()?;
    document.as_object()?;
    let sections: &[&str] = if development {
        &["dependencies", "optionalDependencies", "devDependencies"]
    } else {
        &["dependencies", "optionalDependencies"]
    };
    let packages = sections.iter().filter_map(|section| document.get(section)?.as_object()).flatten();
    Some(
        packages
            .map(|(name, version)| registry_package(name, version.as_str().unwrap_or_default()))
            .collect(),
    )
}

/// A package of the registry; one from another source is never in the table.
fn registry_package(name: &str, version: &str) -> RequestedPackage {
    let elsewhere = version.contains("://")
        || ["file:", "link:", "workspace:", "git", "."].iter().any(|front| version.starts_with(front));
    if elsewhere {
        RequestedPackage::from_name(format!("{name}@{version}"))
    } else {
        RequestedPackage::from_name(name).with_version(version)
    }
}

/// The packages of `package-lock.json` or `npm-shrinkwrap.json` that are installed on Linux (x86-64).
pub(super) fn parse_package_lock(text: &str, development: bool) -> Option<Vec<RequestedPackage>> {
    let document: Value = serde_json::from_str(text).ok()?;
    if let Some(packages) = document.get("packages").and_then(Value::as_object) {
        let is_in = |path: &str, one: &Value| {
            let is = |key: &str| one.get(key).and_then(Value::as_bool).unwrap_or_default();
            let omitted = !development && (is("dev") || is("devOptional"));
            path.contains("node_modules/") && !is("link") && !omitted && is_for_linux_x64(one)
        };
        let found = packages.iter().filter(|(path, one)| is_in(path, one));
        let name = |path: &str| path.rsplit("node_modules/").next().unwrap_or_default().to_string();
        return Some(found.map(|(path, _)| RequestedPackage::from_lock_file(name(path))).collect());
    }
    let mut wanted = Vec::new();
    add_nested_packages(document.get("dependencies")?, development, &mut wanted);
    Some(wanted)
}

/// Reads the first version of the format, in which packages are nested.
fn add_nested_packages(dependencies: &Value, development: bool, wanted: &mut Vec<RequestedPackage>) {
    for (name, one) in dependencies.as_object().into_iter().flatten() {
        let is_dev = one.get("dev").and_then(Value::as_bool).unwrap_or_default();
        if development || !is_dev {
            wanted.push(RequestedPackage::from_lock_file(name));
            add_nested_packages(one.get("dependencies").unwrap_or(&Value::Null), development, wanted);
        }
    }
}

/// Whether a package is for Linux on x86-64, with glibc.
fn is_for_linux_x64(package: &Value) -> bool {
    [("os", "linux"), ("cpu", "x64"), ("libc", "glibc")].iter().all(|(key, own)| {
        let Some(list) = package.get(key).and_then(Value::as_array) else { return true };
        let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        let refused = words.iter().any(|word| word.strip_prefix('!') == Some(own));
        let named = words.contains(own) || words.iter().all(|word| word.starts_with('!'));
        named && !refused
    })
}

/// The packages of `yarn.lock`, in both of its formats.
pub(super) fn parse_yarn_lock(text: &str) -> Option<Vec<RequestedPackage>> {
    let is_entry = |line: &&str| line.ends_with(':') && !line.starts_with([' ', '#', '_']);
    let mut wanted = Vec::new();
    for line in text.lines().filter(is_entry) {
        let first = line.trim_end_matches(':').split(", ").next().unwrap_or_default().trim_matches('"');
        let at = first.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(at, _)| at)?;
        let (name, version) = first.split_at(at);
        if !version.starts_with("@workspace:") && is_for_this_platform(name) {
            wanted.push(RequestedPackage::from_lock_file(name));
        }
    }
    (!wanted.is_empty()).then_some(wanted)
}

/// The packages of `pnpm-lock.yaml`.
pub(super) fn parse_pnpm_lock(text: &str) -> Option<Vec<RequestedPackage>> {
    let packages = text.split_once("\npackages:")?.1;
    let packages = packages.split("\nsnapshots:").next().unwrap_or_default();
    let is_entry = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let mut wanted = Vec::new();
    for line in packages.lines().filter(is_entry) {
        let key = line.trim().trim_end_matches(':').trim_matches(['\'', '"']).trim_start_matches('/');
        let at = key.char_indices().skip(1).find(|(_, c)| *c == '@');
        let name = match at {
            Some((at, _)) => key.get(..at)?,
            // Older files: `/name/1.2.3`.
            None => key.rsplit_once('/')?.0,
        };
        if is_for_this_platform(name) {
            wanted.push(RequestedPackage::from_lock_file(name));
        }
    }
    (!wanted.is_empty()).then_some(wanted)
}

/// Whether the name is not that of a package for another platform; these lock files have no other information about
/// platforms.
fn is_for_this_platform(name: &str) -> bool {
    const OTHERS: [&str; 16] = [
        "win32", "windows", "darwin", "freebsd", "openbsd", "netbsd", "sunos", "android", "aix", "arm64",
        "arm", "ia32", "riscv64", "ppc64", "s390x", "musl",
    ];
    let words = name.split(['-', '/', '.', '_']).collect::<Vec<_>>();
    let of_platform = words.contains(&"linux")
        || words.iter().any(|word| ["win32", "darwin", "android", "freebsd"].contains(word));
    !of_platform || !words.iter().any(|word| OTHERS.contains(word) || word.starts_with("linuxmusl"))
}

/// The package that an operand of npm, Yarn, pnpm or Bun names.
pub(super) fn named_package(word: &ShellWord) -> RequestedPackage {
    let name = package_name("npm", &word.text);
    let version = word.text.get(name.len()..).unwrap_or_default();
    let elsewhere = word.text.contains(':')
        || name.contains('$')
        || [".tgz", ".tar.gz"].iter().any(|end| word.text.ends_with(end));
    let is_path = name.starts_with(['.', '/', '~']) || (name.contains('/') && !name.starts_with('@'));
    match version.strip_prefix("@npm:") {
        Some(other) => RequestedPackage::from_name(package_name("npm", other)),
        None if elsewhere || is_path => RequestedPackage::from_name(word.text.clone()),
        None => RequestedPackage::from_name(name).with_version(version.trim_start_matches('@')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: Option<Vec<RequestedPackage>>) -> Vec<String> {
        wanted.expect("it is read").into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn package_json_names_what_is_required() {
        let text =
            r#"{"dependencies": {"express": "^4", "own": "file:../own"}, "devDependencies": {"jest": "1"}}"#;
        assert_eq!(names(parse_package_json(text, false)), ["express", "own@file:../own"]);
        assert_eq!(names(parse_package_json(text, true)), ["express", "own@file:../own", "jest"]);
        assert_eq!(names(parse_package_json("{}", true)), [""; 0]);
        assert!(parse_package_json("[]", true).is_none() && parse_package_json("{", true).is_none());
    }

    #[test]
    fn skips_other_platforms_in_npm_locks() {
        let text = r#"{"packages": {"": {"name": "app"}, "node_modules/express": {}, "node_modules/jest": {"dev": true},
            "node_modules/express/node_modules/@a/b": {}, "node_modules/fsevents": {"os": ["darwin"]},
            "node_modules/c": {"os": ["!win32"], "cpu": ["x64"]}, "node_modules/m": {"libc": ["musl"]},
            "packages/own": {}, "node_modules/own": {"link": true}}}"#;
        let found = |development| {
            let mut found = names(parse_package_lock(text, development));
            found.sort();
            found
        };
        assert_eq!(found(false), ["@a/b", "c", "express"]);
        assert_eq!(found(true), ["@a/b", "c", "express", "jest"]);
        let old = r#"{"dependencies": {"a": {"dependencies": {"b": {}}}, "d": {"dev": true}}}"#;
        assert_eq!(names(parse_package_lock(old, false)), ["a", "b"]);
    }

    #[test]
    fn locks_of_yarn_and_pnpm_are_read() {
        let yarn = "# yarn lockfile v1\n\n\"@babel/core@^7.0.0\", \"@babel/core@^7.1.0\":\n  version \"7\"\n\nexpress@^4:\n  version \"4\"\n  dependencies:\n    a \"1\"\n\n\"@esbuild/darwin-arm64@1\":\n  version \"1\"\n";
        assert_eq!(names(parse_yarn_lock(yarn)), ["@babel/core", "express"]);
        let berry = "__metadata:\n  version: 8\n\n\"express@npm:^4\":\n  version: 4\n\n\"app@workspace:.\":\n  version: 0\n";
        assert_eq!(names(parse_yarn_lock(berry)), ["express"]);
        let pnpm = "lockfileVersion: '9.0'\n\npackages:\n\n  '@a/b@1.0.0':\n    resolution: {}\n\n  express@4.1.0:\n    engines: {}\n\n  '@esbuild/win32-x64@1':\n    os: [win32]\n\nsnapshots:\n\n  z@1:\n";
        assert_eq!(names(parse_pnpm_lock(pnpm)), ["@a/b", "express"]);
        assert!(parse_yarn_lock("").is_none() && parse_pnpm_lock("x").is_none());
    }
}
