//go:build !nohugo

package main

import "github.com/gohugoio/hugo/commands"

func hugo(args []string) error { return commands.Execute(args) }
