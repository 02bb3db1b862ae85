//! The names of the targets of a Bake file: those that do not exist, and the cases of a matrix.

use hcl::Value;
use hcl::eval::{Context, Evaluate};
use hcl::expr::Expression;

use super::bake::{BakeFile, TargetAttributes};

/// Maximum number of cases of a matrix.
const MAX_CASES: usize = 64;

/// A name and a value for each variable of a matrix.
pub(super) type Case = Vec<(String, Value)>;

impl BakeFile {
    /// Names of targets that do not exist, one sentence each.
    pub(super) fn unknown_targets(&self, context: &Context<'_>) -> Vec<String> {
        let names = |list: &Expression| -> Vec<String> {
            let list = list.evaluate(context).ok();
            let items = list.as_ref().and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).map(str::to_string).collect()
        };
        let mut unknown = Vec::new();
        for (name, attributes) in &self.targets {
            let parents = attributes.get("inherits").map(names).unwrap_or_default();
            let missing = parents.into_iter().filter(|parent| !self.targets.contains_key(parent));
            unknown.extend(
                missing.map(|parent| format!("target `{name}`: unknown target `{parent}` in `inherits`")),
            );
        }
        for (name, targets) in &self.groups {
            // A matrix gives its targets names of their own.
            let exists = |target: &String| {
                self.targets.contains_key(target)
                    || self.groups.contains_key(target)
                    || self.targets.values().any(|attributes| attributes.contains_key("matrix"))
            };
            let targets = targets.as_ref().map(names).unwrap_or_default();
            let missing = targets.into_iter().filter(|target| !exists(target));
            unknown.extend(missing.map(|target| format!("group `{name}`: unknown target `{target}`")));
        }
        unknown
    }
}

/// The combinations of the values of a matrix; without one, a single empty combination.
pub(super) fn matrix_cases(attributes: &TargetAttributes, context: &Context<'_>) -> Vec<Case> {
    let matrix = attributes.get("matrix").and_then(|matrix| matrix.evaluate(context).ok());
    let mut cases: Vec<Case> = vec![Vec::new()];
    for (name, values) in matrix.as_ref().and_then(Value::as_object).into_iter().flatten() {
        let values = values.as_array().cloned().unwrap_or_default();
        let mut next = Vec::new();
        for (case, value) in cases.iter().flat_map(|case| values.iter().map(move |value| (case, value))) {
            let mut case = case.clone();
            case.push((name.clone(), value.clone()));
            next.push(case);
        }
        next.truncate(MAX_CASES);
        if !next.is_empty() {
            cases = next;
        }
    }
    cases
}
