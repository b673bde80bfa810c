//go:build unix

package main

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

// runArena lets two processes build one list, and walks it at two addresses.
func runArena(args []string) error {
	fs := newFlags("arena")
	n := intFlag(fs, "n", 3, 1, 1000, "how many values each process puts in")
	size := intFlag(fs, "size", 4096, 32, 1<<20, "bytes in the arena")
	if err := parse(fs, args); err != nil {
		return err
	}
	_, err := at[goNode](make([]byte, 16), 0)
	say("a node with a Go pointer: %v", err)
	mem, err := newMemory(*size &^ 7)
	if err != nil {
		return err
	}
	defer mem.close()
	h, err := at[arenaHeader](mem.bytes, 0)
	if err != nil {
		return err
	}
	h.top.Store(arenaStart)
	team, err := startTeam(mem, 2, "arena-child", strconv.Itoa(*n))
	if err != nil {
		return err
	}
	for i := range 2 * *n { // in turn, so that the order is known
		if err := team[i%2].step(); err != nil {
			return errors.Join(err, endAll(team))
		}
	}
	if err := endAll(team); err != nil {
		return err
	}
	again, err := mapFile(mem.file)
	if err != nil {
		return err
	}
	defer unix.Munmap(again)
	say("mapped again, at another address: %t", &again[0] != &mem.bytes[0])
	for _, b := range [][]byte{mem.bytes, again} {
		h, err := at[arenaHeader](b, 0)
		if err != nil {
			return err
		}
		values, err := walk(b, h)
		if err != nil {
			return err
		}
		say("the list: %d", values)
	}
	return nil
}

func arenaChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	h, err := at[arenaHeader](mem.bytes, 0)
	if err != nil {
		return err
	}
	me, err1 := strconv.Atoi(args[1])
	n, err2 := strconv.Atoi(args[3])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	for i := range n {
		if err := turn(); err != nil {
			return err
		}
		value := uint64(2*i + me + 1)
		if err := push(mem.bytes, h, value); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		say("[%s] puts %d in front", args[0], value)
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}
