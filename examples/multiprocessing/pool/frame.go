package pool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A frame is the unit of the protocol between the pool and a worker:
//
//	offset  bytes  meaning
//	0       4      length of the rest, little endian: from 9 to the limit on frames
//	4       1      kind
//	5       8      id of a task, little endian; 0 where no task is meant
//	13      …      payload
//
// Short tasks of one function share a frame, and so do their answers: they have ids in a row, of
// which the frame has the first. Any number of frames travel in one write.
type frame struct {
	kind    kind
	id      uint64
	payload []byte
}

type kind byte

// What a payload holds is noted behind each kind. An item is its length (4 bytes, little endian)
// and as many bytes.
const (
	// from the pool to a worker
	kindTasks  kind = iota + 1 // how many (uvarint), the function's name with its length (uvarint), and an item for each: its argument
	kindCancel                 // how many (uvarint): the tasks from id on are to end, or not to begin
	kindRecall                 // nothing; the id is how many tasks to give back if they have not begun
	kindClose                  // nothing: no more tasks follow; finish and exit

	// from a worker to the pool
	kindHello    // version of the protocol (one byte) and of the program (text): the worker serves
	kindAnswers  // for each task from id on, one byte that says how it ended, and an item
	kindReturned // how many (uvarint): the tasks from id on have not begun and never will, here
	kindRecalled // nothing: the answer to a recall is complete

	kindEnd
)

// An ending says how a task ended. What its item holds is noted behind it.
type ending byte

const (
	endResult  ending = iota + 1 // the value the function returned
	endError                     // one byte that says which known error it was, and its text
	endPanic                     // length of the value's text (uvarint), the text, the stack
	endRefused                   // text: the argument could not be decoded, or the result not encoded
	endUnknown                   // nothing: no function of that name is registered
	endTooBig                    // size of the result (uvarint): more than a frame may hold
)

const (
	protocolVersion = 2
	headerSize      = 13
	itemHeader      = 4
	answerHeader    = 1 + itemHeader
	frameMin        = headerSize - 4
	// What is needed besides the payload: a name, a text. It is allowed on top of the limit.
	frameSlack = 64 << 10
)

// A ProtocolError says that a worker sent what no worker sends. The worker is killed.
type ProtocolError struct{ Reason string }

func (e *ProtocolError) Error() string { return "malformed frame: " + e.Reason }

var errIncomplete = errors.New("incomplete frame")

// openFrame appends a header to dst. What is appended next is the payload, until closeFrame.
func openFrame(dst []byte, k kind, id uint64) []byte {
	dst = append(dst, 0, 0, 0, 0, byte(k))
	return binary.LittleEndian.AppendUint64(dst, id)
}

// closeFrame writes the length of the frame that starts at start and ends with dst.
func closeFrame(dst []byte, start int) []byte {
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

func appendFrame(dst []byte, f frame) []byte {
	start := len(dst)
	dst = openFrame(dst, f.kind, f.id)
	return closeFrame(append(dst, f.payload...), start)
}

// parseFrame reads the frame at the start of b and returns what follows it. The error is
// errIncomplete if b is a proper prefix of a frame; then need is how long that frame is, if the
// length is there, or at least a header.
func parseFrame(b []byte, limit int) (f frame, rest []byte, need int, err error) {
	if len(b) < headerSize {
		need = headerSize
	}
	if len(b) >= 4 {
		n := int64(binary.LittleEndian.Uint32(b))
		switch {
		case n < frameMin:
			return f, b, 0, &ProtocolError{fmt.Sprintf("length %d is shorter than a header", n)}
		case n > int64(limit):
			return f, b, 0, &ProtocolError{fmt.Sprintf("length %d is over the limit of %d bytes", n, limit)}
		}
		need = int(n) + 4
	}
	if len(b) >= 5 && (b[4] == 0 || kind(b[4]) >= kindEnd) {
		return f, b, 0, &ProtocolError{fmt.Sprintf("unknown kind %d", b[4])}
	}
	if len(b) < need {
		return f, b, need, errIncomplete
	}
	f = frame{kind: kind(b[4]), id: binary.LittleEndian.Uint64(b[5:]), payload: b[headerSize:need:need]}
	return f, b[need:], 0, nil
}

// openItem appends the room for an item's length to dst. What is appended next is the item, until
// closeItem.
func openItem(dst []byte) []byte { return append(dst, 0, 0, 0, 0) }

// closeItem writes the length of the item that starts at start and ends with dst.
func closeItem(dst []byte, start int) []byte {
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-itemHeader))
	return dst
}

