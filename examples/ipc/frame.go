package main

import (
	"encoding/binary"
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
