/// Where pieces start in 64 bytes of text, all found at once with arithmetic on bits.
///
/// The first byte must start a piece. A bit is set where a piece is certain to start whatever
/// follows the block, and every piece before the highest bit is whole. If only the first bit is
/// set, the block does not tell where its first piece ends.
///
/// Notation: `x & ~(x << 1)` are the first bytes of the runs in x, `x & ~(x >> 1)` the last.
extension CharacterBlock {
    /// The starts under the pattern of GPT-2.
    @inline(__always)
    func gpt2Starts(in text: UnsafePointer<UInt8>) -> UInt64 {
        let spaces = gaps | newlines
        let afterBlank = blanks << 1
        var starts = spaces & ~(spaces << 1) | spaces & ~(spaces >> 1)
        starts |= (letters & ~(letters << 1)) & ~afterBlank
        starts |= (numbers & ~(numbers << 1)) & ~afterBlank
        starts |= (others & ~(others << 1)) & ~afterBlank
        starts |= 1
        var quotes = apostrophes & starts & (letters >> 1)
        while quotes != 0 {
            let place = quotes.trailingZeroBitCount
            quotes &= quotes &- 1
            let length = unsafe PieceScanner.contraction(at: text + place)
            guard length > 0 else { continue }
            starts &= ~(2 &<< UInt64(place))
            starts |= 1 << UInt64(place + length)
        }
        return certain(starts)
    }

    /// The starts under the pattern of Llama 3, with numbers in groups of up to `digits`.
    @inline(__always)
    func llama3Starts(in text: UnsafePointer<UInt8>, digits: Int) -> UInt64 {
        let spaces = gaps | newlines
        // Line ends after other characters go with them, and what follows is a piece of its own.
        let carried = newlines &+ newlines & (others << 1)
        let absorbed = newlines & ~carried
        let free = spaces & ~absorbed
        var starts: UInt64 = 1 | carried & ~newlines | free & ~(free << 1)
        starts |= afterLineEnds(free)
        // The last gap before anything else is left to the next piece.
        starts |= gaps & ~(spaces >> 1)
        starts |= numberStarts(digits)
        let firstOthers = others & ~(others << 1) & ~(blanks << 1)
        starts |= firstOthers
        var glued = (firstOthers & otherFirsts.0) << 1 | (firstOthers & otherFirsts.1) << 2
        glued |= (firstOthers & otherFirsts.2) << 3 | (firstOthers & otherFirsts.3) << 4
        starts |= letters & ~(letters << 1) & ~(gaps << 1) & ~glued
        var quotes = apostrophes & firstOthers & (letters >> 1)
        while quotes != 0 {
            let place = quotes.trailingZeroBitCount
            quotes &= quotes &- 1
            let length = unsafe PieceScanner.foldedContraction(at: text + place)
            if length > 0 { starts |= 1 << UInt64(place + length) }
        }
        return certain(starts)
    }

    /// The gaps right after a line end, unless another line end follows them.
    @inline(__always)
    private func afterLineEnds(_ free: UInt64) -> UInt64 {
        var starts = gaps & ((newlines & free) << 1)
        // Carrying runs through a run of gaps to the byte after it.
        var followed = (gaps &+ starts) & ~gaps & newlines
        while followed != 0 {
            let end = followed.trailingZeroBitCount
            followed &= followed &- 1
            let before = ~gaps & (1 &<< UInt64(end) &- 1)
            starts &= ~(1 &<< UInt64(Self.size - before.leadingZeroBitCount))
        }
        return starts
    }

    @inline(__always)
    private func numberStarts(_ digits: Int) -> UInt64 {
        guard digits > 1 else { return numbers }
        var starts = numbers & ~(numbers << 1)
        let inside = numbers & (numbers << 1) & (numbers << 2) & (numbers << 3)
        guard inside != 0 else { return starts }
        var group = starts << 3 & inside
        while group != 0 {
            starts |= group
            group = group << 3 & inside
        }
        return starts
    }

    /// The starts that what follows the block cannot change: those up to the spaces at its end.
    @inline(__always)
    private func certain(_ starts: UInt64) -> UInt64 {
        let classified = classified
        let ink = ~(gaps | newlines) & classified
        let trailing = UInt64(Self.size - ink.leadingZeroBitCount)
        guard trailing < UInt64(count) else {
            return count == Self.size ? starts : starts & (classified << 1 | 1)
        }
        return starts & (2 &<< trailing &- 1)
    }
}
