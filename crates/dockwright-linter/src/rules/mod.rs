//! The list of all rules. A rule is one file here and one page in `rules/`; the list generates the modules and the
//! table, so a rule without either does not compile.

use std::sync::LazyLock;

use hashbrown::HashMap;

use crate::rule::{OptimizerScope, Rule};

pub mod about_files;
pub mod shellcheck;

mod build_commands;
mod families;
mod fixes;
mod mode_changes;
#[cfg(test)]
mod problems;
mod tls;

macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        $(pub mod $name;)+
        /// Every rule, in the order of the list: by code.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),+];
    };
}

rules! {
    dl1000, dl1001,
    dl3000, dl3001, dl3002, dl3003, dl3004, dl3006, dl3007, dl3008, dl3009,
    dl3010, dl3011, dl3012, dl3013, dl3014, dl3015, dl3016, dl3018, dl3019,
    dl3020, dl3021, dl3022, dl3023, dl3024, dl3025, dl3026, dl3027, dl3028, dl3029,
    dl3030, dl3032, dl3033, dl3034, dl3035, dl3036, dl3037, dl3038,
    dl3040, dl3041, dl3042, dl3043, dl3044, dl3045, dl3046, dl3047, dl3048, dl3049,
    dl3050, dl3051, dl3052, dl3053, dl3054, dl3055, dl3056, dl3057, dl3058, dl3059,
    dl3060, dl3061, dl3062, dl3063, dl3064, dl3065, dl3066, dl3067,
    dl4000, dl4001, dl4003, dl4004, dl4005, dl4006,
    dw1001, dw2001, dw2002, dw2003, dw4002,
    dw3001, dw3002, dw3003, dw3004, dw3005, dw3006,
    dw3101, dw3102, dw3103, dw3104, dw3105,
    dw3201, dw3202, dw3203, dw3204,
    dw3301, dw3302, dw3303, dw3304, dw3305, dw3306, dw3307, dw3308, dw3309,
    dw3401, dw3402, dw3403, dw3404, dw3405,
    consistent_instruction_casing, copy_ignored_file, duplicate_stage_name, expose_invalid_format,
    expose_proto_casing, from_as_casing, from_platform_flag_const_disallowed, invalid_base_image_platform,
    invalid_default_arg_in_from, invalid_definition_description, json_args_recommended, legacy_key_value_format,
    maintainer_deprecated, multiple_instructions_disallowed, no_empty_continuation, redundant_target_platform,
    reserved_stage_name, secrets_used_in_arg_or_env, stage_name_casing, undefined_arg_in_from, undefined_var,
    workdir_relative_path,
    dw0001, dw0002, dw0003, dw0004, dw0005,
    dw1101, dw1102, dw1103, dw1104, dw1105, dw1106, dw1107,
    dw1201, dw1202, dw1203,
    dw2101, dw2102, dw2103, dw2104, dw2105, dw2106,
    dw2201, dw2202, dw2301, dw2401, dw2402, dw2403, dw2404, dw2405, dw2406, dw2407, dw2408, dw2409,
    dw2410,
    dw4003, dw4004, dw4005, dw4007, dw4008, dw4009, dw4010, dw4011, dw4012, dw4013,
    dw4014,
    dw4101, dw4102,
    dw5001, dw5002, dw5003, dw5004, dw5005, dw5006, dw5007, dw5009, dw5010,
    dw5011, dw5012, dw5013, dw5014, dw5015, dw5016, dw5017, dw5018, dw5019, dw5020, dw5021, dw5022, dw5023, dw5024,
}

/// All rules: those of the list, those about files as a whole, and ShellCheck's codes.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    let own = ALL.iter().chain(about_files::ALL).copied();
    own.chain(&shellcheck::ALL)
}

/// The rule with exactly this code.
#[must_use]
pub fn find_by_code(code: &str) -> Option<&'static Rule> {
    static BY_CODE: LazyLock<HashMap<&'static str, &'static Rule>> =
        LazyLock::new(|| all_rules().map(|rule| (rule.code, rule)).collect());
    BY_CODE.get(code).copied()
}

/// The rules about ignore comments.
pub(crate) static ABOUT_IGNORES: [&Rule; 4] = [&dw0001::RULE, &dw0002::RULE, &dw0003::RULE, &dw0004::RULE];

/// Whether the rule with this code is one that `optimize` runs.
#[must_use]
pub fn is_optimizer_rule(code: &str) -> bool {
    find_by_code(code).is_some_and(|rule| rule.in_optimizer != OptimizerScope::No)
}

/// Whether the rule with this code is in the group `security`.
#[must_use]
pub fn is_security_rule(code: &str) -> bool {
    code.starts_with("DW3")
        || matches!(code, "DL3002" | "DL3004" | "DL3026" | "DL3064" | "SecretsUsedInArgOrEnv")
}

/// The rules that `dockwright optimize` runs.
pub fn optimizer_rules() -> impl Iterator<Item = &'static Rule> {
    all_rules().filter(|rule| rule.in_optimizer != OptimizerScope::No)
}
