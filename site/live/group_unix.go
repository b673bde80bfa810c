//go:build unix

package main

import "syscall"

const exeSuffix = ""

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
