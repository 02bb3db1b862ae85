//! Secrets that are copied, and images that cannot start.

use super::point;
use crate::optimize::context::is_secret;
use crate::optimize::graph::Graph;
use crate::optimize::model::{Picture, Point, PointKind};
use crate::semantic::{Base, Semantics};
use crate::syntax::Kind;

/// Beyond everything that only costs time or space.
const SECRET: f64 = 100_000.0;
const START: f64 = 600.0;

/// Files that look like secrets: by the context, or by the names of sources where there is none.
pub fn secrets(picture: &Picture, points: &mut Vec<Point>) {
    if let Some(context) = &picture.context {
        let mut by_line: std::collections::BTreeMap<(bool, u32, usize), Vec<&str>> =
            std::collections::BTreeMap::new();
        for secret in &context.secrets {
            by_line.entry((!secret.ships, secret.line, secret.step)).or_default().push(&secret.path);
        }
        for ((built_only, line, step), paths) in by_line {
            let named: Vec<String> =
                paths.iter().take(3).map(|path| format!("`{}`", path.replace('`', "'"))).collect();
            let more = paths.len().saturating_sub(3);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            points.push(secret(line, step, &(named.join(", ") + &more), built_only));
        }
        return;
    }
    for step in picture.steps.iter().filter(|step| step.built && matches!(step.op.as_str(), "COPY" | "ADD")) {
        if step.text.contains("--from") {
            continue;
        }
        let mut words: Vec<&str> =
            step.text.split(' ').skip(1).filter(|word| !word.starts_with("--")).collect();
        words.pop();
        let found = words
            .into_iter()
            .map(|word| word.trim_matches(['"', '[', ',', '\'']))
            .find(|word| is_secret(word));
        if let Some(path) = found {
            points.push(secret(step.line, step.id, &format!("`{}`", path.replace('`', "'")), !step.ships));
        }
    }
}

fn secret(line: u32, step: usize, what: &str, built_only: bool) -> Point {
    let title = if built_only {
        format!("{what} gets into the layers of a build stage, and looks like a secret")
    } else {
        format!("{what} gets into the image, and looks like a secret: whoever has the image can read it")
    };
    let advice =
        "leave it out by `.dockerignore`; what a step needs, `RUN --mount=type=secret` gives it".to_string();
    let weight = if built_only { SECRET / 20.0 } else { SECRET };
    let mut found = point(PointKind::Security, line, title, advice, vec![step], weight);
    found.code = Some("DW3001".to_string());
    found
}

/// Nothing says what a container is to run.
pub fn start(semantics: &Semantics<'_>, graph: &Graph, picture: &Picture, points: &mut Vec<Point>) {
    if !has_no_command(semantics, graph) {
        return;
    }
    let line = picture.stages.iter().rfind(|stage| stage.ships).map_or(1, |stage| stage.line);
    let title =
        "nothing says what a container of this image runs: neither CMD nor ENTRYPOINT, here or in its base";
    let advice =
        "end with the command, as in `CMD [\"program\"]`, unless the image is only to be copied from";
    let mut found =
        point(PointKind::Start, line, title.to_string(), advice.to_string(), Vec::new(), START / 20.0);
    found.code = Some("DW4002".to_string());
    points.push(found);
}

/// Whether neither the shipped stages nor the image that they start from have CMD or ENTRYPOINT, for certain.
pub fn has_no_command(semantics: &Semantics<'_>, graph: &Graph) -> bool {
    let Some(root) = graph.root() else { return false };
    let said = semantics.file.instructions().any(|one| {
        matches!(one.kind, Kind::Cmd | Kind::Entrypoint | Kind::Onbuild)
            && semantics.stage_at(one.span.start).is_some_and(|stage| graph.is_shipped(stage.index))
    });
    if said {
        return false;
    }
    if semantics.build.stages.get(root).is_some_and(|stage| stage.base == Base::Scratch) {
        // Out of a file with other stages it is mostly files that the build hands out.
        return semantics.build.stages.len() == 1;
    }
    semantics.base_image(root).is_some_and(|base| {
        let facts = base.image.facts;
        let unset = |command: &Option<Vec<String>>| command.as_ref().is_some_and(Vec::is_empty);
        base.certain && unset(&facts.cmd) && unset(&facts.entrypoint)
    })
}
