//! The value of a word of an instruction, with the values of its variables.

use super::Semantics;

impl Semantics<'_> {
    /// The text of a word of the instruction at `offset`, with the values of its variables. Variables without a known
    /// value are unchanged, and build arguments have their default values.
    pub fn value_of(&self, text: &str, offset: u32) -> String {
        let scopes = &self.build.scopes;
        let scope = scopes.scope_before(offset);
        let mut value = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            value.push_str(before);
            let (name, next) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
                Some((name, next)) => (name, next),
                None => {
                    let end =
                        after.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(after.len());
                    after.split_at_checked(end).unwrap_or((after, ""))
                }
            };
            let binding = scopes.get(scope, name).filter(|binding| binding.known);
            match binding.and_then(|binding| binding.value.as_deref()) {
                Some(known) => value.push_str(known),
                None => {
                    value.push('$');
                    value.push_str(after.get(..after.len() - next.len()).unwrap_or_default());
                }
            }
            rest = next;
        }
        value.push_str(rest);
        value
    }
}
