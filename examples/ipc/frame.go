package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxMessage is the longest message that these programs send, in bytes.
const maxMessage = 64 << 10

// writeFrame writes a message behind its length, in one write.
func writeFrame(w io.Writer, msg []byte, most int) error {
	if len(msg) > most {
		return fmt.Errorf("a message of %d bytes: the limit is %d", len(msg), most)
	}
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(msg)))
	_, err := w.Write(append(frame, msg...))
	return err
}

// readFrame reads a message of at most so many bytes. It returns io.EOF if the stream ends
// between two messages, and only then.
func readFrame(r io.Reader, most int) ([]byte, error) {
	header := make([]byte, 4)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err // io.EOF if there is no byte, io.ErrUnexpectedEOF if there are one to three
	}
	size := binary.BigEndian.Uint32(header)
	if uint64(size) > uint64(most) {
		return nil, fmt.Errorf("a frame of %d bytes: the limit is %d", size, most)
	}
	msg := make([]byte, size)
	n, err := io.ReadFull(r, msg)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("%d of a frame's %d bytes: %w", n, size, err)
	}
	return msg, nil
}

// writeLine writes a line in one write. It must have no newline inside.
func writeLine(w io.Writer, line []byte, most int) error {
	if len(line) > most {
		return fmt.Errorf("a line of %d bytes: the limit is %d", len(line), most)
	}
	if bytes.IndexByte(line, '\n') >= 0 {
		return errors.New("a newline inside a line")
	}
	_, err := w.Write(append(line[:len(line):len(line)], '\n'))
	return err
}

// readLine reads a line of at most so many bytes, without its newline. The reader's buffer must hold
// one byte more. It returns io.EOF if the stream ends between two lines, and only then.
func readLine(in *bufio.Reader, most int) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case err == bufio.ErrBufferFull || len(line) > most+1:
		return nil, fmt.Errorf("a line of more than %d bytes", most)
	case err == io.EOF && len(line) > 0:
		return nil, fmt.Errorf("%d bytes without a newline: %w", len(line), io.ErrUnexpectedEOF)
	case err != nil:
		return nil, err
	}
	return line[:len(line)-1], nil
}
