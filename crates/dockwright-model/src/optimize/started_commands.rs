//! [`StartedCommands`]: the commands that a container of the image starts, through scripts of `package.json` and script
//! files of the build context.

use serde_json::Value;

use super::context::ContextFiles;
use super::outline::StepOutline;
use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::semantic::paths::base_name;
use crate::semantic::resolve_script_commands;
use crate::shell::ShellCommand;

/// Maximum depth of scripts that run other scripts.
const DEEPEST: usize = 6;
/// Programs that run a script of `package.json`.
const SCRIPT_RUNNERS: [&str; 4] = ["npm", "yarn", "pnpm", "bun"];
/// Programs of projects and images that run the program in their arguments; system wrappers are already
/// resolved.
const WRAPPERS: [&str; 6] = ["npx", "pnpx", "bunx", "cross-env", "dotenv", "docker-entrypoint.sh"];

/// The commands that a container starts.
#[derive(Debug)]
pub struct StartedCommands {
    /// Their words, without quotes and wrappers.
    pub commands: Vec<Vec<String>>,
    /// Whether there are no others: the file or its base image determines what is started, and all scripts can be
    /// read.
    pub complete: bool,
}

impl StartedCommands {
    /// The programs that the target starts; `None` if there may be others.
    pub fn find_all_started_programs(
        outline: &StepOutline<'_, '_>,
        files: Option<&ContextFiles>,
    ) -> Option<Self> {
        Some(Self::find_known_started_programs(outline, files)).filter(|started| started.complete)
    }

    /// The programs that the target starts, as far as they can be found.
    pub fn find_known_started_programs(outline: &StepOutline<'_, '_>, files: Option<&ContextFiles>) -> Self {
        let Some(target) = outline.graph.target else {
            return Self { commands: Vec::new(), complete: false };
        };
        let start = outline.semantics.start_instructions(target);
        let complete = start.program_instruction().is_some()
            && (start.entrypoint.is_some() || base_starts_cmd_directly(outline).is_some());
        let mut started = Self { commands: Vec::new(), complete };
        for command in start.commands(outline.semantics) {
            started.add_command(&command, files, 0);
        }
        started
    }

    fn add_command(&mut self, command: &ShellCommand, files: Option<&ContextFiles>, depth: usize) {
        let runs_text = command.is_any(&BOURNE_SHELLS) && command.has_flag("c");
        // The commands in its text are processed separately.
        if runs_text {
            return;
        }
        let first = command.name.clone().or_else(|| Some(command.words.first()?.text.clone()));
        let words: Vec<String> =
            first.into_iter().chain(command.arguments().iter().map(|word| word.text.clone())).collect();
        let Some(at) = words.iter().position(|word| !precedes_program(word)) else { return };
        self.complete &= self.add_words(words.get(at..).unwrap_or_default(), files, depth).is_some();
    }

    /// `None` if it may start others.
    fn add_words(&mut self, words: &[String], files: Option<&ContextFiles>, depth: usize) -> Option<()> {
        let first = words.first()?.as_str();
        let program = base_name(first);
        self.commands.push(words.to_vec());
        if depth > DEEPEST {
            return None;
        }
        if SCRIPT_RUNNERS.contains(&program) {
            return self.add_package_script(program, words, files?, depth);
        }
        // A script file of the project, for any interpreter.
        let script = words.iter().find(|word| word.ends_with(".sh") && !precedes_program(word));
        let Some(script) = script else {
            // `exec "$@"` runs the words of CMD.
            let is_own = first.starts_with(['.', '$']) && !matches!(first, "$@" | "$*" | "." | "..");
            // A program of the project may start anything.
            return (!is_own).then_some(());
        };
        self.add_script(&script_text(script, files?)?, files, depth);
        Some(())
    }

    fn add_script(&mut self, text: &str, files: Option<&ContextFiles>, depth: usize) {
        for command in resolve_script_commands(text) {
            self.add_command(&command, files, depth + 1);
        }
    }

    fn add_package_script(
        &mut self,
        program: &str,
        words: &[String],
        files: &ContextFiles,
        depth: usize,
    ) -> Option<()> {
        let mut rest = words.iter().skip(1).filter(|word| !word.starts_with('-'));
        let first = rest.next().map_or("start", String::as_str);
        let name = if matches!(first, "run" | "run-script") { rest.next()?.as_str() } else { first };
        let manifest = file_nearest_to_root(files, "package.json")?;
        let manifest: Value = serde_json::from_str(&files.text(&manifest)?).ok()?;
        if let Some(text) = manifest["scripts"][name].as_str() {
            self.add_script(text, Some(files), depth);
            return Some(());
        }
        // `yarn vite` runs a program; `npm start` without a script runs a file.
        if name == "start" {
            return Some(());
        }
        (program != "npm").then(|| self.commands.push(vec![name.to_string()]))
    }

