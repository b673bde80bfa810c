package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A recording is what a file in the Go benchmark format says in one unit.
type recording struct {
	cpus    int // of the machine, or what Go used of them, if the file does not say
	results map[string][]float64
}

const (
	maxLine    = 64 << 10 // bytes
	maxResults = 100_000
)

// A result's name ends in the number of processors that Go used, unless it is 1.
var resultName = regexp.MustCompile(`^Benchmark(.*?)(?:-(\d+))?$`)

// parseBench reads a recording. A line that is no result is none of our business; a result that
// cannot be a measurement is an error.
func parseBench(r io.Reader, unit string) (recording, error) {
	rec := recording{cpus: 1, results: map[string][]float64{}}
	lines, number, count, stated := bufio.NewScanner(r), 0, 0, false
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		number++
		if text := lines.Bytes(); !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return rec, usagef("line %d is not text: want Go's benchmark format", number)
		}
		f := strings.Fields(lines.Text())
		if len(f) == 2 && f[0] == "cpus:" {
			n, err := strconv.Atoi(f[1])
			if err != nil || n < 1 || n > 1<<20 {
				return rec, usagef("line %d: cpus %q: want a number from 1 to %d", number, f[1], 1<<20)
			}
			rec.cpus, stated = n, true
		}
		value, ok := valueIn(f, unit)
		if !ok {
			continue
		}
		name := resultName.FindStringSubmatch(f[0])
		if name == nil {
			continue
		}
		if used, err := strconv.Atoi(name[2]); err == nil && !stated && used <= 1<<20 {
			rec.cpus = max(rec.cpus, used)
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return rec, usagef("line %d: %q %s: want a number greater than 0", number, value, unit)
		}
		if count++; count > maxResults {
			return rec, usagef("more than %d results", maxResults)
		}
		rec.results[name[1]] = append(rec.results[name[1]], v)
	}
	if err := lines.Err(); err == bufio.ErrTooLong {
		return rec, usagef("line %d has more than %d bytes: want Go's benchmark format", number+1, maxLine)
	} else if err != nil {
		return rec, err
	}
	return rec, nil
}

// valueIn finds the unit in the fields of a result: a name, how many times, and pairs of value
// and unit.
func valueIn(fields []string, unit string) (string, bool) {
	for i := 3; i < len(fields); i += 2 {
		if fields[i] == unit {
			return fields[i-1], true
		}
	}
	return "", false
}

// median needs at least one number.
func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	return v[(n-1)/2] + (v[n/2]-v[(n-1)/2])/2
}

func readBench(name, unit string) (recording, error) {
	fi, err := os.Stat(name) // opening a FIFO would wait for a writer
	if err == nil && !fi.Mode().IsRegular() {
		return recording{}, usagef("%s: want a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return recording{}, usageError{err}
	}
	defer f.Close()
	rec, err := parseBench(f, unit)
	if errors.As(err, new(usageError)) {
		return rec, usagef("%s: %w", name, err)
	}
	return rec, err // which names the file
}
