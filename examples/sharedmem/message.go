//go:build unix

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unsafe"
)

// A job is what both sides are told: how many messages of which size, and how it ends.
type job struct {
	name    string
	n, size int
	end     string // "die" in the middle of the fourth message, "hold" the ring open, or "close" it
}

const before = 3 // whole messages before a side that dies does

func parseJob(args []string) (job, error) {
	n, err1 := strconv.Atoi(args[1])
	size, err2 := strconv.Atoi(args[2])
	return job{args[0], n, size, args[3]}, errors.Join(err1, err2)
}

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

// expected returns the checksum of n messages of a size, without sending any.
func expected(n uint64, size int) uint64 {
	s, r, b := newSender(size), receiver{}, make([]byte, size)
	for range n {
		s.fill(b)
		r.take(b)
	}
	return r.checksum
}

// check compares with what the messages of a job have to add up to.
func (r *receiver) check(j job) error {
	if want := expected(uint64(j.n), j.size); r.number != uint64(j.n) || r.checksum != want {
		return fmt.Errorf("%d messages with checksum %x, want %d with %x",
			r.number, r.checksum, j.n, want)
	}
	say("[reader] finds the checksum %016x, as expected", r.checksum)
	return nil
}
