//! [`BuildStopPoint`]: where BuildKit stops, and therefore which of its checks it runs.
//!
//! BuildKit stops at its first error and reports nothing after it; dockwright continues. Comparisons of the two, and
//! users who need exactly the output of `docker build --check`, use this.

use super::{Build, BuildConversionStep, BuildRefusal};
use crate::syntax::{Dockerfile, FrontendPhase, SyntaxError};

/// Where BuildKit stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildStopPoint {
    stop: Option<BuildStop>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct BuildStop {
    phase: FrontendPhase,
    step: BuildConversionStep,
    /// Start of the instruction.
    offset: u32,
    /// Whether only the variables of that instruction were checked.
    early: bool,
}

/// The error with which BuildKit stops.
#[derive(Debug, Clone, Copy)]
pub enum FirstError<'f> {
    Syntax(&'f SyntaxError),
    Refusal(&'f BuildRefusal),
}

impl FirstError<'_> {
    fn to_build_stop(self) -> BuildStop {
        let (error, step, early) = match self {
            Self::Syntax(error) => (error, BuildConversionStep::Instructions, false),
            Self::Refusal(refusal) => (&refusal.error, refusal.step, refusal.early),
        };
        let offset = error.location.unwrap_or(error.span).start;
        BuildStop { phase: error.phase, step, offset, early }
    }
}

/// The error with which BuildKit stops, also if a build argument would avoid it.
pub fn first_error<'f>(file: &'f Dockerfile<'_>, build: &'f Build<'_>) -> Option<FirstError<'f>> {
    let syntax = file.errors.iter().filter(|error| !(error.is_unknown_name() && file.has_other_frontend()));
    let convert = build.refusals.iter().filter(|refusal| refusal.certain || refusal.known);
    let errors = syntax.map(FirstError::Syntax).chain(convert.map(FirstError::Refusal));
    errors.min_by_key(|error| error.to_build_stop())
}

/// When BuildKit runs a check, and therefore which errors prevent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildCheckTiming {
    /// When the lines are parsed: always.
    Parsed,
    /// Before an instruction is validated.
    Node,
    /// After an instruction is validated.
    Instruction,
    /// Before variables are expanded.
    Stages,
    /// When the image of a FROM is expanded.
    Headers,
    /// After that, when the platform of a FROM is checked.
    Platforms,
    Bases,
    /// When the variables of an instruction are expanded.
    Variables,
    /// When an instruction is processed.
    Dispatch,
}

impl BuildStopPoint {
    /// Where a build with exactly these build arguments stops, as far as the file determines it.
    pub fn new(file: &Dockerfile<'_>, build: &Build<'_>) -> Self {
        Self { stop: first_error(file, build).map(FirstError::to_build_stop) }
    }

    /// Whether BuildKit runs a check of this moment on the instruction that starts at `offset`.
    pub fn buildkit_runs_check(self, moment: BuildCheckTiming, offset: u32) -> bool {
        let Some(stop) = self.stop else { return true };
        let before = offset < stop.offset;
        let until = offset <= stop.offset;
        match (stop.phase, moment) {
            (FrontendPhase::Directives | FrontendPhase::Parse, _) => false,
            (_, BuildCheckTiming::Parsed)
            | (
                FrontendPhase::Convert,
                BuildCheckTiming::Node | BuildCheckTiming::Instruction | BuildCheckTiming::Stages,
            ) => true,
            (FrontendPhase::Instructions, BuildCheckTiming::Node) => until,
            (FrontendPhase::Instructions, BuildCheckTiming::Instruction) => before,
            (FrontendPhase::Instructions, _) => false,
            (FrontendPhase::Convert, BuildCheckTiming::Headers | BuildCheckTiming::Platforms) => {
                let here = if moment == BuildCheckTiming::Headers { until } else { before };
                stop.step > BuildConversionStep::Headers
                    || (stop.step == BuildConversionStep::Headers && here)
            }
            (FrontendPhase::Convert, BuildCheckTiming::Bases) => {
                stop.step > BuildConversionStep::Bases || (stop.step == BuildConversionStep::Bases && before)
            }
            (FrontendPhase::Convert, BuildCheckTiming::Variables | BuildCheckTiming::Dispatch) => {
                let here = if stop.early && moment == BuildCheckTiming::Dispatch { before } else { until };
                stop.step == BuildConversionStep::Dispatch && here
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::BuildInputs;
    use crate::syntax;

    /// Lines (from 1) on which a check would be reported.
    fn lines(text: &str, moment: BuildCheckTiming) -> Vec<usize> {
        let file = syntax::parse(text.as_bytes());
        let build = Build::new(&file, &BuildInputs::default());
        let reach = BuildStopPoint::new(&file, &build);
        let starts = file.instructions().map(|instruction| instruction.span.start).enumerate();
        starts
            .filter(|(_, start)| reach.buildkit_runs_check(moment, *start))
            .map(|(line, _)| line + 1)
            .collect()
    }

    #[test]
    fn stops_at_first_error_like_buildkit() {
        for (text, node, stages, headers, dispatch) in [
            ("FROM a\nUSER b\n", vec![1, 2], vec![1, 2], vec![1, 2], vec![1, 2]),
            ("FROM a\nENV b\nUSER c\n", vec![], vec![], vec![], vec![]),
            ("FROM a\nNOPE\nUSER c\n", vec![1, 2], vec![], vec![], vec![]),
            ("USER a\nFROM b\n", vec![1], vec![], vec![], vec![]),
            ("FROM a\nFROM \"\"\nUSER c\n", vec![1, 2, 3], vec![1, 2, 3], vec![1, 2], vec![]),
            ("FROM a\nCOPY --from=9 b c\n", vec![1, 2], vec![1, 2], vec![1, 2], vec![]),
            ("FROM A\nUSER b\n", vec![1, 2], vec![1, 2], vec![1, 2], vec![]),
            (
                "FROM a\nUSER b\nSTOPSIGNAL x\nUSER c\n",
                vec![1, 2, 3, 4],
                vec![1, 2, 3, 4],
                vec![1, 2, 3, 4],
                vec![1, 2, 3],
            ),
        ] {
            assert_eq!(lines(text, BuildCheckTiming::Node), node, "{text}");
            assert_eq!(lines(text, BuildCheckTiming::Stages), stages, "{text}");
            assert_eq!(lines(text, BuildCheckTiming::Headers), headers, "{text}");
            assert_eq!(lines(text, BuildCheckTiming::Variables), dispatch, "{text}");
        }
    }
}
