//! The report: one page that needs nothing else, for whoever has never heard of any of this.

mod days;
mod journey;
mod page;
mod sight;

pub(crate) use page::page;
