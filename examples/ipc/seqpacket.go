package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
)

// seqpacket is a Unix socket that keeps messages apart: one write is one packet, one read takes
// one. Linux has it, macOS and Windows don't.
var seqpacket = mechanism{
	name:  "seqpacket",
	named: true,
	join: func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		if runtime.GOOS != "linux" {
			return nil, fmt.Errorf("%w: seqpacket needs Linux", errors.ErrUnsupported)
		}
		return listenFor(consumer, "unixpacket", dir)
	},
	sender: func(dir string) (sender, error) {
		conn, err := net.Dial("unixpacket", socketPath(dir))
		if err != nil {
			return nil, err
		}
		return &packets{conn: conn.(*net.UnixConn)}, nil
	},
	receiver: func(string) (receiver, error) {
		conn, err := acceptOne()
		if err != nil {
			return nil, err
		}
		return &packets{conn: conn}, nil
	},
}

func runSeqpacket(args []string) error { return runPair(seqpacket, args) }

// packets sends one message a packet. The length goes in front all the same: an empty packet would
// read as end-of-file, and a read with too small a buffer drops the rest without a word.
type packets struct {
	conn *net.UnixConn
	buf  []byte
}

func (p *packets) send(msg []byte) (err error) {
	if p.buf, err = appendFrame(p.buf[:0], msg); err != nil {
		return err
	}
	_, err = p.conn.Write(p.buf)
	return gone(err)
}

func (p *packets) sendHalf([]byte) error { return nil } // there is no half of a packet

func (p *packets) receive() ([]byte, error) {
	if p.buf == nil {
		p.buf = make([]byte, headerSize+maxMessage+1) // one more, to see what is too long
	}
	n, err := p.conn.Read(p.buf)
	if err != nil {
		return nil, err
	}
	return parsePacket(p.buf[:n])
}

func (p *packets) Close() error { return p.conn.Close() }

func parsePacket(b []byte) ([]byte, error) {
	switch {
	case len(b) == 0:
		return nil, io.EOF
	case len(b) < headerSize:
		return nil, fmt.Errorf("%w packet: %d bytes, a header has %d", errTruncated, len(b), headerSize)
	case len(b) > headerSize+maxMessage:
		return nil, fmt.Errorf("%w packet: the limit is %d", errOversize, maxMessage)
	}
	size, msg := binary.BigEndian.Uint32(b), b[headerSize:]
	switch {
	case size > maxMessage:
		return nil, fmt.Errorf("%w packet: %d bytes, the limit is %d", errOversize, size, maxMessage)
	case int(size) > len(msg):
		return nil, fmt.Errorf("%w packet: %d of %d bytes", errTruncated, len(msg), size)
	case int(size) < len(msg):
		return nil, fmt.Errorf("%w packet: %d bytes announced, %d there", errMalformed, size, len(msg))
	}
	return append([]byte{}, msg...), nil
}
