//! [`NameMap`]: a map from names that keeps all of its earlier states.
//!
//! A [`NameMapState`] is a few bytes large. All states share their nodes (a radix tree over numbered names, copied
//! along the changed path only), so one state per instruction needs little memory.

use std::borrow::Cow;
use std::collections::HashMap;

const FAN_OUT: usize = 16;
const BITS: u32 = 4;

/// One state of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NameMapState {
    /// Node, plus one; 0 for none.
    root: u32,
    levels: u32,
}

impl NameMapState {
    pub(crate) const EMPTY: Self = Self { root: 0, levels: 0 };
}

/// All states of a map.
#[derive(Debug)]
pub(crate) struct NameMap<'a, V> {
    ids: HashMap<Cow<'a, str>, u32>,
    names: Vec<Cow<'a, str>>,
    nodes: Vec<[u32; FAN_OUT]>,
    values: Vec<V>,
}

impl<V> Default for NameMap<'_, V> {
    fn default() -> Self {
        Self { ids: HashMap::new(), names: Vec::new(), nodes: Vec::new(), values: Vec::new() }
    }
}

impl<'a, V> NameMap<'a, V> {
    /// The value of a name.
    pub(crate) fn get(&self, state: NameMapState, name: &str) -> Option<&V> {
        self.value_at_node(state, *self.ids.get(name)?)
    }

    fn value_at_node(&self, state: NameMapState, id: u32) -> Option<&V> {
        let mut node = state.root;
        if state.levels * BITS < u32::BITS && id >> (state.levels * BITS) != 0 {
            return None;
        }
        for level in (0..state.levels).rev() {
            let children = self.nodes.get(node.checked_sub(1)? as usize)?;
            node = *children.get(child_index_at_level(id, level))?;
        }
        self.values.get(node.checked_sub(1)? as usize)
    }

    /// Each name of any state, in the order in which they were first bound, with its value in this state.
    pub(crate) fn all_name_bindings(&self, state: NameMapState) -> impl Iterator<Item = (&str, Option<&V>)> {
        (0..).zip(&self.names).map(move |(id, name)| (name.as_ref(), self.value_at_node(state, id)))
    }

    /// The number of different names in all states.
    pub(crate) fn count(&self) -> usize {
        self.names.len()
    }

    /// The state after a name gets a value.
    pub(crate) fn bind(&mut self, state: NameMapState, name: Cow<'a, str>, value: V) -> NameMapState {
        let next = to_u32(self.names.len());
        let id = *self.ids.entry(name.clone()).or_insert(next);
        if id == next {
            self.names.push(name);
        }
        self.values.push(value);
        let value = to_u32(self.values.len());
        let NameMapState { mut root, mut levels } = state;
        while levels * BITS < u32::BITS && id >> (levels * BITS) != 0 || levels == 0 {
            if root != 0 {
                let mut node = [0; FAN_OUT];
                node[0] = root;
                self.nodes.push(node);
                root = to_u32(self.nodes.len());
            }
            levels += 1;
        }
        NameMapState { root: self.copy_with_value(root, levels, id, value), levels }
    }

    /// A copy of the path to `id`, with `value` at its end. The depth is at most eight.
    fn copy_with_value(&mut self, node: u32, levels: u32, id: u32, value: u32) -> u32 {
        let Some(level) = levels.checked_sub(1) else { return value };
        let mut children =
            node.checked_sub(1).and_then(|at| self.nodes.get(at as usize)).copied().unwrap_or_default();
        if let Some(child) = children.get_mut(child_index_at_level(id, level)) {
            *child = self.copy_with_value(*child, level, id, value);
        }
        self.nodes.push(children);
        to_u32(self.nodes.len())
    }
}

fn child_index_at_level(id: u32, level: u32) -> usize {
    (id >> (level * BITS)) as usize % FAN_OUT
}

fn to_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_independent() {
        let mut map = NameMap::default();
        let one = map.bind(NameMapState::EMPTY, "a".into(), 1);
        let two = map.bind(one, "a".into(), 2);
        let other = map.bind(one, "b".into(), 3);
        let value = |state, name| map.get(state, name).copied();
        assert_eq!([value(one, "a"), value(one, "b")], [Some(1), None]);
        assert_eq!([value(two, "a"), value(two, "b")], [Some(2), None]);
        assert_eq!([value(other, "a"), value(other, "b")], [Some(1), Some(3)]);
        assert_eq!(value(NameMapState::EMPTY, "a"), None);
    }

    #[test]
    fn keeps_many_names_distinct() {
        let mut map = NameMap::default();
        let mut states = vec![NameMapState::EMPTY];
        for number in 0..5_000 {
            let last = *states.last().expect("there is one");
            states.push(map.bind(last, format!("N{number}").into(), ()));
        }
        for (known, state) in states.iter().enumerate().step_by(613) {
            for number in (0..5_000).step_by(97) {
                let found = map.get(*state, &format!("N{number}")).is_some();
                assert_eq!(found, number < known, "N{number} after {known}");
            }
        }
        assert_eq!(map.all_name_bindings(states[17]).filter(|(_, value)| value.is_some()).count(), 17);
    }
}
