//! [`CheckConfig`]: the `# check=…` comments, which configure BuildKit's checks.

use std::collections::HashMap;

use super::BuildInputs;
use crate::byte_search;
use crate::syntax::{CheckOptions, CheckSet, DirectiveKind, Dockerfile, Instruction};

/// Checks that read only the directive at the top, not comments above instructions.
const WHOLE_FILE: [&str; 7] = [
    "NoEmptyContinuation",
    "ReservedStageName",
    "DuplicateStageName",
    "ConsistentInstructionCasing",
    "InvalidDefaultArgInFrom",
    "InvalidBaseImagePlatform",
    // This check examines the comment above the later instruction, but reports the earlier one.
    REPLACED,
];
const REPLACED: &str = "MultipleInstructionsDisallowed";

/// The build argument that replaces the directive at the top of the file.
pub const CHECK_ARG: &str = "BUILDKIT_DOCKERFILE_CHECK";

/// Checks that run only if they are enabled by name; `skip` has no effect on them.
pub const EXPERIMENTAL: [&str; 1] = ["InvalidDefinitionDescription"];

/// The directive at the top of a file, and the comments above its instructions.
#[derive(Debug, Clone, Default)]
pub struct CheckConfig {
    file: CheckSettings,
    /// By the offset at which the instruction starts.
    instructions: HashMap<u32, CheckSettings>,
    /// Whether a warning fails the build.
    pub error: bool,
}

#[derive(Debug, Clone, Default)]
struct CheckSettings {
    skip: CheckNames,
    experimental: CheckNames,
}

#[derive(Debug, Clone)]
enum CheckNames {
    All,
    Some(Vec<String>),
}

impl Default for CheckNames {
    fn default() -> Self {
        Self::Some(Vec::new())
    }
}

impl CheckNames {
    fn from_check_set(checks: &CheckSet<'_>) -> Self {
        match checks {
            CheckSet::All => Self::All,
            CheckSet::Named(names) => Self::Some(names.iter().map(ToString::to_string).collect()),
        }
    }

    fn contains(&self, check: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(names) => names.iter().any(|name| name == check),
        }
    }
}

impl CheckConfig {
    pub(crate) fn new(file: &Dockerfile<'_>, inputs: &BuildInputs) -> Self {
        let mut config = Self::default();
        let directive = file
            .directives()
            .find(|directive| directive.kind == DirectiveKind::Check && directive.is_effective);
        let written = inputs.args.get(CHECK_ARG).map(String::as_str);
        let written = written.or(directive.map(|found| found.value.text.as_ref()));
        if let Some(options) = written.and_then(|written| CheckOptions::parse(written).ok()) {
            config.error = options.error;
            config.file = CheckSettings::from_options(&options);
        }
        // Few files have any such comment.
        if byte_search::contains_ignoring_case(file.source, b"check") {
            for instruction in file.instructions() {
                if let Some(options) = settings_above(file, instruction) {
                    config.instructions.insert(instruction.span.start, options);
                }
            }
        }
        config
    }

    /// Whether the file skips a check for the instruction that starts at `offset`.
    pub fn skips_check(&self, check: &str, offset: u32) -> bool {
        if EXPERIMENTAL.contains(&check) || !is_buildkit_check(check) {
            return false;
        }
        self.file.skip.contains(check)
            || (!WHOLE_FILE.contains(&check)
                && self.instructions.get(&offset).is_some_and(|options| options.skip.contains(check)))
    }

    /// Whether the file skips the check for instructions that the one at `offset` replaces.
    pub fn skips_check_of_replaced(&self, offset: u32) -> bool {
        self.file.skip.contains(REPLACED)
            || self.instructions.get(&offset).is_some_and(|options| options.skip.contains(REPLACED))
    }

    /// Whether the file enables an experimental check for the instruction that starts at `offset`.
    pub fn enables_explicitly(&self, check: &str, offset: u32) -> bool {
        self.file.experimental.contains(check)
            || self.instructions.get(&offset).is_some_and(|options| options.experimental.contains(check))
    }
}

