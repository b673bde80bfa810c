//go:build !linux

package main

import "errors"

func limitMemory(int) error { return errors.New("contain -fault memory needs Linux") }
