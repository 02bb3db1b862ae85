//! [`AptInstalls`]: what the apt calls of a file install, by stage.
//!
//! The installed packages carry over from call to call and into stages that are built on the stage. After a step with
//! unknown effects on packages (another package source, a script, a removal), the rest of the stage is unknown.

use std::collections::{HashMap, HashSet};

use super::packages::{self, AddedPackages, DebianRelease, InstalledSystem, UnknownInstall};
use crate::semantic::effects::{self, PathSet, Verb};
use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::semantic::paths::base_name;
use crate::semantic::{ProgramCall, Run, Semantics, StageBaseKind, View, managers, programs};
use crate::shell::{CommandPlace, Connector, ParseOutcome, ShellCommand, ShellWord};
use crate::syntax::{Arguments, Kind};

/// What the calls install, by the offset of each call.
#[derive(Debug, Default)]
pub struct AptInstalls {
    calls: HashMap<u32, AptInstall>,
    /// The only package source at each command, by its start.
    sources_before: HashMap<u32, DebianRelease>,
    /// The starts of commands before which nothing has changed the package sources of an official image.
    untouched: HashSet<u32>,
}

/// One `apt-get install`.
#[derive(Debug, Clone)]
pub struct AptInstall {
    /// The release whose packages these are; for Ubuntu, the equivalent release of Debian.
    pub release: DebianRelease,
    pub is_equivalent: bool,
    pub added: AddedPackages,
    before: InstalledSystem,
    names: Vec<String>,
    recommends: bool,
}

impl AptInstall {
    /// The names of the packages that are added.
    pub fn package_names(&self) -> Vec<&'static str> {
        self.added.packages.iter().map(|package| self.before.name(*package)).collect()
    }

    /// How many bytes the layer would be smaller without these packages.
    pub fn bytes_saved_without(&self, removed: &[String]) -> Option<u64> {
        let kept = self.names.iter().filter(|name| !removed.contains(name)).map(String::as_str);
        let rest = self.before.resolve_install(&kept.collect::<Vec<_>>(), self.recommends).ok()?;
        self.added.bytes?.checked_sub(rest.bytes?)
    }

    /// How many packages and bytes `--no-install-recommends` would omit if the packages `kept` were named, too. `None` if
    /// the call has this option already, or if the packages are unknown.
    pub fn saved_without_recommends(&self, kept: &[&str]) -> Option<(usize, u64)> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).chain(kept.iter().copied()).collect();
        self.recommends.then(|| self.before.count_recommended(&self.added, &names))?.ok()
    }

    /// How many bytes the layer would be smaller with the package `new` instead of `old`.
    #[must_use]
    pub fn bytes_saved_by_replacing(&self, old: &str, new: &str) -> Option<u64> {
        let names = self.names.iter().map(|name| if name == old { new } else { name });
        let rest = self.before.resolve_install(&names.collect::<Vec<_>>(), self.recommends).ok()?;
        self.added.bytes?.checked_sub(rest.bytes?)
    }
}

/// The known packages at some point of a stage.
#[derive(Debug, Clone, Default)]
struct PackageState {
    system: Option<InstalledSystem>,
    /// The only package source, as far as is known: a release of Debian as in its images.
    source: Option<DebianRelease>,
    /// Whether it still has the package sources of an official image.
    untouched: bool,
}

impl AptInstalls {
    pub fn solve(semantics: &Semantics<'_>) -> Self {
        let mut installs = Self::default();
        let mut ends: Vec<PackageState> = Vec::new();
        for index in 0..semantics.build.stages.len() {
            let mut state = match semantics.build.stages.get(index).map(|stage| stage.base) {
                Some(StageBaseKind::Stage(parent)) => ends.get(parent).cloned().unwrap_or_default(),
                Some(StageBaseKind::Image) => packages_of_base_image(semantics, index),
                _ => PackageState::default(),
            };
            installs.process_stage(semantics, index, &mut state);
            ends.push(state);
        }
        installs
    }

    /// The packages that a call installs; `None` if they are unknown.
    pub fn packages_installed_by_call(&self, command: &ShellCommand) -> Option<&AptInstall> {
        self.calls.get(&command.span.start)
    }

