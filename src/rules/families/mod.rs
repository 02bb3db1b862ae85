//! Rules that say the same about several package managers: what they do is written once, and each code is a row, in the
//! file of its rule.

pub(super) mod kept_cache;
pub(super) mod prompts;
pub(super) mod unpinned;
