//! [`BuildVariable`]: a variable that ENV sets and only the build uses.

use std::collections::{HashMap, HashSet};

use super::draft::StepDraft;
use super::outline::StepOutline;
use crate::semantic::effects;
use crate::semantic::{BaseVariable, Semantics, View, mentioned_variables, parse_settings};
use crate::shell::ParseOutcome;
use crate::source::Span;
use crate::syntax::{Instruction, Kind};

/// A variable of the image that nothing in the file needs when a container runs.
#[derive(Debug)]
pub struct BuildVariable<'a> {
    pub env: &'a Instruction<'a>,
    pub name: String,
    /// Where it is set.
    pub key: Span,
    /// The instructions that use it, in the order of the file; empty for one that programs read themselves.
    pub uses: Vec<&'a Instruction<'a>>,
    /// What may read it in a container: the first part of the image with unknown content.
    pub reader: Option<VariableReader<'a>>,
}

/// Something that may read variables.
#[derive(Debug, Clone, Copy)]
pub enum VariableReader<'a> {
    /// The base image, which may set the variable itself.
    Base,
    /// The files or commands of an instruction.
    Step(&'a Instruction<'a>),
}

/// The build variables in the stages of the image, in the order of the file.
pub fn find_build_variables<'a>(outline: &StepOutline<'_, 'a>) -> Vec<BuildVariable<'a>> {
    let StepOutline { semantics, drafts, graph } = outline;
    let instructions = || semantics.file.instructions();
    if !instructions().any(|one| one.kind == Kind::Env) || instructions().any(|one| one.kind == Kind::Onbuild)
    {
        return Vec::new();
    }
    let shipped: Vec<&StepDraft<'_, 'a>> =
        drafts.steps.iter().filter(|draft| graph.is_stage_in_image(draft.stage)).collect();
    if shipped.iter().any(|draft| draft.fired) {
        return Vec::new();
    }
    let reader =
        shipped.iter().find(|draft| may_read_variables(draft, semantics)).map(|draft| draft.instruction);
    let mut settings: HashMap<String, usize> = HashMap::new();
    for draft in shipped.iter().filter(|draft| draft.instruction.kind == Kind::Env) {
        let names = parse_settings(semantics.file, draft.instruction, View::Exact);
        let names: HashSet<String> = names.into_iter().map(|setting| setting.key).collect();
        for name in names {
            *settings.entry(name).or_default() += 1;
        }
    }
    let mentions = find_mentions(&shipped);
    let mut found = Vec::new();
    for (at, draft) in shipped.iter().enumerate().filter(|(_, draft)| draft.instruction.kind == Kind::Env) {
        let env = draft.instruction;
        for setting in parse_settings(semantics.file, env, View::Exact) {
            let name = setting.key;
            if is_for_containers(&name) || settings.get(&name) != Some(&1) {
                continue;
            }
            let scopes = &semantics.build.scopes;
            let scope = scopes.scope_before(env.span.start);
            // A build that sets it for FROM would also set it here.
            if scopes.get(semantics.build.global, &name).is_some() {
                continue;
            }
            let base = match (scopes.get(scope, &name), scopes.base_variable(scope, &name)) {
                (Some(_), _) | (_, BaseVariable::Set(_)) => continue,
                (None, BaseVariable::Unknown) => Some(VariableReader::Base),
                (None, BaseVariable::Unset { .. }) => None,
            };
            let mentions = mentions.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
            let later = mentions.get(mentions.partition_point(|step| *step <= at)..).unwrap_or_default();
            let using: Vec<&Instruction<'a>> =
                later.iter().filter_map(|step| shipped.get(*step)).map(|draft| draft.instruction).collect();
            let in_build = |one: &&Instruction<'a>| {
                matches!(one.kind, Kind::Run | Kind::Copy | Kind::Add | Kind::Workdir)
            };
            let quoted = |one: &&Instruction<'a>| {
                passes_name_unexpanded(&instruction_text(one, semantics.file.source), &name)
            };
            let needed = using.iter().any(|one| !in_build(one) || quoted(one));
            let asked_for = name == "DEBIAN_FRONTEND";
            if needed || (using.is_empty() && !asked_for) || !(asked_for || is_for_builds(&name)) {
                continue;
            }
            let reader = base.or(reader.map(VariableReader::Step));
            found.push(BuildVariable { env, name, key: setting.pair.key.span, uses: using, reader });
        }
    }
    found
}

/// Whether the name suggests that only a build needs it.
fn is_for_builds(name: &str) -> bool {
    const ENDS: [&str; 14] = [
        "VERSION",
        "_VER",
        "_SHA",
        "_SHA1",
        "_SHA256",
        "_SHA512",
        "_MD5",
        "_CHECKSUM",
        "_HASH",
        "_COMMIT",
        "_DEPS",
        "_PACKAGES",
        "_DOWNLOAD_URL",
        "_TARBALL",
    ];
    let upper = name.to_uppercase();
    ENDS.iter().any(|end| upper.ends_with(end)) || upper.starts_with("BUILD_")
}

/// Whether programs in containers read a variable of this name.
fn is_for_containers(name: &str) -> bool {
    const STARTS: [&str; 16] = [
        "LC_",
        "LANG",
        "NODE",
        "NPM",
        "RAILS",
        "RACK",
        "PYTHON",
        "GO",
        "JAVA",
        "LD_",
        "DOTNET",
        "ASPNETCORE",
        "XDG_",
        "NVIDIA",
        "CUDA",
        "OTEL",
    ];
    const ENDS: [&str; 8] = ["_HOME", "_OPTS", "_OPTIONS", "_ENV", "_PORT", "_HOST", "_PATH", "_DIR"];
    let upper = name.to_uppercase();
    matches!(
        upper.as_str(),
        "PATH" | "TZ" | "HOME" | "USER" | "TERM" | "SHELL" | "PORT" | "DEBUG" | "VERSION"
    ) || STARTS.iter().any(|start| upper.starts_with(start))
        || ENDS.iter().any(|end| upper.ends_with(end))
}

