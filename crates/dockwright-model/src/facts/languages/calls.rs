//! [`read_install`]: which packages a call of pip, uv, Poetry, Pipenv, npm, Yarn, pnpm or Bun installs.

use super::{LanguageRegistry, RequestedPackage, node, python};
use crate::semantic::effects::{PackageCall, Verb};
use crate::semantic::package_name;
use crate::shell::{CommandPlace, Connector, ShellCommand, ShellWord};

/// The context of a call.
pub(crate) struct CallContext<'s> {
    /// The text of a file in the image, by its path from the working directory of the call.
    pub read: &'s dyn Fn(&str) -> Option<String>,
    /// The value of an environment variable, if it is set; empty if the value is unknown.
    pub variable: &'s dyn Fn(&str) -> Option<String>,
}

/// The packages that a call names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LanguageInstall {
    pub registry: LanguageRegistry,
    pub wanted: Vec<RequestedPackage>,
    /// Whether modules are compiled to byte code.
    pub(crate) compiles: bool,
    /// Whether they are installed for all programs of the stage, and not for one project.
    pub shared: bool,
}

/// `None` for other package managers, and if it is unknown whether or what is installed.
pub(crate) fn read_install(
    command: &ShellCommand,
    call: &PackageCall,
    around: &CallContext<'_>,
) -> Option<LanguageInstall> {
    let doubtful = command.place != CommandPlace::Top
        || command.connector == Some(Connector::Or)
        || command.runs_through(&["xargs"])
        || command.may_have_options;
    if call.verb != Verb::Install || doubtful || has_any_option(command, &["--dry-run", "--help"]) {
        return None;
    }
    let call = CallReader { command, call, around };
    match call.call.manager {
        "pip" | "pipx" => Some(call.read_pip_call()),
        "uv" => call.read_uv_call(),
        "poetry" => call.read_poetry_call(),
        "pipenv" => call.read_pipenv_call(),
        "npm" | "yarn" | "pnpm" | "bun" => call.read_node_call(),
        _ => None,
    }
}

struct CallReader<'r> {
    command: &'r ShellCommand,
    call: &'r PackageCall,
    around: &'r CallContext<'r>,
}

