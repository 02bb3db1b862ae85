//! [`RuleDispatch`]: the rules for each part of a file.

use hashbrown::HashSet;

use crate::rule::{Check, Rule, RuleGroup};
use crate::rules;
use crate::shell::analysis::ShellAnalyzer;
use crate::syntax::Kind;

/// Rules grouped by the parts that they check, for all files.
#[derive(Debug, Default)]
pub struct RuleDispatch {
    /// The codes of all rules.
    pub(super) codes: HashSet<&'static str>,
    pub(super) kinds: Vec<Vec<&'static Rule>>,
    pub(super) runs: Vec<&'static Rule>,
    pub(super) files: Vec<&'static Rule>,
    /// The selected codes of the shell analysis. If there are any, the analyzer runs.
    pub(super) shell_codes: HashSet<&'static str>,
    pub(super) shell: Option<ShellAnalyzer>,
}

impl RuleDispatch {
    pub fn new(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        let mut dispatch = Self { kinds: vec![Vec::new(); Kind::Unknown as usize + 1], ..Self::default() };
        for rule in rules {
            dispatch.codes.insert(rule.code);
            match rule.check {
                Check::Instruction(kinds, _) => {
                    for kind in kinds {
                        if let Some(rules) = dispatch.kinds.get_mut(*kind as usize) {
                            rules.push(rule);
                        }
                    }
                }
                Check::Run(_) => dispatch.runs.push(rule),
                Check::File(_) => dispatch.files.push(rule),
                Check::Engine if rule.group == RuleGroup::ShellCheck => {
                    dispatch.shell_codes.insert(rule.code);
                }
                Check::Engine => {}
            }
        }
        if !dispatch.shell_codes.is_empty() {
            dispatch.shell_codes.insert(rules::about_files::NOT_ANALYZED.code);
            dispatch.shell = Some(ShellAnalyzer::new());
        }
        dispatch
    }
}
