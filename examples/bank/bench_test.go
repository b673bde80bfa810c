package main

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
)

// BenchmarkTransfer measures moves between accounts: all tellers between the same two (contention
// high), or each teller between two of its own (low). Starting the tellers is not measured. The
// strategy mutex has goroutines for tellers, for comparison.
func BenchmarkTransfer(b *testing.B) {
	for _, contention := range []string{"high", "low"} {
		apart := contention == "low"
		for _, tellers := range []int{1, 2, 4, 8} {
			for _, s := range strategies {
				name := fmt.Sprintf("strategy=%s/tellers=%d/contention=%s", s.name, tellers, contention)
				b.Run(name, func(b *testing.B) {
					needUnix(b, s)
					benchProcesses(b, s, tellers, apart)
				})
			}
			b.Run(fmt.Sprintf("strategy=mutex/tellers=%d/contention=%s", tellers, contention), func(b *testing.B) {
				benchGoroutines(b, tellers, apart)
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

func benchProcesses(b *testing.B, s strategy, tellers int, apart bool) {
	branch := testBranch(b, s, fortunes(tellers))
	if err := branch.hire(tellers, apart); err != nil {
		b.Fatal(err)
	}
	each := (b.N + tellers - 1) / tellers
	b.ResetTimer()
	for _, t := range branch.tellers {
		t.order(strconv.Itoa(each))
	}
	for _, t := range branch.tellers {
		if _, err := t.answer(); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(each*tellers)/b.Elapsed().Seconds(), "transfers/s")
}

func benchGoroutines(b *testing.B, tellers int, apart bool) {
	l := &mutexLedger{accounts: fortunes(tellers)}
	each := (b.N + tellers - 1) / tellers
	b.ResetTimer()
	var wg sync.WaitGroup
	for i := range tellers {
		wg.Go(func() {
			from := firstAccount(i, apart)
			for range each {
				if err := l.move(from, from+1, 1); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(each*tellers)/b.Elapsed().Seconds(), "transfers/s")
}