impl CallReader<'_> {
    fn read_pip_call(&self) -> LanguageInstall {
        let upgrades = has_any_option(
            self.command,
            &["--upgrade", "-U", "--force-reinstall", "--ignore-installed", "-I"],
        );
        let mut wanted = self.all_requested_packages();
        // pip itself is already installed.
        let runs_itself = |one: &RequestedPackage| one.name == "pip" && !self.is_pinned("pip");
        wanted.retain(|one| upgrades || !runs_itself(one) || self.call.manager == "pipx");
        if has_any_option(self.command, &["--no-deps"]) {
            for one in &mut wanted {
                one.locked = true;
            }
        }
        LanguageInstall {
            compiles: !has_any_option(self.command, &["--no-compile"]),
            ..LanguageInstall::of_python_tool(wanted)
        }
    }

    /// The packages that are named, those of the files that are named, and projects that are not in any registry.
    fn all_requested_packages(&self) -> Vec<RequestedPackage> {
        let mut wanted: Vec<RequestedPackage> =
            self.call.words(self.command).filter_map(requested_package).collect();
        for path in option_values(self.command, &["-r", "--requirement", "--requirements"]) {
            wanted.extend(self.read_requirements_file(path));
        }
        wanted.extend(option_values(self.command, &["-e", "--editable"]).map(RequestedPackage::from_name));
        wanted
    }

    fn read_requirements_file(&self, path: &str) -> Vec<RequestedPackage> {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let read_nearby = |name: &str| {
            let path = if directory.is_empty() { name.to_string() } else { format!("{directory}/{name}") };
            (self.around.read)(&path)
        };
        match (self.around.read)(path) {
            Some(text) if path.ends_with(".toml") => python::parse_pyproject(&text).unwrap_or_default(),
            Some(text) => python::parse_requirements(&text, &read_nearby),
            None => vec![RequestedPackage::from_name(path)],
        }
    }

    /// uv compiles modules only with an option.
    fn read_uv_call(&self) -> Option<LanguageInstall> {
        let compiles = has_any_option(self.command, &["--compile-bytecode", "--compile"])
            || self.is_variable_set("UV_COMPILE_BYTECODE");
        let mut operands = self.command.operands().map(|word| word.text.as_str());
        let wanted = match (operands.next()?, operands.next()) {
            ("pip", Some("install")) | ("add", _) => self.all_requested_packages(),
            ("pip", Some("sync")) => self
                .call
                .words(self.command)
                .flat_map(|word| self.read_requirements_file(&word.text))
                .collect(),
            ("tool", Some("install")) => {
                self.call.words(self.command).filter_map(requested_package).collect()
            }
            ("sync", _) => {
                let development = !has_any_option(self.command, &["--no-dev", "--no-default-groups"])
                    && !self.is_variable_set("UV_NO_DEV");
                let lock = || python::parse_uv_lock(&(self.around.read)("uv.lock")?, development);
                self.project_packages(lock)?
            }
            _ => return None,
        };
        Some(LanguageInstall { compiles, ..LanguageInstall::of_python_tool(wanted) })
    }

    fn read_poetry_call(&self) -> Option<LanguageInstall> {
        let wanted =
            match self.command.operands().map(|word| word.text.as_str()).find(|word| *word != "poetry")? {
                "add" => self.call.words(self.command).filter_map(requested_package).collect(),
                "install" | "sync" => {
                    let is_main = has_any_option(self.command, &["--no-dev", "--only-main"])
                        || option_values(self.command, &["--only"]).any(|groups| groups == "main")
                        || option_values(self.command, &["--without"]).any(|groups| groups.contains("dev"));
                    self.project_packages(|| {
                        python::parse_poetry_lock(&(self.around.read)("poetry.lock")?, !is_main)
                    })?
                }
                _ => return None,
            };
        Some(LanguageInstall {
            compiles: has_any_option(self.command, &["--compile"]),
            ..LanguageInstall::of_python_tool(wanted)
        })
    }

    fn read_pipenv_call(&self) -> Option<LanguageInstall> {
        let named: Vec<RequestedPackage> = self.all_requested_packages();
        let development = has_any_option(self.command, &["--dev", "-d"]);
        let lock = || python::parse_pipfile_lock(&(self.around.read)("Pipfile.lock")?, development);
        let wanted = if named.is_empty() { lock()? } else { named };
        Some(LanguageInstall::of_python_tool(wanted))
    }

    /// The packages that the project requires: from its lock file, or else from its own list.
    fn project_packages(
        &self,
        lock: impl Fn() -> Option<Vec<RequestedPackage>>,
    ) -> Option<Vec<RequestedPackage>> {
        lock().or_else(|| python::parse_pyproject(&(self.around.read)("pyproject.toml")?))
    }

    fn read_node_call(&self) -> Option<LanguageInstall> {
        let words: Vec<&str> = self.command.operands().map(|word| word.text.as_str()).collect();
        if words
            .iter()
            .take(2)
            .any(|word| ["link", "ln", "rebuild", "rb", "import", "dlx", "fetch", "env"].contains(word))
        {
            return None;
        }
        // Values of options that look like packages.
        let groups: Vec<&str> = option_values(self.command, &["--only", "--omit", "--include"]).collect();
        let named = self.call.words(self.command).filter(|word| !groups.contains(&word.text.as_str()));
        let named: Vec<RequestedPackage> = named.map(node::named_package).collect();
        let shared = has_any_option(self.command, &["-g", "--global"]) || words.first() == Some(&"global");
        let production = has_any_option(
            self.command,
            &["--production", "--prod", "-P", "--omit=dev", "--only=production", "--only=prod"],
        ) || option_values(self.command, &["--omit", "--only"])
            .any(|value| value.starts_with("prod") || value == "dev")
            || (self.around.variable)("NODE_ENV").is_some_and(|value| value == "production");
        let wanted = if named.is_empty() {
            self.node_project_packages(!production)?
        } else {
            // `npm install NAME` also installs what the project lists.
            let mut elsewhere = option_values(self.command, &["--prefix", "--dir", "--cwd", "-C"]);
            let mut project = if shared || elsewhere.next().is_some() {
                Vec::new()
            } else {
                self.node_project_packages(!production).unwrap_or_default()
            };
            project.retain(|one| named.iter().all(|other| other.name != one.name));
            named.into_iter().chain(project).collect()
        };
        Some(LanguageInstall { registry: LanguageRegistry::Npm, wanted, compiles: false, shared })
    }

    fn node_project_packages(&self, development: bool) -> Option<Vec<RequestedPackage>> {
        let read = self.around.read;
        let npm = || {
            let lock = read("npm-shrinkwrap.json").or_else(|| read("package-lock.json"))?;
            node::parse_package_lock(&lock, development)
        };
        let yarn = || node::parse_yarn_lock(&read("yarn.lock")?);
        let pnpm = || node::parse_pnpm_lock(&read("pnpm-lock.yaml")?);
        let lock = match self.call.manager {
            "npm" => npm(),
            "yarn" => yarn(),
            "pnpm" => pnpm(),
            _ => None,
        };
        // The locks of Yarn and pnpm do not mark development packages.
        let lock = lock.filter(|lock| !lock.is_empty() && (development || self.call.manager == "npm"));
        lock.or_else(|| node::parse_package_json(&read("package.json")?, development))
    }

    fn is_variable_set(&self, variable: &str) -> bool {
        (self.around.variable)(variable)
            .is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
    }

    fn is_pinned(&self, name: &str) -> bool {
        self.call.words(self.command).any(|word| {
            word.text.strip_prefix(name).is_some_and(|rest| rest.starts_with(['=', '<', '>', '~']))
        })
    }
}

