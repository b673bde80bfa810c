//go:build !linux

package main

import "errors"

func limitMemory(int) error { return errors.New("a limit on a process's memory needs Linux") }
