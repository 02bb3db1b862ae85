//! Directories that tools create although the command line does not name them: `node_modules`, `target`, `.git`.

use super::{PackageCall, PathSet, read_call};
use crate::semantic::managers::{find_manager, manager_of_program, manager_of_wrapper};
use crate::semantic::paths::base_name;
use crate::shell::{ShellCommand, ShellWord};

/// The directories that the command certainly creates if it succeeds, relative to its working directory.
pub(super) fn created_directories(name: &str, command: &ShellCommand, call: Option<&PackageCall>) -> PathSet {
    // `gradlew` and `mvnw` are project files.
    let name = base_name(name);
    let manager = match call {
        Some(call) => find_manager(call.manager),
        None => manager_of_program(name).or_else(|| manager_of_wrapper(name)),
    };
    if let Some(manager) = manager {
        return (manager.creates)(command, call.map(|call| call.verb));
    }
    let verb = command.operands().next().map_or("", |word| word.text.as_str());
    match name {
        "git" if verb == "clone" => cloned_repository(command),
        "cmake" => option_paths(command, "B"),
        "meson" if verb == "setup" => {
            let mut operands =
                read_call(command, "prefix buildtype backend D native-file cross-file").operands;
            operands.retain(|word| word.text != "setup");
            literal_path(operands.first().copied())
        }
        _ => PathSet::None,
    }
}

/// The `.git` of what `git clone` fetches.
fn cloned_repository(command: &ShellCommand) -> PathSet {
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    if has(&["bare", "mirror", "separate-git-dir", "n"]) {
        return PathSet::None;
    }
    let call = read_call(command, "C c b o j branch config depth origin jobs reference template filter");
    let (address, directory) = (call.operands.get(1), call.operands.get(2));
    let from_address = || {
        let address = address?.text.trim_end_matches('/').trim_end_matches(".git");
        address.rsplit(['/', ':']).next().filter(|name| !name.is_empty() && !name.contains("${"))
    };
    let named = directory.filter(|word| word.literal).map(|word| word.text.trim_end_matches('/'));
    let directory = if directory.is_some() { named } else { from_address() };
    directory
        .filter(|_| !call.has_option("C"))
        .map_or(PathSet::None, |directory| PathSet::from_path(format!("{directory}/.git")))
}

/// Whether the command line assigns the variable, or another one in front of the program.
pub(in crate::semantic) fn may_be_set(command: &ShellCommand, name: &str) -> bool {
    command.words.iter().any(|word| word.text.split('=').next() == Some(name))
        || !command.assignments.is_empty()
}

/// The paths in the values of an option, in the next word or attached.
pub(in crate::semantic) fn option_paths(command: &ShellCommand, name: &str) -> PathSet {
    let arguments = command.arguments();
    let dashed = if name.len() == 1 { format!("-{name}") } else { format!("--{name}") };
    arguments
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let text = word.text.as_str();
            if text == dashed {
                return literal_path(arguments.get(at + 1));
            }
            match text.strip_prefix(dashed.as_str()) {
                Some(rest) if word.literal && (name.len() == 1 || rest.starts_with('=')) => {
                    PathSet::from_path(rest.trim_start_matches('='))
                }
                _ => PathSet::None,
            }
        })
        .collect()
}

fn literal_path(word: Option<&ShellWord>) -> PathSet {
    word.filter(|word| word.literal && !word.text.is_empty())
        .map_or(PathSet::None, |word| PathSet::from_path(word.text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::{PathSet, command_effects};
    use crate::shell::read_script;

    /// The directories that the first command of a shell text creates.
    fn created(text: &str) -> Vec<String> {
        let script = read_script(text, 0);
        let effects = command_effects(script.commands.first().expect("a command"), text.as_bytes());
        match effects.creates {
            PathSet::Known(paths) => paths,
            _ => Vec::new(),
        }
    }

    #[test]
    fn finds_directories_in_tool_arguments() {
        for (text, expected) in [
            ("npm ci", Some("node_modules")),
            ("npm install --omit=dev", Some("node_modules")),
            ("npm install -g a", None),
            ("npm --prefix web ci", None),
            ("npm run build", None),
            ("npm cache clean", None),
            ("npx a", None),
            ("yarn", Some("node_modules")),
            ("yarn install --frozen-lockfile", Some("node_modules")),
            ("yarn global add a", None),
            ("pnpm install", Some("node_modules")),
            ("composer install --no-dev", Some("vendor")),
            ("composer global require a", None),
            ("composer install -d /srv", None),
            ("cargo build --release", Some("target")),
            ("cargo test", Some("target")),
            ("cargo build --target-dir=/t", None),
            ("CARGO_TARGET_DIR=/t cargo build", None),
            ("cargo fetch", None),
            ("mvn -B package", Some("target")),
            ("mvn -f a/pom.xml package", None),
            ("mvn dependency:go-offline", None),
            ("./gradlew build --no-daemon", Some("build")),
            ("gradle dependencies", None),
            ("git clone https://example.org/a/tool.git", Some("tool/.git")),
            ("git clone --depth 1 git@example.org:a/tool /opt/x", Some("/opt/x/.git")),
            ("git clone --bare https://example.org/a.git", None),
            ("git clone $URL", None),
            ("git fetch", None),
            ("cmake -S . -B out", Some("out")),
            ("cmake -Bout", Some("out")),
            ("cmake ..", None),
            ("meson setup out --prefix /usr", Some("out")),
            ("pip install --target=/deps a", Some("/deps")),
            ("pip install -t /deps a", Some("/deps")),
            ("pip install a", None),
            ("bundle install --path vendor/bundle", Some("vendor/bundle")),
            ("go build -o app ./cmd", Some("app")),
            ("go build ./cmd", None),
            ("echo npm ci", None),
            ("xargs npm install", None),
        ] {
            let expected: Vec<String> = expected.into_iter().map(str::to_string).collect();
            assert_eq!(created(text), expected, "{text}");
        }
    }
}
