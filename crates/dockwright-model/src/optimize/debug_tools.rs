//! Interactive tools that no command of the file uses.

use super::commands::is_system_manager;
use crate::semantic::effects::{self, Verb};
use crate::semantic::{Run, Semantics};
use crate::source::Span;
use crate::syntax::Kind;

/// Interactive tools, by the package that contains them.
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

/// The words that install such tools into the image, if no command of the file uses them.
pub fn find_debug_tools(semantics: &Semantics<'_>) -> Vec<(Span, Span, String)> {
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
    // A stage that is built by name may be intended to contain the tools.
    let is_default = |run: &Run<'_>| {
        run.stage.and_then(|stage| semantics.stages.get(stage)).is_some_and(|stage| stage.ships)
    };
    for run in semantics.runs.iter().filter(|run| is_default(run) && !run.onbuild) {
        let removed = run.script.commands.iter().any(|command| {
            let call = effects::command_effects(command, semantics.file.source).packages;
            call.is_some_and(|call| call.verb == Verb::Remove)
        });
        if removed {
            continue;
        }
        for command in &run.script.commands {
            let Some(call) = effects::command_effects(command, semantics.file.source).packages else {
                continue;
            };
            if call.verb != Verb::Install || !is_system_manager(call.manager) {
                continue;
            }
            for word in call.words(command) {
                // `apk add !nano` excludes nano.
                if word.text.starts_with('!') {
                    continue;
                }
                let name = call.name(word);
                let tool = DEBUG_TOOLS.iter().find(|(package, _)| *package == name);
                if tool.is_some_and(|(_, programs)| !programs.iter().any(|program| called(program))) {
                    found.push((run.outer.span, word.span, name.to_string()));
                }
            }
        }
    }
    found
}
