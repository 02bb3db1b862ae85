//! w5: files in the layers of the image that only the build needs: compilers and headers, and whole toolchains.

use super::LayerSizesBuilder;
use crate::optimize::bytes::Bytes;
use crate::optimize::commands::LocatedCommand;
use crate::optimize::graph::StageGraph;
use crate::optimize::model::WasteCause;
use crate::optimize::toolchain::{Toolchain, find_toolchain};
use crate::semantic::Semantics;
use crate::semantic::effects::Verb;
use crate::semantic::managers::{apk, apt};

/// Packages that contain compilers or are needed for compiling.
const PACKAGES: [&str; 34] = [
    "gcc",
    "g++",
    "make",
    "cmake",
    "build-essential",
    "build-base",
    "clang",
    "autoconf",
    "automake",
    "libtool",
    "linux-headers",
    "kernel-headers",
    "gcc-c++",
    "gfortran",
    "bison",
    "flex",
    "ninja-build",
    "meson",
    "nasm",
    "yasm",
    "pkg-config",
    "pkgconfig",
    "pkgconf",
    "cargo",
    "rust",
    "golang",
    "golang-go",
    "maven",
    "gradle",
    "default-jdk",
    "musl-dev",
    "libc-dev",
    "libc6-dev",
    "base-devel",
];

/// Whether a package is one that only a build needs.
pub fn is_build_package(name: &str) -> bool {
    // Remove versions and architectures: `gcc=4:12`, `gcc:amd64`, `gcc-12`.
    let name = name.split(['=', '~', '>', '<', ':']).next().unwrap_or_default();
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end_matches('-');
    PACKAGES.contains(&name)
        || PACKAGES.contains(&plain)
        || name.ends_with("-dev")
        || (name.ends_with("-devel") && !name.starts_with('-'))
}

impl LayerSizesBuilder<'_, '_> {
    pub(super) fn count_build_only_files(&mut self, semantics: &Semantics<'_>, graph: &StageGraph) {
        self.count_build_packages();
        self.count_build_toolchain(semantics, graph);
    }

    /// Counts the packages that only builds need, installed in a stage that is run.
    fn count_build_packages(&mut self) {
        let mut found = Vec::new();
        for (id, commands) in &self.runs {
            let mut names: Vec<String> = Vec::new();
            for (at, one) in commands.iter().enumerate() {
                let Some(call) = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install)
                else {
                    continue;
                };
                if !crate::optimize::commands::is_system_manager(call.manager) {
                    continue;
                }
                // The packages may be removed in the same RUN, by name, as a group (`apk add --virtual`), or because
                // they are marked as automatically installed.
                let later = commands.get(at + 1..).unwrap_or_default();
                let removed = |name: &str| {
                    later.iter().any(|other| {
                        let removes = other.effects.packages.as_ref().filter(|own| own.verb == Verb::Remove);
                        removes.is_some_and(|own| {
                            let mut words = other.command.words.iter();
                            words.any(|word| own.name(word) == name || word.text.contains('$'))
                        })
                    }) || is_removed_automatically(later, name)
                };
                let group = apk::virtual_package(&one.command.words);
                if group.is_some_and(|(name, _)| removed(name)) {
                    continue;
                }
                let words = call.words(one.command);
                for word in words.filter(|word| is_build_package(&word.text) && !removed(call.name(word))) {
                    if !names.contains(&word.text) {
                        names.push(word.text.clone());
                    }
                }
            }
            if !names.is_empty() {
                found.push((*id, names));
            }
        }
        for (id, names) in found {
            let purged = self
                .account
                .waste
                .iter()
                .any(|one| one.cause == WasteCause::DeletedLater && one.of.contains(&id));
            let bytes = self.bytes_saved_without(id, &names).map_or(Bytes::UNKNOWN, Bytes::estimated);
            // Files that the base image already has are not wasted here.
            if !purged && bytes != Bytes::NONE {
                self.record_waste(WasteCause::BuildOnly, id, vec![id], bytes, names, false, 60.0);
            }
        }
    }

    /// Counts the base image of a stage that is run, if it is the image of a toolchain.
    fn count_build_toolchain(&mut self, semantics: &Semantics<'_>, graph: &StageGraph) {
        let Some(root) = graph.image_root_stage() else { return };
        let Some(Toolchain { what, programs, .. }) = graph.image(root).and_then(find_toolchain) else {
            return;
        };
        // An image without a command is used for its tools.
        if !has_start_command(semantics, graph) {
            return;
        }
        let builds = self
            .runs
            .iter()
            .find(|(_, commands)| commands.iter().any(|one| uses_build_program(programs, one)));
        if let Some((id, _)) = builds {
            let id = *id;
            let reference = graph.image(root).unwrap_or_default().to_string();
            let bytes = find_toolchain(&reference).and_then(|found| found.saved_bytes(&reference));
            let bytes = bytes.map_or(Bytes::UNKNOWN, Bytes::estimated);
            let weight = if starts_tool(semantics, programs) { 80.0 } else { 600.0 };
            self.record_waste(
                WasteCause::BuildOnly,
                id,
                Vec::new(),
                bytes,
                vec![what.to_string(), reference],
                false,
                weight,
            );
        }
    }
}

