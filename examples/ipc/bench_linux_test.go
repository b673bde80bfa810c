package main

import (
	"io"
	"os"
	"syscall"
	"time"
)

// patience ends a wait for something that should have happened at once.
const patience = 20 * time.Second

func init() {
	mechanisms["mqueue"] = mechanism{messageQueues, func(files []*os.File) (link, error) { return queuesLink(files[0], files[1]), nil }}
	longest["mqueue"] = 4 << 10 // a queue's messages have 8 KiB at most, unless root allows more
}

// messageQueues is two message queues. They have no end-of-file, so the parent says with an empty
// message that it is done.
func messageQueues() (link, []*os.File, error) {
	there, err := newMessageQueue(8, longest["mqueue"])
	if err != nil {
		return link{}, nil, err
	}
	back, err := newMessageQueue(8, longest["mqueue"])
	if err != nil {
		return link{}, nil, err
	}
	l := queuesLink(back, there)
	l.close = func() error {
		err := send(there, nil, 0, patience)
		there.Close()
		back.Close()
		return err
	}
	return l, []*os.File{copyOf(there), copyOf(back)}, nil // startPeer closes what it passes on
}

func queuesLink(in, out *os.File) link {
	buf := make([]byte, longest["mqueue"])
	return link{
		put: func(msg []byte) error { return send(out, msg, 0, patience) },
		get: func(msg []byte) error {
			got, _, err := receive(in, buf, patience)
			if err == nil && len(got) == 0 {
				return io.EOF
			}
			copy(msg, got)
			return err
		},
	}
}

func copyOf(f *os.File) *os.File {
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		panic(err)
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), f.Name())
}
