package main

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPdeathsig kills a child that has asked the kernel to kill the grandchild, cat, when it dies.
// That needs no cooperation: cat does not watch its parent, and its standard input stays open.
func runPdeathsig(f *lockstep.Flags) {
	trap := f.Bool("trap", false, "broken: let the thread end that has started the child")
	f.Parse()
	if *trap {
		showTrap()
		return
	}
	catInput, toCat, err := os.Pipe()
	lockstep.Check(err)
	fromCat, catOutput, err := os.Pipe()
	lockstep.Check(err)
	child, err := lockstep.Start("child", "pdeathsig-child", catInput, catOutput)
	lockstep.Check(err)
	lockstep.Check(catInput.Close())
	lockstep.Check(catOutput.Close())
	_, err = io.WriteString(toCat, "are you there?\n")
	lockstep.Check(err)
	answer := make([]byte, len("are you there?\n"))
	_, err = io.ReadFull(fromCat, answer)
	lockstep.Check(err)
	lockstep.Say("the grandchild answers: %q", answer)
	child.Kill() // the error is the state, which follows
	lockstep.Say("the child: %v", child.Cmd.ProcessState)
	_, err = io.Copy(io.Discard, fromCat) // until cat has closed it
	lockstep.Check(err)
	lockstep.Say("the grandchild is gone too")
}

func pdeathsigChild(args lockstep.Args) {
	cat := exec.Command("cat")
	cat.Stdin, cat.Stdout = args.File(0), args.File(1)
	lockstep.Check(runTied(cat))
}

// runTied runs cmd. The kernel kills it when this process dies. To the kernel, the
// parent is a thread, so this goroutine keeps its thread until cmd has ended.
func runTied(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd.Run()
}

// startTied starts cmd. The kernel kills cmd's process when the thread that called startTied ends.
func startTied(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd.Start() // NOTE: incorrect: on a thread that may end before cmd does
}

// showTrap starts cat on a thread that ends soon. The kernel kills cat, though this program is well.
func showTrap() {
	cat := exec.Command("cat")
	_, err := cat.StdinPipe() // stays open: cat has no reason to end
	lockstep.Check(err)
	onEndingThread(func() { err = startTied(cat) })
	lockstep.Check(err)
	lockstep.Say("the child: %v", cat.Wait())
	lockstep.Say("its parent is well")
}

// onEndingThread runs f on a thread that ends thereafter: a goroutine that returns without unlocking
// its thread takes it along. Only the main thread would stay.
func onEndingThread(f func()) {
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() {
			defer runtime.UnlockOSThread()
			onEndingThread(f) // on another thread, for this one is taken
		} else {
			f()
		}
		close(done)
	}()
	<-done
}
