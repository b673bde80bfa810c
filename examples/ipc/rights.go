//go:build unix

package main

import (
	"fmt"
	"net"
	"os"
	"syscall"
)

// sendFile sends a message and, beside it, an open file: the kernel makes a descriptor in the
// receiver. There must be at least one byte to go with it.
func sendFile(conn *net.UnixConn, msg string, f *os.File) error {
	_, _, err := conn.WriteMsgUnix([]byte(msg), syscall.UnixRights(int(f.Fd())), nil)
	return gone(err)
}

// receiveFile takes what sendFile sent. Descriptors arrive whether or not they are wanted: all but
// the one are closed, or a peer could fill our table.
func receiveFile(conn *net.UnixConn) (string, *os.File, error) {
	msg, beside := make([]byte, 256), make([]byte, syscall.CmsgSpace(4*maxFiles))
	n, oobn, flags, _, err := conn.ReadMsgUnix(msg, beside)
	if err != nil {
		return "", nil, err
	}
	fds, err := parseRights(beside[:oobn])
	switch {
	case err == nil && flags&syscall.MSG_CTRUNC != 0:
		err = fmt.Errorf("%w: more than %d descriptors", errOversize, maxFiles)
	case err == nil && len(fds) != 1:
		err = fmt.Errorf("%w message: %d descriptors, want one", errMalformed, len(fds))
	}
	if err != nil {
		for _, fd := range fds {
			syscall.Close(fd)
		}
		return "", nil, err
	}
	return string(msg[:n]), os.NewFile(uintptr(fds[0]), string(msg[:n])), nil
}

const maxFiles = 4 // a message may carry; one is expected

// parseRights returns the descriptors in what came beside a message.
func parseRights(b []byte) ([]int, error) {
	parts, err := syscall.ParseSocketControlMessage(b)
	if err != nil {
		return nil, fmt.Errorf("%w control message: %v", errMalformed, err)
	}
	var fds []int
	for _, part := range parts {
		if part.Header.Level == syscall.SOL_SOCKET && part.Header.Type == syscall.SCM_RIGHTS {
			some, err := syscall.ParseUnixRights(&part)
			if err != nil {
				return fds, fmt.Errorf("%w control message: %v", errMalformed, err)
			}
			fds = append(fds, some...)
		}
	}
	return fds, nil
}
