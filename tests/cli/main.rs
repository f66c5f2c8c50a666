//! The command, as a user meets it: exit codes, what goes to which stream, and what no message ever holds.

mod audit;
mod folder;
mod replay;
mod sealing;
