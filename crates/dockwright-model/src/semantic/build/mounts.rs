//! Processes the mounts and devices of RUN.

use super::pass::BuildPass;
use super::{BuildConversionStep, BuildRefusal, InstructionSite};
use crate::semantic::convert::{parse_bool, size};
use crate::semantic::expand;

use crate::semantic::scope::ScopeId;
use crate::source::Span;
use crate::syntax::{DirectiveKind, Mount, MountField, MountKey, closest_spelling, quote_excerpt};

const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];
/// The types of mounts.
pub(crate) const TYPES: [&str; 5] = ["bind", "cache", "tmpfs", "secret", "ssh"];
/// The values of `sharing=`.
pub const SHARINGS: [&str; 3] = ["shared", "private", "locked"];

/// The fields of a mount that have been read so far.
#[derive(Debug, Default)]
struct ParsedMountFields {
    kind: String,
    /// The keys with a value that is not empty.
    given: Vec<MountKey>,
    target: Option<String>,
    sharing: Option<Span>,
    /// The first of `mode`, `uid`, `gid`, with its key.
    file_info: Option<(Span, String)>,
    certain: bool,
    known: bool,
}

impl<'a> BuildPass<'a, '_> {
    pub(super) fn process_run_flags(&mut self, site: &InstructionSite<'a>, scope: ScopeId) {
        // Devices are checked only if the builder supports them, so their errors are never certain.
        for flag in site.instruction.flags.iter().filter(|flag| flag.name.text == "device") {
            if !self.uses_labs_frontend() {
                let message = "`--device` requires the labs channel of the Dockerfile frontend";
                let refusal = BuildRefusal::new(
                    BuildConversionStep::Dispatch,
                    site.anchor,
                    site.report_span(flag.span),
                    message,
                )
                .help("start the file with `# syntax=docker/dockerfile:1-labs`");
                self.record_refusal(refusal.with_certainty(false, false));
            }
        }
        for mount in site.instruction.mounts() {
            self.process_mount(site, scope, &mount);
        }
    }

    /// Whether the file selects a labs frontend.
    fn uses_labs_frontend(&self) -> bool {
        self.file.directives().any(|directive| {
            directive.kind == DirectiveKind::Syntax
                && directive.is_effective
                && (directive.value.text.contains("-labs")
                    || directive.value.text.contains(":labs")
                    || !directive.value.text.contains("docker/dockerfile"))
        })
    }

    fn process_mount(&mut self, site: &InstructionSite<'a>, scope: ScopeId, mount: &Mount<'_>) {
        let mut state = ParsedMountFields {
            kind: "bind".to_string(),
            certain: true,
            known: true,
            ..ParsedMountFields::default()
        };
        for field in &mount.fields {
            let span = site.report_span(field.span);
            if let (Some(MountKey::From), Some(value)) = (field.key, &field.value)
                && !value.is_empty()
                && !value.text.contains('$')
            {
                self.resolve_copy_source(site, &value.text, span, None);
            }
            // The first wrong field ends the mount.
            let Some(fault) = self.read_mount_field(site, scope, field, &mut state) else { continue };
            let mut refusal =
                BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, span, fault.message)
                    .with_certainty(state.certain, state.known);
            refusal.error.help = fault.help;
            if field.key.is_none()
                && let Some(near) = closest_spelling(&field.name.text.to_lowercase(), &KEYS)
            {
                refusal = refusal.help(format!("did you mean `{near}`?"));
                if !site.fired {
                    refusal = refusal.with_suggestion(field.name.span, near);
                }
            }
            return self.record_refusal(refusal);
        }
        let whole = site.report_span(mount.span);
        if let Some((span, message, help)) = find_mount_fault(&state, whole) {
            let refusal =
                BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, span, message).help(help);
            return self.record_refusal(refusal.with_certainty(state.certain, state.known));
        }
        let directory = self.build.stages.get(site.stage).map(|stage| &stage.directory);
        if let Some(directory) = directory
            && matches!(state.kind.as_str(), "bind" | "cache" | "tmpfs")
        {
            let target = state.target.as_deref().unwrap_or_default();
            // BuildKit uses an absolute path unchanged.
            let absolute = target.starts_with('/');
            let over_root =
                if absolute { target == "/" } else { directory.join(target).as_deref() == Some("/") };
            if over_root {
                let below = "mount it to a directory below `/`";
                let (message, help) = if state.target.is_none() {
                    ("`--mount` has no `target`".to_string(), "add `target=PATH`")
                } else if absolute {
                    ("nothing can be mounted over `/`".to_string(), below)
                } else {
                    let target = quote_excerpt(target);
                    (format!("mount target {target} resolves to `/`, which cannot be mounted over"), below)
                };
                let certain = state.certain && (absolute || directory.certain);
                let refusal =
                    BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, whole, message).help(help);
                self.record_refusal(refusal.with_certainty(certain, state.known));
            }
        }
    }

    /// Reads one field; returns the error if it is refused.
    fn read_mount_field(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        field: &MountField<'_>,
        state: &mut ParsedMountFields,
    ) -> Option<FieldFault> {
        use MountKey::{
            Env, From, Gid, Id, Mode, ReadOnly, ReadWrite, Required, Sharing, Size, Source, Target, Type, Uid,
        };
        let name = field.name.text.to_lowercase();
        let kind = state.kind.as_str();
        let Some(raw) = &field.value else {
            return match field.key {
                Some(ReadOnly | ReadWrite) => None,
                Some(Required) if matches!(kind, "secret" | "ssh") => None,
                Some(Required) => Some(unsupported_option_fault("required", kind)),
                Some(_) => Some(FieldFault::new(
                    format!("mount option `{name}` has no value"),
                    format!("write `{name}=VALUE`"),
                )),
                None if name.is_empty() => {
                    Some(FieldFault::new("`--mount` contains an empty option", "remove the extra comma"))
                }
                None => Some(unknown_option_fault(&name)),
            };
        };
        let expansion = self.expand_word_part(site, scope, (raw, 0), &raw.text, expand::ExpansionMode::Word);
        let Ok(value) = &expansion.result else { return None };
        state.certain &= expansion.certain;
        state.known &= expansion.known;
        let span = site.report_span(field.span);
        let wrong = |advice: &str| {
            Some(FieldFault::new(format!("invalid value {} for `{name}`", quote_excerpt(value)), advice))
        };
        let Some(key) = field.key else { return Some(unknown_option_fault(&name)) };
        match key {
            Type => {
                let lower = value.to_lowercase();
                if !TYPES.contains(&lower.as_str()) {
                    return Some(FieldFault::new(
                        format!("unknown mount type {}", quote_excerpt(value)),
                        closest_spelling(&lower, &TYPES).map_or_else(
                            || format!("choose from `{}`", TYPES.join("`, `")),
                            |near| format!("did you mean `{near}`?"),
                        ),
                    ));
                }
                state.kind = lower;
            }
            From | Source | Id => {
                state.given.retain(|given| *given != key);
                if !value.is_empty() {
                    state.given.push(key);
                }
            }
            Target => state.target = Some(value.to_string()),
            Size if kind != "tmpfs" => return Some(unsupported_option_fault("size", kind)),
            Required if !matches!(kind, "secret" | "ssh") => {
                return Some(unsupported_option_fault("required", kind));
            }
            ReadOnly | ReadWrite | Required if parse_bool(value).is_none() => {
                return wrong("use `true` or `false`");
            }
            Size if size::parse_size(value).is_none() => return wrong("use a size, as in `64m`"),
            Sharing if !SHARINGS.contains(&value.to_lowercase().as_str()) => {
                return wrong("use `shared`, `private` or `locked`");
            }
            Sharing => state.sharing = Some(span),
            Mode | Uid | Gid => {
                let radix = if key == Mode { 8 } else { 10 };
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                if !digits || u32::from_str_radix(value, radix).is_err() {
                    return wrong(if key == Mode {
                        "use an octal mode, as in `755`"
                    } else {
                        "use a number, as in `1000`"
                    });
                }
                state.file_info.get_or_insert((span, name));
            }
            ReadOnly | ReadWrite | Required | Size | Env => {}
        }
        None
    }
}

