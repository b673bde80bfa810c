package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// maxMessage is the longest message, in bytes. Without a limit a damaged length is believed, and
// four bad bytes make the reader ask for four gigabytes.
const maxMessage = 64 << 10

// What can be wrong with a message.
var (
	errTruncated = errors.New("truncated") // the stream ended inside it
	errOversize  = errors.New("oversized") // longer than the limit
	errMalformed = errors.New("malformed") // not what the format says
)

const headerSize = 4

// appendFrame appends msg to buf behind its length: four bytes, big end first.
func appendFrame(buf, msg []byte) ([]byte, error) {
	if len(msg) > maxMessage {
		return buf, fmt.Errorf("%w message: %d bytes, the limit is %d", errOversize, len(msg), maxMessage)
	}
	return append(binary.BigEndian.AppendUint32(buf, uint32(len(msg))), msg...), nil
}

// readFrame reads one message. It returns io.EOF if the stream ends between two, and only then.
func readFrame(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	switch n, err := io.ReadFull(r, header[:]); {
	case err == io.ErrUnexpectedEOF:
		return nil, fmt.Errorf("%w frame: %d of the header's %d bytes", errTruncated, n, headerSize)
	case err != nil:
		return nil, err
	}
	size := binary.BigEndian.Uint32(header[:])
	if size > maxMessage {
		return nil, fmt.Errorf("%w frame: %d bytes, the limit is %d", errOversize, size, maxMessage)
	}
	msg := make([]byte, size)
	switch n, err := io.ReadFull(r, msg); {
	case err == io.ErrUnexpectedEOF || err == io.EOF && size > 0:
		return nil, fmt.Errorf("%w frame: %d of %d bytes", errTruncated, n, size)
	case err != nil:
		return nil, err
	}
	return msg, nil
}

// A stream carries messages over something that carries bytes: it puts each into a frame.
type stream struct {
	io.WriteCloser // the sender's
	in             *bufio.Reader
	buf            []byte
}

func newStream(conn io.ReadWriteCloser) *stream {
	return &stream{WriteCloser: conn, in: bufio.NewReader(conn)}
}

// send puts a message into one write, so that several senders don't mix what fits into PIPE_BUF.
func (s *stream) send(msg []byte) (err error) {
	if s.buf, err = appendFrame(s.buf[:0], msg); err != nil {
		return err
	}
	_, err = s.Write(s.buf)
	return gone(err)
}

// sendHalf sends the front half of the message's frame, for a producer about to be killed.
func (s *stream) sendHalf(msg []byte) (err error) {
	if s.buf, err = appendFrame(s.buf[:0], msg); err != nil {
		return err
	}
	_, err = s.Write(s.buf[:len(s.buf)/2])
	return err
}

func (s *stream) receive() ([]byte, error) { return readFrame(s.in) }

// A goneError says that nobody reads any more. Its text is the same for every mechanism; the cause
// depends on it, and for a socket even on what was still unread.
type goneError struct{ cause error }

func (e goneError) Error() string { return "the reader is gone" }
func (e goneError) Unwrap() error { return e.cause }

func gone(err error) error {
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		return goneError{err}
	}
	return err
}
