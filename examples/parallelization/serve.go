package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

type operation int

const (
	opGoOn operation = iota // the other half, for a process that stopped half-way
	opAdd
	opAddHalf // add the first half, answer, and wait for opGoOn
	opAttract
	opMove
)

// A request is three numbers of eight bytes.
type request struct {
	op     operation
	lo, hi int
}

const requestSize = 3 * 8

func (r request) encode() []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(r.op))
	b = binary.LittleEndian.AppendUint64(b, uint64(r.lo))
	return binary.LittleEndian.AppendUint64(b, uint64(r.hi))
}

// decode takes requestSize bytes, and refuses what is no range of n elements.
func decode(b []byte, n int) (request, error) {
	number := binary.LittleEndian.Uint64
	op, lo, hi := number(b), number(b[8:]), number(b[16:])
	if op > uint64(opMove) || lo > hi || hi > uint64(n) {
		return request{}, fmt.Errorf("request %d for elements %d to %d of %d is none", op, lo, hi, n)
	}
	return request{operation(op), int(lo), int(hi)}, nil
}

// serve does what it is asked until its input ends, and answers how many elements it has done.
func serve(n int, do func(request) (int, error)) error {
	requests, failed := make(chan request), make(chan error, 1)
	var busy atomic.Bool
	go func() {
		defer close(requests)
		for b := make([]byte, requestSize); ; {
			if _, err := io.ReadFull(os.Stdin, b); err != nil {
				if busy.Load() {
					os.Exit(1) // the parent is gone, nobody wants the result
				}
				return
			}
			r, err := decode(b, n)
			if err != nil {
				failed <- err
				return
			}
			busy.Store(true)
			requests <- r
		}
	}()
	for r := range requests {
		done, err := do(r)
		if err != nil {
			return err
		}
		busy.Store(r.op == opAddHalf)
		if _, err := os.Stdout.Write(binary.LittleEndian.AppendUint64(nil, uint64(done))); err != nil {
			return err
		}
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

var errNotAsked = errors.New("a request that is not known here")
