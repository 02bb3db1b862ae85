//! Rules that are the same for several package managers: the check is here, and each rule is a row in its own file.

pub(super) mod kept_cache;
pub(super) mod prompts;
pub(super) mod unpinned;
