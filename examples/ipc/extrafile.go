package main

import (
	"os"
	"os/exec"
)

// extraFile gives each child its end of a pipe as descriptor 3. Standard input and output stay
// free.
var extraFile = mechanism{
	name: "extrafile",
	join: func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		producer.ExtraFiles = []*os.File{w} // the first is descriptor 3
		consumer.ExtraFiles = []*os.File{r}
		return []*os.File{r, w}, nil
	},
	sender: func(string) (sender, error) {
		f, err := openFile(3, "pipe")
		if err != nil {
			return nil, err
		}
		return newStream(f), nil
	},
	receiver: func(string) (receiver, error) {
		f, err := openFile(3, "pipe")
		if err != nil {
			return nil, err
		}
		return newStream(f), nil
	},
}

func runExtraFile(args []string) error { return runPair(extraFile, args) }
