//! DW3004: a secret that a RUN gets, and that stays in its layer.

use std::borrow::Cow;

use crate::diagnostic::{FixOrReason, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::kept_secret::{NO_FIX, delete_url_section, mount_secret_file_fix};
use crate::semantic::assignments::find_assignments;
use crate::semantic::secrets::{ReceivedSecret, SecretStore, deletes_setting, is_deletion, prints_its_input};
use crate::semantic::written_text::{WrittenText, find_written_text, output_files};
use crate::semantic::{Run, layer_contents};
use crate::shell::ShellCommand;
use crate::source::Span;

pub(crate) static RULE: Rule = Rule {
    code: "DW3004",
    name: "secret-kept-in-layer",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3004.md"),
    ..Rule::SECURITY
};

/// Directories that every image has.
const DIRECTORIES: [&str; 10] =
    [".", "~", "/etc", "/home", "/opt", "/root", "/srv", "/tmp", "/usr/local/bin", "/var/tmp"];

/// A secret that stays in the layer.
struct SecretInLayer {
    span: Span,
    /// The program that stores it, if it is not the file itself.
    by: Option<String>,
    file: String,
    secret: String,
    fix: FixOrReason,
}

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    for run in runs {
        let secrets = ReceivedSecret::find(cx.semantics, run);
        if secrets.is_empty() {
            continue;
        }
        let written = find_written_text(run, cx.file.source);
        let mut reported: Vec<String> = Vec::new();
        for (index, command) in run.script.commands.iter().enumerate() {
            let secrets = &secrets;
            let Some(found) = SecretCommand { cx, run, index, command, secrets }.find_kept_secret(&written)
            else {
                continue;
            };
            if reported.contains(&found.file) {
                continue;
            }
            report(cx, run, &found);
            reported.push(found.file);
        }
    }
}

fn report(cx: &mut RuleChecker<'_>, run: &Run<'_>, found: &SecretInLayer) {
    let place = if run.ships { "this layer" } else { "the build cache" };
    let quoted = |text: &str| format!("`{}`", text.replace('`', "'").replace(": ", ":"));
    let (file, secret) = (quoted(&found.file), quoted(&found.secret));
    let message = match &found.by {
        Some(by) => format!("{} stores the secret {secret} in {file} in {place}", quoted(by)),
        None => format!("{file} stores the secret {secret} in {place}"),
    };
    let problem = cx.report_at(run.outer.span, found.span, message);
    if !run.ships {
        problem.severity = Severity::Info;
    }
    let help = match found.by.as_deref() {
        None if found.file.starts_with(['/', '~']) && !found.file.contains(['$', '*']) => {
            format!(
                "mount the file itself (`target={}`), or delete it in the same `RUN`",
                found.file.replacen('~', "/root", 1)
            )
        }
        None => "mount the file itself, or delete it in the same `RUN`".to_string(),
        Some("git clone") => "pass the secret with `git -c`, or delete `.git` in the same `RUN`".to_string(),
        Some(_) => {
            "mount the configuration file as a secret, or delete the setting in the same `RUN`".to_string()
        }
    };
    problem.help(help).fix_or_reason(found.fix.clone());
}

/// A command, and the secrets that its RUN gets.
struct SecretCommand<'r, 'a> {
    cx: &'r RuleChecker<'a>,
    run: &'r Run<'a>,
    /// The index of the command in the RUN.
    index: usize,
    command: &'r ShellCommand,
    secrets: &'r [ReceivedSecret],
}

impl SecretCommand<'_, '_> {
    /// How the command keeps one of the secrets; `None` if it does not.
    fn find_kept_secret(&self, written: &[WrittenText]) -> Option<SecretInLayer> {
        match self.command.name.as_deref()? {
            "cp" | "mv" | "install" => self.find_copied_secret(),
            "git" if self.command.operands().next().is_some_and(|word| word.text == "clone") => {
                self.find_cloned_secret()
            }
            name => match SecretStore::find(self.command) {
                Some(store) => self.find_stored_secret(store),
                None => self
                    .find_written_secret(written)
                    .or_else(|| if prints_its_input(name) { self.find_filtered_secret() } else { None }),
            },
        }
    }

