//! [`ReceivedSecret`]: the secrets that a RUN receives, and the text that contains them.

use crate::semantic::assignments::find_assignments;
use crate::semantic::{Run, Semantics};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, MountKey};

/// A secret that a RUN receives through a mount or a build argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedSecret {
    /// The ID of the mount, or the name of the build argument.
    pub name: String,
    /// The flag, if it is a mount.
    pub mount: Option<Span>,
    /// The file of the mount.
    path: Option<String>,
    /// The variables that hold it.
    variables: Vec<String>,
}

/// Programs whose output contains their input.
const PASSES_ON: [&str; 14] = [
    "cat", "echo", "printf", "base64", "tr", "sed", "head", "tail", "cut", "jq", "grep", "awk", "tee",
    "envsubst",
];

impl ReceivedSecret {
    /// The secrets of a RUN. None in exec form, where no shell expands variables.
    #[must_use]
    pub fn find(semantics: &Semantics<'_>, run: &Run<'_>) -> Vec<Self> {
        if matches!(&run.instruction.arguments, Arguments::Command(CommandLine::Exec { .. })) {
            return Vec::new();
        }
        let mut found: Vec<Self> = mounted_secrets(run).collect();
        for name in semantics.secret_arguments().names_used_in(semantics, run) {
            found.push(Self { variables: vec![name.clone()], name, mount: None, path: None });
        }
        if found.is_empty() {
            return found;
        }
        // A variable that is set from a secret contains it, too.
        let source = semantics.file.source;
        let mut assigned = find_assignments(run, source);
        assigned.sort_by_key(|one| one.span);
        for one in assigned {
            let text = String::from_utf8_lossy(one.span.bytes(source)).into_owned();
            let value = text.split_once('=').map_or("", |(_, value)| value);
            if let Some(at) = found.iter().position(|secret| secret.is_expanded_in(value)) {
                found.get_mut(at).into_iter().for_each(|secret| secret.variables.push(one.name.clone()));
            }
        }
        found
    }

    /// Whether the word is the file of the mount.
    #[must_use]
    pub fn is_file(&self, word: &str) -> bool {
        self.path.as_deref() == Some(word.trim_matches(['"', '\'']))
    }

    /// Whether the word, as written in shell text, expands to something that contains the secret.
    #[must_use]
    pub fn is_expanded_in(&self, word: &str) -> bool {
        self.expands_secret(word, true)
    }

    /// Like [`Self::is_expanded_in`], but for the body of a heredoc, where quotes have no effect.
    #[must_use]
    pub fn is_expanded_in_heredoc(&self, line: &str) -> bool {
        self.expands_secret(line, false)
    }

