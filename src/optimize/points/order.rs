//! How an install step is kept from running again: what to copy before it.

use crate::syntax::{enumerated, quoted};

/// What to copy first so that the install depends on it alone, by manager.
pub fn advice_for_install(manager: &str) -> &'static str {
    match manager {
        "pip" => "copy the requirements file alone before it, and the rest after it",
        "poetry" => "copy `pyproject.toml` and `poetry.lock` before it, and the rest after it",
        "pipenv" => "copy `Pipfile` and `Pipfile.lock` before it, and the rest after it",
        "uv" => "copy `pyproject.toml` and `uv.lock` before it, and the rest after it",
        "npm" => "copy `package.json` and its lock file before it, and the rest after it",
        "yarn" => "copy `package.json` and `yarn.lock` before it, and the rest after it",
        "pnpm" => "copy `package.json` and `pnpm-lock.yaml` before it, and the rest after it",
        "bun" => "copy `package.json` and `bun.lock` before it, and the rest after it",
        "bundle" => "copy `Gemfile` and `Gemfile.lock` before it, and the rest after it",
        "composer" => "copy `composer.json` and `composer.lock` before it, and the rest after it",
        "conda" => "copy `environment.yml` alone before it, and the rest after it",
        "go" => "copy `go.mod` and `go.sum`, run `go mod download`, and copy the rest after it",
        "dotnet" => "copy the project files, run `dotnet restore`, and copy the rest after it",
        "maven" => "copy `pom.xml`, run `mvn dependency:go-offline`, and copy the rest after it",
        "gradle" => "copy the build files, fetch the dependencies, and copy the rest after it",
        "cargo" => "fetch and build the dependencies before the sources are copied, or mount a cache",
        _ => "copy the files that it reads before it, and the rest after it",
    }
}

/// The same for an install that says itself what it needs: packages by name, or in files.
pub fn advice_for_named(files: &[String]) -> String {
    if files.is_empty() {
        return "move it above the COPY: it does not need the sources".to_string();
    }
    let files: Vec<String> = files.iter().map(|file| quoted(file)).collect();
    let alone = if files.len() == 1 { "alone " } else { "" };
    format!("copy {} {alone}before it, and the rest after it", enumerated(&files))
}