    /// The bytes that the installs among these commands add only because of the named packages: 0 if the base image has
    /// them already. `None` if there is no install, or if the size of one is unknown.
    pub fn bytes_saved_without<'c>(
        &self,
        commands: impl IntoIterator<Item = &'c ShellCommand>,
        names: &[String],
    ) -> Option<u64> {
        let installs = commands.into_iter().filter(|command| {
            programs::read_apt_call(command, View::Exact).is_some_and(|call| call.is_subcommand(&["install"]))
        });
        let saved: Vec<u64> = installs
            .map(|command| self.packages_installed_by_call(command)?.bytes_saved_without(names))
            .collect::<Option<_>>()?;
        (!saved.is_empty()).then(|| saved.into_iter().sum())
    }

    /// The release of Debian that a command takes packages from: nothing before it in the stage, or in those that the
    /// stage is built on, adds another source.
    pub fn debian_release_at(&self, command: &ShellCommand) -> Option<DebianRelease> {
        self.sources_before.get(&command.span.start).copied()
    }

    /// Whether the package sources at a command are those of the official image that the stage is built on.
    pub fn has_original_sources(&self, command: &ShellCommand) -> bool {
        self.untouched.contains(&command.span.start)
    }

    fn process_stage(&mut self, semantics: &Semantics<'_>, index: usize, state: &mut PackageState) {
        let Some(stage) = semantics.stages.get(index) else { return };
        for instruction in semantics.file.instructions_in(stage.span) {
            match instruction.kind {
                Kind::Run => match semantics.find_run(instruction) {
                    Some(run) => self.process_run(semantics, run, state),
                    None => *state = PackageState::default(),
                },
                Kind::Copy | Kind::Add => {
                    let Arguments::Paths(paths) = &instruction.arguments else { continue };
                    let to = paths.destination.as_ref().map_or("/", |word| word.text.as_ref());
                    if to.contains("etc/apt")
                        || to.contains("etc/yum")
                        || to.trim_end_matches('/').is_empty()
                        || to == "/etc"
                    {
                        *state = PackageState::default();
                    }
                }
                _ => {}
            }
        }
    }

    fn process_run(&mut self, semantics: &Semantics<'_>, run: &Run<'_>, state: &mut PackageState) {
        if run.onbuild {
            return;
        }
        for command in &run.script.commands {
            let text = String::from_utf8_lossy(command.span.bytes(semantics.file.source)).into_owned();
            state.untouched &=
                !["/etc/apt", "sources.list", "/etc/yum", "yum.repos.d"].iter().any(|one| text.contains(one));
            if let Some(source) = state.source {
                self.sources_before.insert(command.span.start, source);
            }
            if state.untouched {
                self.untouched.insert(command.span.start);
            }
            if let Some(call) = programs::read_apt_call(command, View::Exact)
                && call.is_subcommand(&["install"])
            {
                match RequestedPackages::read(semantics, &call) {
                    Some(asked) => self.process_install(command, &asked, state),
                    // A local package file may add another package source.
                    None if command
                        .operands()
                        .any(|word| word.text.contains('/') || word.text.ends_with(".deb")) =>
                    {
                        *state = PackageState::default();
                    }
                    None => state.system = None,
                }
            } else {
                state.apply_command(command, semantics.file.source);
            }
        }
        if run.script.reading != ParseOutcome::Complete {
            *state = PackageState::default();
        }
    }

    fn process_install(
        &mut self,
        command: &ShellCommand,
        asked: &RequestedPackages<'_>,
        state: &mut PackageState,
    ) {
        let Some(system) = &mut state.system else { return };
        let release = system.release();
        let before = system.clone();
        let result = match system.install(&asked.names, asked.recommends) {
            // The build fails, or the index lacks the package: the packages installed afterwards are unknown.
            Err(UnknownInstall::Name(_) | UnknownInstall::Ambiguous(_) | UnknownInstall::Unmet) => None,
            Ok(added) => Some(AptInstall {
                release,
                is_equivalent: state.source.is_none(),
                added,
                before,
                names: asked.names.iter().map(ToString::to_string).collect(),
                recommends: asked.recommends,
            }),
        };
        match result {
            Some(install) => {
                self.calls.insert(command.span.start, install);
            }
            None => state.system = None,
        }
    }
}

fn packages_of_base_image(semantics: &Semantics<'_>, stage: usize) -> PackageState {
    let Some(distribution) = semantics.distribution(stage) else { return PackageState::default() };
    let is_debian = distribution.id.as_deref() == Some("debian");
    let source = distribution.release.as_deref().filter(|_| is_debian).and_then(DebianRelease::from_name);
    let base = semantics.base_image(stage);
    let untouched =
        base.as_ref().is_some_and(|base| base.certain && base.image.official && !base.image.pinned);
    let system = base.and_then(|base| packages::installed_system_of_image(&base.image));
    PackageState { system, source, untouched }
}

impl PackageState {
    /// Applies the effects of another command.
    fn apply_command(&mut self, command: &ShellCommand, source: &[u8]) {
        let effects = effects::command_effects(command, source);
        let Some(name) = command.name.as_deref() else {
            *self = Self::default();
            return;
        };
        let installs_file = effects.packages.as_ref().is_some_and(|call| {
            call.manager == "dpkg" && !matches!(call.verb, Verb::Query | Verb::Configure | Verb::Remove)
        });
        if installs_file
            || adds_package_source(command, name)
            || changes_package_sources(command, name, &effects.writes)
            || runs_script(command)
        {
            *self = Self::default();
        } else if let Some(call) = &effects.packages
            && managers::is_debian_manager(call.manager)
            && !matches!(call.verb, Verb::Update | Verb::Clean | Verb::Query | Verb::Download)
        {
            self.system = None;
        } else if command.is("xargs")
            && command.arguments().iter().any(|word| changes_debian_packages(&word.text))
        {
            self.system = None;
        }
    }
}

