package main

import (
	"slices"
	"testing"
)

// BenchmarkInThePage measures, in the browser, how long after its printing a line of a ticker is in the page, and how long
// after the click the first line is there, with the program built:
//
//	go test ./site/live -run '^$' -bench InThePage -benchtime 3x
func BenchmarkInThePage(b *testing.B) {
	ctx, at, _ := oddPage(b)
	figure := at["ticker"]
	press(b, ctx, figure, "Run")
	told(b, ctx, figure, "Kept")
	var first, late []float64
	for b.Loop() {
		eval[any](b, ctx, `(() => {
			window.seen = []; window.clicked = Date.now(); window.firstAt = 0;
			new MutationObserver((all, o) => {
				for (const n of all.flatMap((m) => [...m.addedNodes])) {
					const tick = n.textContent?.match(/tick \d+ (\d+)/);
					if (n.localName !== "li" || !tick) continue;
					firstAt ||= Date.now() - clicked;
					seen.push(Date.now() - tick[1]);
				}
				if (seen.length === 10) o.disconnect();
			}).observe(document.querySelector("`+figure+`"), { childList: true, subtree: true });
		})(), 0`)
		press(b, ctx, figure, "Run")
		until(b, ctx, "seen.length === 10")
		told(b, ctx, figure, "Kept")
		first = append(first, eval[float64](b, ctx, "firstAt"))
		late = append(late, eval[[]float64](b, ctx, "seen")...)
	}
	slices.Sort(late)
	slices.Sort(first)
	b.ReportMetric(late[len(late)*9/10-1], "ms/line-9-of-10")
	b.ReportMetric(first[len(first)/2]-100, "ms/first-line") // it is printed after 100 ms
}
