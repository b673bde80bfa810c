//go:build !unix

package main

import "errors"

var errNoPair = errors.New("manager needs Unix: it passes a pair of sockets to each client")

func runManager(args []string) error    { return errNoPair }
func managerClient(args []string) error { return errNoPair }
