package main

import (
	"os"
	"strconv"
)

const (
	limit = 3
	width = 4
)

// traps needs limit, width and first, however often it says count(), halves or next.
func traps(count func(halves func(next int) error) error, ring ...string) (put int, err error) {
	type box struct {
		wholeChild int
		tornChild  string
	}
	b := box{
		wholeChild: width,
		tornChild:  "count(halves)",
	}
	names := map[int]string{limit: `
next()`, 2: strconv.Itoa(b.wholeChild)}
	first := first()
	for next, halves := range names {
		os.Stdout.WriteString(halves + string(rune(next+first)))
	}
	return len(ring), nil
}

func first() int { return 'h' }

func next() {}
