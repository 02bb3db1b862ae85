//! Processes many files in parallel.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::error::CliError;

/// Stack size of a thread, in bytes: enough for the nesting of any file.
const STACK: usize = 16 << 20;

/// The requested number of threads, or else one for each processor.
pub(super) fn thread_count(wanted: Option<NonZeroUsize>) -> usize {
    wanted.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// Calls `work` for each item; the results are in the order of the items.
///
/// # Errors
/// The system cannot start threads.
pub(super) fn map_in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync,
) -> Result<Vec<R>, CliError> {
    let mut answers = Vec::with_capacity(items.len());
    for_each_in_order(items, threads, work, |_, answer| answers.push(answer))?;
    Ok(answers)
}

/// Calls `work` for each item, and `then` with each result in the order of the items, as soon as the earlier ones are
/// known. Only results that have to wait are stored.
///
/// # Errors
/// The system cannot start threads.
pub(crate) fn for_each_in_order<T: Sync, R: Send>(
    items: &[T],
    threads: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync,
    then: impl FnMut(&T, R) + Send,
) -> Result<(), CliError> {
    // Counting the processors is slow, because the standard library reads several files.
    let threads = if items.len() < 2 { items.len() } else { thread_count(threads).min(items.len()) };
    let next = AtomicUsize::new(0);
    let ordered = Mutex::new(OrderedResults { waiting: BTreeMap::new(), next: 0, then });
    // Files differ in length, so each thread takes one at a time.
    let some = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return };
            let answer = work(item);
            ordered.lock().unwrap_or_else(PoisonError::into_inner).add(at, answer, items);
        }
    };
    thread::scope(|scope| {
        // The stack of the main thread may be small, so it does none of the work.
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, some);
        let running = (0..threads).map(spawn).collect::<Result<Vec<_>, _>>().map_err(CliError::Threads)?;
        for thread in running {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        Ok(())
    })
}

/// Results that arrive in any order.
struct OrderedResults<R, F> {
    waiting: BTreeMap<usize, R>,
    /// The index of the first result that has not arrived.
    next: usize,
    then: F,
}

impl<R, F> OrderedResults<R, F> {
    fn add<T>(&mut self, at: usize, answer: R, items: &[T])
    where
        F: FnMut(&T, R),
    {
        self.waiting.insert(at, answer);
        while let (Some(answer), Some(item)) = (self.waiting.remove(&self.next), items.get(self.next)) {
            (self.then)(item, answer);
            self.next += 1;
        }
    }
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