/// Whether a code is the name of a check of BuildKit's: `all` means no others. Only the codes of other families
/// have digits.
pub fn is_buildkit_check(code: &str) -> bool {
    !code.bytes().any(|byte| byte.is_ascii_digit())
}

impl CheckSettings {
    fn from_options(options: &CheckOptions<'_>) -> Self {
        Self {
            skip: CheckNames::from_check_set(&options.skip),
            experimental: CheckNames::from_check_set(&options.experimental),
        }
    }
}

/// The first `check=` among the comments that belong to an instruction. One that cannot be parsed has no effect, but
/// hides those after it.
fn settings_above(file: &Dockerfile<'_>, instruction: &Instruction<'_>) -> Option<CheckSettings> {
    let comments = file.attached_comments(instruction);
    let value = comments.iter().find_map(|comment| {
        let (key, value) = comment.text.split_once('=')?;
        key.trim().eq_ignore_ascii_case("check").then_some(value.trim())
    })?;
    CheckOptions::parse(value).ok().map(|options| CheckSettings::from_options(&options))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    /// Whether the last instruction skips the check.
    fn skipped(text: &str, check: &str) -> bool {
        let file = syntax::parse(text.as_bytes());
        let last = file.instructions().next_back().map_or(0, |last| last.span.start);
        CheckConfig::new(&file, &BuildInputs::default()).skips_check(check, last)
    }

    #[test]
    fn comments_skip_checks() {
        for (text, expected) in [
            ("# check=skip=X\nFROM a\nRUN b\n", true),
            ("# check=skip=all\nFROM a\nRUN b\n", true),
            ("# check=skip=Y\nFROM a\nRUN b\n", false),
            ("FROM a\n# check=skip=X\nRUN b\n", true),
            ("FROM a\n# check=skip=Y,X // why\nRUN b\n", true),
            ("FROM a\n# check=skip=Y, X\nRUN b\n", false),
            ("FROM a\n# Check = skip=X\nRUN b\n", true),
            ("FROM a\n  # check=skip=X\nRUN b\n", false),
            ("FROM a\n# check=skip=X\n\n# note\nRUN b\n", true),
            ("FROM a\n# check=skip=X\n#\nRUN b\n", false),
            ("FROM a\n# check=skip\n# check=skip=X\nRUN b\n", false),
            ("FROM a\n# check=skip=X\nRUN b\nRUN c\n", false),
            ("#!/x\n# check=skip=X\nFROM a\nRUN b\n", true),
            ("# note\n# check=skip=X\nFROM a\nRUN b\n", false),
            ("# note\n# check=skip=X\nFROM a\n", true),
        ] {
            assert_eq!(skipped(text, "X"), expected, "{text}");
        }
        assert!(!skipped("FROM a\n# check=skip=all\nRUN b\n", "NoEmptyContinuation"));
        assert!(skipped("# check=skip=all\nFROM a\nRUN b\n", "NoEmptyContinuation"));
        assert!(!skipped("# check=skip=all\nFROM a\n", "DL3006"));
        assert!(!skipped("# check=skip=all\nFROM a\n", "DL1000"));
        assert!(!skipped("# check=skip=all\nFROM a\n", "InvalidDefinitionDescription"));
    }

    #[test]
    fn build_argument_replaces_check_directive() {
        let file = syntax::parse(b"# check=skip=X;error=true\nFROM a\n");
        for (argument, x, y, error) in [
            (None, true, false, true),
            (Some("skip=Y"), false, true, false),
            (Some("error=1"), false, false, true),
        ] {
            let args = argument.map(|value| (CHECK_ARG.to_string(), value.to_string())).into_iter().collect();
            let config = CheckConfig::new(&file, &BuildInputs { args, ..BuildInputs::default() });
            assert_eq!((config.skips_check("X", 0), config.skips_check("Y", 0)), (x, y), "{argument:?}");
            assert_eq!(config.error, error, "{argument:?}");
        }
    }
}
