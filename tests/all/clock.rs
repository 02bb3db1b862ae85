//! How long a piece of code computes, while other tests and programs run as well.

use std::time::{Duration, Instant};

/// What `work` returns, and how long this thread has computed it. Elsewhere than on Linux, the time that has passed.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (start, before) = (Instant::now(), computed());
    let result = work();
    let passed = start.elapsed();
    let own = before.and_then(|before| computed()?.checked_sub(before));
    (result, own.unwrap_or(passed))
}

/// What this thread has computed so far.
fn computed() -> Option<Duration> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    schedule.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
