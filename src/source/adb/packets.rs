//! The packets of the framed shell: one byte of kind, four of length (little end first), the bytes.

/// No packet of adb is larger.
const LARGEST: u32 = 16 << 20;

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const EXIT: u8 = 3;

/// A piece of a packet, which may have come in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Out(&'a [u8]),
    Err(&'a [u8]),
    Exit(u8),
}

/// A packet that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoPacket;

/// Takes bytes apart, wherever they were cut, without keeping a packet.
#[derive(Debug, Default)]
pub(super) struct Packets {
    head: Vec<u8>,
    kind: u8,
    left: usize,
}

impl Packets {
    /// The next piece, which is taken off `bytes`; nothing when all is taken.
    pub fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<Piece<'a>>, NoPacket> {
        while !bytes.is_empty() {
            if self.left == 0 {
                let (missing, rest) =
                    bytes.split_at(bytes.len().min(5_usize.saturating_sub(self.head.len())));
                self.head.extend_from_slice(missing);
                *bytes = rest;
                let &[kind, a, b, c, d] = self.head.as_slice() else { continue };
                self.head.clear();
                let length = u32::from_le_bytes([a, b, c, d]);
                let sound = match kind {
                    STDOUT | STDERR => length <= LARGEST,
                    EXIT => length == 1,
                    _ => false,
                };
                if !sound {
                    return Err(NoPacket);
                }
                (self.kind, self.left) = (kind, length as usize);
                continue;
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(self.left));
            *bytes = rest;
            self.left -= piece.len();
            return Ok(match (self.kind, piece) {
                (STDOUT, _) => Some(Piece::Out(piece)),
                (STDERR, _) => Some(Piece::Err(piece)),
                (_, [code, ..]) => Some(Piece::Exit(*code)),
                (_, []) => None,
            });
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Output, error output, exit code.
    type Heard = (Vec<u8>, Vec<u8>, Option<u8>);

    /// Everything in a row, with the pieces of one kind joined.
    fn all(chunks: &[&[u8]]) -> Result<Heard, NoPacket> {
        let mut packets = Packets::default();
        let (mut out, mut err, mut exit) = (Vec::new(), Vec::new(), None);
        for chunk in chunks {
            let mut bytes = *chunk;
            while let Some(piece) = packets.next(&mut bytes)? {
                match piece {
                    Piece::Out(b) => out.extend_from_slice(b),
                    Piece::Err(b) => err.extend_from_slice(b),
                    Piece::Exit(code) => exit = Some(code),
                }
            }
        }
        Ok((out, err, exit))
    }

    fn packet(kind: u8, bytes: &[u8]) -> Vec<u8> {
        let mut packet = vec![kind];
        packet.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        packet.extend_from_slice(bytes);
        packet
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        for bad in [&[0, 1, 0, 0, 0, 9][..], &[1, 255, 255, 255, 255], &[3, 0, 0, 0, 0], &[3, 2, 0, 0, 0]] {
            assert_eq!(all(&[bad]), Err(NoPacket), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn wherever_the_bytes_are_cut_the_same_comes_out(
            out in prop::collection::vec(any::<u8>(), 0..200),
            err in prop::collection::vec(any::<u8>(), 0..50),
            code: u8,
            cut in 0_usize..300,
        ) {
            let whole = [packet(1, &out), packet(2, &err), packet(1, b""), packet(3, &[code])].concat();
            let (a, b) = whole.split_at(cut.min(whole.len()));
            prop_assert_eq!(all(&[a, b]), Ok((out, err, Some(code))));
        }

        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(all(&single), all(&[&bytes]));
        }
    }
}
