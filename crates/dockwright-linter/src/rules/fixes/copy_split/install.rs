//! [`ProjectInstall`]: a command that installs the dependencies of a project, and the files that it reads.

use super::project::{ContextProject, InstallNeeds};
use super::{jvm, node, others, python};
use crate::optimize::facts::is_manifest_source;
use crate::semantic::View;
use crate::semantic::effects::{self, PackageCall, Verb};
use crate::semantic::managers::{self, FetchCall, ProjectInstallSyntax};
use crate::semantic::paths::{is_within, join_path};
use crate::semantic::programs::{CONDA, PIP};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::quote_excerpt;

/// An install of the dependencies of a project.
#[derive(Debug)]
pub(crate) struct ProjectInstall<'r> {
    pub command: &'r ShellCommand,
    /// `npm`, `pip`, `go`.
    pub manager: &'static str,
    syntax: &'static ProjectInstallSyntax,
    /// The call on one line, without the text before its name.
    pub call: String,
    /// Files that its options name, as written.
    pub files: Vec<String>,
    /// The project that the command names, if any.
    operand: Option<String>,
    /// Whether variables before its name determine where Go fetches from.
    has_explicit_source: bool,
}

/// Build tools that are not package managers.
const SBT: ProjectInstallSyntax = ProjectInstallSyntax {
    usual_files: &["build.sbt", "project/"],
    fetch: FetchCall::Other("sbt update"),
    ..ProjectInstallSyntax::DEFAULT
};
const MIX: ProjectInstallSyntax = ProjectInstallSyntax {
    usual_files: &["mix.exs", "mix.lock", "config/"],
    ..ProjectInstallSyntax::DEFAULT
};

/// Options that change Gradle's paths, or that a call with another task would also need.
const GRADLE_PATH_OPTIONS: [&str; 8] = [
    "--project-dir",
    "--build-file",
    "--settings-file",
    "--init-script",
    "--include-build",
    "--gradle-user-home",
    "--project-cache-dir",
    "--offline",
];
/// Tasks of Gradle that do not build anything.
const NO_BUILDS: [&str; 7] = ["wrapper", "init", "tasks", "help", "properties", "projects", "clean"];

/// The bytes of a call that fit into a message.
const LONGEST_CALL: usize = 36;

/// Variables that determine where and how Go fetches modules.
const FETCHING: [&str; 7] =
    ["GOPROXY", "GOPRIVATE", "GOFLAGS", "GONOSUM", "GOSUMDB", "GOINSECURE", "GO111MODULE"];

impl<'r> ProjectInstall<'r> {
    /// `None` for any other command.
    pub(crate) fn new(command: &'r ShellCommand, source: &[u8]) -> Option<Self> {
        let call = call_of_project_program(command)
            .or_else(|| effects::command_effects(command, source).packages)?;
        let manager = managers::find_manager(call.manager);
        let syntax = match call.manager {
            "sbt" => &SBT,
            "mix" => &MIX,
            _ => manager?.install.as_ref()?,
        };
        let valued: Vec<&str> =
            manager.map(|manager| manager.program.valued.split(' ').collect()).unwrap_or_default();
        let operands: Vec<&ShellWord> = command.operands_without_values_of(&valued);
        let first = operands.first().map_or("", |word| word.text.as_str());
        let installs = match call.manager {
            "go" => {
                let module = operands.iter().all(|word| !word.text.contains('@'));
                // All that the build needs is among the sources.
                let is_vendored = command.has_argument(&["-mod=vendor"])
                    || (command.has_argument(&["-mod"]) && command.has_argument(&["vendor"]));
                module
                    && !is_vendored
                    && matches!((first, call.verb), ("build" | "install", _) | ("mod", Verb::Install))
            }
            "maven" => matches!(call.verb, Verb::Build | Verb::Install),
            "gradle" => operands.iter().any(|word| !NO_BUILDS.contains(&word.text.as_str())),
            "sbt" => !operands.is_empty(),
            "mix" => first == "deps.get",
            "conda" => call.verb == Verb::Install && installs_from_environment_file(command, &operands),
            "cargo" if first == "install" => command.has_flag("path"),
            _ => syntax.subcommands.contains(&first),
        };
        let files = named_files(call.manager, command);
        let any = matches!(call.manager, "pip" | "go" | "maven" | "dotnet" | "gradle" | "sbt" | "mix");
        let names_packages = !call.packages.is_empty() && !any;
        if !installs || names_packages || (call.manager == "pip" && files.is_empty()) {
            return None;
        }
        let text =
            String::from_utf8_lossy(Span::new(command.name_span().start, command.span.end).bytes(source))
                .replace("\\\r\n", " ")
                .replace("\\\n", " ");
        Some(Self {
            command,
            manager: call.manager,
            syntax,
            call: text.split_whitespace().collect::<Vec<_>>().join(" "),
            files,
            has_explicit_source: command.assignments.iter().any(|span| {
                let text = String::from_utf8_lossy(span.bytes(source)).to_string();
                FETCHING.iter().any(|name| text.starts_with(name))
            }),
            operand: call
                .packages
                .first()
                .and_then(|at| command.words.get(*at))
                .map(|word| word.text.clone()),
        })
    }

