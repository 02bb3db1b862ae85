//! Whether two texts build the same: the same commands in the same order, the same files copied, with the same user,
//! directory, shell and variables at each, and the same configuration at the end. `declared` lists the changes that
//! the fixes of each rule may make; everything else is a difference.

use super::allowed::AllowedChanges;
use super::build_steps::{self, Stage, Step, StepKind};

/// The first difference between the builds of two texts that fixes with these codes must not make.
pub(super) fn difference(old: &[u8], new: &[u8], made: &[&str]) -> Option<String> {
    let allowed = AllowedChanges::by(made);
    let (old, new) = (build_steps::stages(old), build_steps::stages(new));
    let more =
        new.len().checked_sub(old.len()).filter(|more| *more == 0 || (*more == 1 && allowed.new_stage()));
    let Some(more) = more else { return Some(format!("{} stages are {} now", old.len(), new.len())) };
    for (at, (before, after)) in old.iter().zip(&new).enumerate() {
        let ends = at + 1 == old.len() && more == 1;
        let base = if ends { AllowedChanges::named(&before.base) } else { before.base.clone() };
        if !allowed.base(&base, &after.base) {
            return Some(format!("the base `{}` of stage {at} is `{}`", before.base, after.base));
        }
        let last = new.get(at + more).filter(|_| ends);
        let found = Comparison::new(&allowed, before, after)
            .difference()
            .or_else(|| allowed.config_difference(&before.config, &last.unwrap_or(after).config))
            .or_else(|| last.and_then(Stage::work_besides_copies));
        if let Some(found) = found {
            return Some(format!("in stage {at}, {found}"));
        }
    }
    None
}

/// The remaining commands of a stage, each with its new form.
pub(super) fn kept_steps<'s>(
    allowed: &'s AllowedChanges,
    old: &'s Stage,
    new: &'s Stage,
) -> Vec<(&'s Step, &'s Step)> {
    let comparison = Comparison::new(allowed, old, new);
    let of = |stage: &'s Stage| -> Vec<&'s Step> {
        let is_run = |step: &&Step| matches!(step.kind, StepKind::Command | StepKind::Opaque);
        stage.steps.iter().filter(is_run).collect()
    };
    let ops = comparison.moved(comparison.align(&of(old), &of(new)));
    let pair = |op| match op {
        StepOp::Kept(old, new) => Some((old, new)),
        _ => None,
    };
    ops.into_iter().filter_map(pair).collect()
}

/// An operation that turns the steps of one text into those of another.
enum StepOp<'s> {
    Kept(&'s Step, &'s Step),
    Gone(&'s Step),
    Come(&'s Step),
}

struct Comparison<'c> {
    allowed: &'c AllowedChanges,
    before: &'c Stage,
    after: &'c Stage,
    /// Words that were added to steps, each with the program.
    gained: Vec<(String, String)>,
    lost: Vec<(String, String)>,
    gone: Vec<&'c Step>,
    come: Vec<&'c Step>,
}

impl<'c> Comparison<'c> {
    fn new(allowed: &'c AllowedChanges, before: &'c Stage, after: &'c Stage) -> Self {
        Self { allowed, before, after, gained: vec![], lost: vec![], gone: vec![], come: vec![] }
    }

    fn difference(mut self) -> Option<String> {
        let (old, new) = (&self.before.steps, &self.after.steps);
        // If files may be copied later, the order of the commands and the order of the copies must not change.
        let group = |step: &Step| match step.kind {
            StepKind::Copy | StepKind::Add if self.allowed.may_copy_later() => 1,
            StepKind::Workdir if self.allowed.may_copy_later() => 2,
            _ => 0,
        };
        let of = |steps: &'c [Step], number: usize| -> Vec<&'c Step> {
            steps.iter().filter(|step| group(step) == number).collect()
        };
        let parts: Vec<_> = (0..3).map(|number| (of(old, number), of(new, number))).collect();
        let found = parts.iter().find_map(|(old, new)| self.compare_steps(old, new));
        found.or_else(|| self.words_are_somewhere())
    }

    fn compare_steps(&mut self, old: &[&'c Step], new: &[&'c Step]) -> Option<String> {
        let ops = self.moved(self.align(old, new));
        self.find_forbidden_change(&ops).or_else(|| self.tails(old, new))
    }

