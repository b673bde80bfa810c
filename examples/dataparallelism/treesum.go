package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
)

// runTreeSum adds the same terms, in blocks whose size has nothing to do with the
// number of processes, and the blocks' sums in a tree of fixed shape. Who adds
// which block is free.
func runTreeSum(args []string) error { return sumCommand("treesum", crew.sumBlocks, args) }

const blockTerms = 1000

func (c crew) sumBlocks(n int64) (float64, error) {
	blocks := (n + blockTerms - 1) / blockTerms
	sums := make([]float64, blocks) // each goroutine sets those of its own blocks
	pieces := newHandout("dynamic", blocks, len(c), 100)
	err := c.each(func(i int, w *worker) error {
		for p, ok := pieces.take(i); ok; p, ok = pieces.take(i) {
			answer, err := w.ask("%d %d %d", p.lo, p.hi, n)
			if err != nil {
				return err
			}
			texts := strings.Fields(answer)
			if len(texts) != int(p.hi-p.lo) {
				return fmt.Errorf("process %d: %d sums for %d blocks", w.number, len(texts), p.hi-p.lo)
			}
			for k, text := range texts {
				if sums[int(p.lo)+k], err = strconv.ParseFloat(text, 64); err != nil {
					return fmt.Errorf("process %d: %w", w.number, err)
				}
			}
		}
		return nil
	})
	return tree(sums), err
}

// tree adds in pairs, then the pairs in pairs, and so on. Its shape follows from
// the number of terms alone. It rounds less often on the way, too: each term
// passes through log n sums, not n.
func tree(sums []float64) float64 {
	switch n := len(sums); n {
	case 0:
		return 0
	case 1:
		return sums[0]
	default:
		return tree(sums[:n/2]) + tree(sums[n/2:])
	}
}

func treeSumChild([]string) error { return serve(handleBlocks) }

func handleBlocks(request string, _ <-chan string, out *bufio.Writer) error {
	var lo, hi, n int64
	got, _ := fmt.Sscan(request, &lo, &hi, &n)
	if got != 3 || lo < 0 || lo > hi || hi > mostTerms/blockTerms || n > mostTerms {
		return fmt.Errorf("request %q is no range of blocks", request)
	}
	for b := lo; b < hi; b++ {
		fmt.Fprintf(out, "%x ", addTerms(b*blockTerms, min((b+1)*blockTerms, n)))
	}
	fmt.Fprintln(out)
	return nil
}
