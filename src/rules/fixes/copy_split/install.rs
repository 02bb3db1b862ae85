//! [`Install`]: a command that installs what a project needs, and what it reads for that.

use super::project::{Needs, Project};
use super::{node, others, python};
use crate::semantic::View;
use crate::semantic::effects::{self, PackageCall, Verb};
use crate::semantic::programs::PIP;
use crate::shell::{Command, ShellWord};
use crate::source::Span;

/// An install of what the project needs.
#[derive(Debug)]
pub struct Install<'r> {
    pub command: &'r Command,
    /// `npm`, `pip`, `go`.
    pub manager: &'static str,
    /// The call on one line, without what stands before its name.
    pub call: String,
    /// Files that its options name, as written.
    pub files: Vec<String>,
    /// The project that it is about, where it names one.
    operand: Option<String>,
    /// Variables before its name say where Go fetches from.
    is_told_where_to_fetch: bool,
}

/// Subcommands that install what the manifests name; `|` between them. Empty: the bare call, too.
const CALLS: [(&str, &str); 11] = [
    ("npm", "install|i|ci|clean-install|ic|install-clean"),
    ("yarn", "|install"),
    ("pnpm", "install|i"),
    ("bun", "install|i"),
    ("pip", "install"),
    ("pipenv", "install|sync"),
    ("poetry", "install"),
    ("uv", "sync"),
    ("bundle", "|install"),
    ("composer", "install|i"),
    ("go", "build|install|mod"),
];
/// Options that lead elsewhere.
const ELSEWHERE: [&str; 16] = [
    "g",
    "global",
    "prefix",
    "C",
    "cwd",
    "workspace",
    "w",
    "filter",
    "F",
    "directory",
    "project",
    "d",
    "working-dir",
    "gemfile",
    "manifest-path",
    "modfile",
];

/// Variables that say where and how Go fetches modules.
const FETCHING: [&str; 7] =
    ["GOPROXY", "GOPRIVATE", "GOFLAGS", "GONOSUM", "GOSUMDB", "GOINSECURE", "GO111MODULE"];

