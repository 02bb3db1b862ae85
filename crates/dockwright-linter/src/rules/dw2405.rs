//! DW2405: a development server as the program of the container.

use crate::diagnostic::{ProblemCost, Severity};
use crate::facts::{format_size, images};
use crate::optimize::StartedCommands;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::base_name;

pub(super) static RULE: Rule = Rule {
    code: "DW2405",
    name: "development-server",
    severity: Severity::Info,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2405.md"),
    ..Rule::OPTIMIZER
};

/// The image that serves files.
const FILE_SERVER: &str = "nginx:alpine";

/// What to run instead of a development server.
enum ServerReplacement {
    /// Serving the files that a build creates.
    StaticFiles,
    /// Another program, or another subcommand.
    Program(&'static str),
}
use ServerReplacement::{Program, StaticFiles};

/// A development server: the program, words of which one must follow (or none), and what to use instead.
const SERVERS: [(&str, &[&str], ServerReplacement); 18] = [
    ("vite", &["", "dev", "serve", "preview"], StaticFiles),
    ("react-scripts", &["start"], StaticFiles),
    ("ng", &["serve"], StaticFiles),
    ("vue-cli-service", &["serve"], StaticFiles),
    ("webpack-dev-server", &[""], StaticFiles),
    ("webpack", &["serve"], StaticFiles),
    ("gatsby", &["develop"], StaticFiles),
    ("astro", &["dev", "preview"], StaticFiles),
    ("parcel", &["serve"], StaticFiles),
    ("next", &["dev"], Program("build with `next build`, and start with `next start`")),
    ("nuxt", &["dev"], Program("build with `nuxt build`, and start `.output/server/index.mjs` with `node`")),
    ("nodemon", &[""], Program("start the program itself with `node`")),
    ("ts-node-dev", &[""], Program("compile in a separate stage, and start the result with `node`")),
    ("manage.py", &["runserver"], Program("use a production server such as gunicorn or uvicorn")),
    ("flask", &["run"], Program("use a production server such as gunicorn")),
    ("artisan", &["serve"], Program("use PHP-FPM with a web server, or FrankenPHP")),
    ("dotnet", &["watch"], Program("publish in a separate stage, and start the result")),
    ("air", &[""], Program("build in a separate stage, and start the program itself")),
];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    if outline.is_for_development() {
        return;
    }
    let Some(target) = outline.graph.target else { return };
    let Some(first) = cx.semantics.start_instructions(target).instructions().last() else { return };
    let Some(started) = StartedCommands::find_all_started_programs(outline, cx.context) else { return };
    let server = started.commands.iter().find_map(|words| find_server(words));
    let Some((name, replacement)) = server else { return };
    let message = format!("the container starts `{name}`, a development server");
    let image = outline.graph.image_root_stage().and_then(|root| outline.graph.image(root));
    let (help, cost) = match replacement {
        StaticFiles => {
            let saves = image.and_then(|image| images::size_saved(image, FILE_SERVER));
            let smaller =
                saves.map(|bytes| format!(" (~{} smaller)", format_size(bytes))).unwrap_or_default();
            let help =
                format!("build the files in a separate stage, and serve them with `{FILE_SERVER}`{smaller}");
            (help, Some(saves.map_or(ProblemCost::UnknownSize { usual_megabytes: 60 }, ProblemCost::Image)))
        }
        Program(help) => ((*help).to_string(), None),
    };
    let found = cx.report(first, first.rest.span, message).help(help);
    if let Some(cost) = cost {
        found.set_cost(cost);
    }
}

/// The development server that these words start.
fn find_server(words: &[String]) -> Option<(String, &'static ServerReplacement)> {
    SERVERS.iter().find_map(|(program, verbs, replacement)| {
        let at = words.iter().position(|word| base_name(word) == *program)?;
        // Scripts for Python and PHP may be an argument; other servers must be the program that is started.
        let is_program = at == 0 || program.ends_with(".py") || *program == "artisan";
        let next = words.iter().skip(at + 1).find(|word| !word.starts_with('-')).map_or("", String::as_str);
        let is_started = is_program
            && (verbs.contains(&next) || verbs.first() == Some(&"") && !is_non_serving_subcommand(next));
        let verb = verbs.contains(&next).then_some(next).filter(|verb| !verb.is_empty());
        let shown = verb.map_or_else(|| (*program).to_string(), |verb| format!("{program} {verb}"));
        is_started.then_some((shown, replacement))
    })
}

/// Whether the subcommand does something other than serve.
fn is_non_serving_subcommand(word: &str) -> bool {
    matches!(word, "build" | "optimize" | "init" | "help" | "version" | "test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_servers() {
        for (words, expected) in [
            ("vite --host 0.0.0.0", "vite"),
            ("vite preview", "vite preview"),
            ("vite build", "-"),
            ("./node_modules/.bin/ng serve --host 0.0.0.0", "ng serve"),
            ("ng build", "-"),
            ("next start", "-"),
            ("next dev", "next dev"),
            ("python manage.py runserver 0.0.0.0:80", "manage.py runserver"),
            ("python manage.py migrate", "-"),
            ("php artisan serve", "artisan serve"),
            ("nodemon server.js", "nodemon"),
            ("node nodemon", "-"),
            ("flask run", "flask run"),
            ("gunicorn app:app", "-"),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_string).collect();
            let found = find_server(&words).map_or_else(|| "-".to_string(), |(name, _)| name);
            assert_eq!(found, expected, "{words:?}");
        }
    }
}
