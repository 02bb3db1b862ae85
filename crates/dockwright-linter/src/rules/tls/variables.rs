//! Environment variables with which programs do not verify certificates.

use super::{DisabledVerification, suggest_fix};
use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::rules::fixes::instruction_edit;
use crate::semantic::assignments::find_assignments;
use crate::semantic::paths::base_name;
use crate::semantic::{Run, Semantics, View, parse_settings};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind};

/// A variable, and the values that turn the check off.
struct DisablingVariable {
    /// In upper case, with `_`.
    name: &'static str,
    off: DisablingValues,
    /// What to use instead.
    instead: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DisablingValues {
    /// Exactly this value.
    Is(&'static str),
    Any,
    NotEmpty,
    True,
}

const CA_BUNDLE: &str = "add the CA certificate and run `update-ca-certificates` instead";

static VARIABLES: [DisablingVariable; 13] = [
    DisablingVariable {
        name: "NODE_TLS_REJECT_UNAUTHORIZED",
        off: DisablingValues::Is("0"),
        instead: "trust the CA with `NODE_EXTRA_CA_CERTS` instead",
    },
    DisablingVariable {
        name: "GIT_SSL_NO_VERIFY",
        off: DisablingValues::Any,
        instead: "trust the CA with `git config --system http.sslCAInfo` instead",
    },
    DisablingVariable {
        name: "NPM_CONFIG_STRICT_SSL",
        off: DisablingValues::Is("false"),
        instead: "trust the CA with `npm config set cafile` instead",
    },
    DisablingVariable {
        name: "PIP_TRUSTED_HOST",
        off: DisablingValues::NotEmpty,
        instead: "trust the CA with `PIP_CERT` instead",
    },
    DisablingVariable {
        name: "UV_INSECURE_HOST",
        off: DisablingValues::NotEmpty,
        instead: "trust the CA with `SSL_CERT_FILE` instead",
    },
    DisablingVariable { name: "PYTHONHTTPSVERIFY", off: DisablingValues::Is("0"), instead: CA_BUNDLE },
    DisablingVariable { name: "GOINSECURE", off: DisablingValues::NotEmpty, instead: CA_BUNDLE },
    DisablingVariable {
        name: "CONDA_SSL_VERIFY",
        off: DisablingValues::Is("false"),
        instead: "set `ssl_verify` to the path of the CA certificate instead",
    },
    DisablingVariable {
        name: "YARN_ENABLE_STRICT_SSL",
        off: DisablingValues::Is("false"),
        instead: "trust the CA with `YARN_HTTPS_CA_FILE_PATH` instead",
    },
    DisablingVariable {
        name: "BUNDLE_SSL_VERIFY_MODE",
        off: DisablingValues::Is("0"),
        instead: "trust the CA with `BUNDLE_SSL_CA_CERT` instead",
    },
    DisablingVariable {
        name: "PERL_LWP_SSL_VERIFY_HOSTNAME",
        off: DisablingValues::Is("0"),
        instead: "trust the CA with `PERL_LWP_SSL_CA_FILE` instead",
    },
    DisablingVariable {
        name: "VAULT_SKIP_VERIFY",
        off: DisablingValues::True,
        instead: "trust the CA with `VAULT_CACERT` instead",
    },
    DisablingVariable {
        name: "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION",
        off: DisablingValues::True,
        instead: "trust the CA with `REQUESTS_CA_BUNDLE` instead",
    },
];

/// The variable, if this value turns a check off.
fn variable_that_disables(
    name: &str,
    value: &str,
    semantics: &Semantics<'_>,
    offset: u32,
) -> Option<&'static DisablingVariable> {
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
        DisablingValues::Is(only) => value.eq_ignore_ascii_case(only),
        DisablingValues::Any => true,
        DisablingValues::NotEmpty => !value.is_empty(),
        DisablingValues::True => {
            matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "t")
        }
    };
    (is_off && (variable.name != "PYTHONHTTPSVERIFY" || has_python_2(semantics, offset))).then_some(variable)
}