impl<'r> Install<'r> {
    /// `None` for any other command.
    pub fn new(command: &'r Command, source: &[u8]) -> Option<Self> {
        let wrapper = command.is("./mvnw").then_some(PackageCall {
            manager: "maven",
            verb: Verb::Build,
            packages: Vec::new(),
        });
        let call = effects::of(command, source).packages.or(wrapper)?;
        let operands: Vec<&ShellWord> = command.operands().collect();
        let first = operands.first().map_or("", |word| word.text.as_str());
        let listed = CALLS.iter().find(|(manager, _)| *manager == call.manager);
        let installs = match (call.manager, listed) {
            ("go", _) => {
                let module = operands.iter().all(|word| !word.text.contains('@'));
                module && matches!((first, call.verb), ("build" | "install", _) | ("mod", Verb::Install))
            }
            ("maven", _) => matches!(call.verb, Verb::Build | Verb::Install),
            ("dotnet", _) => matches!(first, "restore" | "build" | "publish"),
            (_, Some((_, words))) => words.split('|').any(|word| word == first),
            (_, None) => false,
        };
        let valued = PIP.read_unnamed(command, View::Exact);
        let files: Vec<String> = ["r", "requirement", "c", "constraint"]
            .iter()
            .filter(|_| call.manager == "pip")
            .flat_map(|option| valued.values(option))
            .map(|value| value.text.to_string())
            .collect();
        let names_packages =
            !call.packages.is_empty() && !matches!(call.manager, "pip" | "go" | "maven" | "dotnet");
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
            call: text.split_whitespace().collect::<Vec<_>>().join(" "),
            files,
            is_told_where_to_fetch: command.assignments.iter().any(|span| {
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

    /// Whether it only fetches: then nothing has to be run before it.
    pub fn only_fetches(&self) -> bool {
        matches!(self.manager, "go" | "maven" | "dotnet")
            && ["go mod download", "dependency:", "dotnet restore"]
                .iter()
                .any(|call| self.call.contains(call))
    }

    /// What speaks against a split whatever the context holds.
    pub fn refusal(&self) -> Option<String> {
        let command = self.command;
        if let Some(word) =
            command.arguments().iter().find(|word| word.flags().any(|flag| ELSEWHERE.contains(&flag)))
        {
            let short_of = matches!(self.manager, "pip" | "maven" | "dotnet" | "go");
            if !short_of {
                return Some(format!("`{}` leads it elsewhere", word.text));
            }
        }
        if command.words.iter().any(|word| !word.literal) {
            return Some(format!("not all words of `{}` are known", self.call));
        }
        if self.manager == "pip" {
            let local = command
                .operands()
                .skip(1)
                .find(|word| word.text.starts_with(['.', '/', '~']) && !self.files.contains(&word.text));
            let editable = PIP.read_unnamed(command, View::Exact).has_any(&[
                "e",
                "editable",
                "f",
                "find-links",
                "no-index",
            ]);
            if local.is_some() || editable {
                return Some("it installs what is in the project".to_string());
            }
        }
        (!command.redirections.is_empty()).then(|| format!("`{}` has redirections", self.call))
    }

    /// What the context says that it reads. `files` are those of its options, from the folder of the project.
    ///
    /// # Errors
    /// What else it may read.
    pub fn needs(&self, project: &Project<'_>, files: &[String]) -> Result<Needs, String> {
        let scripts_off = self.command.has_flag("ignore-scripts");
        let mut needs = match self.manager {
            "npm" | "yarn" | "pnpm" | "bun" => node::needs(project, self.manager, scripts_off),
            "pip" => python::pip(project, files),
            "pipenv" => python::pipenv(project),
            "poetry" => python::locked(project, "poetry", &self.call, "--no-root"),
            "uv" => python::locked(project, "uv", &self.call, "--no-install-project"),
            "bundle" => others::bundler(project),
            "composer" => others::composer(project, &self.call),
            "go" => others::go(project),
            "maven" => {
                others::maven(project, self.call.split(' ').next().unwrap_or_default(), &self.profiles())
            }
            _ => others::dotnet(project, self.operand.as_deref().filter(|word| *word != ".")),
        }?;
        if self.only_fetches() {
            needs.fetch = None;
        }
        let assigned = !self.command.assignments.is_empty() && self.manager != "go";
        if needs.fetch.is_some() && (assigned || self.is_told_where_to_fetch) {
            return Err(format!("variables are set for `{}` only", self.call));
        }
        Ok(needs)
    }

    /// The options that choose profiles.
    fn profiles(&self) -> String {
        let words = self.call.split(' ').filter(|word| word.starts_with("-P"));
        words.map(|word| format!(" {word}")).collect::<Vec<_>>().concat()
    }

    /// What it would be without knowing the context.
    pub fn guess(&self, files: &[String]) -> Needs {
        let names: &[&str] = match self.manager {
            "npm" => &["package.json", "package-lock.json"],
            "yarn" => &["package.json", "yarn.lock"],
            "pnpm" => &["package.json", "pnpm-lock.yaml"],
            "bun" => &["package.json", "bun.lock"],
            "pipenv" => &["Pipfile", "Pipfile.lock"],
            "poetry" => &["pyproject.toml", "poetry.lock"],
            "uv" => &["pyproject.toml", "uv.lock"],
            "bundle" => &["Gemfile", "Gemfile.lock"],
            "composer" => &["composer.json", "composer.lock"],
            "go" => &["go.mod", "go.sum"],
            "maven" => &["pom.xml"],
            "dotnet" => &["*.csproj"],
            _ => &[],
        };
        let fetch = match self.manager {
            "poetry" if !self.call.contains("--no-root") => Some(format!("{} --no-root", self.call)),
            "uv" if !self.call.contains("--no-install-project") => {
                Some(format!("{} --no-install-project", self.call))
            }
            "composer" => Some(format!("{} --no-scripts --no-autoloader", self.call)),
            "go" => Some("go mod download".to_string()),
            "maven" => Some("mvn -B dependency:go-offline".to_string()),
            "dotnet" => Some("dotnet restore".to_string()),
            _ => None,
        };
        let paths = names.iter().map(|name| (*name).to_string()).chain(files.iter().cloned()).collect();
        Needs { paths, fetch: fetch.filter(|_| !self.only_fetches()), proof: Vec::new() }
    }
}