fn instruction_text(instruction: &Instruction<'_>, source: &[u8]) -> String {
    String::from_utf8_lossy(instruction.span.bytes(source)).into_owned()
}

/// The steps in which each word occurs, as a variable or not, in order.
fn find_mentions<'s>(steps: &[&'s StepDraft<'_, '_>]) -> HashMap<&'s str, Vec<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
        let flags = step.instruction.flags.iter().filter_map(|flag| flag.value.as_ref());
        let texts = std::iter::once(&step.instruction.rest.text).chain(flags.map(|value| &value.text));
        for word in texts.flat_map(|text| text.split(|c| !is_word(c))) {
            let steps = found.entry(word).or_default();
            if steps.last() != Some(&at) {
                steps.push(at);
            }
        }
    }
    found
}

/// Whether the text passes the name on unexpanded, into a script that a container may run: `'$NAME'`, `\$NAME`.
fn passes_name_unexpanded(text: &str, name: &str) -> bool {
    let mut single = false;
    let mut double = false;
    let mut escaped = false;
    let mut after = text;
    while let Some(c) = after.chars().next() {
        let rest = after.get(c.len_utf8()..).unwrap_or_default();
        if c == '$' && (single || escaped) && mentioned_variables(after).next() == Some(name) {
            return true;
        }
        match c {
            '\\' if !single => {
                escaped = !escaped;
                after = rest;
                continue;
            }
            '\'' if !double && !escaped => single = !single,
            '"' if !single && !escaped => double = !double,
            _ => {}
        }
        escaped = false;
        after = rest;
    }
    text.contains("<<'") || text.contains("<<\"")
}

/// Whether a step adds files or programs to the image that are unknown, and so may read any variable.
fn may_read_variables(draft: &StepDraft<'_, '_>, semantics: &Semantics<'_>) -> bool {
    match draft.instruction.kind {
        Kind::Copy | Kind::Add => true,
        Kind::Run => draft.run.is_none_or(|run| {
            run.script.reading != ParseOutcome::Complete
                || run
                    .script
                    .commands
                    .iter()
                    .any(|command| effects::command_effects(command, semantics.file.source).unknown)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn follows_passed_variables() {
        for (text, expected) in [
            ("RUN curl $A", false),
            ("RUN curl \"$A\"", false),
            ("RUN echo '$A' > run.sh", true),
            ("RUN echo \"\\$A\" > run.sh", true),
            ("RUN echo \"it's $A\"", false),
            ("RUN echo '$B' $A", false),
            ("RUN cat <<'EOF' > x\n$A\nEOF", true),
        ] {
            assert_eq!(passes_name_unexpanded(text, "A"), expected, "{text}");
        }
    }

    #[test]
    fn keeps_runtime_variables() {
        for (text, expected) in [
            ("FROM debian:12\nENV X_VERSION=1\nRUN echo $X_VERSION\n", Some(false)),
            ("FROM debian:12\nENV X_VERSION=1\nRUN ./x $X_VERSION\n", Some(true)),
            ("FROM debian:12\nENV X_VERSION=1\nCOPY a-$X_VERSION /a\n", Some(true)),
            ("FROM example.com/a\nENV X_VERSION=1\nRUN echo $X_VERSION\n", Some(true)),
            ("FROM debian:12\nENV DEBIAN_FRONTEND=noninteractive\nRUN true\n", Some(false)),
            ("FROM debian:12\nENV X_VERSION=1\nRUN true\n", None),
            ("FROM debian:12\nENV X_VERSION=1\nRUN echo $X_VERSION\nCMD run $X_VERSION\n", None),
            ("FROM debian:12\nENV X_VERSION=1\nRUN echo $X_VERSION\nLABEL v=$X_VERSION\n", None),
            ("FROM debian:12\nENV X_VERSION=1\nRUN echo '$X_VERSION' > run\n", None),
            ("FROM debian:12\nARG X_VERSION\nENV X_VERSION=$X_VERSION\nRUN echo $X_VERSION\n", None),
            ("ARG X_VERSION\nFROM debian:12\nENV X_VERSION=1\nRUN echo $X_VERSION\n", None),
            ("FROM debian:12\nENV X_VERSION=1\nENV X_VERSION=2\nRUN echo $X_VERSION\n", None),
            ("FROM debian:12\nENV X_HOME=/x\nRUN echo $X_HOME\n", None),
            ("FROM python:3.12\nENV PYTHON_VERSION=1\nRUN echo $PYTHON_VERSION\n", None),
            ("FROM debian:12\nENV X_VERSION=1\nONBUILD RUN echo $X_VERSION\nRUN echo $X_VERSION\n", None),
            (
                "FROM debian:12 AS a\nENV X_VERSION=1\nRUN echo $X_VERSION\nFROM scratch\nCOPY --from=a /a /\n",
                None,
            ),
        ] {
            let file = syntax::parse(text.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let outline = StepOutline::new(&semantics, None).expect("it has a stage");
            let found = find_build_variables(&outline);
            assert_eq!(found.first().map(|one| one.reader.is_some()), expected, "{text}");
        }
    }
}