    /// The call as messages quote it: its first words if it is long.
    pub(crate) fn shorten_call(&self) -> String {
        if self.call.len() <= LONGEST_CALL {
            return self.call.clone();
        }
        let mut short = self.program().to_string();
        // An option without its value would mislead; `-m` has it.
        let is_kept = |word: &&str| !word.starts_with('-') || *word == "-m";
        for word in self.call.split(' ').skip(1).take_while(is_kept) {
            if short.len() + 1 + word.len() + " …".len() > LONGEST_CALL {
                break;
            }
            short = format!("{short} {word}");
        }
        short + " …"
    }

    /// Whether it only downloads, so that no command has to run before it.
    pub(crate) fn only_downloads_dependencies(&self) -> bool {
        let only = |tasks: &[&str]| self.command.operands().all(|word| tasks.contains(&word.text.as_str()));
        match self.manager {
            "go" => self.call.contains("go mod download"),
            "maven" => self.call.contains("dependency:"),
            "dotnet" => self.call.contains("dotnet restore"),
            "gradle" => only(&["dependencies", "buildEnvironment"]),
            "sbt" => only(&["update"]),
            _ => false,
        }
    }

    /// Whether a RUN with this command before a COPY downloads the dependencies for the same install after the COPY.
    pub(crate) fn fetches_dependencies(&self) -> bool {
        // Maven downloads what it needs, even if it finds no sources to compile.
        !matches!(self.manager, "go" | "dotnet") || self.only_downloads_dependencies()
    }

    /// Whether it builds and downloads the dependencies during the build, without a separate command before it.
    pub(crate) fn downloads_while_building(&self) -> bool {
        let is_offline = self.command.has_flag("offline")
            || (self.manager == "maven" && self.command.has_flag("o"))
            || self.command.has_argument(&["-mod=vendor", "--no-restore"]);
        matches!(self.manager, "cargo" | "go" | "maven" | "dotnet" | "gradle" | "sbt")
            && !self.only_downloads_dependencies()
            && !is_offline
    }

    /// Whether an operand is a dependency file below another directory: `dotnet restore api/api.csproj`.
    pub(crate) fn names_project_in(&self, directory: &str, other: &str) -> bool {
        self.command
            .operands()
            .filter(|word| is_manifest_source(&word.text))
            .any(|word| join_path(Some(directory), &word.text).is_some_and(|path| is_within(&path, other)))
    }

    /// What a user can do if the dependency files are copied separately from the sources.
    pub(crate) fn advice_for_part(&self) -> String {
        if self.manager == "cargo" {
            return self.advice(&[]);
        }
        let fetch = self.guess_install_needs(&[]).fetch.unwrap_or_else(|| self.call.clone());
        format!("copy the dependency files, run `{fetch}`, then copy the rest")
    }

