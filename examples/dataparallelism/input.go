package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"
)

// An input is a text file as it was when the work began. Each process opens it by
// itself.
type input struct {
	name, title string // to open it; to speak of it
	file        *os.File
	size        int64
	time        time.Time
	remove      bool
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

// generated writes a million bytes of text into a temporary file.
func generated() (*input, error) {
	f, err := os.CreateTemp("", "dataparallelism")
	if err != nil {
		return nil, err
	}
	name, remove := f.Name(), true
	if runtime.GOOS == "linux" && os.Remove(name) == nil {
		// Without a name it ends with this process, however that ends. Until then
		// others find it here.
		name, remove = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), f.Fd()), false
	}
	err = generate(f, 1, 1)
	var in *input
	if err == nil {
		in, err = newInput(f, name, "the generated text")
	}
	if err != nil {
		f.Close()
		if remove {
			os.Remove(name)
		}
		return nil, err
	}
	in.remove = remove
	return in, nil
}

func (in *input) close() {
	in.file.Close()
	if in.remove {
		os.Remove(in.name)
	}
}

// checked returns err, unless the file is not what it was when it was opened:
// then whatever was read of it is worth nothing, and an error may come from that.
func (in *input) checked(err error) error {
	info, statErr := in.file.Stat()
	if statErr != nil {
		return errors.Join(err, statErr)
	}
	if info.Size() != in.size || !info.ModTime().Equal(in.time) {
		return fmt.Errorf("%s changed while it was read: there is no result", in.title)
	}
	if errors.As(err, new(usageError)) {
		return usagef("-in %s: %w: want text", in.title, err)
	}
	return err
}
