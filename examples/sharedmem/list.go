//go:build unix

package main

import (
	"errors"
	"fmt"
	"sync/atomic"
)

// An offset is a place in the arena: the same in every process, wherever it has the arena mapped.
// 0 is nowhere: the arena's header is there.
type offset uint64

type node struct {
	Value uint64
	Next  offset
}

// A goNode is what will not do: an address is good in one process.
type goNode struct {
	Value uint64
	Next  *goNode
}

// arenaHeader lies at the beginning of the arena.
type arenaHeader struct {
	top  atomic.Uint64 // everything from here on is free
	list atomic.Uint64 // offset of the first node
}

const arenaStart = 16 // behind the header

// alloc takes size bytes, a multiple of 8, for good. Two processes never get the same ones.
func alloc(mem []byte, h *arenaHeader, size uint64) (offset, error) {
	for {
		top := h.top.Load()
		if top < arenaStart || top > uint64(len(mem)) || size > uint64(len(mem))-top {
			return 0, fmt.Errorf("the arena is full: %d of %d bytes are taken, %d more were asked for",
				top, len(mem), size)
		}
		if h.top.CompareAndSwap(top, top+size) {
			return offset(top), nil
		}
	}
}

// push puts a value in front of the list. The node is complete before the list leads to it.
func push(mem []byte, h *arenaHeader, value uint64) error {
	where, err := alloc(mem, h, 16)
	if err != nil {
		return err
	}
	n, err := at[node](mem, uint64(where))
	if err != nil {
		return err
	}
	n.Value = value
	for {
		first := h.list.Load()
		n.Next = offset(first)
		if h.list.CompareAndSwap(first, uint64(where)) {
			return nil
		}
	}
}

// walk returns the list's values. It takes no more steps than there are nodes in the arena.
func walk(mem []byte, h *arenaHeader) ([]uint64, error) {
	var values []uint64
	for where := h.list.Load(); where != 0; {
		if len(values) > len(mem)/16 {
			return nil, errors.New("the list has no end")
		}
		n, err := at[node](mem, where)
		if err != nil {
			return nil, err
		}
		values = append(values, n.Value)
		where = uint64(n.Next)
	}
	return values, nil
}
