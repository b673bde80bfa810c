package lockstep

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
)

// This file is the child's side.

// role and name are what Start was given; in a process that Start has not started they are empty.
var role, name string

var (
	mu      sync.Mutex          // guards given
	given   []string            // what the parent gave to Step and Allow, and Turn has not taken
	more    = sync.NewCond(&mu) // signalled when there is more of it
	answers *os.File
)

// enterRole tells whether this process is a child, and if so, prepares it.
func enterRole() bool {
	handles, ok := os.LookupEnv(environ)
	if !ok || len(os.Args) < 3 {
		return false
	}
	os.Unsetenv(environ) // the programs that we start are no children of that kind
	role, name = os.Args[1], os.Args[2]
	for i, word := range strings.Fields(handles) {
		n, err := strconv.Atoi(word)
		Check(err)
		keep(n)
		if i == 0 {
			answers = os.NewFile(uintptr(n), "answers")
		}
	}
	go readOrders(lifeline())
	return true
}

// readOrders keeps what the parent says until Turn takes it. When that is all, the parent is done or
// gone, and this process ends, whatever it is doing. So this never waits for Turn.
func readOrders(in *os.File) {
	for lines := bufio.NewReader(in); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			os.Exit(0)
		}
		if order, err := strconv.Unquote(strings.TrimSuffix(line, "\n")); err == nil {
			mu.Lock()
			given = append(given, order)
			mu.Unlock()
			more.Signal()
		}
	}
}

// Turn waits until the parent calls Step or Allow, and returns what these were given. If there are
// no more turns, or no parent, the process ends here.
func Turn() (order string) {
	if role == "" {
		panic("lockstep.Turn: only a child has turns")
	}
	mu.Lock()
	defer mu.Unlock()
	for len(given) == 0 {
		more.Wait()
	}
	order, given = given[0], given[1:]
	return order
}

// The first word of an answer.
const (
	did    = "did"
	failed = "failed"
)

// Done tells the parent that the step is done, and what there is to say of it.
func Done(format string, args ...any) { answer(did, fmt.Sprintf(format, args...)) }

// fail tells the parent why this process is about to end.
func fail(err error) { answer(failed, err.Error()) }

// answer ignores an error: a parent that is gone ends us by the end of our input.
func answer(kind, text string) { fmt.Fprintf(answers, "%s %q\n", kind, text) }

// Args are the arguments that Start was given, as words.
type Args []string

// Int returns the i-th argument as a number.
func (a Args) Int(i int) int {
	n, err := strconv.Atoi(a[i])
	Check(err)
	return n
}

// File returns the i-th argument as an open file. It is the same file each time, and stays open
// until it is closed.
func (a Args) File(i int) *os.File { return opened(a.Int(i)) }

// opened makes one *os.File of each descriptor: two would close it twice.
var opened = func() func(int) *os.File {
	var mu sync.Mutex // guards files
	files := map[int]*os.File{}
	return func(n int) *os.File {
		mu.Lock()
		defer mu.Unlock()
		if files[n] == nil {
			files[n] = os.NewFile(uintptr(n), fmt.Sprintf("file %d of %s", n, name))
		}
		return files[n]
	}
}()
