package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

var (
	stops = flag.Int("stops", 4, "how many runs are stopped at a random moment, and half as many have their server killed")
	seed  = flag.Uint64("seed", 1, "what these moments follow from")
)

// serveRole names the environment variable that makes the test binary a server of the tree that it holds.
const serveRole = "LOCKSTEP_TEST_SERVE"

// serveUntilKilled prints its port and token, and serves.
func serveUntilKilled(root string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s, err := newServer(root, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, listener.Addr().(*net.TCPAddr).Port)
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr(), s.token)
	panic(http.Serve(listener, s))
}

// sampled returns a random phase of the book that this machine can run, and a moment to stop it.
func sampled(random *rand.Rand, can []phaseID) (phaseID, time.Duration) {
	return can[random.IntN(len(can))], time.Duration(random.IntN(400)) * time.Millisecond
}

// runAndWait starts a run, waits until its program has been started, and then for a while. It returns what is closed
// when the answer has ended.
func runAndWait(t *testing.T, ctx context.Context, home, token string, id phaseID, wait time.Duration) <-chan struct{} {
	t.Helper()
	begun, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, home+"/-/run", strings.NewReader(fmt.Sprintf(`{"runs":[{"script":%q,"line":%d}]}`, id.Script, id.Line)))
		if err != nil {
			t.Error(err)
			close(begun)
			return
		}
		r.Header.Set(tokenHeader, token)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			close(begun)
			return
		}
		defer response.Body.Close()
		told := false
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if !told && !strings.Contains(lines.Text(), `"building"`) {
				close(begun)
				told = true
			}
		}
		if !told {
			close(begun)
		}
	}()
	<-begun
	time.Sleep(wait) // a random moment is what is tested
	return ended
}

// At whatever moment a run is stopped, or its page goes, nothing of it is left.
func TestStopAtAnyMoment(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs linux: elsewhere the test cannot see what is left")
	}
	s, home := started(t, realBook(t), "")
	can, _ := allPhases(t, s)
	random := rand.New(rand.NewPCG(*seed, 1))
	for i := range *stops {
		id, wait := sampled(random, can)
		ctx, leave := context.WithCancel(t.Context())
		ended := runAndWait(t, ctx, home, s.token, id, wait)
		if i%2 == 0 {
			post(t, t.Context(), s, home+"/-/stop", struct{}{})
			if left := ofRuns(); len(left) > 0 {
				t.Errorf("%s:%d, stopped after %v: %v", id.Script, id.Line, wait, left)
			}
		}
		leave()
		<-ended
		noneIsLeft(t)
	}
}

// At whatever moment the server is killed, nothing of what it ran is left.
func TestServerKilledAtAnyMoment(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs linux: elsewhere the test cannot see what is left")
	}
	root := realBook(t)
	listing, _ := started(t, root, "")
	can, _ := allPhases(t, listing)
	random := rand.New(rand.NewPCG(*seed, 2))
	for range *stops / 2 {
		id, wait := sampled(random, can)
		server, temp := exec.Command(os.Args[0]), t.TempDir()
		server.Env = append(os.Environ(), serveRole+"="+root, "TMPDIR="+temp)
		out, err := server.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		var address, token string
		if _, err := fmt.Fscan(out, &address, &token); err != nil {
			t.Fatal(err)
		}
		ended := runAndWait(t, t.Context(), "http://"+address, token, id, wait)
		server.Process.Kill()
		server.Wait()
		<-ended
		noneIsLeft(t)
		folders := func() []string { all, _ := filepath.Glob(temp + "/lockstep-*"); return all }
		for end := time.Now().Add(*patience); len(folders()) > 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		}
		if left := folders(); len(left) > 0 {
			t.Errorf("the server has left %v", left)
		}
		if t.Failed() {
			t.Fatalf("%s:%d, the server killed after %v", id.Script, id.Line, wait)
		}
	}
}
