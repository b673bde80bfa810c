package ledger

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkTransfer measures moves between accounts: all tellers between the same two (contention
// high), or each teller between two of its own (low). Starting the tellers, which are processes, is
// not measured. The strategy mutex has goroutines for tellers, for comparison.
func BenchmarkTransfer(b *testing.B) {
	for _, contention := range []string{"high", "low"} {
		for _, tellers := range []int{1, 2, 4, 8} {
			accounts := make([][2]int, tellers) // each teller's
			for i := range accounts {
				accounts[i] = [2]int{0, 1}
				if contention == "low" {
					accounts[i] = [2]int{2 * i, 2*i + 1}
				}
			}
			for _, s := range strategies {
				name := fmt.Sprintf("strategy=%s/tellers=%d/contention=%s", s.name, tellers, contention)
				b.Run(name, func(b *testing.B) {
					needUnix(b, s.name)
					needSocketPair(b, s.name)
					workers, _ := startWorkers(b, s, tellers, fortunes(tellers))
					measure(b, tellers, func(each int) { order(b, workers, each, accounts) })
				})
			}
			b.Run(fmt.Sprintf("strategy=mutex/tellers=%d/contention=%s", tellers, contention), func(b *testing.B) {
				l, err := NewMutex(fortunes(tellers))
				if err != nil {
					b.Fatal(err)
				}
				measure(b, tellers, func(each int) { goroutines(b, l, each, accounts) })
			})
		}
	}
}

// fortunes returns balances that last for any benchmark.
func fortunes(tellers int) []int64 {
	balances := make([]int64, 2*tellers)
	for i := range tellers {
		balances[2*i] = 1 << 40
	}
	return balances
}

func measure(b *testing.B, tellers int, work func(each int)) {
	each := (b.N + tellers - 1) / tellers
	b.ResetTimer()
	work(each)
	b.StopTimer()
	b.ReportMetric(float64(each*tellers)/b.Elapsed().Seconds(), "transfers/s")
}

func goroutines(b *testing.B, l Ledger, each int, accounts [][2]int) {
	var wg sync.WaitGroup
	for _, a := range accounts {
		wg.Go(func() {
			for range each {
				if err := l.Move(a[0], a[1], 1); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
