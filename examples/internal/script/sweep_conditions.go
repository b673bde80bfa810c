package script

//lint:file-ignore U1000 what only Linux's conditions use is here for the others to build

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A sweepCondition is something that happens to a program.
type sweepCondition struct {
	name string
	// before changes the command before it starts. An error says what this machine lacks.
	before func(*run) error
	// within is called in the process that then becomes the program. An error says what this
	// machine lacks.
	within func() error
	// event happens when the program has printed some lines, at least first.
	event func(*run)
	first int
	// fault says what is wrong with how the program ended, or "".
	fault func(r, usual result) string
	// unheard says that what the program writes to standard error is lost.
	unheard bool
	// excuse matches on standard error what no Go program can help.
	excuse *regexp.Regexp
}

var (
	usualCondition = &sweepCondition{name: "as usual", fault: exits(0, 1)}
	flagInside     = &sweepCondition{name: "flag", fault: exits(0, 1, 2)} // 2: it may not fit another flag's default
	flagOutside    = &sweepCondition{name: "flag out of range", fault: exits(2)}
)

var allConditions = slices.Concat([]*sweepCondition{
	{name: "stdout full", before: stdoutFull, fault: exitsIfItPrints(1)},
	{name: "stderr full", before: stderrFull, fault: endsAsUsual, unheard: true},
	{name: "stdout and stderr full", before: bothFull, fault: exitsIfItPrints(1), unheard: true},
	{name: "stdout gone", before: stdoutGone, fault: exitsIfItPrints(endedBySIGPIPE)},
	{name: "stdout and stderr gone", before: bothGone, fault: endsUnlessItSpeaks, unheard: true},
	{name: "stdout gone", event: closeLines, first: 1, fault: endsSilently},
	{name: "TMPDIR missing", before: tmpdirMissing, fault: exits(0, 1)},
	{name: "TMPDIR a file", before: tmpdirFile, fault: exits(0, 1)},
	{name: "TMPDIR long", before: tmpdirLong, fault: exits(0, 1)},
	{name: "TMPDIR with blanks", before: tmpdirBlanks, fault: endsAsUsual},
}, systemConditions)

// full opens a device that takes nothing.
func full() (*os.File, error) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("needs /dev/full: %w", err)
	}
	return f, nil
}

func stdoutFull(r *run) error {
	f, err := full()
	r.cmd.Stdout = f
	return err
}

func stderrFull(r *run) error {
	f, err := full()
	r.cmd.Stderr = f
	return err
}

func bothFull(r *run) error {
	f, err := full()
	r.cmd.Stdout, r.cmd.Stderr = f, f
	return err
}

// gone returns the write end of a pipe that has no reader.
func gone() (*os.File, error) {
	reader, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	return w, reader.Close()
}

func stdoutGone(r *run) error {
	w, err := gone()
	r.cmd.Stdout = w
	return err
}

func bothGone(r *run) error {
	w, err := gone()
	r.cmd.Stdout, r.cmd.Stderr = w, w
	return err
}

func closeLines(r *run) { r.lines.Close() }

func tmpdirMissing(r *run) error {
	r.tmpdir = filepath.Join(r.tmpdir, "missing")
	return nil
}

func tmpdirFile(r *run) error {
	r.tmpdir = filepath.Join(r.tmpdir, "file")
	return os.WriteFile(r.tmpdir, nil, 0o666)
}

// tmpdirLong makes a path that a file may have, but not the address of a socket.
func tmpdirLong(r *run) error {
	for range 4 {
		r.tmpdir = filepath.Join(r.tmpdir, strings.Repeat("long", 50))
		if err := mkdir(r.tmpdir); err != nil {
			return err
		}
	}
	return nil
}

func tmpdirBlanks(r *run) error {
	r.tmpdir = filepath.Join(r.tmpdir, "with some  blanks")
	return mkdir(r.tmpdir)
}

// mkdir makes a folder that any user may write to.
func mkdir(dir string) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	return os.Chmod(dir, 0o777)
}
