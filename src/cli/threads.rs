//! Work on many files side by side.

use std::num::NonZeroUsize;

use rayon::prelude::*;

use super::error::Error;

/// Enough, in bytes, for whatever is nested in a file.
const STACK: usize = 16 << 20;

/// As many as are wanted, or else one for each processor.
pub fn number_of_threads(wanted: Option<NonZeroUsize>) -> usize {
    wanted.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// Calls `work` for each item; the answers come in the order of the items, whatever the number of threads.
///
/// # Errors
/// The machine gives no threads.
pub fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    threads: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync,
) -> Result<Vec<R>, Error> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(number_of_threads(threads).min(items.len()).max(1))
        .stack_size(STACK)
        .build()
        .map_err(Error::Threads)?;
    Ok(pool.install(|| items.par_iter().map(&work).collect()))
}
