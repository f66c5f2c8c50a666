//! No panic tells what it was about: neither on standard error, nor to the caller.
//!
//! A panic's text is written by whoever panics, in whichever crate, and may hold a coordinate. So every function that does
//! more than hand out a field runs within [`guarded`] or [`shielded`]: what crosses says where in the source the panic was, and
//! nothing else, and the hook prints the same, where standard error is read. (uniffi would hand the payload over as the message
//! of an exception.)

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, Location, PanicHookInfo};
use std::sync::Once;

use crate::HereaboutsError;

thread_local! {
    /// How many guards this thread is within.
    static DEPTH: Cell<u32> = const { Cell::new(0) };

    /// Where the latest panic on this thread was.
    static LATEST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs what may fail. A panic in it is [`HereaboutsError::Internal`].
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, HereaboutsError>) -> Result<T, HereaboutsError> {
    caught(work).unwrap_or_else(Err)
}

/// Runs what cannot fail. A panic in it goes on with the text of [`HereaboutsError::Internal`] in the place of its own.
pub(crate) fn shielded<T>(work: impl FnOnce() -> T) -> T {
    // This asks no hook: nothing is printed again.
    caught(work).unwrap_or_else(|error| panic::resume_unwind(Box::new(error.to_string())))
}

/// What a panic leaves half-done is behind the core's lock, which is poisoned then: nothing else is shared.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, HereaboutsError> {
    enter();
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    leave();
    result.map_err(|_| HereaboutsError::Internal(LATEST.take()))
}

// Every function that crosses is within a guard: these are called, and not copied into each.
#[inline(never)]
fn enter() {
    install_hook();
    DEPTH.set(DEPTH.get() + 1);
}

#[inline(never)]
fn leave() {
    DEPTH.set(DEPTH.get() - 1);
}

/// Once for a process, before anything of the core runs. Panics that are none of ours go the way that they went before.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if DEPTH.get() > 0 {
                print(info);
            } else {
                others(info);
            }
        }));
    });
}

/// Where it was, without a word of what it said.
fn print(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, place);
    eprintln!("hereabouts: internal error{place}; what it said is not told, since it could name a place");
    LATEST.set(place);
}

/// A place in the source, without the folders of whoever built it; nothing where the build keeps no places, as Android's.
pub(crate) fn place(location: &Location<'_>) -> String {
    if location.line() == 0 {
        return String::new();
    }
    let names = location.file().rsplitn(4, ['/', '\\']).take(3).collect::<Vec<_>>();
    let file = names.into_iter().rev().collect::<Vec<_>>().join("/");
    format!(" at {file}:{}", location.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where these tests panic, but for the line.
    const HERE: &str = "an internal error at ffi/src/guard.rs:";

    #[test]
    fn what_goes_on_from_a_panic_says_where_it_was_and_nothing_else() {
        let payload = panic::catch_unwind(|| shielded(|| panic!("at 52.090712, 5.121421"))).unwrap_err();
        let text = *payload.downcast::<String>().unwrap();
        let line =
            text.strip_prefix(HERE).and_then(|text| text.strip_suffix(": nothing was released: please report it"));
        assert!(line.is_some_and(|line| line.parse::<u32>().is_ok()), "{text}");
    }

    #[test]
    fn a_panic_is_an_error_like_any_other_and_guards_may_stand_within_guards() {
        let error = guarded(|| guarded::<()>(|| panic!("at 52.090712, 5.121421")));
        assert!(error.unwrap_err().to_string().starts_with(HERE));
        assert!(HereaboutsError::internal().to_string().starts_with(HERE));
        assert_eq!(DEPTH.get(), 0);
        assert_eq!(guarded(|| Ok(shielded(|| 7))), Ok(7));
    }
}
