//! Environment variables with which programs do not verify certificates.

use super::{Off, suggestion};
use crate::diagnostic::Edit;
use crate::rule::Checker;
use crate::rules::fixes::place;
use crate::semantic::assigned::assigned_by;
use crate::semantic::{Run, Semantics, View, settings};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind};

/// A variable, and the values that turn the check off.
struct Variable {
    /// In upper case, with `_`.
    name: &'static str,
    off: Values,
    /// What to use instead.
    instead: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    /// Exactly this.
    Is(&'static str),
    Any,
    NotEmpty,
    True,
}

const CA_BUNDLE: &str = "add the CA certificate and run `update-ca-certificates` instead";

static VARIABLES: [Variable; 13] = [
    Variable {
        name: "NODE_TLS_REJECT_UNAUTHORIZED",
        off: Values::Is("0"),
        instead: "trust the CA with `NODE_EXTRA_CA_CERTS` instead",
    },
    Variable {
        name: "GIT_SSL_NO_VERIFY",
        off: Values::Any,
        instead: "trust the CA with `git config --system http.sslCAInfo` instead",
    },
    Variable {
        name: "NPM_CONFIG_STRICT_SSL",
        off: Values::Is("false"),
        instead: "trust the CA with `npm config set cafile` instead",
    },
    Variable {
        name: "PIP_TRUSTED_HOST",
        off: Values::NotEmpty,
        instead: "trust the CA with `PIP_CERT` instead",
    },
    Variable {
        name: "UV_INSECURE_HOST",
        off: Values::NotEmpty,
        instead: "trust the CA with `SSL_CERT_FILE` instead",
    },
    Variable { name: "PYTHONHTTPSVERIFY", off: Values::Is("0"), instead: CA_BUNDLE },
    Variable { name: "GOINSECURE", off: Values::NotEmpty, instead: CA_BUNDLE },
    Variable {
        name: "CONDA_SSL_VERIFY",
        off: Values::Is("false"),
        instead: "set `ssl_verify` to the path of the CA certificate instead",
    },
    Variable {
        name: "YARN_ENABLE_STRICT_SSL",
        off: Values::Is("false"),
        instead: "trust the CA with `YARN_HTTPS_CA_FILE_PATH` instead",
    },
    Variable {
        name: "BUNDLE_SSL_VERIFY_MODE",
        off: Values::Is("0"),
        instead: "trust the CA with `BUNDLE_SSL_CA_CERT` instead",
    },
    Variable {
        name: "PERL_LWP_SSL_VERIFY_HOSTNAME",
        off: Values::Is("0"),
        instead: "trust the CA with `PERL_LWP_SSL_CA_FILE` instead",
    },
    Variable {
        name: "VAULT_SKIP_VERIFY",
        off: Values::True,
        instead: "trust the CA with `VAULT_CACERT` instead",
    },
    Variable {
        name: "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION",
        off: Values::True,
        instead: "trust the CA with `REQUESTS_CA_BUNDLE` instead",
    },
];

/// The variable, if this value turns a check off.
fn off(name: &str, value: &str, semantics: &Semantics<'_>, offset: u32) -> Option<&'static Variable> {
    let value = value.trim();
    let lower = name.to_ascii_lowercase();
    // npm reads its settings from variables of any case, with `-` or `_`.
    let upper = if lower.starts_with("npm_config_") {
        lower.replace('-', "_").to_ascii_uppercase()
    } else {
        name.to_string()
    };
    let variable = VARIABLES.iter().find(|variable| variable.name == upper)?;
    let is_off = match variable.off {
        Values::Is(only) => value.eq_ignore_ascii_case(only),
        Values::Any => true,
        Values::NotEmpty => !value.is_empty(),
        Values::True => matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "t"),
    };
    (is_off && (variable.name != "PYTHONHTTPSVERIFY" || has_python_2(semantics, offset))).then_some(variable)
}

/// Only Python 2 reads `PYTHONHTTPSVERIFY`.
fn has_python_2(semantics: &Semantics<'_>, offset: u32) -> bool {
    let Some(stage) = semantics.stage_at(offset) else { return false };
    let image =
        semantics.chain(stage.index).last().map(|root| root.image.text().to_string()).unwrap_or_default();
    let (name, tag) = image.rsplit_once(':').unwrap_or((&image, ""));
    let name = name.rsplit('/').next().unwrap_or_default();
    let by_image =
        matches!(name, "python" | "pypy") && (tag == "2" || tag.starts_with("2.") || tag.starts_with("2-"));
    let installs = |text: &str| {
        text.starts_with("python2") || matches!(text, "python-pip" | "python-dev" | "python-setuptools")
    };
    by_image
        || semantics.runs.iter().filter(|run| run.stage == Some(stage.index)).any(|run| {
            run.script
                .commands
                .iter()
                .any(|command| command.arguments().iter().any(|word| installs(&word.text)))
        })
}

fn message(variable: &Variable, name: &str, value: &str, place: &str) -> String {
    if variable.off == Values::Any {
        return "`GIT_SSL_NO_VERIFY` disables certificate checks, whatever its value".to_string();
    }
    format!("`{name}={}` disables certificate checks {place}", value.replace('`', "'"))
}

pub fn find_in_run(cx: &Checker<'_>, run: &Run<'_>, found: &mut Vec<Off>) {
    for set in assigned_by(run, cx.file.source) {
        let value = set.value.as_deref().unwrap_or(if set.name.contains("TRUSTED_HOST") { "x" } else { "$" });
        let Some(variable) = off(&set.name, value, cx.semantics, run.outer.span.start) else { continue };
        let place = if set.command.is_some() { "in this command" } else { "in the rest of this `RUN`" };
        found.push(Off {
            anchor: run.outer.span,
            span: set.span,
            message: message(variable, &set.name, set.value.as_deref().unwrap_or("…"), place),
            help: variable.instead.to_string(),
            lasting: false,
            fix: None,
        });
    }
}

pub fn find_in_instruction(cx: &Checker<'_>, outer: &Instruction<'_>, found: &mut Vec<Off>) {
    let instruction = match &outer.arguments {
        Arguments::Onbuild(inner) => inner,
        _ => outer,
    };
    let start = outer.span.start;
    match &instruction.arguments {
        Arguments::Declarations(names) => {
            for one in names {
                let Some(default) = &one.default else { continue };
                let value = default.text.replace(['"', '\''], "");
                let Some(variable) = off(&one.name.text, &value, cx.semantics, start) else { continue };
                found.push(Off {
                    anchor: outer.span,
                    span: one.name.span.to(default.span),
                    message: message(variable, &one.name.text, &value, "during the build"),
                    help: variable.instead.to_string(),
                    lasting: false,
                    fix: None,
                });
            }
        }
        Arguments::Pairs { pairs, .. } if instruction.kind == Kind::Env => {
            let settings = settings(cx.file, instruction, View::Exact);
            for setting in &settings {
                let environment = &cx.semantics.build.scopes;
                let value = match setting.value.strip_prefix('$') {
                    Some(name) => {
                        let name = name.trim_matches(['{', '}']);
                        let binding = environment.get(environment.before(start), name);
                        binding.and_then(|binding| binding.value.as_deref()).unwrap_or("$").to_string()
                    }
                    None => setting.value.clone(),
                };
                let Some(variable) = off(&setting.key, &value, cx.semantics, start) else { continue };
                let stays = cx.semantics.stays_at(start);
                let lasting = stays && !is_reset(cx, outer, &setting.key);
                let place = if lasting { "in every container" } else { "in this stage" };
                let span = setting.pair.key.span.to(setting.pair.value.span);
                let edits = if pairs.len() == 1 {
                    place::deletion(outer, cx.file.source).edits
                } else {
                    vec![super::without_word(span, cx.file.source)]
                };
                found.push(Off {
                    anchor: outer.span,
                    span,
                    message: message(variable, &setting.key, &value, place),
                    help: variable.instead.to_string(),
                    lasting,
                    fix: fix(edits, &setting.key, outer, instruction),
                });
            }
        }
        _ => {}
    }
}

fn fix(
    edits: Vec<Edit>,
    name: &str,
    outer: &Instruction<'_>,
    inner: &Instruction<'_>,
) -> Option<crate::diagnostic::Fix> {
    let direct = outer.span == inner.span && !edits.iter().any(|edit| edit.span == Span::default());
    direct.then(|| {
        suggestion(format!("remove `{name}`"), edits, "whether the image trusts the CA of the hosts")
    })
}

/// Whether a later ENV of the stage sets the variable to a value that leaves the check on.
fn is_reset(cx: &Checker<'_>, env: &Instruction<'_>, name: &str) -> bool {
    let stage = cx.semantics.stage_at(env.span.start).map(|stage| stage.index);
    let later =
        cx.file.instructions().filter(|other| other.kind == Kind::Env && other.span.start > env.span.start);
    later
        .filter(|other| cx.semantics.stage_at(other.span.start).map(|stage| stage.index) == stage)
        .flat_map(|other| {
            settings(cx.file, other, View::Exact).into_iter().map(|one| (other.span.start, one))
        })
        .any(|(start, one)| one.key == name && off(&one.key, &one.value, cx.semantics, start).is_none())
}
