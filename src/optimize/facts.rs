//! What rules ask: the parts of the picture that need the file only.

use super::context::is_secret;
use super::graph::Graph;
use super::model::Cause;
use super::{MAX_STEPS, waste};
use crate::semantic::base_image::{self, Certainty, Tool};
use crate::semantic::effects::{self, Verb};
use crate::semantic::{Base, Image, Semantics, View};
use crate::shell::Reading;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, Word};

pub(crate) use super::commands::{Located, located};
pub use super::commands::{is_of_system, overlaps as paths_overlap};
pub(crate) use super::draft::{Draft, drafts};
pub use super::key::{is_about_the_build, is_cache_buster, is_per_build};
pub use super::manifest::is_manifest_source;
pub use super::points::has_no_command;
pub use super::touch::glob;

/// A RUN that deletes what an earlier layer holds.
#[derive(Debug)]
pub struct LateDeletion<'a> {
    pub run: &'a Instruction<'a>,
    /// What is deleted: paths or packages.
    pub what: Vec<String>,
    /// The lines of the steps that brought it, from 1.
    pub earlier: Vec<u32>,
    /// Those steps.
    pub of: Vec<&'a Instruction<'a>>,
}

/// Deletions in the shipped stages that make the image no smaller.
pub fn late_deletions<'a>(semantics: &Semantics<'a>) -> Vec<LateDeletion<'a>> {
    if semantics.file.instructions().take(MAX_STEPS + 1).count() > MAX_STEPS {
        return Vec::new();
    }
    let drafts = drafts(semantics);
    let Ok(graph) = Graph::new(semantics, &drafts, None) else { return Vec::new() };
    let account = waste::account(semantics, &drafts, &graph, None);
    let line = |id: &usize| Some(semantics.line(drafts.steps.get(*id)?.anchor.span.start));
    account
        .waste
        .into_iter()
        .filter(|one| one.cause == Cause::DeletedLater)
        .filter_map(|one| {
            let draft = drafts.steps.get(one.step).filter(|draft| !draft.fired)?;
            let earlier = one.of.iter().filter_map(line).collect();
            let of = one.of.iter().filter_map(|id| Some(drafts.steps.get(*id)?.instruction)).collect();
            Some(LateDeletion { run: draft.instruction, what: one.what, earlier, of })
        })
        .collect()
}

/// Stages without a name that nothing needs, by index: no build can name them as its target, but by number.
pub fn unreachable_stages(semantics: &Semantics<'_>) -> Vec<usize> {
    let drafts = drafts(semantics);
    let Ok(graph) = Graph::new(semantics, &drafts, None) else { return Vec::new() };
    let stages = semantics.build.stages.iter().enumerate();
    stages
        .filter(|(index, stage)| stage.name.is_none() && !graph.is_needed(*index))
        .map(|(index, _)| index)
        .collect()
}

/// Whether nothing says what a container runs, in the last stage or what it is built on.
pub fn lacks_command(semantics: &Semantics<'_>) -> bool {
    let drafts = drafts(semantics);
    Graph::new(semantics, &drafts, None).is_ok_and(|graph| has_no_command(semantics, &graph))
}

/// Sources of a COPY or ADD into the image that look like secrets, or like the history of the repository.
pub fn copied_secrets<'a>(semantics: &Semantics<'_>, copy: &'a Instruction<'a>) -> Vec<&'a Word<'a>> {
    let ships = semantics.stage_at(copy.span.start).is_some_and(|stage| stage.ships);
    let Arguments::Paths(paths) = &copy.arguments else { return Vec::new() };
    if !ships || copy.flag("from").is_some() {
        return Vec::new();
    }
    let words = paths.sources.iter().filter_map(|source| match source {
        crate::syntax::Source::Path(word) => Some(word),
        crate::syntax::Source::Heredoc(..) => None,
    });
    words
        .filter(|word| {
            let path = super::touch::clean(word.text.trim_matches(['"', '\'']));
            is_secret(&path) || path.split('/').any(|part| part == ".git")
        })
        .collect()
}

/// Tools that only people use, by the package that brings them.
const DEBUG_TOOLS: [(&str, &[&str]); 16] = [
    ("vim", &["vim", "vi"]),
    ("vim-tiny", &["vim", "vi"]),
    ("nano", &["nano"]),
    ("emacs", &["emacs"]),
    ("htop", &["htop"]),
    ("strace", &["strace"]),
    ("ltrace", &["ltrace"]),
    ("tcpdump", &["tcpdump"]),
    ("telnet", &["telnet"]),
    ("nmap", &["nmap"]),
    ("gdb", &["gdb"]),
    ("tmux", &["tmux"]),
    ("screen", &["screen"]),
    ("mc", &["mc"]),
    ("iputils-ping", &["ping"]),
    ("man-db", &["man"]),
];

