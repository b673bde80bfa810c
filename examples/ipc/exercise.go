package main

import (
	"errors"
	"fmt"
	"io"
)

// errNoGoodbye is the reader's proof that the sender did not finish.
var errNoGoodbye = errors.New("end-of-file without a goodbye")

// A polite stream ends with an empty message. Its items may not be empty.
type polite struct{ *stream }

func (p polite) send(msg []byte) error {
	if len(msg) == 0 {
		return fmt.Errorf("%w message: an empty one is the goodbye", errMalformed)
	}
	return p.stream.send(msg)
}

func (p polite) Close() error { return errors.Join(p.stream.send(nil), p.stream.Close()) }

func (p polite) receive() ([]byte, error) {
	switch msg, err := p.stream.receive(); {
	case err == io.EOF:
		return nil, errNoGoodbye
	case err == nil && len(msg) == 0:
		return nil, io.EOF
	default:
		return msg, err
	}
}

// sendHalf sends nothing: the producer is killed between two messages, where end-of-file alone
// cannot tell that from the end.
func (p polite) sendHalf([]byte) error { return nil }

// politeFile is the extra file, with a goodbye.
var politeFile = mechanism{
	name: "polite",
	join: extraFile.join,
	sender: func(dir string) (sender, error) {
		s, err := extraFile.sender(dir)
		if err != nil {
			return nil, err
		}
		return polite{s.(*stream)}, nil
	},
	receiver: func(dir string) (receiver, error) {
		r, err := extraFile.receiver(dir)
		if err != nil {
			return nil, err
		}
		return polite{r.(*stream)}, nil
	},
}

// runExercise solves the page's exercise.
func runExercise(args []string) error { return runPair(politeFile, args) }