    fn expands_secret(&self, text: &str, quotes_count: bool) -> bool {
        let (mut single, mut double) = (false, false);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let c = rest.chars().next().unwrap_or_default();
            at += c.len_utf8();
            match c {
                '\\' if !single => {
                    at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                }
                '\'' if quotes_count && !double => single = !single,
                '"' if quotes_count && !single => double = !double,
                '$' | '`' if !single => {
                    if let Some(inner) = leading_substitution(rest) {
                        if self.is_in_output_of(inner) {
                            return true;
                        }
                        at += inner.len() + usize::from(c == '$');
                    } else if leading_variable(rest)
                        .is_some_and(|name| self.variables.iter().any(|own| own == name))
                    {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Whether the output of a command substitution contains the secret.
    fn is_in_output_of(&self, commands: &str) -> bool {
        let commands = commands.trim();
        if let Some(file) = commands.strip_prefix('<') {
            return self.is_file(file.trim());
        }
        commands.split('|').all(|command| {
            let name = command.split_whitespace().next().unwrap_or_default();
            PASSES_ON.contains(&name.rsplit('/').next().unwrap_or(name))
        }) && (commands.split_whitespace().any(|word| self.is_file(word.trim_start_matches('<')))
            || self.is_expanded_in(commands))
    }
}

/// Whether the output of the program contains its input.
#[must_use]
pub fn prints_its_input(program: &str) -> bool {
    PASSES_ON.contains(&program)
}

fn mounted_secrets(run: &Run<'_>) -> impl Iterator<Item = ReceivedSecret> {
    run.mounts.iter().filter(|mount| mount.kind() == "secret").filter_map(|mount| {
        let target = mount.target().map(|word| word.text.to_string());
        let variable = mount.value(MountKey::Env).map(|word| word.text.to_string());
        let last = |path: &String| path.rsplit('/').next().unwrap_or_default().to_string();
        let id = mount.id().map(|word| word.text.to_string()).or_else(|| target.as_ref().map(last))?;
        // With `env`, there is a file only if a target is given.
        let path = match (&target, &variable) {
            (None, Some(_)) => None,
            (Some(target), _) if target.starts_with('/') => Some(target.clone()),
            (Some(target), _) => Some(format!("/run/secrets/{target}")),
            (None, None) => Some(format!("/run/secrets/{id}")),
        };
        Some(ReceivedSecret {
            name: id,
            mount: Some(mount.span),
            path,
            variables: variable.into_iter().collect(),
        })
    })
}

/// The commands of the substitution at the start of the text.
fn leading_substitution(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('`') {
        return rest.find('`').and_then(|end| rest.get(..end));
    }
    let rest = text.strip_prefix("$(")?;
    let mut depth = 1usize;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(..at);
        }
    }
    None
}

/// The name of the variable at the start of the text.
fn leading_variable(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let (rest, in_braces) = match rest.strip_prefix('{') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end)?;
    // `${NAME:+text}` means the text.
    let replaces = in_braces && (after.starts_with('+') || after.starts_with(":+"));
    (!name.is_empty() && !replaces).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn reaches_word(instructions: &str, word: &str) -> bool {
        let text = format!("FROM debian\n{instructions}\n");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let run = semantics.runs.first().expect("a RUN");
        ReceivedSecret::find(&semantics, run).iter().any(|secret| secret.is_expanded_in(word))
    }

    #[test]
    fn secrets_are_followed_into_text() {
        let mount = "RUN --mount=type=secret,id=a x";
        let env = "RUN --mount=type=secret,id=a,env=T x";
        let arg = "ARG API_TOKEN\nRUN x https://$API_TOKEN@x.net";
        for (run, word, expected) in [
            (mount, "$(cat /run/secrets/a)", true),
            (mount, "\"x $(cat /run/secrets/a | base64 -w0) y\"", true),
            (mount, "`cat /run/secrets/a`", true),
            (mount, "$(< /run/secrets/a)", true),
            (mount, "$(sha256sum /run/secrets/a)", false),
            (mount, "$(cat /run/secrets/b)", false),
            (mount, "'$(cat /run/secrets/a)'", false),
            (mount, "/run/secrets/a", false),
            (env, "$T", true),
            (env, "\"a'$T'\"", true),
            (env, "'$T'", false),
            (env, "\\$T", false),
            (env, "${T:-x}", true),
            (env, "${T:+x}", false),
            (env, "$TT", false),
            (env, "$(curl -H \"$T\" https://x.net)", false),
            (env, "$(echo \"$T\" | base64)", true),
            (arg, "https://$API_TOKEN@x.net", true),
            ("ARG API_TOKEN=x\nRUN x", "$API_TOKEN", false),
            ("ARG TOKEN_URL\nRUN x", "$TOKEN_URL", false),
            ("RUN --mount=type=secret,id=a export T=\"$(cat /run/secrets/a)\" && x", "$T", true),
            ("RUN --mount=type=secret,id=a T=$(cat /run/secrets/a) U=x$T y", "$U", true),
            ("RUN --mount=type=secret,id=a,target=/x y", "$(cat /x)", true),
            ("RUN [\"x\", \"$T\"]", "$T", false),
        ] {
            assert_eq!(reaches_word(run, word), expected, "{run}: {word}");
        }
    }
}
