//! [`StageFlags`]: a flag of each stage, inherited by the stages built on it.

use std::collections::HashMap;

use super::{Stage, StageBaseKind, View};

/// Whether an instruction (a WORKDIR, an ENV) occurred so far in the current stage or its base stages. Stages are
/// entered in file order.
#[derive(Debug)]
pub struct StageFlags {
    view: View,
    /// By stage in the exact view; in hadolint's view by stage name or image name.
    marks: HashMap<String, bool>,
    current: String,
    entered: bool,
}

impl StageFlags {
    pub fn new(view: View) -> Self {
        Self { view, marks: HashMap::new(), current: String::new(), entered: false }
    }

    /// Enters the next stage.
    pub fn enter_stage(&mut self, stage: &Stage<'_>) {
        let (key, parent) = if self.view.stages_share_state_by_image {
            let image = stage.image.name();
            (format!("={}", stage.alias().unwrap_or(image)), self.entered.then(|| format!("={image}")))
        } else {
            let parent = match stage.base {
                StageBaseKind::Stage(parent) => Some(parent.to_string()),
                _ => None,
            };
            (stage.index.to_string(), parent)
        };
        let marked = parent.and_then(|parent| self.marks.get(&parent).copied()).unwrap_or(false);
        self.marks.insert(key.clone(), marked);
        self.current = key;
        self.entered = true;
    }

    /// Sets the flag from this instruction on.
    pub fn set_flag(&mut self) {
        self.marks.insert(self.current.clone(), true);
    }

    pub fn is_flag_set(&self) -> bool {
        self.marks.get(&self.current).copied().unwrap_or(false)
    }
}
