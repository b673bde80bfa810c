package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// A worker is a child process that is told the number of a task, a line on its standard input, and
// answers with a line on its standard output. The end of its input is its own end.
type worker struct {
	ctx  context.Context
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	free func() bool // from the context
}

// startWorker starts a child in the given role. It is killed when ctx is done.
func startWorker(ctx context.Context, j job, role string, args ...string) (*worker, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	cmd := self(role, append([]string{fmt.Sprint(j.count), fmt.Sprint(j.seed)}, args...)...)
	cmd.Stdout = nil // StdoutPipe sets it
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	free := context.AfterFunc(ctx, func() { cmd.Process.Kill() }) // it may have ended by itself
	return &worker{ctx, cmd, in, bufio.NewReader(out), free}, nil
}

// ask has the worker do a task, and returns the mean that it answers.
func (w *worker) ask(task int) (mean float64, err error) {
	line, err := w.askLine(task)
	if err == nil {
		mean, err = parseAnswer(line, task)
	}
	return mean, err
}

func (w *worker) askLine(task int) (string, error) {
	if _, err := fmt.Fprintln(w.in, task); err != nil {
		return "", err
	}
	line, err := w.out.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}

// end lets the worker end and waits for it. How it ended says more than err, which came of it.
func (w *worker) end(err error) error {
	if w.ctx.Err() != nil {
		w.cmd.Process.Kill() // lest the end of its input is quicker, and it seems to end well
	}
	w.in.Close()
	if end := w.cmd.Wait(); end != nil {
		err = end
	}
	w.free()
	return err
}

func parseAnswer(line string, task int) (float64, error) {
	number, text, _ := strings.Cut(line, " ")
	mean, err := strconv.ParseFloat(text, 64)
	if err != nil || number != strconv.Itoa(task) || !(mean >= 0 && mean < 1) {
		return 0, fmt.Errorf("asked for task %d, the answer is %.40q", task, line)
	}
	return mean, nil
}
