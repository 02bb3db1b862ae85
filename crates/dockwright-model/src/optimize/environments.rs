//! Python virtual environments, and the directories that packages are installed into.

use super::commands::LocatedCommand;
use super::inputs::join_path;
use crate::facts::release_versions;
use crate::semantic::base_image::ExternalBaseImage;
use crate::semantic::effects::is_python;
use crate::semantic::program_name;

/// Bytes of a new environment with pip, by minor version of Python 3; up to 3.11 it has setuptools, too. Measured on
/// 2026-11-30 with CPython 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0. For later versions, the last value is used.
const ENVIRONMENTS: [(u32, u64); 5] =
    [(9, 15_400_000), (10, 18_300_000), (11, 22_400_000), (12, 13_800_000), (13, 10_900_000)];

/// The byte code of Python code, by minor version of Python 3.
struct ByteCode {
    minor: u32,
    /// Bytes that the first call of pip writes for the modules of Python that it imports, and for itself.
    modules: u64,
    pip: u64,
    /// Byte code of the same packages, as a share of that of Python 3.12, in percent.
    percent: u64,
}

/// Measured on 2026-11-30 with CPython 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0, and the pip of the official
/// images (23.0.1, 24.0, 25.0.1, 25.3); the shares with Django, Flask, pandas, SQLAlchemy, botocore and what they need.
const BYTE_CODE: [ByteCode; 6] = [
    ByteCode { minor: 8, modules: 3_150_000, pip: 3_280_000, percent: 64 },
    ByteCode { minor: 9, modules: 3_240_000, pip: 3_270_000, percent: 65 },
    ByteCode { minor: 10, modules: 3_260_000, pip: 3_790_000, percent: 66 },
    ByteCode { minor: 11, modules: 5_150_000, pip: 5_500_000, percent: 111 },
    ByteCode { minor: 12, modules: 4_100_000, pip: 3_940_000, percent: 100 },
    ByteCode { minor: 13, modules: 4_230_000, pip: 3_670_000, percent: 99 },
];

/// The entry for the version of Python that an image has; for an unknown one, that of Python 3.12.
fn byte_code(base: Option<&ExternalBaseImage>) -> &'static ByteCode {
    let minor = base.and_then(python_version).unwrap_or(12);
    BYTE_CODE.iter().rev().find(|entry| entry.minor <= minor).unwrap_or(&BYTE_CODE[0])
}

/// Bytes of byte code that the first call of pip, or the first new environment, writes for the modules of Python in an
/// official image, which has no byte code.
pub(super) fn byte_code_of_modules(base: Option<&ExternalBaseImage>) -> u64 {
    byte_code(base).modules
}

/// Bytes that the first call of pip writes for pip itself in an official image, unless it replaces itself.
pub(super) fn byte_code_of_pip(base: Option<&ExternalBaseImage>) -> u64 {
    byte_code(base).pip
}

/// Bytes of byte code that takes `compiled` bytes with Python 3.12.
pub(super) fn compiled_size(base: Option<&ExternalBaseImage>, compiled: u64) -> u64 {
    compiled.saturating_mul(byte_code(base).percent) / 100
}

/// The directory in which the command creates an environment with pip: `python -m venv DIR`.
pub(super) fn created_environment(one: &LocatedCommand<'_>) -> Option<String> {
    let name = program_name(one.command.name.as_deref()?);
    let words = one.command.arguments();
    let module = words.windows(2).any(|pair| pair[0].text == "-m" && pair[1].text == "venv");
    let is_plain = is_python(name) && module && !one.command.has_flag("without-pip");
    is_plain.then(|| one.absolute_paths(&one.effects.writes)).filter(|all| all.len() == 1)?.pop()
}

/// Bytes of a new environment. `None` if the version of Python is not known.
pub(super) fn size(base: Option<&ExternalBaseImage>) -> Option<u64> {
    let minor = python_version(base?)?;
    let known = ENVIRONMENTS.iter().rev().find(|(at, _)| *at <= minor);
    known.map(|(_, bytes)| *bytes)
}

/// The environment that contains the program, or the first one in `PATH`.
pub(super) fn virtual_environment_in_use(
    one: &LocatedCommand<'_>,
    environments: &[String],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let program = one.command.words.get(one.command.name_at)?;
    let directory = match program.text.rsplit_once('/') {
        Some((directory, _)) => join_path(one.directory.as_deref(), directory)?,
        None => variable("PATH")?.split(':').next()?.to_string(),
    };
    let environment = directory.strip_suffix("/bin")?;
    environments.iter().any(|known| known == environment).then(|| environment.to_string())
}

/// The directory of packages of the Python that an image has, if it is an official image of Python.
pub(super) fn site_packages(base: Option<&ExternalBaseImage>) -> Option<String> {
    let base = base.filter(|base| base.image.name == "python")?;
    Some(format!("/usr/local/lib/python3.{}/site-packages", python_version(base)?))
}

/// The minor version of Python 3 that an image has.
fn python_version(base: &ExternalBaseImage) -> Option<u32> {
    if base.image.name == "python" {
        let mut version = base.image.tag.split('-').next()?.split('.');
        return (version.next()? == "3").then(|| version.next()?.parse().ok())?;
    }
    let version = release_versions::python_of_release("debian", base.image.release.as_deref()?)?;
    version.strip_prefix("3.")?.parse().ok()
}

/// The directory in which `uv sync` installs, if a variable names it.
pub(super) fn project_directory(
    one: &LocatedCommand<'_>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let is_uv = one.effects.packages.as_ref().is_some_and(|call| call.manager == "uv");
    let named = variable("UV_PROJECT_ENVIRONMENT").filter(|named| is_uv && !named.is_empty())?;
    join_path(one.directory.as_deref(), &named)
}
