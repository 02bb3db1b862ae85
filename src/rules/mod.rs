//! The list of all rules. A rule is one file here and one page in `rules/`; the list makes the modules and
//! the table, so a rule without either does not compile.

use crate::rule::Rule;

macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        $(pub mod $name;)+
        /// Every rule, in the order of the list: by code.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),+];
    };
}

rules! {
    dl1000, dl3002, dl3003, dl3006, dl3007, dl3008, dl3009, dl3015, dl3018, dl3020, dl3025, dl3042, dl3059, dl4000, dl4003,
    dl4006,
    stage_name_casing, undefined_var,
}
