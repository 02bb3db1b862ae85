//! [`InheritedSetup`]: the container settings of the old base image, and their equivalent on another one.

use crate::optimize::RuntimeStagePlan;
use crate::rule::RuleChecker;
use crate::semantic::base_image::{self, ImageFacts, ImageVariable};
use crate::semantic::mentioned_variables;
use crate::syntax::{Kind, join_with_and, quote_excerpt};

/// The settings that a stage on another base image needs from the old one.
#[derive(Debug, Default)]
pub(crate) struct InheritedSetup {
    /// Instructions for the new stage.
    pub lines: Vec<String>,
    pub proof: Vec<String>,
    /// Facts that are not in the table of images.
    pub missing: Vec<String>,
}

/// The settings that the stage of `plan` needs; `texts` are its other instructions.
///
/// # Errors
/// A setting is not possible on the new image; the text says which.
pub(crate) fn inherited_setup(
    cx: &RuleChecker<'_>,
    plan: &RuntimeStagePlan,
    texts: &[String],
) -> Result<InheritedSetup, String> {
    let base = cx.semantics.base_image(0).ok_or("the settings of its base image are unknown")?;
    let image = base.image.name.clone();
    let old = base.image.facts;
    let new = base_image::find_base_image(&plan.runtime).map(|image| image.facts);
    let mut all = InheritedSetup::default();
    inherited_variables(cx, plan, texts, &image, (old, new), &mut all)?;
    if plan.starts_itself {
        return Ok(all);
    }
    let says = |kind: Kind| cx.file.instructions().any(|one| one.kind == kind);
    if !says(Kind::User) {
        match (base.is_root(), &old.user) {
            (Some(true), _) => {}
            (Some(false), Some(user)) if user.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') => {
                all.lines.push(format!("USER {user}"));
            }
            (_, Some(user)) => {
                return Err(format!("the account {} does not exist in the new image", quote_excerpt(user)));
            }
            (_, None) => all.missing.push(format!("the user of {} is unknown", quote_excerpt(&image))),
        }
    }
    match old.stopsignal.as_deref() {
        _ if says(Kind::Stopsignal) => {}
        Some("default") => {}
        Some(signal) => all.lines.push(format!("STOPSIGNAL {signal}")),
        None => all.missing.push(format!("the stop signal of {} is unknown", quote_excerpt(&image))),
    }
    // The settings of a build image concern its build tools.
    for (what, own) in [("VOLUME", &old.volume), ("EXPOSE", &old.expose)] {
        match own {
            Some(own) if own.is_empty() => {}
            Some(own) => {
                all.proof.push(format!(
                    "`{what} {}` of {} is for builds and is dropped",
                    own.join(" "),
                    quote_excerpt(&image)
                ));
            }
            None => all.missing.push(format!("the {what} of {} is unknown", quote_excerpt(&image))),
        }
    }
    if !says(Kind::Entrypoint)
        && let Some(first) = old.entrypoint.as_ref().and_then(|words| words.first())
    {
        let name = quote_excerpt(first);
        all.proof
            .push(format!("{name} of {}, which only runs its arguments, is dropped", quote_excerpt(&image)));
    }
    Ok(all)
}

/// Whether programs in general read the variable.
fn is_widely_read_variable(name: &str) -> bool {
    matches!(name, "LANG" | "LANGUAGE" | "TZ") || name.starts_with("LC_")
}

fn inherited_variables(
    cx: &RuleChecker<'_>,
    plan: &RuntimeStagePlan,
    texts: &[String],
    image: &str,
    (old, new): (&ImageFacts, Option<&'static ImageFacts>),
    all: &mut InheritedSetup,
) -> Result<(), String> {
    let Some(env) = &old.env else {
        all.missing.push(format!("the variables that {} sets are unknown", quote_excerpt(image)));
        return Ok(());
    };
    let named = |name: &str| texts.iter().any(|text| mentioned_variables(text).any(|own| own == name));
    let mut gone = Vec::new();
    for name in env.keys().chain(&old.env_varies).filter(|name| *name != "PATH") {
        let was_reset = texts.iter().any(|text| sets_variable(text, name));
        let known = env.get(name);
        let same = new.is_some_and(|new| match new.variable(name) {
            ImageVariable::Is(value) => {
                known.is_some_and(|known| known == value) || !is_widely_read_variable(name)
            }
            ImageVariable::Varies => true,
            ImageVariable::Unset | ImageVariable::Unknown => false,
        });
        if was_reset || same {
            continue;
        }
        let reader = find_source_mentioning(cx, name);
        let needed =
            named(name) || (!plan.starts_itself && (is_widely_read_variable(name) || reader.is_some()));
        match known {
            Some(value) if needed => all.lines.push(format!("ENV {name}={}", quote_env_value(value))),
            None if named(name) => {
                return Err(format!("the value of `{name}`, set by {}, is unknown", quote_excerpt(image)));
            }
            None if reader.is_some() => {
                let reader = reader.unwrap_or_default();
                all.missing.push(format!(
                    "{} may read `{name}`, which {} sets",
                    quote_excerpt(&reader),
                    quote_excerpt(image)
                ));
            }
            _ => gone.push(format!("`{name}`")),
        }
    }
    if env.contains_key("PATH") || old.env_varies.contains("PATH") {
        let own = new.is_some_and(|new| {
            new.variable("PATH") == ImageVariable::Is(env.get("PATH").map_or("", |path| path))
        });
        if !own {
            all.proof.push("`PATH` comes from the new image, and the program is found in it".to_string());
        }
    }
    if !gone.is_empty() {
        all.proof.push(format!(
            "{}, which {} sets for builds, {} no longer set",
            join_with_and(&gone),
            quote_excerpt(image),
            if gone.len() == 1 { "is" } else { "are" }
        ));
    }
    Ok(())
}

/// Whether an instruction sets the variable.
fn sets_variable(text: &str, name: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("env"))
        && words.enumerate().any(|(at, word)| {
            word.strip_prefix(name).is_some_and(|rest| rest.starts_with('=') || (at == 0 && rest.is_empty()))
        })
}

/// The first Go source file that contains the name of the variable.
fn find_source_mentioning(cx: &RuleChecker<'_>, name: &str) -> Option<String> {
    // Maximum number of files; larger programs are not analyzed elsewhere, either.
    const MAX: usize = 2000;
    let quoted = format!("\"{name}\"");
    let files = cx.context?;
    let sources = files.all.iter().filter(|file| file.path.ends_with(".go")).take(MAX);
    let mut reading =
        sources.filter(|file| files.text(&file.path).is_some_and(|text| text.contains(&quoted)));
    reading.next().map(|file| file.path.clone())
}

/// A value as it is written in ENV: in quotes if it contains special characters.
fn quote_env_value(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@+~-,=".contains(c);
    if value.chars().all(plain) {
        return value.to_string();
    }
    let mut quoted = String::from("\"");
    for c in value.chars() {
        if matches!(c, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::{quote_env_value, sets_variable};

    #[test]
    fn converts_values_and_names() {
        for (value, expected) in
            [("C.UTF-8", "C.UTF-8"), ("a b", "\"a b\""), ("$A", "\"\\$A\""), ("\"", "\"\\\"\"")]
        {
            assert_eq!(quote_env_value(value), expected);
        }
        for (text, expected) in [
            ("ENV A=1", true),
            ("env A 1", true),
            ("ENV B=1 A=2", true),
            ("ENV B A", false),
            ("ENV AB=1", false),
            ("LABEL A=1", false),
        ] {
            assert_eq!(sets_variable(text, "A"), expected, "{text}");
        }
    }
}
