//! Work on many files side by side.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::error::CliError;

/// Enough, in bytes, for whatever is nested in a file.
const STACK: usize = 16 << 20;

/// As many as are wanted, or else one for each processor.
pub(super) fn thread_count(wanted: Option<NonZeroUsize>) -> usize {
    wanted.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// Calls `work` for each item; the answers come in the order of the items, whatever the number of threads.
///
/// # Errors
/// The machine gives no threads.
pub(super) fn map_in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync,
) -> Result<Vec<R>, CliError> {
    // To count the processors, the standard library reads several files.
    let threads = if items.len() < 2 { items.len() } else { thread_count(threads).min(items.len()) };
    let next = AtomicUsize::new(0);
    // Files differ much in length, so each thread takes one at a time.
    let some = || {
        let mut answers = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return answers };
            answers.push((at, work(item)));
        }
    };
    let mut answers = Vec::with_capacity(items.len());
    thread::scope(|scope| {
        // The stack of the main thread may be small, so it does none of the work.
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, some);
        let running = (0..threads).map(spawn).collect::<Result<Vec<_>, _>>().map_err(CliError::Threads)?;
        for thread in running {
            match thread.join() {
                Ok(some) => answers.extend(some),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<(), CliError>(())
    })?;
    answers.sort_unstable_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..500).collect();
        for threads in [1, 2, 7] {
            let answers = map_in_parallel(&items, NonZeroUsize::new(threads), |item| {
                if item % 100 == 0 {
                    thread::yield_now();
                }
                item * 2
            });
            let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(answers.expect("threads can be started"), expected, "{threads}");
        }
        assert!(map_in_parallel(&[] as &[u8], None, |_| ()).expect("nothing to start").is_empty());
    }
}
