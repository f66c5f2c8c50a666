//! No panic tells what it was about: neither on standard error, nor to the caller.
//!
//! A panic's text is written by whoever panics, in whichever crate, and may hold a coordinate. So every function that does
//! more than hand out a field runs within [`guarded`] or [`shielded`]: the hook prints where the panic was, and what crosses
//! has a fixed text. (uniffi would hand the payload over as the message of an exception.)

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

use crate::HereaboutsError;

thread_local! {
    /// How many guards this thread is within.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs what may fail. A panic in it is [`HereaboutsError::Internal`].
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, HereaboutsError>) -> Result<T, HereaboutsError> {
    caught(work).unwrap_or(Err(HereaboutsError::Internal))
}

/// Runs what cannot fail. A panic in it goes on with a fixed text in the place of its own.
pub(crate) fn shielded<T>(work: impl FnOnce() -> T) -> T {
    // This asks no hook: nothing is printed again.
    caught(work).unwrap_or_else(|_| panic::resume_unwind(Box::new(HereaboutsError::Internal.to_string())))
}

/// What a panic leaves half-done is behind the core's lock, which is poisoned then: nothing else is shared.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    install_hook();
    DEPTH.set(DEPTH.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
    result
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
    let place = info.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    eprintln!("hereabouts: internal error{place}; what it said is not printed, since it could name a place");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_from_a_panic_has_a_fixed_text() {
        let payload = panic::catch_unwind(|| shielded(|| panic!("at 52.090712, 5.121421"))).unwrap_err();
        assert_eq!(*payload.downcast::<String>().unwrap(), HereaboutsError::Internal.to_string());
    }

    #[test]
    fn a_panic_is_an_error_like_any_other_and_guards_may_stand_within_guards() {
        let error = guarded(|| guarded::<()>(|| panic!("at 52.090712, 5.121421")));
        assert_eq!(error, Err(HereaboutsError::Internal));
        assert_eq!(DEPTH.get(), 0);
        assert_eq!(guarded(|| Ok(shielded(|| 7))), Ok(7));
    }
}
