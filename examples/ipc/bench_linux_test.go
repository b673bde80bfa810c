package main

import (
	"io"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

func init() {
	links["mqueue"] = mqueueLink
	longest["mqueue"] = 4 << 10 // a queue's messages have 8 KiB at most, unless root allows more
}

// mqueueLink is two message queues. They have no end-of-file, so the parent says with an empty
// message that it is done.
func mqueueLink(cmd *exec.Cmd) (link, error) {
	if cmd == nil {
		return queuesLink(&mqueue{os.NewFile(3, "there")}, &mqueue{os.NewFile(4, "back")}), nil
	}
	there, err := createMqueue(8, longest["mqueue"])
	if err != nil {
		return link{}, err
	}
	back, err := createMqueue(8, longest["mqueue"])
	if err != nil {
		return link{}, err
	}
	// The parent closes what it has passed on, so it keeps copies.
	cmd.ExtraFiles = []*os.File{copyOf(there.f), copyOf(back.f)}
	l := queuesLink(back, there)
	l.close = func() error {
		err := there.send(nil, 0, soon)
		there.f.Close()
		back.f.Close()
		return err
	}
	return l, nil
}

func queuesLink(in, out *mqueue) link {
	buf := make([]byte, longest["mqueue"])
	return link{
		put: func(msg []byte) error { return out.send(msg, 0, soon) },
		get: func(msg []byte) error {
			got, _, err := in.receive(buf, soon)
			if err == nil && len(got) == 0 {
				return io.EOF
			}
			copy(msg, got)
			return err
		},
	}
}

func copyOf(f *os.File) *os.File {
	fd := must(unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0))
	return os.NewFile(uintptr(fd), f.Name())
}
