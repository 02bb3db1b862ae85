//! The build options of `check`: arguments, target, platform and context directory.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::error_text::ErrorText;
use crate::semantic::platform::{Platform, PlatformError};
use crate::semantic::{BuildInputs, CHECK_ARG};
use crate::syntax::CheckOptions;

/// The flags that `docker build` also has.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Build")]
pub(super) struct BuildArgs {
    /// Set a build argument; KEY alone takes its value from the environment. Repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_build_arg)]
    pub(crate) build_arg: Vec<(String, String)>,

    /// Set the stage to build [default: the last one]; BuildKit's checks skip stages that this one does not need
    #[arg(long, value_name = "STAGE", value_parser = NonEmptyStringValueParser::new())]
    pub target: Option<String>,

    /// Assume this platform, such as `linux/arm64`
    #[arg(long, value_name = "PLATFORM", value_parser = parse_platform)]
    pub platform: Option<Platform>,

    /// Use this build context directory, for rules about its files. Without it, only the `.dockerignore` next to the
    /// Dockerfile is read
    #[arg(long, value_name = "DIR")]
    pub context: Option<PathBuf>,
}

impl BuildArgs {
    /// The settings of every build. If a name has several values, the last one applies.
    #[must_use]
    pub(super) fn inputs(&self) -> BuildInputs {
        BuildInputs {
            args: self.build_arg.iter().cloned().collect(),
            target: self.target.clone(),
            platform: self.platform.clone(),
            ..BuildInputs::default()
        }
    }
}

fn parse_build_arg(written: &str) -> Result<(String, String), ErrorText> {
    let (key, value) = match written.split_once('=') {
        Some((key, value)) => (key, value.to_string()),
        None => (written, std::env::var(written).unwrap_or_default()),
    };
    if key.is_empty() {
        return Err(ErrorText::new("no name before `=`").help("use `KEY=VALUE`"));
    }
    if !written.contains('=') && std::env::var_os(written).is_none() {
        return Err(ErrorText::new("no such environment variable").help("use `KEY=VALUE`"));
    }
    if key == CHECK_ARG && CheckOptions::parse(&value).is_err() {
        return Err(ErrorText::new(format!("`{value}` is not a list of checks"))
            .help("use the form `skip=StageNameCasing;error=true`"));
    }
    Ok((key.to_string(), value))
}

fn parse_platform(written: &str) -> Result<Platform, ErrorText> {
    Platform::parse(written).map_err(|error| {
        let why = match error {
            PlatformError::Parts => "too many parts",
            PlatformError::Unknown => "unknown operating system or architecture",
            PlatformError::Characters => "a part is empty or has invalid characters",
        };
        ErrorText::new(why).help("use `OS/ARCHITECTURE`, as in `linux/arm64`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_arguments_have_a_name_and_a_value() {
        for (written, expected) in [
            ("A=b", Some(("A", "b"))),
            ("A=", Some(("A", ""))),
            ("A=b=c", Some(("A", "b=c"))),
            ("=b", None),
            ("", None),
            ("DOCKWRIGHT_TEST_NOT_SET", None),
            ("BUILDKIT_DOCKERFILE_CHECK=skip=all", Some(("BUILDKIT_DOCKERFILE_CHECK", "skip=all"))),
            ("BUILDKIT_DOCKERFILE_CHECK=skip", None),
        ] {
            let expected = expected.map(|(key, value)| (key.to_string(), value.to_string()));
            assert_eq!(parse_build_arg(written).ok(), expected, "{written}");
        }
    }
}
