//! Results that each thread caches, because rules, fixes and `optimize` need the same ones many times.

use std::cell::RefCell;
use std::hash::Hash;
use std::thread::LocalKey;

use hashbrown::HashMap;

/// The cached results of a thread, by everything that they depend on.
pub(crate) type ThreadCache<K, V> = RefCell<HashMap<K, V>>;

/// The cached result for a key, or else that of `find`. With `max` results, the cache is emptied first.
pub(crate) fn get_or_insert_with<K: Eq + Hash, V: Clone>(
    memo: &'static LocalKey<ThreadCache<K, V>>,
    max: usize,
    key: K,
    find: impl FnOnce() -> V,
) -> V {
    if let Some(known) = memo.with_borrow(|known| known.get(&key).cloned()) {
        return known;
    }
    let found = find();
    memo.with_borrow_mut(|known| {
        if known.len() >= max {
            known.clear();
        }
        known.insert(key, found.clone());
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static MEMO: ThreadCache<u32, u32> = RefCell::default();
    }

    #[test]
    fn results_are_computed_once_until_the_cache_is_full() {
        let computed = std::cell::Cell::new(0);
        let square = |number: u32| {
            get_or_insert_with(&MEMO, 2, number, || {
                computed.set(computed.get() + 1);
                number * number
            })
        };
        assert_eq!([square(2), square(3), square(2), square(3)], [4, 9, 4, 9]);
        assert_eq!(computed.get(), 2);
        assert_eq!([square(4), square(2)], [16, 4]);
        assert_eq!(computed.get(), 4);
    }
}
