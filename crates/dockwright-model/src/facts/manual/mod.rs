//! The syntax of the instructions and what they do, in a few words: for help in editors.
//!
//! The flags that exist are those of `dockerfile-syntax`; a test compares. Source: the Dockerfile reference,
//! <https://docs.docker.com/reference/dockerfile/>.

mod flags;
mod instructions;
mod words;

pub use flags::{FlagPage, MOUNT_TYPES};
pub use words::{DirectivePage, LABELS, PORTS, directive_page};

use crate::syntax::Kind;

/// The description of an instruction.
#[derive(Debug)]
pub struct InstructionPage {
    pub kind: Kind,
    /// One sentence.
    pub summary: &'static str,
    /// The ways to write it: `COPY [OPTIONS] SOURCE… DESTINATION`. Parameters are the words after the first one;
    /// parts in square brackets are optional, parts that end with `…` may be repeated.
    pub forms: &'static [&'static str],
    pub flags: &'static [FlagPage],
}

/// The page of an instruction; `None` for unknown ones.
pub fn instruction_page(kind: Kind) -> Option<&'static InstructionPage> {
    instructions::PAGES.iter().find(|page| page.kind == kind)
}

/// All pages, in the order in which people use the instructions.
pub fn instruction_pages() -> impl Iterator<Item = &'static InstructionPage> {
    instructions::PAGES.iter()
}

impl InstructionPage {
    /// The description of a flag; its name is without dashes.
    pub fn find_flag(&self, name: &str) -> Option<&'static FlagPage> {
        self.flags.iter().find(|flag| flag.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_the_instructions_and_flags_that_exist() {
        for page in instruction_pages() {
            let name = page.kind.name();
            let known: Vec<&str> = page.kind.flags().map(|flag| flag.name).collect();
            let described: Vec<&str> = page.flags.iter().map(|flag| flag.name).collect();
            assert_eq!(described, known, "{name}");
            for form in page.forms {
                assert!(form.starts_with(name), "{form}");
            }
            for flag in page.flags {
                let is_bool = page.kind.flags().any(|known| known.name == flag.name && known.is_bool);
                assert_eq!(flag.value.is_empty(), is_bool, "{name} {}", flag.name);
            }
        }
        assert_eq!(instruction_pages().count(), 18);
    }

    #[test]
    fn mount_types_and_their_keys_exist() {
        let names: Vec<&str> = MOUNT_TYPES.iter().map(|kind| kind.name).collect();
        assert_eq!(names, crate::semantic::build::MOUNT_TYPES);
        for kind in &MOUNT_TYPES {
            for key in kind.keys {
                assert!(crate::syntax::MountKey::from_name(key).is_some(), "{key}");
            }
        }
    }
}