    /// The cheapest operations from one list to the other.
    fn align(&self, old: &[&'c Step], new: &[&'c Step]) -> Vec<StepOp<'c>> {
        const UNEXPLAINED: usize = 100;
        let same = |(old, new): &(&&Step, &&Step)| old.is_unchanged_line(new);
        let head = old.iter().zip(new).take_while(same).count();
        let (old_rest, new_rest) = (&old[head..], &new[head..]);
        let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
        let (old_rest, new_rest) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
        let cost = |allowed: bool, step: &Step| match (allowed, self.allowed.may_move(step)) {
            (true, _) => 3,
            (false, true) => 10,
            (false, false) => UNEXPLAINED,
        };
        let allowed = self.allowed;
        let gone: Vec<usize> = old_rest.iter().map(|step| cost(allowed.may_be_removed(step), step)).collect();
        let come: Vec<usize> = new_rest.iter().map(|step| cost(allowed.may_be_added(step), step)).collect();
        let (rows, columns) = (old_rest.len(), new_rest.len());
        // `costs[i][j]`: of the steps from `i` and `j` on.
        let mut costs = vec![vec![0; columns + 1]; rows + 1];
        let mut keeps = vec![vec![usize::MAX; columns]; rows];
        for i in (0..=rows).rev() {
            for j in (0..=columns).rev() {
                let mut best = if i == rows && j == columns { 0 } else { usize::MAX };
                if i < rows {
                    best = best.min(gone[i] + costs[i + 1][j]);
                }
                if j < columns {
                    best = best.min(come[j] + costs[i][j + 1]);
                }
                if i < rows && j < columns {
                    let cost =
                        match (old_rest[i].is_like(new_rest[j]), self.word_changes(old_rest[i], new_rest[j]))
                        {
                            (true, _) => Some(usize::from(!old_rest[i].is_unchanged_line(new_rest[j]))),
                            (false, words) => {
                                words.map(|(gained, lost)| 2 + usize::from(gained.len() + lost.len() > 2))
                            }
                        };
                    if let Some(cost) = cost {
                        // Among several equal steps, prefer the one at the same place of its RUN.
                        let (a, b) = (&old_rest[i].lead, &new_rest[j].lead);
                        let cost = cost + usize::from(!self.allowed.lead(a, b));
                        keeps[i][j] = cost;
                        best = best.min(cost + costs[i + 1][j + 1]);
                    }
                }
                costs[i][j] = best;
            }
        }
        let mut ops: Vec<StepOp<'c>> =
            old[..head].iter().zip(new).map(|(old, new)| StepOp::Kept(old, new)).collect();
        let (mut i, mut j) = (0, 0);
        while i < rows || j < columns {
            let kept = i < rows && j < columns && keeps[i][j] != usize::MAX;
            if kept && costs[i][j] == keeps[i][j] + costs[i + 1][j + 1] {
                ops.push(StepOp::Kept(old_rest[i], new_rest[j]));
                (i, j) = (i + 1, j + 1);
            } else if i < rows && costs[i][j] == gone[i] + costs[i + 1][j] {
                ops.push(StepOp::Gone(old_rest[i]));
                i += 1;
            } else {
                ops.push(StepOp::Come(new_rest[j]));
                j += 1;
            }
        }
        let ends = old[old.len() - tail..].iter().zip(&new[new.len() - tail..]);
        ops.extend(ends.map(|(old, new)| StepOp::Kept(old, new)));
        ops
    }

    /// The words that are added and removed to turn one step into another, if that is allowed.
    fn word_changes(&self, old: &Step, new: &Step) -> Option<(Vec<String>, Vec<String>)> {
        let same = |old: &String, new: &String| self.allowed.may_respell(old, new);
        let is_given = |one: &&String| !old.rest.contains(one) && self.allowed.may_gain_assignment(new, one);
        let rest: Vec<&String> = new.rest.iter().filter(|one| !is_given(one)).collect();
        let is_kind = self.allowed.kind(old.kind, new.kind) && old.rest.len() == rest.len();
        if !is_kind || !old.rest.iter().zip(rest).all(|(old, new)| same(old, new)) {
            return None;
        }
        let (a, b) = (&old.words, &new.words);
        let mut common = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                common[i][j] = if same(&a[i], &b[j]) {
                    common[i + 1][j + 1] + 1
                } else {
                    common[i + 1][j].max(common[i][j + 1])
                };
            }
        }
        let (mut i, mut j, mut gained, mut lost) = (0, 0, Vec::new(), Vec::new());
        while i < a.len() || j < b.len() {
            if i < a.len() && j < b.len() && same(&a[i], &b[j]) {
                (i, j) = (i + 1, j + 1);
            } else if i < a.len() && (j == b.len() || common[i + 1][j] >= common[i][j + 1]) {
                lost.push(a[i].clone());
                i += 1;
            } else {
                gained.push(b[j].clone());
                j += 1;
            }
        }
        let options_after = |words: &[String], program: &str| {
            let end = words.iter().skip_while(|word| !word.ends_with(program));
            end.skip_while(|word| *word != "--").filter(|word| word.starts_with('-')).count()
        };
        // No option may be added after `--`.
        let may = options_after(b, &new.program) <= options_after(a, &old.program)
            && gained.iter().all(|word| self.allowed.may_gain_word(new, word))
            && lost.iter().all(|word| self.allowed.may_lose_word(old, word));
        may.then_some((gained, lost))
    }

    /// Adds the steps that were moved.
    fn moved(&self, ops: Vec<StepOp<'c>>) -> Vec<StepOp<'c>> {
        let mut come: Vec<&Step> = Vec::new();
        for op in &ops {
            if let StepOp::Come(step) = op
                && self.allowed.may_move(step)
            {
                come.push(step);
            }
        }
        let mut taken: Vec<&Step> = Vec::new();
        let mut result = Vec::new();
        for op in ops {
            let StepOp::Gone(old) = op else {
                result.push(op);
                continue;
            };
            let fits = |new: &&Step| old.is_like(new) || self.word_changes(old, new).is_some();
            match come.iter().position(fits).filter(|_| self.allowed.may_move(old)) {
                Some(at) => {
                    let new = come.remove(at);
                    taken.push(new);
                    result.push(StepOp::Kept(old, new));
                }
                None => result.push(op),
            }
        }
        result.retain(
            |op| !matches!(op, StepOp::Come(step) if taken.iter().any(|one| std::ptr::eq(*one, *step))),
        );
        result
    }

    /// The first change that is not allowed.
    fn find_forbidden_change(&mut self, ops: &[StepOp<'c>]) -> Option<String> {
        let (mut first_gone, mut first_come): (Option<&Step>, Option<&Step>) = (None, None);
        for op in ops {
            match op {
                StepOp::Gone(step) => {
                    let with_outer = step.kind == StepKind::Nested && first_gone.is_some();
                    if !with_outer && !self.allowed.may_be_removed(step) {
                        return Some(format!("{step} is gone"));
                    }
                    self.lost.extend(step.words.iter().map(|word| (step.program.clone(), word.clone())));
                    self.gone.push(step);
                    first_gone = first_gone.or(Some(step));
                }
                StepOp::Come(step) => {
                    let with_outer = step.kind == StepKind::Nested && first_come.is_some();
                    if !with_outer && !self.allowed.may_be_added(step) {
                        return Some(format!("{step} is new"));
                    }
                    self.gained.extend(step.words.iter().map(|word| (step.program.clone(), word.clone())));
                    self.come.push(step);
                    // Only the steps of the same RUN precede a command.
                    first_come = first_come.filter(|_| !step.lead.starts_with("RUN")).or(Some(step));
                }
                StepOp::Kept(old, new) => {
                    let (gained, lost) = self.word_changes(old, new).unwrap_or_default();
                    self.gained.extend(gained.into_iter().map(|word| (new.program.clone(), word)));
                    self.lost.extend(lost.into_iter().map(|word| (old.program.clone(), word)));
                    if let Some(found) = self.check_place(old, new, first_gone, first_come) {
                        return Some(found);
                    }
                    if old.kind != StepKind::Nested {
                        (first_gone, first_come) = (None, None);
                    }
                }
            }
        }
        None
    }

    /// An error if a remaining step is at a wrong place.
    fn check_place(
        &self,
        old: &Step,
        new: &Step,
        gone: Option<&Step>,
        come: Option<&Step>,
    ) -> Option<String> {
        let (a, b) = (&old.state, &new.state);
        for (what, a, b) in [
            ("user", &a.user, &b.user),
            ("directory", &a.directory, &b.directory),
            ("shell", &a.shell, &b.shell),
        ] {
            // The destination of a copy is one of the words.
            let copies = matches!(old.kind, StepKind::Copy | StepKind::Add);
            let anywhere = what == "directory" && (copies || self.allowed.may_run_in_other_directory(new));
            if a != b && !anywhere {
                return Some(format!("the {what} of {new} is `{b}`, not `{a}`"));
            }
        }
        let names = a.environment.keys().chain(b.environment.keys());
        let differs = |name: &&String| a.environment.get(*name) != b.environment.get(*name);
        for name in names.filter(differs) {
            let unused = !old.mentions(name) && !new.mentions(name);
            let passed = old.is_about_files() || self.allowed.may_run_with_other_value(name, new);
            let declared = self.allowed.declares_any_change() && !a.environment.contains_key(name);
            if !declared && !(unused && (passed || self.allowed.may_set_later(name, &self.before.config))) {
                let (a, b) = (a.environment.get(name), b.environment.get(name));
                return Some(format!("`{name}` is {b:?} at {new}, not {a:?}"));
            }
        }
        // A mount may get options.
        let extended = |flag: &String| {
            self.allowed.flag(flag) && new.flags.iter().any(|other| other.starts_with(flag.as_str()))
        };
        let kept_flag = |flag: &&String| new.flags.contains(flag) || extended(flag);
        if let Some(flag) = old.flags.iter().find(|flag| !kept_flag(flag)) {
            return Some(format!("{new} has no {flag}"));
        }
        let new_flag = |flag: &&String| !old.flags.contains(flag) && !self.allowed.flag(flag);
        if let Some(flag) = new.flags.iter().find(new_flag) {
            return Some(format!("{new} has {flag}"));
        }
        let lead = |old: &str, new: &str| self.allowed.lead(old, new);
        let is_same = lead(&old.lead, &new.lead)
            // The step before it was removed.
            || gone.is_some_and(|gone| lead(&gone.lead, &new.lead))
            // Something precedes it.
            || come.is_some_and(|come| come.lead == "RUN" && self.allowed.may_follow_inserted(&old.lead, &new.lead))
            // Something is between it and the assignments before it.
            || come.is_some_and(|come| lead(&old.lead, &come.lead) && new.lead == "&&" && old.lead.ends_with("&&"))
            || self.allowed.runs_directly(&old.lead, old, new)
            // The `cd` before it became a WORKDIR.
            || gone.is_some_and(|gone| self.allowed.runs_directly(&gone.lead, old, new))
            // A line is put before the script.
            || (self.allowed.stops_at_errors()
                && come.is_some_and(|come| come.lead == "RUN")
                && old.lead.strip_prefix("RUN").is_some_and(|lead| lead.trim() == new.lead.trim()))
            || self.allowed.may_be_joined(&old.lead, &new.lead);
        (!is_same).then(|| format!("{old} is {new}"))
    }

    /// Compares the text after the last commands of RUNs, including commands that were added or removed there.
    fn tails(&self, old: &[&Step], new: &[&Step]) -> Option<String> {
        let changed = || self.come.iter().chain(&self.gone);
        let appended = |step: &&Step| changed().any(|other| std::ptr::eq(*other, *step));
        let before = |steps: &[&Step], at: usize| {
            let step = &steps[at];
            let is_last = steps
                .get(at + 1)
                .is_none_or(|next| next.kind != StepKind::Command || next.lead.starts_with("RUN"));
            let ends = |lead: &&str| is_last && appended(step) && !lead.starts_with("RUN");
            let lead = step.lead.strip_suffix("&&").filter(ends);
            self.allowed.tail(lead.unwrap_or_default().trim())
        };
        let of = |steps: &[&Step]| -> Vec<String> {
            let places = steps.iter().enumerate();
            let tails = places.flat_map(|(at, step)| [before(steps, at), self.allowed.tail(&step.tail)]);
            tails.filter(|tail| !tail.is_empty()).collect()
        };
        let (old, new) = (of(old), of(new));
        (old != new).then(|| format!("{old:?} after commands is {new:?}"))
    }

    /// Words that moved from one command to another must exist there, and no others.
    fn words_are_somewhere(&self) -> Option<String> {
        // `apk del gcc` removes what `apk add gcc=13.2` has installed.
        let is_same = |other: &String, word: &String| {
            other == word || other.strip_prefix(word).is_some_and(|version| version.starts_with('='))
        };
        let has = |steps: &[Step], (name, word): &(String, String)| {
            let mut steps = steps.iter().filter(|step| self.allowed.may_install(name, &step.program));
            steps.any(|step| step.words.iter().any(|other| is_same(other, word)))
        };
        let lost = self.lost.iter().filter(|(name, word)| self.allowed.must_reappear(name, word));
        if let Some((name, word)) = lost.clone().find(|lost| !has(&self.after.steps, lost)) {
            return Some(format!("`{word}` of `{name}` is lost"));
        }
        let gained = self.gained.iter().filter(|(name, word)| self.allowed.must_be_known(name, word));
        if let Some((name, word)) = gained.clone().find(|gained| !has(&self.before.steps, gained)) {
            return Some(format!("`{word}` of `{name}` comes from nowhere"));
        }
        let copies = self.gone.iter().filter(|step| step.kind == StepKind::Copy);
        if let Some(step) = copies.clone().find(|step| !AllowedChanges::is_mounted(step, &self.after.steps)) {
            return Some(format!("{step} is in no mount"));
        }
        if let Some(step) = self.gone.iter().find(|step| !self.allowed.is_folded(step, &self.gained)) {
            return Some(format!("{step} is nowhere in the flags of a COPY"));
        }
        let entered = |path: &String| self.lost.iter().any(|(name, word)| name == "cd" && word == path);
        let workdirs = self.come.iter().filter(|step| step.kind == StepKind::Workdir);
        let strange = workdirs.clone().find(|step| !step.words.iter().all(entered));
        strange.map(|step| format!("{step} was no `cd`"))
    }
}
