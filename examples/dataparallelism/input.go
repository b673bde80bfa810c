package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// An input is a text file as it was when the work began. Each process opens it by
// itself.
type input struct {
	name, title string // to open it; to speak of it
	file        *os.File
	size        int64
	time        time.Time
	remove      bool // when it is closed
}

// openInput opens a regular file; without a name, a text that is made for the
// occasion.
func openInput(name string) (*input, error) {
	if name == "" {
		return generated()
	}
	info, err := os.Stat(name) // before it is opened: opening a pipe may take for ever
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("-in %s: there is no such file: want a text file", name)
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, usagef("-in %s: it is a directory: want a text file", name)
	case !info.Mode().IsRegular():
		return nil, usagef("-in %s: it has no size, so it cannot be divided: want a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return newInput(f, name, name)
}

func newInput(f *os.File, name, title string) (*input, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &input{name: name, title: title, file: f, size: info.Size(), time: info.ModTime()}, nil
}

// generated is a million bytes of text, made up.
func generated() (*input, error) {
	f, name, remove, err := tempFile()
	if err != nil {
		return nil, err
	}
	if err = generate(f, 1, 1); err == nil {
		var in *input
		if in, err = newInput(f, name, "the generated text"); err == nil {
			in.remove = remove
			return in, nil
		}
	}
	f.Close()
	if remove {
		os.Remove(name)
	}
	return nil, err
}

func (in *input) close() {
	in.file.Close()
	if in.remove {
		os.Remove(in.name)
	}
}

// checked returns err, unless the file is not what it was when it was opened:
// then whatever was read of it is worth nothing, and an error may come from that.
// A file that has taken over the name counts as a change: each process opens the
// file by its name, and may have got the one or the other.
func (in *input) checked(err error) error {
	info, statErr := in.file.Stat()
	if statErr != nil {
		return errors.Join(err, statErr)
	}
	named, nameErr := os.Stat(in.name)
	if info.Size() != in.size || !info.ModTime().Equal(in.time) ||
		nameErr != nil || !os.SameFile(info, named) {
		return fmt.Errorf("%s changed while it was read: there is no result", in.title)
	}
	if errors.As(err, new(usageError)) {
		return usagef("-in %s: %w: want text", in.title, err)
	}
	return err
}