impl LanguageInstall {
    fn of_python_tool(wanted: Vec<RequestedPackage>) -> Self {
        Self { registry: LanguageRegistry::Pip, wanted, compiles: true, shared: true }
    }
}

/// What an operand means; only its version may be a variable.
fn requested_package(word: &ShellWord) -> Option<RequestedPackage> {
    let plain = word.literal || !package_name("pip", &word.text).contains('$');
    if plain {
        python::parse_requirement(&word.text)
    } else {
        Some(RequestedPackage::from_name(word.text.clone()))
    }
}

/// Whether one of these options is given.
fn has_any_option(command: &ShellCommand, options: &[&str]) -> bool {
    command.arguments().iter().any(|word| options.contains(&word.text.as_str()))
}

/// The values of options: `-r FILE`, `-rFILE`, `--requirement=FILE`.
fn option_values<'c>(command: &'c ShellCommand, options: &'c [&'c str]) -> impl Iterator<Item = &'c str> {
    let arguments = command.arguments();
    arguments.iter().enumerate().filter_map(move |(at, word)| {
        let text = word.text.as_str();
        if options.contains(&text) {
            return arguments.get(at + 1).map(|word| word.text.as_str());
        }
        options.iter().find_map(|option| {
            let rest = text.strip_prefix(option)?;
            if option.starts_with("--") { rest.strip_prefix('=') } else { Some(rest) }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::{Semantics, View, effects};
    use crate::syntax;

    /// The names in the first command, with `!` for locked ones; `None` if the command is unclear.
    fn names(
        run: &str,
        files: &[(&str, &str)],
        variables: &[(&str, &str)],
    ) -> Option<(LanguageInstall, Vec<String>)> {
        let text = format!("FROM debian\nRUN {run}\n");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let command = semantics.runs.first()?.script.commands.first()?;
        let effects = effects::command_effects(command, file.source);
        let find = |all: &[(&str, &str)], name: &str| {
            all.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_string())
        };
        let around = CallContext { read: &|path| find(files, path), variable: &|name| find(variables, name) };
        let asked = super::read_install(command, effects.packages.as_ref()?, &around)?;
        let names = asked
            .wanted
            .iter()
            .map(|one| format!("{}{}", if one.locked { "!" } else { "" }, one.name))
            .collect();
        Some((asked, names))
    }

    #[test]
    fn commands_name_packages() {
        for (run, expected) in [
            ("pip install flask==2.0 'redis[hiredis]>=4' ./app", "flask redis ./app"),
            ("pip3 install --no-cache-dir -U pip setuptools", "pip setuptools"),
            ("pip install pip wheel", "wheel"),
            ("python3 -m pip install flask==$VERSION", "flask"),
            ("pip install --no-deps flask", "!flask"),
            ("pip install -i https://example.com/simple flask", "flask"),
            ("pip install -e .", "."),
            ("pipx install poetry==1.8", "poetry"),
            ("uv pip install --system flask", "flask"),
            ("uv tool install ruff", "ruff"),
            ("poetry add flask", "flask"),
            ("npm install -g @angular/cli@17 typescript", "@angular/cli typescript"),
            ("npm i ./own.tgz user/repo x@npm:lodash@4", "./own.tgz user/repo lodash"),
            ("yarn global add serve@14", "serve"),
            ("pnpm add -g turbo", "turbo"),
        ] {
            let found = names(run, &[], &[]).map(|(_, names)| names.join(" "));
            assert_eq!(found.as_deref(), Some(expected), "{run}");
        }
    }

    #[test]
    fn files_name_packages() {
        let lock = r#"{"packages": {"node_modules/a": {}, "node_modules/b": {"dev": true}}}"#;
        let package = r#"{"dependencies": {"c": "1"}, "devDependencies": {"d": "1"}}"#;
        let uv = "[[package]]\nname = 'app'\nsource = {virtual = '.'}\ndependencies = [{name = 'flask'}]\n[[package]]\nname = 'flask'\n";
        let files = [
            ("requirements.txt", "flask\n-r more.txt\n"),
            ("more.txt", "redis"),
            ("deps/all.txt", "-r other.txt"),
            ("deps/other.txt", "celery"),
            ("package-lock.json", lock),
            ("package.json", package),
            ("uv.lock", uv),
        ];
        for (run, expected) in [
            ("pip install -r requirements.txt", "flask redis"),
            ("pip install --requirement=deps/all.txt gunicorn", "gunicorn celery"),
            ("pip install -r missing.txt", "missing.txt"),
            ("uv pip sync requirements.txt", "flask redis"),
            ("uv sync --locked", "!flask"),
            ("npm ci", "!a !b"),
            ("npm ci --omit=dev", "!a"),
            ("npm install --only production", "!a"),
            ("npm install e", "e !a !b"),
            ("npm install -g e", "e"),
            ("npm install --prefix /x e", "e"),
            ("yarn add c@2 e", "c e d"),
            ("yarn install", "c d"),
            ("yarn --production", "c"),
            ("pnpm install --prod", "c"),
        ] {
            let found = names(run, &files, &[]).map(|(_, names)| names.join(" "));
            assert_eq!(found.as_deref(), Some(expected), "{run}");
        }
        let found = names("npm ci", &files, &[("NODE_ENV", "production")]).map(|(_, names)| names);
        assert_eq!(found, Some(vec!["!a".to_string()]));
    }

    #[test]
    fn unclear_calls_are_unknown() {
        for run in [
            "npm ci",
            "yarn",
            "uv sync",
            "poetry install",
            "pip install $NAME",
            "pip uninstall -y flask",
            "pip download flask",
            "test -e x || pip install flask",
            "xargs pip install < names.txt",
            "if test -e x; then pip install flask; fi",
            "npm link x",
            "uv python install 3.12",
            "gem install rails",
            "cargo install ripgrep",
        ] {
            assert_eq!(names(run, &[], &[]).map(|(_, names)| names), None, "{run}");
        }
    }

    #[test]
    fn byte_code_is_written_by_pip_and_on_request() {
        for (run, variables, expected) in [
            ("pip install flask", &[][..], true),
            ("pip install --no-compile flask", &[], false),
            ("uv pip install flask", &[], false),
            ("uv pip install --compile-bytecode flask", &[], true),
            ("uv pip install flask", &[("UV_COMPILE_BYTECODE", "1")], true),
            ("poetry add flask", &[], false),
        ] {
            let asked = names(run, &[], variables).map(|(asked, _)| asked.compiles);
            assert_eq!(asked, Some(expected), "{run}");
        }
    }
}
