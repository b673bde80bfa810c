package ring

import "encoding/binary"

// A record is a prefix and the message, padded to 8 bytes. The prefix is the length and its
// complement, so that four bytes written by a stranger are seen.
const (
	prefix   = 8
	skipMark = 1<<32 - 1 // no message: the rest of the ring is unused, go on at its beginning
)

func recordSize(n int) uint64 { return prefix + (uint64(n)+7)&^7 }

func putPrefix(at []byte, n uint32) {
	binary.NativeEndian.PutUint64(at, uint64(n)|uint64(^n)<<32)
}

func getPrefix(at []byte) (n uint32, ok bool) {
	v := binary.NativeEndian.Uint64(at)
	return uint32(v), uint32(v>>32) == ^uint32(v)
}