    /// What a user can do. `paths`: the dependency files in the build context, if they are known.
    pub(crate) fn advice(&self, paths: &[String]) -> String {
        let first = match (self.manager, paths) {
            ("cargo", _) => {
                return "use cache mounts for the registry and `target`, or build dependencies first with \
                        `cargo-chef`"
                    .to_string();
            }
            (_, []) => "the dependency files".to_string(),
            (_, [one]) => format!("`{one}`"),
            (_, [one, other]) => format!("`{one}` and `{other}`"),
            (_, [one, other, ..]) => format!("`{one}`, `{other}` and the other dependency files"),
        };
        format!("copy {first}, install the packages, then copy the rest")
    }

    /// The reason against a split that does not depend on the context.
    pub(crate) fn reason_against_split(&self) -> Option<String> {
        let command = self.command;
        let leads = |word: &&ShellWord| match self.manager {
            "gradle" => has_attached_value(&word.text),
            _ => word.flags().any(|flag| self.syntax.elsewhere.contains(&flag)),
        };
        if self.manager == "cargo" {
            let reason = "`cargo` cannot build dependencies without the sources; use cache mounts (DW1201)";
            return Some(reason.to_string());
        }
        if let Some(word) = command.arguments().iter().find(leads) {
            return Some(format!("`{}` may change which files the install reads", word.text));
        }
        let wrapper = command.wrappers.iter().find(|wrapper| !effects::is_python(&wrapper.name));
        if let Some(wrapper) = wrapper {
            return Some(format!("the install is started by {}", quote_excerpt(&wrapper.name)));
        }
        if command.words.iter().any(|word| !word.literal) {
            return Some(format!("some arguments of `{}` depend on variables", self.shorten_call()));
        }
        if self.manager == "pip" && installs_project(command, &self.files) {
            return Some("the command installs the project itself".to_string());
        }
        // An environment that is created inside the project could be replaced by the COPY.
        let conda = (self.manager == "conda").then(|| CONDA.read_call_under_any_name(command, View::Exact));
        let prefixes = conda.iter().flat_map(|call| [call.values("p"), call.values("prefix")].concat());
        if let Some(prefix) = prefixes.into_iter().find(|value| !value.text.starts_with("/opt/")) {
            return Some(format!(
                "the environment is created in {}, which the `COPY` may replace",
                quote_excerpt(prefix.text)
            ));
        }
        (!command.redirections.is_empty()).then(|| format!("`{}` has redirections", self.shorten_call()))
    }

    /// The files of the context that it reads. `files` are those in its options, relative to the project.
    ///
    /// # Errors
    /// The install may read other files; the text names one.
    pub(crate) fn required_files(
        &self,
        project: &ContextProject<'_>,
        files: &[String],
    ) -> Result<InstallNeeds, String> {
        let scripts_off = self.command.has_flag("ignore-scripts");
        let mut needs = match self.manager {
            "npm" | "yarn" | "pnpm" | "bun" => {
                node::install_needs_of_node(project, self.manager, scripts_off)
            }
            "pip" => python::install_needs_of_pip(project, files),
            "pipenv" => python::install_needs_of_pipenv(project),
            "poetry" => python::install_needs_of_locked(project, "poetry", &self.call, "--no-root"),
            "uv" => python::install_needs_of_locked(project, "uv", &self.call, "--no-install-project"),
            "bundle" => others::install_needs_of_bundler(project),
            "composer" => others::install_needs_of_composer(project, &self.call),
            "go" => others::install_needs_of_go(project),
            "mix" => others::install_needs_of_mix(project),
            "conda" => python::install_needs_of_conda(project, files),
            "maven" => jvm::install_needs_of_maven(project, self.program(), &self.options("-P")?),
            "gradle" => jvm::install_needs_of_gradle(project, self.program(), &self.options("-P")?),
            "sbt" => jvm::install_needs_of_sbt(project, &self.options("-")?),
            _ => {
                others::install_needs_of_dotnet(project, self.operand.as_deref().filter(|word| *word != "."))
            }
        }?;
        if self.only_downloads_dependencies() {
            needs.fetch = None;
        }
        let assigned = !self.command.assignments.is_empty() && self.manager != "go";
        if needs.fetch.is_some() && (assigned || self.has_explicit_source) {
            return Err(format!("`{}` sets variables only for itself", self.shorten_call()));
        }
        Ok(needs)
    }

