//go:build nohugo

package main

import "errors"

// With this tag the rest is vetted for another system without compiling Hugo for it, which takes minutes.
func hugo([]string) error { return errors.New("built without Hugo") }