/// Whether a program of this name changes the Debian packages.
fn changes_debian_packages(program: &str) -> bool {
    managers::manager_of_program(program).is_some_and(|manager| managers::is_debian_manager(manager.name))
}

/// Whether a command adds a package source, or an architecture.
fn adds_package_source(command: &ShellCommand, name: &str) -> bool {
    const ADDING: [&str; 5] =
        ["add-apt-repository", "apt-add-repository", "extrepo", "apt-key-add", "debian-ports"];
    ADDING.contains(&name)
        || (name == "dpkg" && command.arguments().iter().any(|word| word.text.starts_with("--add-arch")))
}

/// Whether a command changes apt's sources or preferences, except for replacing Debian's host with a mirror, which
/// has the same packages.
fn changes_package_sources(command: &ShellCommand, name: &str, writes: &PathSet) -> bool {
    let is_mirror =
        name == "sed" && command.arguments().iter().any(|word| word.text.contains("deb.debian.org"));
    let is_source = |path: &str| path.contains("etc/apt/sources") || path.contains("etc/apt/preferences");
    let written = match writes {
        PathSet::None => false,
        PathSet::Known(paths) => paths.iter().any(|path| is_source(path)),
        PathSet::Anything => command.arguments().iter().any(|word| is_source(&word.text)),
    };
    written && !is_mirror
}

/// Whether a command runs a script that may install anything: from the build context, or downloaded.
fn runs_script(command: &ShellCommand) -> bool {
    const BUILDS: [&str; 8] =
        ["configure", "config", "Configure", "gradlew", "mvnw", "autogen.sh", "bootstrap", "bootstrap.sh"];
    let is_shell = command.is_any(&BOURNE_SHELLS) || command.is_any(&["source", ".", "python", "python3"]);
    let Some(name) = command.name.as_deref() else { return true };
    let base = base_name(name);
    let is_here = name.starts_with("./") || name.starts_with('/') || name.ends_with(".sh");
    let system = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/"];
    if is_shell {
        let piped = command.connector == Some(Connector::Pipe);
        let of_file = command.operands().any(|word| {
            ["sh", "bash", "py"].iter().any(|end| word.text.ends_with(&format!(".{end}")))
                || word.text.contains("setup")
        });
        return piped && !command.is_any(&["python", "python3"]) || of_file;
    }
    is_here && !BUILDS.contains(&base) && !system.iter().any(|place| name.starts_with(place))
}

/// The packages that a call of `apt-get install` names.
struct RequestedPackages<'r> {
    names: Vec<&'r str>,
    recommends: bool,
}

impl<'r> RequestedPackages<'r> {
    /// `None` if it is unknown, or if it is not a plain installation.
    fn read(semantics: &Semantics<'_>, call: &ProgramCall<'r>) -> Option<Self> {
        const OTHER: [&str; 14] = [
            "t",
            "target-release",
            "default-release",
            "d",
            "download-only",
            "s",
            "simulate",
            "dry-run",
            "just-print",
            "recon",
            "no-act",
            "print-uris",
            "reinstall",
            "a",
        ];
        let command = call.command;
        // A wrapper adds more names.
        let front = command.words.get(..command.name_at).unwrap_or_default();
        let doubtful = front.iter().any(|word| word.text == "xargs")
            || command.place != CommandPlace::Top
            || command.connector == Some(Connector::Or)
            || command.is("aptitude")
            || call.has_any_of_options(&OTHER);
        if doubtful {
            return None;
        }
        let names = call
            .operands_without_subcommand(&["install"])
            .map(package_name_of)
            .collect::<Option<Vec<_>>>()?;
        Some(Self { names, recommends: installs_recommends(semantics, call) })
    }
}

/// Whether recommended packages are also installed.
pub(crate) fn installs_recommends(semantics: &Semantics<'_>, call: &ProgramCall<'_>) -> bool {
    let refused = call.has_option("no-install-recommends")
        || call.command.has_argument(&["APT::Install-Recommends=false", "APT::Install-Recommends=0"])
        || call.has_setting(&["APT::Install-Recommends=false", "APT::Install-Recommends=0"]);
    !refused
        && (call.has_option("install-recommends")
            || !semantics.package_settings.apt_recommends(semantics.file))
}

/// The name that an operand means: `name`, or `name=version`, whose size hardly depends on the version.
fn package_name_of(word: &ShellWord) -> Option<&str> {
    let name = word.text.split('=').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain);
    // A dash at the end removes a package.
    let literal = word.literal || (name.len() < word.text.len() && !name.contains('$'));
    (literal && is_name && !name.ends_with('-')).then_some(name)
}

#[cfg(test)]
mod tests;