/// The words that install such tools into the image, where no command of the file uses them.
pub fn debug_tools(semantics: &Semantics<'_>) -> Vec<(Span, Span, String)> {
    let mut found = Vec::new();
    let text = |kinds: &[Kind]| {
        let all = semantics.file.instructions().filter(|one| kinds.contains(&one.kind));
        all.map(|one| one.rest.text.to_string()).collect::<Vec<_>>().join("\n")
    };
    let started = text(&[Kind::Cmd, Kind::Entrypoint, Kind::Healthcheck]);
    let called = |name: &str| {
        let runs = semantics.runs.iter().flat_map(|run| &run.script.commands);
        runs.into_iter().any(|command| command.is(name))
            || started
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                .any(|word| word == name)
    };
    for run in semantics.runs.iter().filter(|run| run.ships && !run.onbuild) {
        let removed = run.script.commands.iter().any(|command| {
            let call = effects::of(command, semantics.file.source).packages;
            call.is_some_and(|call| call.verb == Verb::Remove)
        });
        if removed {
            continue;
        }
        for command in &run.script.commands {
            let Some(call) = effects::of(command, semantics.file.source).packages else { continue };
            if call.verb != Verb::Install || !super::commands::is_of_system(call.manager) {
                continue;
            }
            for word in call.packages.iter().filter_map(|at| command.words.get(*at)) {
                let name = word.text.split('=').next().unwrap_or_default();
                let tool = DEBUG_TOOLS.iter().find(|(package, _)| *package == name);
                if tool.is_some_and(|(_, programs)| !programs.iter().any(|program| called(program))) {
                    found.push((run.outer.span, word.span, name.to_string()));
                }
            }
        }
    }
    found
}

/// The slim image of the same release that would do as the base of the image: no command of the file needs what
/// only the full one has.
pub fn slim_base(semantics: &Semantics<'_>) -> Option<(usize, String)> {
    let target = semantics.build.stages.len().checked_sub(1)?;
    let root = semantics.chain(target).last()?.index;
    let stage = semantics.build.stages.get(root)?;
    let reference =
        stage.image.result.as_ref().ok().filter(|_| stage.base == Base::Image && stage.image.certain)?;
    let word = Word { text: reference.as_ref().into(), ..Word::default() };
    let image = Image::new(&word, View::Exact);
    let tag = image.tag().filter(|tag| !tag.contains("slim") && !tag.contains("alpine"))?;
    if image.digest().is_some() {
        return None;
    }
    let full = base_image::lookup(reference)?;
    let without_tag = reference.strip_suffix(&format!(":{tag}"))?;
    let tags = match (tag, tag.rsplit_once('-')) {
        ("latest", _) => vec!["slim".to_string()],
        (_, Some((front, release))) => vec![format!("{front}-slim-{release}"), format!("{tag}-slim")],
        _ => vec![format!("{tag}-slim")],
    };
    let exact = |image: &base_image::BaseImage| image.certainty == Certainty::Exact && image.official;
    let candidates = tags.into_iter().map(|tag| format!("{without_tag}:{tag}"));
    let (slim_reference, slim) = candidates
        .filter_map(|reference| base_image::lookup(&reference).map(|image| (reference, image)))
        .find(|(_, image)| exact(image))?;
    if !exact(&full) || full.release != slim.release || full.release.is_none() {
        return None;
    }
    // What is built on it must be known to the last command.
    let chain: Vec<usize> = semantics.chain(target).map(|stage| stage.index).collect();
    let shipped =
        || semantics.runs.iter().filter(|run| run.stage.is_some_and(|stage| chain.contains(&stage)));
    let mut has_compiler = false;
    for run in shipped() {
        if run.script.reading != Reading::Complete {
            return None;
        }
        for command in &run.script.commands {
            let name = command.name.as_deref()?;
            let effects = effects::of(command, semantics.file.source);
            if let Some(call) = &effects.packages
                && call.verb == Verb::Install
            {
                let words = call.packages.iter().filter_map(|at| command.words.get(*at));
                has_compiler |= super::commands::is_of_system(call.manager)
                    && words
                        .into_iter()
                        .any(|word| matches!(word.text.as_str(), "gcc" | "g++" | "build-essential"));
                // Packages of languages may have to be compiled.
                if !super::commands::is_of_system(call.manager) && !has_compiler {
                    return None;
                }
            } else if effects.unknown || slim.facts.tool(name) == Tool::Absent {
                return None;
            }
            // The small image may have another package manager.
            let manager = effects.packages.as_ref().map(|call| call.manager);
            if manager
                .filter(|manager| super::commands::is_of_system(manager))
                .is_some_and(|manager| slim.facts.has_manager(manager) == Some(false))
            {
                return None;
            }
        }
    }
    Some((root, slim_reference))
}