    /// Whether a program of this name is among the words, as a program, a file or an argument.
    pub fn mentions(&self, program: &str) -> bool {
        let is_it = |word: &String| {
            let name = base_name(word);
            name == program || name.split(['.', ':', '@']).next() == Some(program)
        };
        self.commands.iter().flatten().any(is_it)
    }
}

/// Whether the base image starts CMD directly, or through a script that only starts it: the entry point of an
/// external image may do more.
fn base_starts_cmd_directly(outline: &StepOutline<'_, '_>) -> Option<()> {
    let root = outline.graph.image_root_stage()?;
    if outline.graph.image(root).is_none() {
        return Some(());
    }
    let base = outline.semantics.base_image(root).filter(|base| base.certain)?;
    let entrypoint = base.image.facts.entrypoint.as_ref()?;
    let runs_command =
        |word: &String| base_name(word).starts_with("docker-") || base_name(word).contains("entrypoint");
    entrypoint.first().is_none_or(runs_command).then_some(())
}

/// Whether the word may precede a program: a wrapper, a shell, an option or an assignment.
fn precedes_program(word: &str) -> bool {
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let name = base_name(word);
    word.starts_with('-') || is_assignment || WRAPPERS.contains(&name) || BOURNE_SHELLS.contains(&name)
}

/// The text of the only script of that name in the context.
fn script_text(script: &str, files: &ContextFiles) -> Option<String> {
    let name = base_name(script);
    let mut all = files.all.iter().filter(|file| base_name(&file.path) == name);
    let only = all.next().filter(|_| all.next().is_none())?;
    files.text(&only.path)
}

/// The path of the file of that name that is nearest to the root of the context.
fn file_nearest_to_root(files: &ContextFiles, name: &str) -> Option<String> {
    let all = files.all.iter().map(|file| file.path.as_str());
    let named = all.filter(|path| base_name(path) == name && !path.contains("node_modules/"));
    named.min_by_key(|path| path.matches('/').count()).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context;
    use crate::semantic::{Semantics, View};
    use crate::syntax;

    /// The programs that the lines after FROM start, each with its first argument; `?` if they are unknown.
    fn started_programs(lines: &str, files: &[(&str, &str)]) -> String {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, content) in files {
            std::fs::write(directory.path().join(path), content).expect("a file");
        }
        let read = context::read_context(directory.path(), ".", None).expect("a context");
        let text = format!("FROM node:22\n{lines}\n");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let outline = StepOutline::new(&semantics, None).expect("an outline");
        let Some(started) = StartedCommands::find_all_started_programs(&outline, Some(&read)) else {
            return "?".to_string();
        };
        let shown = |words: &Vec<String>| words.iter().take(2).cloned().collect::<Vec<_>>().join(" ");
        started.commands.iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn follows_scripts() {
        let manifest = (
            "package.json",
            r#"{"scripts": {"start": "NODE_ENV=production node server.js", "dev": "vite --host && npm run start"}}"#,
        );
        let script =
            ("run.sh", "#!/bin/sh\nset -e\n# npx webpack\nif true; then\n  exec gunicorn app:app\nfi\n");
        for (lines, files, expected) in [
            ("CMD [\"node\", \"server.js\"]", &[][..], "node server.js"),
            ("CMD node server.js && nodemon", &[], "node server.js, nodemon"),
            ("ENTRYPOINT [\"tini\", \"--\"]\nCMD [\"node\", \"a.js\"]", &[], "node a.js"),
            ("CMD [\"npm\", \"start\"]", &[manifest], "npm start, node server.js"),
            ("CMD npm run dev", &[manifest], "npm run, vite --host, npm run, node server.js"),
            ("ENTRYPOINT node a.js\nCMD nodemon", &[], "node a.js"),
            ("ENTRYPOINT [\"node\"]\nCMD nodemon", &[], "node, nodemon"),
            ("CMD [\"sh\", \"-c\", \"cd /app; exec nodemon\"]", &[], "cd /app, nodemon"),
            ("CMD FOO='a b' sudo -u app node \"a b.js\" | tee log", &[], "node a b.js, tee log"),
            ("CMD yarn vite", &[manifest], "yarn vite, vite"),
            ("CMD npm start", &[], "?"),
            ("CMD npm run other", &[manifest], "?"),
            ("CMD [\"./run.sh\"]", &[script], "./run.sh, set -e, true, gunicorn app:app"),
            ("CMD [\"./run.sh\"]", &[], "?"),
            ("CMD [\"./server\"]", &[], "?"),
            ("RUN ls", &[], "?"),
        ] {
            assert_eq!(started_programs(lines, files), expected, "{lines}");
        }
    }

    #[test]
    fn programs_are_found_among_words() {
        let started = StartedCommands {
            commands: vec![vec!["node".into(), "/app/node_modules/.bin/vite.js".into()]],
            complete: true,
        };
        assert!(started.mentions("vite") && started.mentions("node"));
        assert!(!started.mentions("webpack"));
    }
}
