//! Rules that say the same about several package managers: what they do is written once, and each code is a row, in the
//! file of its rule.

pub mod kept_cache;
pub mod prompts;
pub mod unpinned;
