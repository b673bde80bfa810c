package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

// Each task is given to one worker once, and answered in its place; workers that die are replaced, and
// the others are ended.
func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		tasks string
		p     int
	}{{"1,2,3,4,5,6", 1}, {"1,2,-3,4,5,6", 2}, {"-1,-2,-3,-4,-5", 2}, {"7,8,9,-10", 3}, {"5,6", 4}, {"", 2}} {
		out := exercise.Run(t, "-tasks", tt.tasks, "-p", fmt.Sprint(tt.p))
		out.Succeeds(t)
		asked := fmt.Sprintf("%d workers, tasks %q", tt.p, tt.tasks)
		tasks, _ := parse(tt.tasks)
		killed := strings.Count(tt.tasks, "-")
		got := map[int]int{} // how often a task was given to a worker
		started, at := 0, 0
		for at < len(out.Lines) && !strings.Contains(out.Lines[at], " answers, ") {
			var pid, n int
			if _, err := fmt.Sscanf(out.Lines[at], "[worker %d] gets %d", &pid, &n); err == nil {
				got[n]++
			}
			if strings.HasSuffix(out.Lines[at], "] starts") {
				started++
			}
			if strings.HasPrefix(out.Lines[at], "waited for others") {
				t.Fatalf("%s: one task waits for the other: %d workers must be at work at the same time\n%s", asked, min(tt.p, len(tasks)), out)
			}
			at++
		}
		for _, n := range tasks {
			if got[n] != 1 {
				t.Fatalf("%s: task %d was given to a worker %d times; a task runs once, even if its worker dies\n%s", asked, n, got[n], out)
			}
		}
		if at == len(out.Lines) || out.Lines[at] != fmt.Sprintf("%d answers, 0 workers left", len(tasks)) {
			t.Fatalf("%s: there must be %d answers and no worker left at the end\n%s", asked, len(tasks), out)
		}
		for i, n := range tasks {
			line, want := out.Lines[at+1+i], strconv.Itoa(n*n)
			if line == errDead.Error() {
				t.Fatalf("%s: answer %d is %q: a worker that has died is replaced before the next task\n%s", asked, i+1, line, out)
			}
			if n < 0 {
				want = fmt.Sprintf("task %d: exit status 3", n)
			}
			if line != want {
				t.Fatalf("%s: answer %d is %q, and must be %q: answers come in the order of the tasks\n%s", asked, i+1, line, want, out)
			}
		}
		if started > tt.p+killed {
			t.Fatalf("%s: %d workers were started; a worker that is alive takes the next task\n%s", asked, started, out)
		}
	}
}