    fn program(&self) -> &str {
        self.call.split(' ').next().unwrap_or_default()
    }

    /// The options with this prefix, which a call that downloads also needs: they choose profiles, or set properties.
    fn options(&self, start: &str) -> Result<String, String> {
        let mut options = String::new();
        let mut words = self.call.split(' ').skip(1).peekable();
        while let Some(word) = words.next() {
            if !word.starts_with(start) {
                continue;
            }
            if word.contains(['"', '\'']) {
                return Err(format!("`{word}` would also be needed for the download command"));
            }
            options.push_str(&format!(" {word}"));
            // The value may be the next word.
            if word == start
                && let Some(value) = words.next()
            {
                options.push_str(&format!(" {value}"));
            }
        }
        Ok(options)
    }

    /// The probable needs if the context is unknown.
    pub(crate) fn guess_install_needs(&self, files: &[String]) -> InstallNeeds {
        let names = if files.is_empty() { self.syntax.usual_files } else { &[] };
        let fetch = self.syntax.fetch.text(&self.call, self.program());
        let wrapper = self.program().ends_with("gradlew").then(|| "gradlew".to_string());
        let paths = names.iter().map(|name| (*name).to_string()).chain(files.iter().cloned());
        let paths = paths.chain(wrapper).collect();
        InstallNeeds {
            paths,
            fetch: fetch.filter(|_| !self.only_downloads_dependencies()),
            proof: Vec::new(),
        }
    }
}

/// The call of a build tool whose subcommands the project defines, or of a project script that runs the tool.
fn call_of_project_program(command: &ShellCommand) -> Option<PackageCall> {
    let (manager, verb) = match command.name.as_deref()? {
        "./mvnw" => ("maven", Verb::Build),
        "gradle" | "./gradlew" => ("gradle", Verb::Build),
        "sbt" => ("sbt", Verb::Build),
        "mix" => ("mix", Verb::Install),
        _ => return None,
    };
    Some(PackageCall { manager, verb, packages: Vec::new(), files: Vec::new() })
}

/// Whether a call of `conda` installs the packages of a file, either a named one or that of the project.
fn installs_from_environment_file(command: &ShellCommand, operands: &[&ShellWord]) -> bool {
    let words: Vec<&str> = operands.iter().map(|word| word.text.as_str()).collect();
    !named_files("conda", command).is_empty() || matches!(words.get(..2), Some(["env", "create" | "update"]))
}

/// Whether the word is an option with an attached value, as in `-Pname=value`.
fn has_attached_value(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    let letter = ["-p", "-b", "-c", "-I", "-g"].iter().any(|option| word.starts_with(option));
    letter || GRADLE_PATH_OPTIONS.contains(&name)
}

/// The files that options name, as written.
fn named_files(manager: &str, command: &ShellCommand) -> Vec<String> {
    let (program, options): (_, &[&str]) = match manager {
        "pip" => (&PIP, &["r", "requirement", "c", "constraint"]),
        "conda" => (&CONDA, &["f", "file"]),
        _ => return Vec::new(),
    };
    let call = program.read_call_under_any_name(command, View::Exact);
    options.iter().flat_map(|option| call.values(option)).map(|value| value.text.to_string()).collect()
}

/// Whether a call of `pip` installs more than its requirements files, such as the project itself.
fn installs_project(command: &ShellCommand, files: &[String]) -> bool {
    const EDITABLE: [&str; 5] = ["e", "editable", "f", "find-links", "no-index"];
    let is_local = |word: &ShellWord| word.text.starts_with(['.', '/', '~']) && !files.contains(&word.text);
    command.operands().skip(1).any(is_local)
        || PIP.read_call_under_any_name(command, View::Exact).has_any_of_options(&EDITABLE)
}

/// Whether the command is a call of `mix` that installs its own tools. If there is a `mix.exs`, such calls
/// read it, and it is copied first.
pub(super) fn reads_no_sources(command: &ShellCommand) -> bool {
    let first = command.operands().next().map_or("", |word| word.text.as_str());
    command.is("mix") && matches!(first, "local.hex" | "local.rebar" | "archive.install")
}
