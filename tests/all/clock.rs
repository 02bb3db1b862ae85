//! Measures the computing time of code while other tests and programs run at the same time.

use std::time::{Duration, Instant};

/// The result of `work`, and the CPU time that this thread needed. On other systems than Linux, the elapsed time.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (start, before) = (Instant::now(), computed());
    let result = work();
    let passed = start.elapsed();
    let own = before.and_then(|before| computed()?.checked_sub(before));
    (result, own.unwrap_or(passed))
}

/// The CPU time of this thread so far.
fn computed() -> Option<Duration> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    schedule.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
