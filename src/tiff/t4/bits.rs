//! Bits in and out of bytes, sixty-four at a time.

use super::codes::Code;

/// Writes codes one after the other, first bit in the most significant bit of the first byte.
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The last bits written, right-aligned; what stands above them has been written out.
    held: u64,
    /// Bits of `held` that are still free: 1 to 64.
    free: u32,
}

impl BitWriter {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), held: 0, free: 64 }
    }

    /// Appends a code of at most 57 bits.
    #[inline(always)]
    pub(super) fn push(&mut self, code: Code) {
        let Code { bits, len } = code;
        if len < self.free {
            self.held = self.held << len | bits;
            self.free -= len;
        } else {
            let over = len - self.free;
            // `free` is 64 only when nothing is held, and a code has fewer bits than that.
            let full = self.held << (self.free & 63) | bits >> over;
            self.bytes.extend_from_slice(&full.to_be_bytes());
            self.held = bits;
            self.free = 64 - over;
        }
    }

    /// Appends that many 1 bits.
    pub(super) fn push_ones(&mut self, mut count: usize) {
        const MOST: usize = 32;
        while count > 0 {
            let len = count.min(MOST);
            self.push(Code { bits: (1 << len) - 1, len: len as u32 });
            count -= len;
        }
    }

    /// The bytes, the last one filled up with 0 bits.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let len = 64 - self.free;
        if len > 0 {
            let rest = (self.held << self.free).to_be_bytes();
            self.bytes.extend(rest.iter().take(len.div_ceil(8) as usize));
        }
        self.bytes
    }
}

/// Reads bits; beyond the end it gives 0 bits, which begin no code for long.
#[derive(Clone)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    lsb_first: bool,
    /// Index of the first byte that is not wholly counted in `held`.
    next: usize,
    /// The bits to come, left-aligned. Below the `held` ones stand bits that come after them, or 0.
    bits: u64,
    held: u32,
}

impl<'a> BitReader<'a> {
    pub(super) const fn new(data: &'a [u8], lsb_first: bool) -> Self {
        Self { data, lsb_first, next: 0, bits: 0, held: 0 }
    }

    /// Makes at least 56 bits ready.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let word = match self.data.get(self.next..).and_then(<[u8]>::first_chunk) {
            Some(chunk) if self.lsb_first => u64::from_le_bytes(*chunk).reverse_bits(),
            Some(chunk) => u64::from_be_bytes(*chunk),
            None => self.last_word(),
        };
        self.bits |= word >> self.held;
        let bytes = (63 - self.held) / 8;
        self.next = self.next.saturating_add(bytes as usize);
        self.held += bytes * 8;
    }

    #[cold]
    fn last_word(&self) -> u64 {
        let mut bytes = [0; 8];
        for (to, from) in bytes.iter_mut().zip(self.data.get(self.next..).unwrap_or_default()) {
            *to = if self.lsb_first { from.reverse_bits() } else { *from };
        }
        u64::from_be_bytes(bytes)
    }

    /// The bits to come, left-aligned: at least 56 of them after [`Self::refill`], less those skipped since.
    #[inline(always)]
    pub(super) const fn peek(&self) -> u64 {
        self.bits
    }

    /// How many of [`Self::peek`] are valid.
    #[inline(always)]
    pub(super) const fn ready(&self) -> u32 {
        self.held
    }

    /// Goes on by `count` bits, which are ready.
    #[inline(always)]
    pub(super) const fn skip(&mut self, count: u32) {
        debug_assert!(count <= self.held);
        self.bits <<= count;
        self.held = self.held.saturating_sub(count);
    }

    /// Bits read so far; more than there are, once 0 bits beyond the end have been read.
    pub(super) const fn position(&self) -> usize {
        self.next.saturating_mul(8) - self.held as usize
    }

    /// Goes to the bit `position`.
    pub(super) fn seek(&mut self, position: usize) {
        self.next = position / 8;
        self.bits = 0;
        self.held = 0;
        self.refill();
        self.skip((position % 8) as u32);
    }

    /// Has the last bit been read?
    pub(super) const fn at_end(&self) -> bool {
        self.position() >= self.data.len().saturating_mul(8)
    }

    /// Goes to the next bit that begins a byte, if this one does not.
    pub(super) fn align(&mut self) {
        self.refill();
        self.skip(self.held % 8);
    }

    /// Reads any number of 0 bits up to the next 1, and says how many they were; at the end of the data, `None`.
    pub(super) fn skip_zeros(&mut self) -> Option<usize> {
        let mut zeros = 0;
        loop {
            self.refill();
            let run = self.bits.leading_zeros().min(self.held);
            self.skip(run);
            zeros += run as usize;
            if self.at_end() {
                return None;
            }
            if self.held > 0 {
                return Some(zeros);
            }
        }
    }

    /// Reads any number of 1 bits.
    pub(super) fn skip_ones(&mut self) {
        loop {
            self.refill();
            let run = (!self.bits).leading_zeros().min(self.held);
            self.skip(run);
            if self.held > 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back_as_they_were_written() {
        let codes: Vec<Code> = (1..=57)
            .chain((1..=57).rev())
            .map(|len| Code { bits: 0x0155_5555_5555_5555 & ((1 << len) - 1), len })
            .collect();
        let mut writer = BitWriter::with_capacity(0);
        codes.iter().for_each(|code| writer.push(*code));
        writer.push_ones(131);
        let bytes = writer.finish();
        let bits: u32 = codes.iter().map(|code| code.len).sum();
        assert_eq!(bytes.len(), (bits as usize + 131).div_ceil(8));

        let mirrored: Vec<u8> = bytes.iter().map(|byte| byte.reverse_bits()).collect();
        for mut reader in [BitReader::new(&bytes, false), BitReader::new(&mirrored, true)] {
            for code in &codes {
                for bit in (0..code.len).rev() {
                    reader.refill();
                    assert_eq!(reader.peek() >> 63, code.bits >> bit & 1);
                    reader.skip(1);
                }
            }
            assert_eq!(reader.position(), bits as usize);
            reader.skip_ones();
            assert_eq!(reader.position(), bits as usize + 131);
            assert_eq!(reader.skip_zeros(), None);
            assert!(reader.at_end());
            reader.seek(bits as usize + 1);
            assert_eq!(reader.skip_zeros(), Some(0));
        }
    }

    #[test]
    fn the_end_is_zeros_and_is_told() {
        let mut reader = BitReader::new(&[0, 0, 0x10], false);
        assert_eq!(reader.skip_zeros(), Some(19));
        reader.skip(1);
        assert!(!reader.at_end());
        assert_eq!(reader.skip_zeros(), None);
        assert!(reader.at_end());
        reader.align();
        reader.refill();
        assert_eq!(reader.peek(), 0);
    }
}
