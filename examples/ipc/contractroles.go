package main

import "io"

func sendAll(s sender, n int, seed uint64) error {
	for _, msg := range messages(seed, n) {
		if err := s.send(msg); err != nil {
			return err
		}
	}
	return s.Close()
}

func receiveAll(r receiver, w io.Writer) error {
	for i := 0; ; i++ {
		msg, err := r.receive()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		io.WriteString(w, digest(i, msg))
	}
}

func contractProducer(args []string) error {
	fs := newFlags("contract-producer")
	n, seed := fs.Int("n", 0, "messages at random"), fs.Uint64("seed", 0, "their seed")
	over, dir := fs.String("over", "", "the mechanism"), fs.String("dir", "", "its directory")
	if err := parse(fs, args); err != nil {
		return err
	}
	m, err := mechanismNamed(*over)
	if err != nil {
		return err
	}
	s, err := m.openSender(*dir)
	if err != nil {
		return err
	}
	return sendAll(s, *n, *seed)
}

func contractConsumer(args []string) error {
	fs := newFlags("contract-consumer")
	over, dir := fs.String("over", "", "the mechanism"), fs.String("dir", "", "its directory")
	if err := parse(fs, args); err != nil {
		return err
	}
	m, err := mechanismNamed(*over)
	if err != nil {
		return err
	}
	r, err := m.openReceiver(*dir)
	if err != nil {
		return err
	}
	return receiveAll(r, &stdout)
}
