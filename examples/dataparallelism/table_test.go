package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// The eight-byte search for white space finds what a look at each byte finds.
func TestSpacesAreFoundAmongAnyNeighbours(t *testing.T) {
	for c := range 256 {
		for _, neighbour := range []uint64{0, 8, 14, ' ', 31, 33, 'a', 127, 128, 137, 160, 255} {
			for place := range 8 {
				v := neighbour * 0x0101010101010101
				v = v&^(0xff<<(8*place)) | uint64(c)<<(8*place)
				var want uint64
				for i := range 8 {
					if strings.IndexByte(whiteSpace, byte(v>>(8*i))) >= 0 {
						want |= 0x80 << (8 * i)
					}
				}
				if got := spaces(v); got != want {
					t.Fatalf("spaces(%#x) = %#x, want %#x", v, got, want)
				}
			}
		}
	}
}

// A table never takes more than it is allowed, and says so when it would have to.
func TestTableKeepsItsLimit(t *testing.T) {
	for _, limit := range []int{1 << 18, 1 << 20, 1 << 24} {
		table := newTable(limit)
		for i := 0; table.err == nil; i++ {
			word := fmt.Sprintf("word number %d \n", i)
			table.addWords(append([]byte(word), make([]byte, 8)...), len(word))
			if size := len(table.slots)*slotSize + cap(table.text); size > limit {
				t.Fatalf("%d bytes with a limit of %d", size, limit)
			}
		}
		if table.err != errFull || table.used < limit/200 {
			t.Errorf("limit %d: %v with %d words", limit, table.err, table.used)
		}
	}
	if slotSize != int(reflect.TypeFor[slot]().Size()) {
		t.Errorf("slotSize is %d, want %d", slotSize, reflect.TypeFor[slot]().Size())
	}
}
