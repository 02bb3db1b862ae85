//! The kinds of projects in a build context, and the unneeded files of each.

use super::ContextFiles;

/// A kind of project.
pub(super) struct Ecosystem {
    /// Names of files that identify it.
    marks: &'static [&'static str],
    /// Lines for an ignore file.
    pub lines: &'static [&'static str],
}

const ALL: [Ecosystem; 7] = [
    Ecosystem {
        marks: &["package.json"],
        lines: &[
            "**/node_modules",
            "**/.next",
            "**/.nuxt",
            "**/coverage",
            "**/.nyc_output",
            "**/npm-debug.log*",
            "**/yarn-error.log",
        ],
    },
    Ecosystem {
        marks: &["requirements.txt", "pyproject.toml", "setup.py", "Pipfile"],
        lines: &[
            "**/__pycache__",
            "**/*.py[cod]",
            "**/.venv",
            "**/venv",
            "**/.tox",
            "**/.pytest_cache",
            "**/.mypy_cache",
            "**/.ruff_cache",
            "**/*.egg-info",
            "**/htmlcov",
        ],
    },
    Ecosystem { marks: &["Cargo.toml"], lines: &["**/target"] },
    Ecosystem { marks: &["pom.xml"], lines: &["**/target", "**/*.class"] },
    Ecosystem { marks: &["build.gradle", "build.gradle.kts"], lines: &["**/build", "**/.gradle", "**/out"] },
    Ecosystem { marks: &["Gemfile"], lines: &["log", "tmp", ".bundle", "vendor/bundle", "coverage"] },
    Ecosystem { marks: &["mix.exs"], lines: &["_build", "deps"] },
];

/// The ecosystems whose marker files are at the top of the context, or one directory below.
pub(super) fn ecosystems_in(files: &ContextFiles) -> impl Iterator<Item = &'static Ecosystem> {
    ALL.iter().filter(|ecosystem| {
        files.all.iter().any(|file| {
            let mut parts = file.path.rsplit('/');
            parts.next().is_some_and(|name| ecosystem.marks.contains(&name)) && parts.count() <= 1
        })
    })
}