/// Whether the stage has Python 2, by its base image or an install: only Python 2 reads `PYTHONHTTPSVERIFY`.
fn has_python_2(semantics: &Semantics<'_>, offset: u32) -> bool {
    let Some(stage) = semantics.stage_at(offset) else { return false };
    let image = semantics
        .stage_chain(stage.index)
        .last()
        .map(|root| root.image.text().to_string())
        .unwrap_or_default();
    let (name, tag) = image.rsplit_once(':').unwrap_or((&image, ""));
    let name = base_name(name);
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

fn variable_message(variable: &DisablingVariable, name: &str, value: &str, place: &str) -> String {
    if variable.off == DisablingValues::Any {
        return "`GIT_SSL_NO_VERIFY` disables certificate checks, whatever its value".to_string();
    }
    format!("`{name}={}` disables certificate checks {place}", value.replace('`', "'"))
}

pub(super) fn find_in_run(cx: &RuleChecker<'_>, run: &Run<'_>, found: &mut Vec<DisabledVerification>) {
    for set in find_assignments(run, cx.file.source) {
        let value = set.value.as_deref().unwrap_or(if set.name.contains("TRUSTED_HOST") { "x" } else { "$" });
        let Some(variable) = variable_that_disables(&set.name, value, cx.semantics, run.outer.span.start)
        else {
            continue;
        };
        let place = if set.command.is_some() { "in this command" } else { "in the rest of this `RUN`" };
        found.push(DisabledVerification {
            anchor: run.outer.span,
            span: set.span,
            message: variable_message(variable, &set.name, set.value.as_deref().unwrap_or("…"), place),
            help: variable.instead.to_string(),
            lasting: false,
            fix: None,
        });
    }
}

pub(super) fn find_in_instruction(
    cx: &RuleChecker<'_>,
    outer: &Instruction<'_>,
    found: &mut Vec<DisabledVerification>,
) {
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
                let Some(variable) = variable_that_disables(&one.name.text, &value, cx.semantics, start)
                else {
                    continue;
                };
                found.push(DisabledVerification {
                    anchor: outer.span,
                    span: one.name.span.enclosing_span(default.span),
                    message: variable_message(variable, &one.name.text, &value, "during the build"),
                    help: variable.instead.to_string(),
                    lasting: false,
                    fix: None,
                });
            }
        }
        Arguments::Pairs { pairs, .. } if instruction.kind == Kind::Env => {
            let settings = parse_settings(cx.file, instruction, View::Exact);
            for setting in &settings {
                let environment = &cx.semantics.build.scopes;
                let value = match setting.value.strip_prefix('$') {
                    Some(name) => {
                        let name = name.trim_matches(['{', '}']);
                        let binding = environment.get(environment.scope_before(start), name);
                        binding.and_then(|binding| binding.value.as_deref()).unwrap_or("$").to_string()
                    }
                    None => setting.value.clone(),
                };
                let Some(variable) = variable_that_disables(&setting.key, &value, cx.semantics, start) else {
                    continue;
                };
                let stays = cx.semantics.is_in_image_at(start);
                let lasting = stays && !is_check_restored_later(cx, outer, &setting.key);
                let place = if lasting { "in every container" } else { "in this stage" };
                let span = setting.pair.key.span.enclosing_span(setting.pair.value.span);
                let edits = if pairs.len() == 1 {
                    instruction_edit::delete_instruction(outer, cx.file.source).edits
                } else {
                    vec![super::delete_word(span, cx.file.source)]
                };
                found.push(DisabledVerification {
                    anchor: outer.span,
                    span,
                    message: variable_message(variable, &setting.key, &value, place),
                    help: variable.instead.to_string(),
                    lasting,
                    fix: variable_fix(edits, &setting.key, outer, instruction),
                });
            }
        }
        _ => {}
    }
}

fn variable_fix(
    edits: Vec<Edit>,
    name: &str,
    outer: &Instruction<'_>,
    inner: &Instruction<'_>,
) -> Option<crate::diagnostic::Fix> {
    let direct = outer.span == inner.span && !edits.iter().any(|edit| edit.span == Span::default());
    direct.then(|| {
        suggest_fix(format!("remove `{name}`"), edits, "the image may not trust the CA of the hosts")
    })
}

/// Whether a later ENV of the stage sets the variable to a value that leaves the check on.
fn is_check_restored_later(cx: &RuleChecker<'_>, env: &Instruction<'_>, name: &str) -> bool {
    let stage = cx.semantics.stage_at(env.span.start).map(|stage| stage.index);
    let later =
        cx.file.instructions().filter(|other| other.kind == Kind::Env && other.span.start > env.span.start);
    later
        .filter(|other| cx.semantics.stage_at(other.span.start).map(|stage| stage.index) == stage)
        .flat_map(|other| {
            parse_settings(cx.file, other, View::Exact).into_iter().map(|one| (other.span.start, one))
        })
        .any(|(start, one)| {
            one.key == name && variable_that_disables(&one.key, &one.value, cx.semantics, start).is_none()
        })
}
