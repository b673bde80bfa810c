//go:build !unix

package main

import "errors"

var errNoMemory = errors.New("memory that processes share needs Unix here (goroutines do not)")

func newMemory(int) (*memory, error) { return nil, errNoMemory }
func inherited() (*memory, error)    { return nil, errNoMemory }
func (m *memory) close() error       { return nil }