    fn source_text(&self, span: Span) -> Cow<'_, str> {
        String::from_utf8_lossy(span.bytes(self.cx.file.source))
    }

    /// The first secret whose value is in an argument of the command.
    fn find_in_arguments(&self) -> Option<&ReceivedSecret> {
        let is_used = |secret: &&ReceivedSecret| {
            self.command.arguments().iter().any(|word| secret.is_expanded_in(&self.source_text(word.span)))
        };
        self.secrets.iter().find(is_used)
    }

    /// Whether the command reads the file of the secret as its standard input.
    fn is_redirected_from(&self, secret: &ReceivedSecret) -> bool {
        let reads = |span: &Span| {
            self.source_text(*span).strip_prefix('<').is_some_and(|file| secret.is_file(file.trim()))
        };
        self.command.redirections.iter().any(reads)
    }

    /// Whether the file is in the layer with the secret.
    fn is_kept_in_layer(&self, file: &str) -> bool {
        layer_contents::keeps_in_layer(self.run, file, self.index)
            && !layer_contents::is_deleted_or_overwritten(self.run, file, self.index, self.cx.file.source)
    }

    fn build_kept_secret(&self, file: String, secret: &ReceivedSecret, fix: FixOrReason) -> SecretInLayer {
        SecretInLayer { span: self.command.span, by: None, file, secret: secret.name.clone(), fix }
    }

    /// `cp /run/secrets/x /etc/x`, and `mv` and `install`.
    fn find_copied_secret(&self) -> Option<SecretInLayer> {
        let operands = self.command.operands_without_values_of(&["m", "o", "g", "mode", "owner", "group"]);
        let (target, sources) = operands.split_last()?;
        let (secret, from) = self
            .secrets
            .iter()
            .find_map(|secret| Some((secret, sources.iter().find(|word| secret.is_file(&word.text))?)))?;
        let is_directory = target.text.ends_with('/') || DIRECTORIES.contains(&target.text.as_str());
        let file = match Some(target.text.trim_end_matches('/')).filter(|_| is_directory) {
            Some(directory) => format!("{directory}/{}", from.text.rsplit('/').next().unwrap_or_default()),
            None => target.text.clone(),
        };
        self.is_kept_in_layer(&file).then(|| self.build_kept_secret(file, secret, Err(NO_FIX.into())))
    }

    /// `git clone https://$TOKEN@…`, which stores the address in `.git/config`.
    fn find_cloned_secret(&self) -> Option<SecretInLayer> {
        let source = self.cx.file.source;
        let secret = self.find_in_arguments()?;
        let operands =
            self.command.operands_without_values_of(&["b", "branch", "depth", "c", "config", "o", "j", "C"]);
        let is_stored =
            operands.iter().skip(1).any(|word| secret.is_expanded_in(&self.source_text(word.span)));
        let clone = match operands.get(2..) {
            Some([.., directory]) => directory.text.trim_end_matches('/').to_string(),
            _ => {
                let address = operands.get(1)?.text.trim_end_matches('/');
                address.rsplit('/').next()?.trim_end_matches(".git").to_string()
            }
        };
        let file = if clone == "." { ".git/config".to_string() } else { format!("{clone}/.git/config") };
        let is_deleted = ["", "/.git"].iter().any(|part| {
            layer_contents::is_deleted_or_overwritten(self.run, &format!("{clone}{part}"), self.index, source)
        }) || !layer_contents::keeps_in_layer(self.run, &file, self.index)
            || deletes_setting(self.run, "git", self.index);
        (is_stored && !is_deleted).then(|| SecretInLayer {
            by: Some("git clone".to_string()),
            ..self.build_kept_secret(file, secret, Err(NO_FIX.into()))
        })
    }

    /// Text with the secret that the command writes to a file.
    fn find_written_secret(&self, written: &[WrittenText]) -> Option<SecretInLayer> {
        let mut own = written.iter().filter(|one| one.command == self.index);
        let (file, secret) = own.find_map(|one| {
            let secret = self.find_secret_in_text(one)?;
            self.is_kept_in_layer(&one.path).then(|| (one.path.clone(), secret))
        })?;
        let fix = mount_secret_file_fix(self.cx, self.run, self.index, &file, secret, self.secrets);
        Some(self.build_kept_secret(file, secret, fix))
    }

    /// `cat SECRET > file`, `base64 -d < SECRET > file`.
    fn find_filtered_secret(&self) -> Option<SecretInLayer> {
        let reads = |secret: &&ReceivedSecret| {
            self.command.operands().any(|word| secret.is_file(&word.text)) || self.is_redirected_from(secret)
        };
        let secret = self.secrets.iter().find(reads)?;
        let mut files = output_files(self.run, self.index, self.cx.file.source).into_iter();
        let file = files.find(|file| self.is_kept_in_layer(file))?;
        Some(self.build_kept_secret(file, secret, Err(NO_FIX.into())))
    }

    /// The secret in the text that the command writes.
    fn find_secret_in_text(&self, written: &WrittenText) -> Option<&ReceivedSecret> {
        if self.command.is_any(&["echo", "printf", "sed"]) {
            return self.find_in_arguments();
        }
        let is_literal = self.command.redirections.iter().any(|span| {
            let text = self.source_text(*span);
            text.starts_with("<<") && !text.starts_with("<<<") && text.contains(['"', '\'', '\\'])
        });
        let lines = || written.lines.iter().map(|line| self.source_text(line.span));
        let is_in_lines = |secret: &&ReceivedSecret| lines().any(|line| secret.is_expanded_in_heredoc(&line));
        self.secrets.iter().find(is_in_lines).filter(|_| !is_literal)
    }

    /// A secret that a program stores in its configuration.
    fn find_stored_secret(&self, store: &SecretStore) -> Option<SecretInLayer> {
        let (run, command, source) = (self.run, self.command, self.cx.file.source);
        let is_fed = |secret: &&ReceivedSecret| {
            let by_word = command.arguments().iter().any(|word| {
                secret.is_expanded_in(&self.source_text(word.span))
                    || (command.is("gcloud")
                        && secret.is_file(word.text.split_once('=').map_or("", |(_, file)| file)))
            });
            let by_pipe = run.script.commands_piped_into(self.index, source).into_iter().any(|left| {
                let words = run.script.commands.get(left).map(ShellCommand::arguments).unwrap_or_default();
                words.iter().any(|word| {
                    secret.is_file(&word.text) || secret.is_expanded_in(&self.source_text(word.span))
                })
            });
            by_word || self.is_redirected_from(secret) || by_pipe
        };
        let secret = self.secrets.iter().find(is_fed)?;
        let program = command.name.as_deref().unwrap_or_default();
        let is_local = program == "git" && !command.has_flag("global") && !command.has_flag("system");
        let file = if is_local { ".git/config" } else { store.file };
        // If its configuration file is elsewhere, the program stores the secret there.
        let moved = find_assignments(run, source).into_iter().find_map(|one| {
            let is_file = ["userconfig", "config_file", "config_global", "docker_config"];
            let name = one.name.to_lowercase();
            is_file.iter().any(|part| name.ends_with(part)).then_some(one.value).flatten()
        });
        let file = moved.unwrap_or_else(|| file.to_string());
        let reads = command.has_flag("get") || is_deletion(command);
        if reads || !self.is_kept_in_layer(&file) || deletes_setting(run, program, self.index) {
            return None;
        }
        let by = format!("{program} {}", store.operands.join(" "));
        let fix = if is_local { Err(NO_FIX.into()) } else { delete_url_section(self.cx, run, command) };
        Some(SecretInLayer { by: Some(by), ..self.build_kept_secret(file, secret, fix) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn secrets_that_stay() {
        check_problem_counts(
            &RULE,
            &[
                (
                    1,
                    "RUN --mount=type=secret,id=gh git config --global url.\"https://$(cat /run/secrets/gh)@github.com/\".insteadOf https://github.com/ && cargo fetch",
                ),
                (
                    1,
                    "RUN --mount=type=secret,id=gh if [ -s /run/secrets/gh ]; then export T=$(cat /run/secrets/gh) && git config --global url.\"https://$T@github.com\".insteadOf \"https://github.com\"; fi && cargo build",
                ),
                (
                    1,
                    "ARG SSH_PRIVATE_KEY\nRUN mkdir -p /root/.ssh && echo \"$SSH_PRIVATE_KEY\" > /root/.ssh/id_rsa\nRUN rm /root/.ssh/id_rsa",
                ),
                (1, "RUN --mount=type=secret,id=x cp /run/secrets/x /etc/x"),
                (1, "RUN --mount=type=secret,id=x install -m 600 /run/secrets/x /etc/x/"),
                (1, "RUN --mount=type=secret,id=x cat /run/secrets/x > /etc/x"),
                (1, "RUN --mount=type=secret,id=x base64 -d < /run/secrets/x | tee /etc/x"),
                (
                    1,
                    "RUN --mount=type=secret,id=db cat <<E > /etc/app.conf\npassword=$(cat /run/secrets/db)\nE",
                ),
                (1, "ARG TOKEN\nRUN git clone https://$TOKEN@github.com/a/b"),
                (1, "ARG TOKEN\nRUN git clone --depth 1 https://x:${TOKEN}@github.com/a/b.git /src"),
                (
                    1,
                    "ARG NPM_TOKEN\nRUN echo \"//r.net/:_authToken=${NPM_TOKEN}\" > ~/.npmrc && npm ci\nRUN rm ~/.npmrc",
                ),
                (1, "ARG NPM_TOKEN\nRUN npm config set //r.net/:_authToken $NPM_TOKEN && npm ci"),
                (
                    1,
                    "RUN --mount=type=secret,id=p,env=P pip config set global.index-url https://u:$P@x.net/simple",
                ),
                (1, "RUN --mount=type=secret,id=p docker login -u a --password-stdin x.net < /run/secrets/p"),
                (
                    1,
                    "RUN --mount=type=secret,id=p cat /run/secrets/p | docker login -u a --password-stdin x.net",
                ),
                (
                    1,
                    "RUN --mount=type=secret,id=k gcloud auth activate-service-account --key-file=/run/secrets/k",
                ),
                (1, "RUN --mount=type=secret,id=k,env=K sed -i \"s/KEY/$K/\" /etc/app.conf"),
                (0, "ARG TOKEN\nRUN git clone https://$TOKEN@github.com/a/b && rm -rf b/.git"),
                (
                    0,
                    "ARG TOKEN\nRUN git clone https://$TOKEN@github.com/a/b && make -C b install && rm -rf b",
                ),
                (
                    0,
                    "ARG TOKEN\nRUN git clone https://$TOKEN@github.com/a/b && cd b && git remote set-url origin https://github.com/a/b",
                ),
                (
                    0,
                    "ARG TOKEN\nRUN git -c url.\"https://$TOKEN@github.com/\".insteadOf=https://github.com/ clone https://github.com/a/b",
                ),
                (0, "RUN --mount=type=secret,id=x cat /run/secrets/x > /dev/null"),
                (
                    0,
                    "RUN --mount=type=secret,id=x --mount=type=tmpfs,target=/root cp /run/secrets/x /root/.x",
                ),
                (0, "RUN --mount=type=secret,id=x cp /run/secrets/x /dev/shm/x"),
                (0, "RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci"),
                (
                    0,
                    "RUN --mount=type=secret,id=T export GH_TOKEN=$(cat /run/secrets/T); curl -H \"Authorization: Bearer $GH_TOKEN\" https://x.net -o /a",
                ),
                (0, "ARG NPM_TOKEN\nRUN echo '//r.net/:_authToken=${NPM_TOKEN}' > .npmrc && npm ci"),
                (0, "ARG NPM_TOKEN\nRUN echo \"//r.net/:_authToken=\\${NPM_TOKEN}\" > .npmrc && npm ci"),
                (0, "ARG NPM_TOKEN\nRUN cat <<'E' > .npmrc\n//r.net/:_authToken=${NPM_TOKEN}\nE"),
                (0, "ARG TOKEN_URL\nRUN echo $TOKEN_URL > /etc/url"),
                (
                    0,
                    "ARG NPM_TOKEN\nRUN echo \"//r.net/:_authToken=${NPM_TOKEN}\" > ~/.npmrc && npm ci && rm -f ~/.npmrc",
                ),
                (
                    0,
                    "ARG NPM_TOKEN\nRUN trap 'rm -f ~/.npmrc' EXIT; echo \"_auth=$NPM_TOKEN\" > ~/.npmrc && npm ci",
                ),
                (
                    0,
                    "ARG NPM_TOKEN\nRUN npm config set //r.net/:_authToken $NPM_TOKEN && npm ci && npm config delete //r.net/:_authToken",
                ),
                (
                    0,
                    "ARG NPM_TOKEN\nRUN NPM_CONFIG_USERCONFIG=/dev/shm/x npm config set //r.net/:_authToken $NPM_TOKEN",
                ),
                (
                    0,
                    "RUN --mount=type=secret,id=x sha256sum /run/secrets/x > /etc/sum && test -s /run/secrets/x",
                ),
                (0, "RUN --mount=type=secret,id=x ln -s /run/secrets/x /etc/x"),
                (0, "RUN --mount=type=secret,id=k sbsign --key /run/secrets/k --output /a /b"),
                (0, "ARG NPM_TOKEN=x\nRUN echo $NPM_TOKEN > /a"),
            ],
        );
    }

    #[test]
    fn messages_name_the_place() {
        let clone = find_problems(
            &RULE,
            "FROM debian:12 AS b\nARG TOKEN\nRUN git clone https://$TOKEN@x.net/a/src\nFROM debian:12\nCOPY --from=b /a /a",
        );
        assert_eq!(
            clone[0].message,
            "`git clone` stores the secret `TOKEN` in `src/.git/config` in the build cache"
        );
        assert_eq!(clone[0].severity, Severity::Info);
        let file = find_problems(
            &RULE,
            "RUN --mount=type=secret,id=npm_token cat /run/secrets/npm_token > /root/.npmrc",
        );
        assert_eq!(file[0].message, "`/root/.npmrc` stores the secret `npm_token` in this layer");
    }
}
