package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
)

// gatherChild puts lines into capitals, and sends them when it is told to.
func gatherChild([]string) error { return serve(handleUpper) }

func handleUpper(request string, requests <-chan string, out *bufio.Writer) error {
	var name string
	var size, lo, hi int64
	n, _ := fmt.Sscanf(request, "upper %q %d %d %d", &name, &size, &lo, &hi)
	if n != 4 || lo < 0 || lo > hi || hi > size || size > gatherMost {
		return fmt.Errorf("request %q is not known, or asks for what there is not", request)
	}
	text, err := upper(name, size, lo, hi)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	if err := out.Flush(); err != nil {
		return err
	}
	<-requests // deliver
	fmt.Fprintln(out, len(text))
	_, err = out.Write(text)
	return err
}

// upper returns the lines that begin between lo and hi in capitals.
func upper(name string, size, lo, hi int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if lo, err = cut(f, size, lo, lineEnds); err != nil {
		return nil, err
	}
	if hi, err = cut(f, size, hi, lineEnds); err != nil {
		return nil, err
	}
	text := make([]byte, hi-lo)
	if _, err := io.ReadFull(io.NewSectionReader(f, lo, hi-lo), text); err != nil {
		return nil, err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, errBinary
	}
	for i, b := range text {
		if 'a' <= b && b <= 'z' {
			text[i] = b - 'a' + 'A'
		}
	}
	return text, nil
}
