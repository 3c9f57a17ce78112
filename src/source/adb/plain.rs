//! The old `shell:` service has no frames: line ends are doubled by a terminal, and neither exit
//! code nor end is told. A mark behind the command tells both.

/// Behind it the exit code stands.
const MARK: &str = "pushdoctor-exit:";
/// The mark, the code and the line end.
const LONGEST: usize = MARK.len() + 16;

/// The command with the mark behind it.
pub(super) fn marked(command: &str) -> String {
    format!("{command}; echo {MARK}$?")
}

/// Takes what a terminal gives and passes it on with plain line ends and without the mark.
pub(super) struct Plain {
    /// What may still belong to the mark.
    held: Vec<u8>,
    /// Carriage returns that may belong to a line end.
    returns: usize,
    /// Whether a mark is to be expected.
    marked: bool,
}

impl Plain {
    pub fn new(marked: bool) -> Self {
        Plain { held: Vec::new(), returns: 0, marked }
    }

    /// Takes bytes; what is certain to be output goes to `out`.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            match byte {
                b'\r' => self.returns += 1,
                b'\n' => {
                    self.returns = 0;
                    self.held.push(b'\n');
                }
                other => {
                    self.held.extend(std::iter::repeat_n(b'\r', self.returns));
                    self.returns = 0;
                    self.held.push(*other);
                }
            }
        }
        let keep = if self.marked { LONGEST } else { 0 };
        let certain = self.held.len().saturating_sub(keep);
        out.extend(self.held.drain(..certain));
    }

    /// The end of the stream: the rest of the output and the exit code, if the mark was there.
    pub fn end(mut self, out: &mut Vec<u8>) -> Option<i32> {
        let at = self.marked.then(|| find_last(&self.held, MARK.as_bytes())).flatten();
        let code = at.and_then(|at| {
            let text = self.held.get(at + MARK.len()..)?;
            std::str::from_utf8(text).ok()?.trim().parse().ok()
        });
        if let (Some(at), Some(_)) = (at, code) {
            self.held.truncate(at);
        }
        out.append(&mut self.held);
        code
    }
}

fn find_last(text: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(text, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pieces: &[&str], marked: bool) -> (String, Option<i32>) {
        let mut plain = Plain::new(marked);
        let mut out = Vec::new();
        for piece in pieces {
            plain.take(piece.as_bytes(), &mut out);
        }
        let code = plain.end(&mut out);
        (String::from_utf8(out).unwrap(), code)
    }

    #[test]
    fn the_mark_tells_the_code_and_is_no_output() {
        assert_eq!(run(&["a\r\nb\r\r\npushdoctor-ex", "it:0\r\n"], true), ("a\nb\n".into(), Some(0)));
        assert_eq!(run(&["no line end", "pushdoctor-exit:127\n"], true), ("no line end".into(), Some(127)));
        assert_eq!(run(&["pushdoctor-exit:1\n"], true), (String::new(), Some(1)));
    }

    proptest::proptest! {
        #[test]
        fn wherever_the_stream_is_cut_the_same_comes_out(text in "[ab\r\n:x-]{0,60}", code: u8, cut in 0_usize..90) {
            let whole = format!("{text}{MARK}{code}\r\n");
            let (a, b) = whole.split_at(cut.min(whole.len()));
            let (out, exit) = run(&[a, b], true);
            proptest::prop_assert_eq!(exit, Some(i32::from(code)));
            proptest::prop_assert_eq!(run(&[&whole], true), (out, exit));
        }
    }

    #[test]
    fn without_the_mark_the_end_is_not_known() {
        assert_eq!(run(&["cut in the mid"], true), ("cut in the mid".into(), None));
        assert_eq!(run(&["x pushdoctor-exit:"], true), ("x pushdoctor-exit:".into(), None));
        assert_eq!(run(&["a\rb\r", "\nc"], false), ("a\rb\nc".into(), None));
    }
}
