package main

import (
	"encoding/binary"
	"math/bits"
)

// addWords counts the words of block[:n] but for the last if it ends at n, and
// returns where that begins. The block has 8 bytes more, which are overwritten.
func (t *table) addWords(block []byte, n int) (words int64, rest int) {
	copy(block[n:], "        ")
	at := 0
	for at < n {
		key, size := uint64(0), 0
		for more := 8; more == 8; size += more {
			eight := binary.LittleEndian.Uint64(block[at+size:])
			more = bits.TrailingZeros64(spaces(eight)) / 8
			eight &= 1<<(8*more) - 1
			if size == 0 {
				key = eight
			} else if more > 0 {
				key = (bits.RotateLeft64(key, 29) ^ eight) * mix
			}
		}
		if at+size >= n {
			break
		}
		if size > 0 {
			t.add(block[at:at+size], key)
			words++
		}
		at += size + 1
	}
	return words, at
}

// spaces returns eight bytes of which those are 0x80 that are white space in v:
// 32, or 9 to 13. The others are 0. No sum carries over into the next byte.
func spaces(v uint64) uint64 {
	const each = 0x0101010101010101
	low := v & (0x7f * each)
	other := v ^ ' '*each
	space := ^((other & (0x7f * each)) + 0x7f*each | other)
	control := (low + (0x80-9)*each) &^ (low + (0x80-14)*each) &^ v
	return (space | control) & (0x80 * each)
}