/// Whether the commands mark a package as automatically installed, and then remove such packages; or may do so.
fn is_removed_automatically(commands: &[LocatedCommand<'_>], package: &str) -> bool {
    let mark = commands.iter().position(|one| apt::may_mark_automatic(one.command, package));
    let after = mark.and_then(|at| commands.get(at + 1..)).unwrap_or_default();
    after.iter().any(|one| apt::removes_automatic_packages(one.command))
}

/// Whether a command builds with one of these programs.
pub(crate) fn uses_build_program(programs: &[&str], one: &LocatedCommand<'_>) -> bool {
    let called = |name: &str| programs.iter().any(|own| name == *own || name.ends_with(&format!("/{own}")));
    one.command.name.as_deref().is_some_and(called)
        && (one.command.arguments().iter().any(|word| word.text.split_whitespace().any(is_build_task))
            || one
                .command
                .is_any(&["make", "gcc", "g++", "cc", "rustc", "ghc", "nim", "nvcc", "javac", "ant"]))
}

/// Whether a word is a task that builds: `build`, `app:shadowJar` (Gradle), `Universal/stage` (sbt).
fn is_build_task(word: &str) -> bool {
    const TASKS: [&str; 18] = [
        "build",
        "install",
        "package",
        "publish",
        "compile",
        "all",
        "assemble",
        "assembly",
        "stage",
        "dist",
        "packageBin",
        "verify",
        "installDist",
        "nativeCompile",
        "jar",
        "war",
        "uberjar",
        "uber",
    ];
    let task = word.rsplit([':', '/']).next().unwrap_or(word);
    TASKS.contains(&task) || task.ends_with("Jar") || task.ends_with("War")
}

/// Whether a stage of the image sets the command of the container.
pub fn has_start_command(semantics: &Semantics<'_>, graph: &StageGraph) -> bool {
    use crate::syntax::Kind;
    semantics.file.instructions().any(|one| {
        matches!(one.kind, Kind::Cmd | Kind::Entrypoint)
            && semantics.stage_at(one.span.start).is_some_and(|stage| graph.is_stage_in_image(stage.index))
    })
}

/// Whether the container starts the tool itself: `CMD ["go", "run", "."]`.
pub(crate) fn starts_tool(semantics: &Semantics<'_>, programs: &[&str]) -> bool {
    use crate::syntax::Kind;
    let last = semantics.file.instructions().rfind(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint));
    last.is_some_and(|last| {
        let words = last.rest.text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '[' | ']' | ','));
        let mut words = words.filter(|word| !word.is_empty());
        let is_tool = words.next().is_some_and(|word| programs.contains(&word));
        // `dotnet` also runs what it has built.
        is_tool && !words.next().is_some_and(|word| word.ends_with(".dll"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_tasks_are_known() {
        for task in ["build", "app:shadowJar", ":web:bootWar", "Universal/stage", "installDist"] {
            assert!(is_build_task(task), "{task}");
        }
        for word in ["run", "test", "Jar.kt", "build.gradle", "-x", "dependencies"] {
            assert!(!is_build_task(word), "{word}");
        }
    }

    #[test]
    fn build_packages_are_known() {
        for (name, expected) in [
            ("gcc", true),
            ("gcc-12", true),
            ("g++=4:12.2.0-3", true),
            ("libpq-dev", true),
            ("openssl-devel", true),
            ("python3", false),
            ("curl", false),
            ("development-notes", false),
        ] {
            assert_eq!(is_build_package(name), expected, "{name}");
        }
    }
}
