//! [`UserTimeline`]: the users at one instruction after another.

use std::collections::HashMap;

use super::users::KnownUsers;
use crate::semantic::{Semantics, StageBaseKind};
use crate::source::Span;

/// Finds the users at instructions. Requests for the instructions of a stage in file order read the stage only once.
#[derive(Debug)]
pub struct UserTimeline<'s, 'a> {
    semantics: &'s Semantics<'a>,
    /// The users at the end of stages that others are built on.
    ends: HashMap<usize, KnownUsers>,
    /// The stage and the offset that were last asked about, and the users there.
    last: Option<(usize, u32, KnownUsers)>,
}

impl<'s, 'a> UserTimeline<'s, 'a> {
    pub fn new(semantics: &'s Semantics<'a>) -> Self {
        Self { semantics, ends: HashMap::new(), last: None }
    }

    /// The users at the instruction that starts at `offset` of a stage.
    pub fn users_at(&mut self, stage: usize, offset: u32) -> &KnownUsers {
        let last = self.last.take().filter(|(own, at, _)| *own == stage && *at <= offset);
        let (at, mut users) = match last {
            Some((_, at, users)) => (at, users),
            None => {
                let start = self.semantics.stages.get(stage).map_or(0, |stage| stage.span.start);
                (start, self.users_at_stage_start(stage))
            }
        };
        self.apply(&mut users, Span::new(at, offset.max(at)));
        let (.., users) = self.last.insert((stage, offset.max(at), users));
        users
    }

    /// The users with which a stage starts.
    fn users_at_stage_start(&mut self, stage: usize) -> KnownUsers {
        // The stages below it, down to one whose end is known.
        let mut below = Vec::new();
        let mut index = stage;
        let mut users = loop {
            let Some(built) = self.semantics.build.stages.get(index) else { return KnownUsers::unknown() };
            if !built.triggers.is_empty() && index != stage {
                return KnownUsers::unknown();
            }
            match built.base {
                StageBaseKind::Stage(parent) if parent < index && built.image.certain => {
                    if let Some(known) = self.ends.get(&parent) {
                        break known.clone();
                    }
                    below.push(parent);
                    index = parent;
                }
                StageBaseKind::Stage(_) => return KnownUsers::unknown(),
                _ => {
                    let base = self.semantics.base_image(index);
                    match base.and_then(|base| KnownUsers::from_image(&base)) {
                        Some(users) => break users,
                        None => return KnownUsers::unknown(),
                    }
                }
            }
        };
        for parent in below.into_iter().rev() {
            let span = self.semantics.stages.get(parent).map_or(Span::default(), |stage| stage.span);
            self.apply(&mut users, span);
            self.ends.insert(parent, users.clone());
        }
        users
    }

    fn apply(&self, users: &mut KnownUsers, span: Span) {
        for instruction in self.semantics.file.instructions_in(span) {
            users.apply_instruction(self.semantics, instruction);
        }
    }
}
