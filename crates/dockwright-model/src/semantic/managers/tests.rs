//! Facts that hold for every manager, and that no other file of the program repeats.

use std::collections::HashSet;
use std::path::Path;

use super::{PackageCall, PackageManager, Verb, all_managers, package_name};

#[test]
fn distinguishes_similar_names() {
    let mut names = HashSet::new();
    let programs = all_managers().flat_map(|manager| {
        let own: HashSet<&str> = manager.programs.iter().map(|(name, _)| *name).collect();
        own.into_iter().chain(manager.program.names.iter().copied()).collect::<HashSet<_>>()
    });
    for name in programs {
        assert!(names.insert(name), "two managers have the program `{name}`");
    }
    for manager in all_managers() {
        assert!(all_managers().filter(|other| other.name == manager.name).count() == 1, "{}", manager.name);
        assert!(manager.cached.as_ref().is_none_or(|cached| cached.manager == manager.name));
    }
}

/// Kept files and mounted caches are one of the manager's caches, or part of one.
#[test]
fn caches_are_in_one_place() {
    for manager in all_managers() {
        let variable = |path: &str| path.starts_with('$');
        let in_home = |path: &str| path.replace("/root", "~");
        let overlaps = |path: &str| {
            manager.caches.iter().any(|cache| {
                let (cache, path) = (in_home(cache), in_home(path));
                path.starts_with(cache.as_str()) || cache.starts_with(path.as_str())
            })
        };
        let kept = manager.kept.iter().flat_map(|kept| kept.directories);
        let cached = manager.cached.iter().flat_map(|cached| cached.targets);
        for path in kept.chain(cached).filter(|path| !variable(path) && !path.ends_with("/wrapper")) {
            assert!(overlaps(path), "{}: `{path}` is none of its caches", manager.name);
        }
        assert!(manager.kept.iter().all(|kept| !kept.directories.is_empty() && !kept.filled_by.is_empty()));
    }
}

#[test]
fn names_without_versions() {
    for (manager, text, expected) in [
        ("apt", "curl=7.88.1-10+deb12u8", "curl"),
        ("apt-get", "curl=7.88.1-10+deb12u8", "curl"),
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

#[test]
fn one_package_under_two_names() {
    for (manager, one, other, same) in [
        ("apt", "curl", "curl", true),
        ("apt", "curl", "curl=7.88.1-10", true),
        ("apt", "git/bookworm-backports", "git", true),
        ("apt", "libc6-dev", "libc6-dev:i386", false),
        ("apt", "gcc", "gcc-12", false),
        ("apk", "tree=2.1.1-r0", "tree", true),
        ("apk", "nano", "!nano", false),
        ("dnf", "gcc", "gcc-12.2.0-1.el9", true),
        ("dnf", "glibc", "glibc.i686", false),
        ("dnf", "glibc", "glibc-2.34-60.el9.i686", false),
        ("yum", "compat-gcc", "compat-gcc-34", false),
        ("zypper", "gcc=12", "gcc", true),
        ("pip", "attrs", "attrs>=23", false),
    ] {
        let call = PackageCall { manager, verb: Verb::Install, packages: Vec::new(), files: Vec::new() };
        let is_same = call.possible_names(one).contains(&other) || call.possible_names(other).contains(&one);
        assert_eq!(is_same, same, "{manager} {one} {other}");
    }
}

/// Other files that may contain these names, because they mean something else there.
const EXCEPTIONS: [&str; 0] = [];

/// Cache directories, variables and options of one manager only occur in its own file.
#[test]
fn manager_facts_stay_in_manager_files() {
    let theirs = |manager: &PackageManager| -> Vec<String> {
        let cached = manager.cached.iter();
        let options = cached
            .clone()
            .flat_map(|cached| cached.off)
            .chain(cached.clone().filter_map(|one| one.option.as_ref()));
        let paths = manager.caches.iter().chain(manager.kept.iter().flat_map(|kept| kept.directories));
        let paths = paths.chain(cached.clone().flat_map(|cached| cached.targets));
        let variables = cached.flat_map(|cached| cached.moved_by.iter().chain(cached.off_by));
        let all = options.chain(paths).chain(variables);
        all.map(|text| format!("\"{text}\"")).collect()
    };
    let literals: HashSet<String> = all_managers()
        .flat_map(theirs)
        .filter(|text| text.len() > 6 && !text.starts_with("\"XDG_"))
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    let files = ["src", "crates"].map(|directory| walkdir::WalkDir::new(root.join(directory)));
    for file in files.into_iter().flatten().flatten() {
        if file.path().extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let name =
            file.path().strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
        if name.contains("/semantic/managers/")
            || name.contains("tests")
            || EXCEPTIONS.contains(&name.as_str())
        {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.extend(
            literals
                .iter()
                .filter(|literal| code.contains(literal.as_str()))
                .map(|literal| format!("{name}: {literal}")),
        );
    }
    found.sort();
    assert!(found.is_empty(), "these belong in the file of their manager:\n{}", found.join("\n"));
}
