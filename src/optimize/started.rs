//! [`StartedCommands`]: the commands that a container of the image starts, through scripts of `package.json` and script
//! files of the build context.

use serde_json::Value;

use super::context::ContextFiles;
use super::outline::Outline;
use crate::semantic::paths::base_name;
use crate::syntax::Instruction;

/// Scripts that run scripts are followed so far.
const DEEPEST: usize = 6;
/// Programs that run a script of `package.json`.
const SCRIPT_RUNNERS: [&str; 4] = ["npm", "yarn", "pnpm", "bun"];
/// Programs that run the program that follows.
const WRAPPERS: [&str; 14] = [
    "exec",
    "env",
    "dumb-init",
    "tini",
    "npx",
    "pnpx",
    "bunx",
    "cross-env",
    "dotenv",
    "su-exec",
    "gosu",
    "sh",
    "bash",
    "docker-entrypoint.sh",
];

/// The commands that a container starts.
#[derive(Debug, Default)]
pub(crate) struct StartedCommands {
    /// Their words, without quotes and paths of programs.
    pub commands: Vec<Vec<String>>,
}

impl StartedCommands {
    /// The programs that the target starts. `None` if some of them are unknown: neither the file nor its base image
    /// names a program, or it is a script that cannot be read.
    pub(crate) fn of(outline: &Outline<'_, '_>, files: Option<&ContextFiles>) -> Option<Self> {
        let semantics = outline.semantics;
        let start = semantics.started(outline.graph.target?);
        let first = start.first()?;
        // An image from outside may have an entry point that does more.
        let root = outline.graph.root()?;
        if start.entrypoint.is_none() && outline.graph.image(root).is_some() {
            let base = semantics.base_image(root).filter(|base| base.certain)?;
            let entrypoint = base.image.facts.entrypoint.clone()?;
            let runs_cmd = |word: &String| {
                base_name(word).starts_with("docker-") || base_name(word).contains("entrypoint")
            };
            if !entrypoint.first().is_none_or(runs_cmd) {
                return None;
            }
        }
        let mut started = Self::default();
        for instruction in start.instructions() {
            started.add_instruction(outline, instruction, files, first)?;
        }
        Some(started)
    }

    /// The words of CMD that follow those of ENTRYPOINT belong to the same command.
    fn add_instruction(
        &mut self,
        outline: &Outline<'_, '_>,
        instruction: &Instruction<'_>,
        files: Option<&ContextFiles>,
        first: &Instruction<'_>,
    ) -> Option<()> {
        let text = instruction.rest.text.to_string();
        let words = split_words(&text);
        if instruction.span != first.span {
            let mut last = self.commands.pop().unwrap_or_default();
            last.extend(words);
            return self.add(&last, files, 0);
        }
        let is_followed = outline.semantics.started(outline.graph.target?).instructions().count() > 1;
        if is_followed {
            self.commands.push(words);
            return Some(());
        }
        split_commands(&words).into_iter().try_for_each(|words| self.add(&words, files, 0))
    }

