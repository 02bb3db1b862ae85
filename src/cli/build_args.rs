//! What `check` is told of the build: arguments, target, platform, and the folder that is sent along.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;

use super::discover::{Candidate, Origin};
use super::error::Error;
use crate::semantic::platform::{Platform, PlatformError};
use crate::semantic::{BuildInputs, CHECK_ARG, IgnoreFile};
use crate::syntax::CheckOptions;

/// The flags that `docker build` has, too.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Build")]
pub struct BuildArgs {
    /// The value of an ARG; without `=` it is that of the environment variable. May be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = build_arg)]
    pub build_arg: Vec<(String, String)>,

    /// Build this stage; what it does not need is not looked at by BuildKit's checks
    #[arg(long, value_name = "STAGE")]
    pub target: Option<String>,

    /// Build for this platform, such as `linux/arm64`
    #[arg(long, value_name = "PLATFORM", value_parser = platform)]
    pub platform: Option<Platform>,

    /// The build context, to which `.dockerignore` belongs [default: the folder of each Dockerfile]
    #[arg(long, value_name = "DIR")]
    pub context: Option<PathBuf>,
}

impl BuildArgs {
    /// What every build is told. Of several values for one name the last counts.
    #[must_use]
    pub fn inputs(&self) -> BuildInputs {
        BuildInputs {
            args: self.build_arg.iter().cloned().collect(),
            target: self.target.clone().filter(|target| !target.is_empty()),
            platform: self.platform.clone(),
        }
    }

    /// Where ignore files are looked for.
    ///
    /// # Errors
    /// The context is no folder.
    pub fn contexts(&self, current: &Path) -> Result<Contexts, Error> {
        let given = self.context.as_ref().map(|context| current.join(context));
        if let (Some(context), Some(path)) = (&self.context, &given)
            && !path.is_dir()
        {
            return Err(Error::Usage(format!("the context `{}` is not a folder", context.display())));
        }
        Ok(Contexts { given, known: Mutex::default() })
    }
}

fn build_arg(written: &str) -> Result<(String, String), String> {
    let (key, value) = match written.split_once('=') {
        Some((key, value)) => (key, value.to_string()),
        None => (written, std::env::var(written).unwrap_or_default()),
    };
    if key.is_empty() {
        return Err("a name is missing before `=`".to_string());
    }
    if !written.contains('=') && std::env::var_os(written).is_none() {
        return Err("the environment has no such variable; write `KEY=VALUE`".to_string());
    }
    if key == CHECK_ARG && CheckOptions::parse(&value).is_err() {
        return Err(format!(
            "`{value}` does not say what to check; write as in `skip=StageNameCasing;error=true`"
        ));
    }
    Ok((key.to_string(), value))
}

fn platform(written: &str) -> Result<Platform, String> {
    Platform::parse(written).map_err(|error| {
        let why = match error {
            PlatformError::Parts => "it has more than three parts",
            PlatformError::Unknown => "there is no such system or architecture",
            PlatformError::Characters => "a part is empty or has characters that none can have",
        };
        format!("{why}; write `os/architecture`, as in `linux/arm64`")
    })
}

/// A longer ignore file is not read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The ignore files of the build contexts, each read once.
#[derive(Debug, Default)]
pub struct Contexts {
    given: Option<PathBuf>,
    known: Mutex<HashMap<PathBuf, Option<Arc<IgnoreFile>>>>,
}

impl Contexts {
    /// Of builds that have this context.
    #[must_use]
    pub fn of(context: PathBuf) -> Self {
        Self { given: Some(context), known: Mutex::default() }
    }

    /// Whether the command line names one for all.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// The ignore file that counts for a Dockerfile: the one that has its name, else that of the context. A text
    /// that comes without a name has no folder, so nothing but a given context counts for it.
    pub fn ignore_file(&self, candidate: &Candidate) -> Option<Arc<IgnoreFile>> {
        let named = candidate.origin != Origin::Stdin || candidate.absolute.is_file();
        let folder = candidate.absolute.parent().filter(|_| named);
        let own = folder.and_then(|folder| {
            let mut name = candidate.absolute.file_name()?.to_os_string();
            name.push(".dockerignore");
            read(&folder.join(name))
        });
        if let Some(own) = own {
            return Some(Arc::new(own));
        }
        let context = self.given.as_deref().or(folder)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(context) {
            return known.clone();
        }
        let found = read(&context.join(".dockerignore")).map(Arc::new);
        known.insert(context.to_path_buf(), found.clone());
        found
    }
}

fn read(path: &Path) -> Option<IgnoreFile> {
    // What is no plain file might never end.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut content).ok()?;
    Some(IgnoreFile::parse(&content))
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
            assert_eq!(build_arg(written).ok(), expected, "{written}");
        }
    }

    #[test]
    fn the_ignore_file_of_that_name_comes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        std::fs::create_dir(path("context")).expect("made");
        write("Dockerfile", "");
        let candidate = Candidate {
            shown: "Dockerfile".to_string(),
            path: path("Dockerfile"),
            absolute: path("Dockerfile"),
            origin: Origin::Named,
            must_start_like_one: false,
            builds: Vec::new(),
        };
        let hides = |context: Option<&str>, source: &str| {
            let args = BuildArgs { context: context.map(PathBuf::from), ..BuildArgs::default() };
            let contexts = args.contexts(folder.path()).expect("a folder");
            contexts.ignore_file(&candidate).is_some_and(|file| file.hides_source(source))
        };
        assert!(!hides(None, "a"));
        write(".dockerignore", "a\n");
        assert!(hides(None, "a") && !hides(None, "b") && !hides(Some("context"), "a"));
        write("context/.dockerignore", "b\n");
        assert!(hides(Some("context"), "b") && !hides(Some("context"), "a"));
        write("Dockerfile.dockerignore", "c\n");
        assert!(hides(None, "c") && !hides(None, "a") && hides(Some("context"), "c"));
        assert!(
            BuildArgs { context: Some("none".into()), ..BuildArgs::default() }
                .contexts(folder.path())
                .is_err()
        );
    }
}
