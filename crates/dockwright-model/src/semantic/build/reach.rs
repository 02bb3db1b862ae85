//! [`BuildReach`]: where BuildKit stops, and therefore which of its checks it runs.
//!
//! BuildKit stops at its first error and reports nothing after it; dockwright continues. Comparisons of the two, and
//! users who need exactly the output of `docker build --check`, use this.

use super::{Build, BuildRefusal, ConversionStep};
use crate::syntax::{Dockerfile, Phase, SyntaxError};

/// Where BuildKit stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildReach {
    stop: Option<BuildStop>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct BuildStop {
    phase: Phase,
    step: ConversionStep,
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
            Self::Syntax(error) => (error, ConversionStep::Instructions, false),
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
pub enum CheckMoment {
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

impl BuildReach {
    /// Where a build with exactly these build arguments stops, as far as the file determines it.
    pub fn new(file: &Dockerfile<'_>, build: &Build<'_>) -> Self {
        Self { stop: first_error(file, build).map(FirstError::to_build_stop) }
    }

    /// Whether BuildKit runs a check of this moment on the instruction that starts at `offset`.
    pub fn runs_check(self, moment: CheckMoment, offset: u32) -> bool {
        let Some(stop) = self.stop else { return true };
        let before = offset < stop.offset;
        let until = offset <= stop.offset;
        match (stop.phase, moment) {
            (Phase::Directives | Phase::Parse, _) => false,
            (_, CheckMoment::Parsed)
            | (Phase::Convert, CheckMoment::Node | CheckMoment::Instruction | CheckMoment::Stages) => true,
            (Phase::Instructions, CheckMoment::Node) => until,
            (Phase::Instructions, CheckMoment::Instruction) => before,
            (Phase::Instructions, _) => false,
            (Phase::Convert, CheckMoment::Headers | CheckMoment::Platforms) => {
                let here = if moment == CheckMoment::Headers { until } else { before };
                stop.step > ConversionStep::Headers || (stop.step == ConversionStep::Headers && here)
            }
            (Phase::Convert, CheckMoment::Bases) => {
                stop.step > ConversionStep::Bases || (stop.step == ConversionStep::Bases && before)
            }
            (Phase::Convert, CheckMoment::Variables | CheckMoment::Dispatch) => {
                let here = if stop.early && moment == CheckMoment::Dispatch { before } else { until };
                stop.step == ConversionStep::Dispatch && here
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
    fn lines(text: &str, moment: CheckMoment) -> Vec<usize> {
        let file = syntax::parse(text.as_bytes());
        let build = Build::new(&file, &BuildInputs::default());
        let reach = BuildReach::new(&file, &build);
        let starts = file.instructions().map(|instruction| instruction.span.start).enumerate();
        starts.filter(|(_, start)| reach.runs_check(moment, *start)).map(|(line, _)| line + 1).collect()
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
            assert_eq!(lines(text, CheckMoment::Node), node, "{text}");
            assert_eq!(lines(text, CheckMoment::Stages), stages, "{text}");
            assert_eq!(lines(text, CheckMoment::Headers), headers, "{text}");
            assert_eq!(lines(text, CheckMoment::Variables), dispatch, "{text}");
        }
    }
}
