//! The bounds of rendering. They count what is done, so the same template always ends at the same place.

use super::RenderError;

/// The longest source, in bytes.
pub(super) const MAX_SOURCE: usize = 64 * 1024;
/// The longest output and the longest value, in bytes.
pub(super) const MAX_OUTPUT: usize = 256 * 1024;
/// How many times all loops together may go round.
pub(super) const MAX_ITERATIONS: u32 = 10_000;
// Half a million nodes, or as many bytes through filters; a long email needs a hundredth of it.
/// The most that one rendering may do.
pub(super) const MAX_WORK: usize = 8 * 1024 * 1024;
const NODE: usize = 16;

/// What is left to spend.
pub(super) struct Fuel {
    iterations: u32,
    work: usize,
}

impl Fuel {
    pub(super) fn full() -> Self {
        Self { iterations: MAX_ITERATIONS, work: MAX_WORK }
    }

    /// How much was spent.
    pub(super) fn spent(&self) -> usize {
        MAX_WORK - self.work
    }

    /// Pays for one node or filter and the bytes it handles.
    pub(super) fn work(&mut self, bytes: usize) -> Result<(), RenderError> {
        match self.work.checked_sub(bytes + NODE) {
            Some(left) => {
                self.work = left;
                Ok(())
            }
            None => Err(RenderError::TooMuchWork),
        }
    }

    /// Pays for going round a loop once.
    pub(super) fn iteration(&mut self) -> Result<(), RenderError> {
        match self.iterations.checked_sub(1) {
            Some(left) => {
                self.iterations = left;
                self.work(0)
            }
            None => Err(RenderError::TooManyIterations),
        }
    }
}
