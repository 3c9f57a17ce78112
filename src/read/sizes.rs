//! The sizes with which a stream is scanned, in one place so that tests can make
//! the buffer so small that every line crosses its end.

/// Sizes in bytes, small ones in tests only.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The whole buffer.
    pub buffer: usize,
    /// Text above the current line that is kept.
    pub context: usize,
    /// The longest piece in which a line is reported.
    pub piece: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { buffer: 256 << 10, context: 32 << 10, piece: 64 << 10 }
    }
}
