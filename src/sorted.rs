//! [`each_once`]: a set for those who look at it more often than they change it.

/// These in ascending order, each once. It is looked through with `binary_search`, and takes far less code for each type than a
/// tree or a hash table: a phone gets all of it.
pub(crate) fn each_once<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_unstable();
    items.dedup();
    items
}