// cutItem returns the item at the start of b and what follows it.
func cutItem(b []byte) (item, rest []byte, err error) {
	if len(b) >= itemHeader {
		if n := uint64(binary.LittleEndian.Uint32(b)); n <= uint64(len(b)-itemHeader) {
			end := itemHeader + int(n)
			return b[itemHeader:end:end], b[end:], nil
		}
	}
	return nil, nil, &ProtocolError{"an item is longer than its frame"}
}

// An answer to one task, as it travels.
type reply struct {
	ending ending
	item   []byte
}

func appendReply(dst []byte, r reply) []byte {
	dst = append(dst, byte(r.ending))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(r.item)))
	return append(dst, r.item...)
}

func cutReply(b []byte) (r reply, rest []byte, err error) {
	if len(b) == 0 {
		return r, nil, &ProtocolError{"an answer without its content"}
	}
	r.ending = ending(b[0])
	r.item, rest, err = cutItem(b[1:])
	return r, rest, err
}

// appendTasks appends the frame of n tasks whose arguments, as items, are args.
func appendTasks(dst []byte, id uint64, n int, name string, args []byte) []byte {
	start := len(dst)
	dst = openFrame(dst, kindTasks, id)
	dst = binary.AppendUvarint(dst, uint64(n))
	dst = binary.AppendUvarint(dst, uint64(len(name)))
	dst = append(dst, name...)
	return closeFrame(append(dst, args...), start)
}

// parseTasks reads the payload of such a frame, but for the items.
func parseTasks(payload []byte) (n int, name, args []byte, err error) {
	count, size := binary.Uvarint(payload)
	if size <= 0 || count == 0 || count > uint64(len(payload)) {
		return 0, nil, nil, &ProtocolError{"a number of tasks that are not there"}
	}
	name, args, err = parseText(payload[size:])
	return int(count), name, args, err
}

// parseText cuts a payload into a text with its length in front, and the rest.
func parseText(payload []byte) (text, rest []byte, err error) {
	n, size := binary.Uvarint(payload)
	if size <= 0 || n > uint64(len(payload)-size) {
		return nil, nil, &ProtocolError{"a text is longer than its frame"}
	}
	return payload[size : size+int(n)], payload[size+int(n):], nil
}

// A frameReader reads frames from a stream, as many at once as have arrived.
type frameReader struct {
	r     io.Reader
	limit int
	keep  bool   // payloads stay valid; else until the next call of next, and space is used again
	space []byte // where buf lies
	buf   []byte // what has been read and not yet parsed; the bytes before it belong to frames
	batch []frame
}

const readSize = 64 << 10

// next returns at least one frame. At the end of the stream the error is io.EOF, or
// io.ErrUnexpectedEOF in the middle of a frame.
func (fr *frameReader) next() ([]frame, error) {
	need := headerSize
	for {
		if err := fr.fill(need); err != nil {
			if err == io.EOF && len(fr.buf) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		fr.batch = fr.batch[:0]
		for len(fr.buf) > 0 {
			f, rest, n, err := parseFrame(fr.buf, fr.limit)
			if err == errIncomplete {
				need = n
				break
			}
			if err != nil {
				return nil, err
			}
			fr.batch, fr.buf = append(fr.batch, f), rest
		}
		if len(fr.batch) > 0 {
			return fr.batch, nil
		}
	}
}

// fill reads once. A frame announced as long is given room as it arrives, not when it is
// announced: at most twice what has arrived.
func (fr *frameReader) fill(need int) error {
	if free := cap(fr.buf) - len(fr.buf); free < min(need-len(fr.buf), 4<<10) || free == 0 {
		size := max(readSize, min(need, 2*len(fr.buf)))
		if fr.keep || size > cap(fr.space) || cap(fr.space) > readSize {
			fr.space = make([]byte, 0, size)
		}
		fr.buf = append(fr.space, fr.buf...) // which may overlap
	}
	n, err := fr.r.Read(fr.buf[len(fr.buf):cap(fr.buf)])
	fr.buf = fr.buf[:len(fr.buf)+n]
	if n > 0 {
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}