    fn add(&mut self, words: &[String], files: Option<&ContextFiles>, depth: usize) -> Option<()> {
        let at = words.iter().position(|word| !is_prefix(word))?;
        let words = words.get(at..)?.to_vec();
        let program = base_name(words.first()?).to_string();
        self.commands.push(words.clone());
        if depth > DEEPEST {
            return None;
        }
        if SCRIPT_RUNNERS.contains(&program.as_str()) {
            return self.add_package_script(&program, &words, files?, depth);
        }
        // A script file of the project, whoever runs it.
        let script = words.iter().find(|word| word.ends_with(".sh") && !is_prefix(word));
        let Some(script) = script else {
            // A program of the project may start anything.
            let first = words.first()?.as_str();
            // `exec "$@"` runs the words of CMD.
            let is_own = first.starts_with(['.', '$']) && !matches!(first, "$@" | "$*" | "." | "..");
            return (!is_own).then_some(());
        };
        let text = script_text(script, files?)?;
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            for words in split_commands(&split_words(line)) {
                // Assignments and key words of the shell say nothing.
                let words: Vec<String> = words.into_iter().skip_while(|word| is_shell_word(word)).collect();
                if words.iter().any(|word| !is_prefix(word)) {
                    self.add(&words, files, depth + 1)?;
                }
            }
        }
        Some(())
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
        let manifest = nearest_file(files, "package.json")?;
        let manifest: Value = serde_json::from_str(&files.text(&manifest)?).ok()?;
        let Some(text) = manifest["scripts"][name].as_str() else {
            // `yarn vite` runs a program; `npm start` without a script runs a file.
            if name == "start" {
                return Some(());
            }
            return (program != "npm").then(|| self.commands.push(vec![name.to_string()]));
        };
        split_commands(&split_words(text))
            .into_iter()
            .try_for_each(|words| self.add(&words, Some(files), depth + 1))
    }

    /// Whether a program of this name is among the words, as a program, a file or an argument.
    pub(crate) fn mentions(&self, program: &str) -> bool {
        let is_it = |word: &String| {
            let name = base_name(word);
            name == program || name.split(['.', ':', '@']).next() == Some(program)
        };
        self.commands.iter().flatten().any(is_it)
    }
}

/// Words that precede a program: wrappers, options, and variables.
fn is_prefix(word: &str) -> bool {
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    word.starts_with('-') || is_assignment || WRAPPERS.contains(&base_name(word))
}

fn is_shell_word(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "else"
            | "elif"
            | "fi"
            | "do"
            | "done"
            | "while"
            | "for"
            | "!"
            | "{"
            | "}"
            | "["
            | "[["
    )
}

fn split_words(text: &str) -> Vec<String> {
    let separated = text.replace("&&", " && ").replace("||", " || ").replace(';', " ; ").replace('|', " | ");
    let words = separated
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']' | ',' | '(' | ')' | '`'));
    words.filter(|word| !word.is_empty()).map(str::to_string).collect()
}

fn split_commands(words: &[String]) -> Vec<Vec<String>> {
    let is_joint = |word: &String| matches!(word.as_str(), "&&" | "||" | ";" | "|" | "&");
    words.split(is_joint).filter(|words| !words.is_empty()).map(<[String]>::to_vec).collect()
}

/// The text of the only script of that name in the context.
fn script_text(script: &str, files: &ContextFiles) -> Option<String> {
    let name = base_name(script);
    let mut all = files.all.iter().filter(|file| base_name(&file.path) == name);
    let only = all.next().filter(|_| all.next().is_none())?;
    files.text(&only.path)
}

/// The path of the file of that name that is nearest to the root of the context.
fn nearest_file(files: &ContextFiles, name: &str) -> Option<String> {
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

    /// The programs that the lines after FROM start, each with its first argument; `?` if they are not known.
    fn started(lines: &str, files: &[(&str, &str)]) -> String {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, content) in files {
            std::fs::write(directory.path().join(path), content).expect("a file");
        }
        let read = context::read_context(directory.path(), ".", None).expect("a context");
        let text = format!("FROM node:22\n{lines}\n");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let outline = Outline::new(&semantics, None).expect("an outline");
        let Some(started) = StartedCommands::of(&outline, Some(&read)) else { return "?".to_string() };
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
            ("CMD yarn vite", &[manifest], "yarn vite, vite"),
            ("CMD npm start", &[], "?"),
            ("CMD npm run other", &[manifest], "?"),
            ("CMD [\"./run.sh\"]", &[script], "./run.sh, set -e, true, gunicorn app:app"),
            ("CMD [\"./run.sh\"]", &[], "?"),
            ("CMD [\"./server\"]", &[], "?"),
            ("RUN ls", &[], "?"),
        ] {
            assert_eq!(started(lines, files), expected, "{lines}");
        }
    }

    #[test]
    fn programs_are_found_among_words() {
        let started =
            StartedCommands { commands: vec![vec!["node".into(), "/app/node_modules/.bin/vite.js".into()]] };
        assert!(started.mentions("vite") && started.mentions("node"));
        assert!(!started.mentions("webpack"));
    }
}
