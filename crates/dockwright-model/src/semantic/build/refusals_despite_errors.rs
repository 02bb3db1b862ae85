//! Errors of the conversion in a file with syntax errors, if they do not result from one of those.

use super::{Build, BuildConversionStep, BuildRefusal};
use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction, Kind, SyntaxError};

impl Build<'_> {
    /// The errors that occur regardless of the meaning of the instructions that could not be parsed.
    pub fn refusals_despite_errors<'f>(
        &'f self,
        file: &'f Dockerfile<'f>,
    ) -> impl Iterator<Item = &'f BuildRefusal> {
        let unread = UnparsedInstructionEffects::collect(file);
        self.refusals.iter().filter(move |refusal| unread.is_certain_refusal(refusal, file))
    }
}

/// The effects that unparsed instructions may have.
struct UnparsedInstructionEffects<'f> {
    errors: Vec<(&'f SyntaxError, Option<&'f Instruction<'f>>)>,
    /// The start of the first instruction that may be a FROM.
    stage: Option<u32>,
    /// The start of the first instruction that may set a variable.
    variable: Option<u32>,
}

impl<'f> UnparsedInstructionEffects<'f> {
    fn collect(file: &'f Dockerfile<'f>) -> Self {
        let errors: Vec<_> =
            file.errors.iter().map(|error| (error, instruction_at(file, error.span.start))).collect();
        let first = |kinds: &[Kind]| {
            let starts = errors.iter().filter_map(|(error, instruction)| {
                let instruction = (*instruction)?;
                may_be_instruction(error, instruction, kinds).then_some(instruction.span.start)
            });
            starts.min()
        };
        Self { stage: first(&[Kind::From]), variable: first(&[Kind::Arg, Kind::Env, Kind::From]), errors }
    }

    fn is_certain_refusal(&self, refusal: &BuildRefusal, file: &Dockerfile<'_>) -> bool {
        let span = refusal.error.span;
        let anchor = refusal.error.location.unwrap_or(span);
        let before = |unread: Option<u32>| unread.is_some_and(|start| start < anchor.start);
        if before(self.variable) && span.bytes(file.source).contains(&b'$') {
            return false;
        }
        let instruction = instruction_at(file, span.start);
        let names_stage = matches!(
            refusal.step,
            BuildConversionStep::Target | BuildConversionStep::Graph | BuildConversionStep::Bases
        ) || instruction
            .is_some_and(|instruction| is_in_flag(instruction, span, &["from", "mount"]));
        if (names_stage && self.stage.is_some())
            || (refusal.step == BuildConversionStep::Instructions && before(self.stage))
        {
            return false;
        }
        // After a wrong flag, the other words of its instruction are still valid.
        let mut own = self
            .errors
            .iter()
            .filter(|(_, other)| other.zip(instruction).is_some_and(|(other, own)| other.span == own.span));
        own.all(|(error, other)| {
            other.is_some_and(|other| is_in_flag(other, error.span, &[]))
                && !error.span.overlaps_or_adjoins(span)
        })
    }
}

/// Whether an instruction with an error may be one of `kinds` with an effect other than it seems.
fn may_be_instruction(error: &SyntaxError, instruction: &Instruction<'_>, kinds: &[Kind]) -> bool {
    let is_in_flag = is_in_flag(instruction, error.span, &[]);
    match (instruction.kind, &error.suggestion) {
        (Kind::Unknown, Some((_, nearest))) => {
            let meant = Kind::from_name(nearest);
            meant == Kind::Unknown || kinds.contains(&meant)
        }
        // Any word may be a misspelled ARG or ENV; a misspelled FROM is always similar to it.
        (Kind::Unknown, None) => kinds.contains(&Kind::Env),
        (kind, _) => kinds.contains(&kind) && !is_in_flag,
    }
}

/// Whether the span is in a flag of the instruction (one of `names`, unless that is empty).
fn is_in_flag(instruction: &Instruction<'_>, span: Span, names: &[&str]) -> bool {
    let of_name = |name: &str| names.is_empty() || names.contains(&name);
    instruction.flags.iter().any(|flag| flag.span.contains(span) && of_name(flag.name.text.as_ref()))
}

/// The instruction in which the byte at `offset` is.
fn instruction_at<'f>(file: &'f Dockerfile<'f>, offset: u32) -> Option<&'f Instruction<'f>> {
    let at = file.items.partition_point(|item| item.span.end <= offset);
    file.items.get(at)?.instruction()
}

#[cfg(test)]
mod tests {
    use crate::semantic::{BuildInputs, build::Build};
    use crate::source::LineIndex;
    use crate::syntax;

    #[test]
    fn skips_consequences_of_errors() {
        for (text, expected) in [
            ("FROM a\nCOPYY x y\nEXPOSE 80/tpc\nSTOPSIGNAL NONE\n", &[3, 4][..]),
            ("FROM a\nEXPOSE 80/tpc\nSTOPSIGNAL NONE\nCOPYY x y\n", &[2, 3]),
            ("FROM a\nEXPOSE 1 # x y\nRUNN x\n", &[2]),
            ("FORM a\nUSER b\nCOPY --from=9 x y\n", &[]),
            ("FROM\nUSER b\n", &[]),
            ("FROM\u{a0}a\nUSER b\n", &[]),
            ("COPYY a b\nUSER c\nFROM d\n", &[2]),
            ("FROM a\nAGR X=9\nSTOPSIGNAL ${X:-none}\n", &[]),
            ("FROM a\nSET X=9\nSTOPSIGNAL ${X:-none}\n", &[]),
            ("FROM a\nRUNN x\nENV X=none\nSTOPSIGNAL $X\n", &[4]),
            ("FROM a\nENV X=none y\nSTOPSIGNAL $X\n", &[]),
            ("FROM a b\nCOPY --from=9 x y\n", &[]),
            ("FROM a\nNOTHING LIKE IT\nCOPY --from=9 x y\n", &[3]),
            ("FROM a\nFORM b\nCOPY --from=1 x y\n", &[]),
            ("FROM a\nHEALTHCHECK --intervall=1s CMD x\nCOPY --from=9 x y\n", &[3]),
            ("FROM a\nEXPOSE --x 80/tpc\n", &[2]),
            ("FROM a\nRUN --mount=type=x --nope y\n", &[2]),
            ("FROM a\nCOPY --chmod=9 x\n", &[]),
        ] {
            let file = syntax::parse(text.as_bytes());
            assert!(!file.errors.is_empty(), "{text}");
            let build = Build::new(&file, &BuildInputs::default());
            let index = LineIndex::new(text.as_bytes());
            let refusals = build.refusals_despite_errors(&file).filter(|refusal| refusal.certain);
            let mut lines: Vec<u32> = refusals.map(|refusal| index.line(refusal.error.span.start)).collect();
            lines.sort_unstable();
            assert_eq!(lines, expected, "{text}");
        }
    }
}
