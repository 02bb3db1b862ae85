//! Files for browsers, built with Node and served by a program that Node runs.

use super::{ArtifactContext, RuntimeStagePlan, start};
use crate::optimize::inputs::join_path;
use crate::optimize::toolchain::Toolchain;
use crate::semantic::{Image, Semantics, View};
use crate::syntax::{Word, quote_excerpt};

/// The part that stays in the image unnecessarily.
pub(super) const CONTENT: &str = "Node.js and its packages";

/// The build tools, if the image is a Node image that only serves files.
pub(super) fn front_end_tools(semantics: &Semantics<'_>, reference: &str) -> Option<Toolchain> {
    let word = Word { text: reference.into(), ..Word::default() };
    let image = Image::new(&word, View::Exact);
    let is_node = image.registry().is_none_or(|host| host == "docker.io")
        && image.name().strip_prefix("library/").unwrap_or(image.name()) == "node";
    let served =
        || start::start_command(semantics).ok().is_some_and(|start| served_directory(&start.words).is_some());
    (is_node && served()).then(|| Toolchain {
        what: CONTENT,
        programs: &["npm", "yarn", "pnpm"],
        runtime: Some("nginx:alpine".to_string()),
    })
}

/// The directory that a file server serves: `serve -s build -l 3000`.
fn served_directory(words: &[String]) -> Option<&str> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let wrapped = words.iter().take_while(|word| matches!(**word, "npx" | "-y" | "--yes")).count();
    let rest = words.get(wrapped..)?;
    let (program, rest) = rest.split_first()?;
    if !matches!(*program, "serve" | "http-server") {
        return None;
    }
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-l" | "--listen" | "-p" | "--port" | "-a" | "-c" | "--config" => {
                rest.next();
            }
            word if word.starts_with('-') => {}
            word => return (!word.contains('$')).then_some(word),
        }
    }
    None
}

pub(super) fn plan_front_end(site: &ArtifactContext<'_, '_, '_>) -> Result<RuntimeStagePlan, String> {
    let directory =
        served_directory(&site.start.words).and_then(|directory| join_path(Some(&site.workdir), directory));
    let directory = directory.ok_or("the directory that is served is unknown")?;
    let built = site.certain_commands().find(|(_, one)| {
        let by = one.command.is_any(&["npm", "yarn", "pnpm"]) && one.command.has_argument(&["build"]);
        by && one.directory.as_deref().is_some_and(|own| crate::optimize::pattern_covers(own, &directory))
    });
    let (draft, _) = built
        .ok_or_else(|| format!("no `build` script in this file creates {}", quote_excerpt(&directory)))?;
    Ok(RuntimeStagePlan {
        runtime: "nginx:alpine".to_string(),
        copies: vec![(directory.clone(), "/usr/share/nginx/html".to_string())],
        starts_itself: true,
        of_tools: |_| true,
        proof: vec![format!(
            "line {} builds the site, and `{}` serves {}",
            site.line(draft),
            site.start.keyword(),
            quote_excerpt(&directory)
        )],
        missing: vec![
            "nginx listens on port 80".to_string(),
            "nginx may respond differently to paths without a file".to_string(),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::served_directory;

    #[test]
    fn finds_served_directories() {
        for (words, directory) in [
            ("serve -s build", Some("build")),
            ("serve -l 3000 -s dist", Some("dist")),
            ("npx serve -s build -l 80", Some("build")),
            ("npx -y http-server ./public -p 8080", Some("./public")),
            ("serve", None),
            ("node server.js", None),
            ("serve $DIR", None),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_string).collect();
            assert_eq!(served_directory(&words), directory, "{words:?}");
        }
    }
}
