//go:build unix

package main

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// A sender makes numbered messages, and a receiver takes them: the same for the ring and the pipe.
// The checksum depends on every word and on the order.
type sender struct {
	template []byte
	number   uint64
}

const leastSize = 8 // the number

func newSender(size int) *sender {
	s := &sender{template: make([]byte, size)}
	for i := range s.template {
		s.template[i] = byte(i * 31)
	}
	return s
}

// fill writes the next message to b.
func (s *sender) fill(b []byte) {
	copy(b, s.template)
	binary.LittleEndian.PutUint64(b, s.number)
	s.number++
}

type receiver struct{ number, checksum uint64 }

// take checks that m is the next message.
func (r *receiver) take(m []byte) error {
	if n := binary.LittleEndian.Uint64(m); n != r.number {
		return fmt.Errorf("message %d came as number %d", n, r.number)
	}
	r.number++
	r.checksum = r.checksum*0x9e3779b97f4a7c15 + sum(m)
	return nil
}

// check compares the checksum with what as many messages have to add up to.
func (r *receiver) check(size int) error {
	s, want, b := newSender(size), receiver{}, make([]byte, size)
	for range r.number {
		s.fill(b)
		want.take(b)
	}
	if r.checksum != want.checksum {
		return fmt.Errorf("%d messages have checksum %x, want %x", r.number, r.checksum, want.checksum)
	}
	return nil
}

// sum adds up the words of b, eight at a time, so that memory is the limit and not the adding.
func sum(b []byte) uint64 {
	var s0, s1, s2, s3 uint64
	for ; len(b) >= 64; b = b[64:] {
		w := (*[8]uint64)(unsafe.Pointer(unsafe.SliceData(b))) // aligned: messages are, to 8 bytes
		s0 += w[0] + w[4]
		s1 += w[1] + w[5]
		s2 += w[2] + w[6]
		s3 += w[3] + w[7]
	}
	for i, v := range b {
		s0 += uint64(v) << (i % 8 * 8)
	}
	return s0 + s1 + s2 + s3
}
