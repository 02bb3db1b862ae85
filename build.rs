//! Finds the commit that the program is built from, for `dockwright --version`.

use std::path::Path;
use std::process::Command;

fn main() {
    // A new commit alone does not cause a rebuild: the program is the same until its sources change.
    for path in ["build.rs", "Cargo.toml", "src", "crates", "rules", "data"] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed=DOCKWRIGHT_COMMIT");
    println!("cargo::rerun-if-env-changed=DOCKWRIGHT_DOCS_URL");
    let given = std::env::var("DOCKWRIGHT_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = given.or_else(package_commit).or_else(checkout_commit);
    let version = env!("CARGO_PKG_VERSION");
    let shown = commit.map_or(version.to_string(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=DOCKWRIGHT_VERSION={shown}");
    let target = |key| std::env::var(key).unwrap_or_default();
    if (target("CARGO_CFG_TARGET_OS"), target("CARGO_CFG_TARGET_ENV")) == ("linux".into(), "gnu".into()) {
        // At a fixed address, the tables of rules and options need no relocation at each start, which would cause
        // half of the page faults of `--version`.
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The commit that cargo recorded in the package.
fn package_commit() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    rest.split('"').nth(1)?.get(..9).map(str::to_string)
}

/// The commit of the checkout, with `+` if files have changed since. `None` without git, or if these files are a part of
/// another repository.
fn checkout_commit() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let git = |arguments: &[&str]| Command::new("git").args(arguments).output().ok();
    let commit = git(&["rev-parse", "--short=9", "HEAD"]).filter(|output| output.status.success())?;
    let commit = String::from_utf8(commit.stdout).ok()?;
    let is_changed = git(&["diff", "--quiet", "HEAD"]).is_some_and(|output| !output.status.success());
    Some(format!("{}{}", commit.trim(), if is_changed { "+" } else { "" }))
}
