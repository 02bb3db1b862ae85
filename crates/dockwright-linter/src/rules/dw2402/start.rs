//! Whether a container starts a program of the development dependencies of a Node project, such as a development server.

use serde_json::Value;

use crate::optimize::StartedCommands;
use crate::semantic::paths::base_name;

/// Programs with another name than their package.
const PROGRAMS: [(&str, &str); 6] = [
    ("tsc", "typescript"),
    ("ng", "@angular/cli"),
    ("nest", "@nestjs/cli"),
    ("svelte-kit", "@sveltejs/kit"),
    ("remix", "@remix-run/dev"),
    ("vue-cli-service", "@vue/cli-service"),
];
/// Programs that run those of packages, or several scripts.
const RUNNERS: [&str; 5] = ["npm-run-all", "run-p", "run-s", "concurrently", "turbo"];

/// Whether a container starts a development dependency of `manifest`, a `package.json`, judging by the dependencies
/// in it. True for a program that runs several scripts, which may do so.
pub(super) fn starts_development_dependency(started: &StartedCommands, manifest: &str) -> bool {
    let Ok(manifest) = serde_json::from_str::<Value>(manifest) else { return false };
    let is_development = |word: &str| {
        let name = base_name(word);
        let known = PROGRAMS.iter().find(|(program, _)| *program == name).map(|(_, package)| *package);
        let names = manifest["devDependencies"].as_object().into_iter().flatten();
        // `@types/node` is not the program `node`.
        names.into_iter().filter(|(package, _)| !package.starts_with("@types/")).any(|(package, _)| {
            // A file of the package, as in `node -r ts-node/register`.
            let is_in_package = word.strip_prefix(package.as_str()).is_some_and(|rest| rest.starts_with('/'));
            package == word || is_in_package || base_name(package) == name || known == Some(package.as_str())
        })
    };
    started.commands.iter().flatten().any(|word| is_development(word) || RUNNERS.contains(&base_name(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_programs_are_known() {
        let manifest = r#"{
            "devDependencies": { "nodemon": "3", "@vue/cli-service": "5", "typescript": "5", "ts-node": "10", "@types/node": "22" }
        }"#;
        for (start, expected) in [
            ("node server.js", false),
            ("node -r ts-node/register server.ts", true),
            ("vue-cli-service serve", true),
            ("./node_modules/.bin/nodemon server.js", true),
            ("tsc --watch", true),
            ("serve", false),
            ("run-p watch start", true),
            ("", false),
        ] {
            let words = start.split_whitespace().map(str::to_string).collect();
            let started = StartedCommands { commands: vec![words], complete: true };
            assert_eq!(starts_development_dependency(&started, manifest), expected, "{start}");
            assert!(!starts_development_dependency(&started, "no JSON"), "{start}");
        }
    }
}