/// Why a field of a mount is refused, and what to do.
struct FieldFault {
    message: String,
    help: Option<String>,
}

impl FieldFault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }
}

fn unknown_option_fault(name: &str) -> FieldFault {
    FieldFault { message: format!("unknown `--mount` option {}", quote_excerpt(name)), help: None }
}

/// An option that this type of mount does not support, or not before `type`.
fn unsupported_option_fault(key: &str, kind: &str) -> FieldFault {
    let help = if kind == "bind" { "remove it, or write `type` before it" } else { "remove it" };
    FieldFault::new(format!("`{key}` is not supported for a mount of type `{kind}`"), help)
}

/// The error of a mount whose individual fields are all valid: its position, the message and the help.
fn find_mount_fault(state: &ParsedMountFields, whole: Span) -> Option<(Span, String, &'static str)> {
    const REMOVE: &str = "remove it";
    let kind = state.kind.as_str();
    let [from, source, id] =
        [MountKey::From, MountKey::Source, MountKey::Id].map(|key| state.given.contains(&key));
    if let Some((span, key)) = &state.file_info
        && matches!(kind, "bind" | "tmpfs")
    {
        return Some((*span, format!("`{key}` is not supported for a mount of type `{kind}`"), REMOVE));
    }
    let no_target = state.target.as_deref().is_none_or(str::is_empty);
    if kind == "secret" {
        if from {
            return Some((whole, "a secret mount does not support `from`".to_string(), REMOVE));
        }
        if let Some(span) = state.sharing {
            return Some((span, "a secret mount does not support `sharing`".to_string(), REMOVE));
        }
        if !source && no_target && !id {
            return Some((whole, "a secret mount requires an `id`".to_string(), "add `id=NAME`"));
        }
        if source && id {
            let message = "`id` and `source` of a secret mount are the same option".to_string();
            return Some((whole, message, "give only one of them"));
        }
    }
    if let Some(span) = state.sharing
        && kind != "cache"
    {
        return Some((span, format!("`sharing` is not supported for a mount of type `{kind}`"), REMOVE));
    }
    if kind == "ssh" && source {
        return Some((
            whole,
            "a mount of type `ssh` does not support `source`".to_string(),
            "remove `source`",
        ));
    }
    None
}
