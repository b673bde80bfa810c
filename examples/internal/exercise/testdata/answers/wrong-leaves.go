// want: left processes behind
package main

import (
	"os"
	"os/exec"
	"time"
)

func Double(n int) (int, error) {
	if len(os.Args) > 1 {
		time.Sleep(time.Minute)
	}
	child := exec.Command(os.Args[0], "child")
	child.Stdout = os.Stdout
	return 2 * n, child.Start()
}
