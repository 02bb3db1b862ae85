//! Whether a container starts a program of the development dependencies of a Node project, such as a development server.

use serde_json::Value;

use crate::syntax::{Dockerfile, Kind};

/// Programs with another name than their package.
const PROGRAMS: [(&str, &str); 6] = [
    ("tsc", "typescript"),
    ("ng", "@angular/cli"),
    ("nest", "@nestjs/cli"),
    ("svelte-kit", "@sveltejs/kit"),
    ("remix", "@remix-run/dev"),
    ("vue-cli-service", "@vue/cli-service"),
];
const MANAGERS: [&str; 4] = ["npm", "yarn", "pnpm", "bun"];
/// Programs that run those of packages, or several scripts.
const RUNNERS: [&str; 8] = ["npx", "pnpx", "bunx", "npm-run-all", "run-p", "run-s", "concurrently", "turbo"];

/// The words of the last ENTRYPOINT and of the last CMD.
pub(super) fn start_words(file: &Dockerfile<'_>) -> Vec<String> {
    let last = |kind| file.instructions().rfind(move |one| one.kind == kind);
    let both = [last(Kind::Entrypoint), last(Kind::Cmd)];
    let texts = both.into_iter().flatten().map(|one| one.rest.text.to_string());
    let split = |text: String| {
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '[' | ']' | ',' | '&' | ';'));
        words.filter(|word| !word.is_empty()).map(str::to_string).collect::<Vec<_>>()
    };
    texts.flat_map(split).collect()
}

/// Whether these words start a development dependency of `manifest`, a `package.json`, as far as that tells. A script that
/// runs other scripts may.
pub(super) fn needs_development(words: &[String], manifest: &str) -> bool {
    let Ok(manifest) = serde_json::from_str::<Value>(manifest) else { return false };
    let is_development = |word: &str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        let known = PROGRAMS.iter().find(|(program, _)| *program == name).map(|(_, package)| *package);
        let names = manifest["devDependencies"].as_object().into_iter().flatten();
        // `@types/node` is not the program `node`.
        names.into_iter().filter(|(package, _)| !package.starts_with("@types/")).any(|(package, _)| {
            let last = package.rsplit('/').next().unwrap_or(package);
            package == word || last == name || known == Some(package.as_str())
        })
    };
    let mut words = words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    let Some(program) = words.next() else { return false };
    if !MANAGERS.contains(&program) {
        return is_development(program)
            || RUNNERS.contains(&program) && words.next().is_some_and(is_development);
    }
    let script = words.find(|word| !matches!(*word, "run" | "run-script"));
    let Some(text) = script.and_then(|script| manifest["scripts"][script].as_str()) else { return false };
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '&' | ';' | '|'));
    words.any(|word| is_development(word) || MANAGERS.contains(&word) || RUNNERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_programs_are_known() {
        let manifest = r#"{
            "scripts": {
                "start": "node server.js", "dev": "NODE_ENV=development nodemon server.js", "serve": "vue-cli-service serve",
                "all": "npm run start"
            },
            "dependencies": { "express": "4" },
            "devDependencies": { "nodemon": "3", "@vue/cli-service": "5", "typescript": "5", "eslint": "9" }
        }"#;
        for (start, expected) in [
            ("node server.js", false),
            ("npm start", false),
            ("npm run start", false),
            ("npm run dev", true),
            ("npm run --silent dev", true),
            ("yarn serve", true),
            ("pnpm run all", true),
            ("npm run unknown", false),
            ("nodemon server.js", true),
            ("./node_modules/.bin/nodemon server.js", true),
            ("npx tsc --watch", true),
            ("npx serve", false),
            ("express", false),
            ("", false),
        ] {
            let words: Vec<String> = start.split_whitespace().map(str::to_string).collect();
            assert_eq!(needs_development(&words, manifest), expected, "{start}");
        }
        assert!(!needs_development(&["nodemon".to_string()], "no JSON"));
        let types = r#"{ "devDependencies": { "@types/node": "22" } }"#;
        assert!(!needs_development(&["node".to_string(), "server.js".to_string()], types));
    }

    #[test]
    fn both_instructions_count() {
        let text = b"FROM node:22\nENTRYPOINT [\"npm\", \"run\"]\nCMD [\"dev\"]\n";
        assert_eq!(start_words(&crate::syntax::parse(text)), ["npm", "run", "dev"]);
    }
}
